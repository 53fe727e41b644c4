// C0, C1, line separators, what turns the direction of the text around it, and what nobody sees: a name must not steer the terminal, nor look
// like another one. So a backslash is shown as well where it would begin what stands for a character.
const CONTROLS = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\\(?=u\{)/gu;
const CONTROLS_IN_LINES = new RegExp(`(?!\\n)(?:${CONTROLS.source})`, CONTROLS.flags);
/** What of JSON a terminal would obey. */
const CONTROLS_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const toEscape = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** Shows control characters as \u{…} instead of obeying them; no two texts look the same for it. */
export const escapeControls = (text: string): string => text.replace(CONTROLS, toEscape);

/** The same of a text that has lines. */
export const escapeControlsInLines = (text: string): string => text.replace(CONTROLS_IN_LINES, toEscape);

/** The same of JSON, which they are in only within texts: read back, it is the same value. */
export const escapeControlsInJson = (json: string): string =>
  json.replace(CONTROLS_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Seconds of a result are measured in milliseconds: what lies behind them is the rounding of the clock. */
const roundSeconds = (key: string, value: unknown): unknown =>
  typeof value === 'number' && /seconds$/i.test(key) ? Math.round(value * 1_000) / 1_000 : value;

/** JSON of two blanks a level that a terminal can be shown. */
export const toJsonText = (value: unknown, indent: number | undefined = 2): string =>
  escapeControlsInJson(JSON.stringify(value, roundSeconds, indent));
