/**
 * A text as a cell of a CSV file: one that begins like a formula gets an apostrophe in front, so that no spreadsheet runs it; one that is
 * only a number, or a time before all others, is none.
 */
export const toInertCell = (text: string): string =>
  /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && !/^[-+]?([\d:.]+|infinity)$/.test(text) ? `'${text}` : text;
