/** A whole number as people read it: `2,000`. */
export const toCountText = (count: number): string => count.toLocaleString('en');

/** A number of things in words: `1 fact`, `2,000 facts`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${toCountText(count)} ${count === 1 ? one : many}`;

/** The verb of so many things: `1 wait` is `1 waits`. */
export const verb = (count: number, one: string, many: string): string => (count === 1 ? one : many);

/** Rows that were looked at: `the newest row`, `the newest 2,000 rows`. */
export const newestRows = (rows: number): string => (rows === 1 ? 'the newest row' : `the newest ${counted(rows, 'row')}`);
