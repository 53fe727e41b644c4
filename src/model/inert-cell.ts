/** What a spreadsheet would run, apostrophes before it or not: two texts must not become one cell. */
const FORMULA = /^'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
const NUMBER_OR_EARLIEST_TIME = /^'*[-+]?([\d:.]+|infinity)$/;

/**
 * A text as a cell of a CSV file: one that begins like a formula gets an apostrophe in front, so that no spreadsheet runs it; one that is
 * only a number, or a time before all others, is none. Who takes one apostrophe away before such a beginning has the text again.
 */
export const toInertCell = (text: string): string => (FORMULA.test(text) && !NUMBER_OR_EARLIEST_TIME.test(text) ? `'${text}` : text);
