const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /^[\p{M}\p{Cf}]/u;
const ASCII = /^[\x20-\x7e]*$/;

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** So much of a text is divided at a time: dividing all of a long one takes time by the square of its length. */
const WINDOW = 1_024;

/** The characters of a text as people see them. */
function* graphemes(text: string): Generator<string> {
  let size = WINDOW;
  for (let at = 0; at < text.length;) {
    // A half of a surrogate pair at its end would be a character of its own.
    const window = text.slice(at, at + size).replace(/[\ud800-\udbff]$/, (half) => (at + size < text.length ? '' : half));
    const segments = Array.from(segmenter.segment(window), ({ segment }) => segment);
    const isLast = at + size >= text.length;
    // The last one may go on beyond the window: the next window begins with it.
    const rest = isLast ? '' : segments.pop()!;
    yield* segments;
    at += window.length - rest.length;
    size = segments.length === 0 ? size * 2 : WINDOW;
  }
}

const widthOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : WITHOUT_WIDTH.test(grapheme) ? 0 : 1);

/** The cells of a terminal that a text takes: 2 for what is wide (Chinese, Japanese, Korean, emoji), 0 for marks and formatting. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const grapheme of graphemes(text)) width += widthOf(grapheme);
  return width;
}

/** Cuts a text that takes more than `width` cells, with an ellipsis as its last one; what comes behind is not looked at. */
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
