/** The candidates that a misspelt name may mean, nearest first; empty: none is close. Swapped neighbours count as one mistake. */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const most = Math.max(1, Math.floor(name.length / 4));
  return candidates
    .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .map(({ candidate }) => candidate);
}

/** The candidate that a misspelt name most likely means; undefined: none is close. */
export const nearestName = (name: string, candidates: readonly string[]): string | undefined => nearestNames(name, candidates)[0];

/** A suggestion to append to the message that a list does not hold a name. */
export const didYouMean = (name: string, candidates: readonly string[]): string => {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? '' : `; did you mean ${nearest}?`;
};

/** Damerau-Levenshtein distance: insertions, deletions, replacements and swaps of neighbours. */
function distanceOf(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(last[j]! + 1, row[j - 1]! + 1, replaced, isSwap ? before[j - 2]! + 1 : Infinity));
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** A duration in its two largest units: `3 d 4 h`, `12 min 5 s`. */
export function toDurationText(seconds: number): string {
  let rest = Math.round(seconds);
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return { unit, count };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first === -1) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ unit, count }) => `${count} ${unit}`)
    .join(' ');
}

/** A whole number with thousands separators: `2,000`. */
export const toCountText = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');

/** A number of things in words: `1 fact`, `2,000 facts`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${toCountText(count)} ${count === 1 ? one : many}`;

/** The form of a verb for a count: `one` for 1, otherwise `many`. */
export const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many);

/** Names the rows examined: `the newest row`, `the newest 2,000 rows`. */
export const newestRows = (rows: number): string => (rows === 1 ? 'the newest row' : `the newest ${counted(rows, 'row')}`);

/** What a spreadsheet would run, with or without leading apostrophes: two texts must not become the same cell. */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER_OR_EARLIEST_TIME = /^'*[-+]?([\d:.]+|infinity)$/;

/**
 * A text as a CSV cell. A text that begins like a formula gets a leading apostrophe, so that no spreadsheet runs it; a mere number or the
 * time -infinity does not count as one. Removing one apostrophe before such a beginning restores the text.
 */
export const toInertCell = (text: string): string => (FORMULA.test(text) && !NUMBER_OR_EARLIEST_TIME.test(text) ? `'${text}` : text);

// C0, C1, line separators, bidirectional controls and invisible characters: a name must neither steer the terminal nor look like another
// name. For the same reason a backslash is escaped where it would begin an escape.
const CONTROLS = /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\\(?=u\{)/gu;
const CONTROLS_IN_LINES = new RegExp(`(?!\\n)(?:${CONTROLS.source})`, CONTROLS.flags);
/** The characters in JSON that a terminal would obey. */
const CONTROLS_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

const toEscape = (character: string): string => `\\u{${character.codePointAt(0)!.toString(16)}}`;

/** Shows control characters as \u{…} so that the terminal does not obey them; different texts still look different. */
export const escapeControls = (text: string): string => text.replace(CONTROLS, toEscape);

/** Like `escapeControls`, but keeps line breaks. */
export const escapeControlsInLines = (text: string): string => text.replace(CONTROLS_IN_LINES, toEscape);

/** The same for JSON, where these characters occur only within strings: parsing it gives the same value. */
export const escapeControlsInJson = (json: string): string =>
  json.replace(CONTROLS_IN_JSON, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/**
 * Seconds are measured in milliseconds; further digits come from floating-point rounding. `within_20_seconds` is a limit, and its value
 * no seconds.
 */
const roundSeconds = (key: string, value: unknown): unknown =>
  typeof value === 'number' && /(?<!\d_)seconds$/i.test(key) ? Math.round(value * 1_000) / 1_000 : value;

/** JSON that is safe to show on a terminal, by default indented by two spaces per level. */
export const toJsonText = (value: unknown, indent: number | undefined = 2): string =>
  escapeControlsInJson(JSON.stringify(value, roundSeconds, indent));

/** The same with all digits: those of reports are rounded already, and `service_level_20_seconds` is a share. */
export const toExactJsonText = (value: unknown): string => escapeControlsInJson(JSON.stringify(value, undefined, 2));

const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /^[\p{M}\p{Cf}]/u;
const ASCII = /^[\x20-\x7e]*$/;

/** Made when a text needs it: loading ICU's data takes a moment, and most commands do not need it. */
let segmenter: Intl.Segmenter | undefined;

/** Segments this much of a text at a time: segmenting a long text at once takes time quadratic in its length. */
const WINDOW = 1_024;

/** The characters of a text as people see them (grapheme clusters). */
function* graphemes(text: string): Generator<string> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let size = WINDOW;
  for (let at = 0; at < text.length;) {
    // Half a surrogate pair at the end would be a character of its own.
    const window = text.slice(at, at + size).replace(/[\ud800-\udbff]$/, (half) => (at + size < text.length ? '' : half));
    const segments = Array.from(segmenter.segment(window), ({ segment }) => segment);
    const isLast = at + size >= text.length;
    // The last one may continue beyond the window: the next window begins with it.
    const rest = isLast ? '' : segments.pop()!;
    yield* segments;
    at += window.length - rest.length;
    size = segments.length === 0 ? size * 2 : WINDOW;
  }
}

const widthOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : WITHOUT_WIDTH.test(grapheme) ? 0 : 1);

/** The number of terminal cells a text takes: 2 for wide characters (Chinese, Japanese, Korean, emoji), 0 for marks and formatting. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += widthOf(grapheme);
  return width;
}

/** Cuts a text to `width` cells if it is longer, ending it with an ellipsis; does not examine the rest. */
export function cutToWidth(text: string, width: number): string {
  let used = 0;
  let at = 0;
  let keptUntil = 0;
  for (const grapheme of graphemes(text)) {
    used += widthOf(grapheme);
    if (used > width) return `${text.slice(0, keptUntil)}…`;
    at += grapheme.length;
    if (used < width) keptUntil = at;
  }
  return text;
}
