// C0, C1, line separators, and what turns the direction of the text around it: a name must not steer the terminal.
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const CONTROLS_IN_LINES = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** Of those, what JSON leaves as it is. */
const CONTROLS_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const toEscape = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** Shows control characters as \u{…} instead of obeying them. */
export const escapeControls = (text: string): string => text.replace(CONTROLS, toEscape);

/** The same of a text that has lines. */
export const escapeControlsInLines = (text: string): string => text.replace(CONTROLS_IN_LINES, toEscape);

/** The same of JSON, which they are in only within texts: read back, it is the same value. */
export const escapeControlsInJson = (json: string): string =>
  json.replace(CONTROLS_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON of two blanks a level that a terminal can be shown. */
export const toJsonText = (value: unknown, indent: number | undefined = 2): string =>
  escapeControlsInJson(JSON.stringify(value, undefined, indent));
