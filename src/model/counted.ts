/** A whole number as people read it: `2,000`. */
export const toCountText = (count: number): string => count.toLocaleString('en');

/** A number of things in words: `1 fact`, `2,000 facts`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${toCountText(count)} ${count === 1 ? one : many}`;
