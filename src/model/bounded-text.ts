/**
 * Code points of one value that are read and kept: no column of the mart holds more than 1,024, ICON cuts at 255, and an Interaction
 * Database has varchar(1024).
 */
export const MOST_CHARACTERS = 4_096;

/** The suffix of a text of which only the beginning was read; ASCII, so that it exists in any encoding. */
const MARK = /^ \[cut: \d+ bytes in all\]$/;
const MARK_BEGINS = ' [cut: ';

/** A mark as SQL puts it behind the beginning of a text: the three parts around the number of bytes. */
export const CUT_MARK = { before: MARK_BEGINS, after: ' bytes in all]' } as const;

/** The beginning of a text that was cut when it was read; undefined: it is complete. */
export function findBeginning(text: string): string | undefined {
  // A code point is at most two UTF-16 units: a text that is as short as that was never cut.
  if (text.length <= MOST_CHARACTERS) return undefined;
  const at = text.lastIndexOf(MARK_BEGINS);
  if (at < MOST_CHARACTERS || !MARK.test(text.slice(at))) return undefined;
  return countPoints(text, at) === MOST_CHARACTERS ? text.slice(0, at) : undefined;
}

/** A text as it is, or its beginning with a mark that tells its whole length. */
export function toBoundedText(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  let end = 0;
  for (let points = 0; points < MOST_CHARACTERS && end < text.length; points++) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  if (end === text.length) return text;
  return `${text.slice(0, end)}${CUT_MARK.before}${Buffer.byteLength(text)}${CUT_MARK.after}`;
}

function countPoints(text: string, end: number): number {
  let points = 0;
  for (let at = 0; at < end; points++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return points;
}
