/** What is left of a statement without its values: many differ in nothing else. */
export const toShape = (text) => text.replace(/'[^']*'/g, "''").replace(/\d+/g, '0');
