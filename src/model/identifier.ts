/** Longest name of a schema or table in bytes; PostgreSQL cuts longer ones without a word. */
const MAX_BYTES = 63;

/** Whether PostgreSQL takes a text, quoted, as the name of a schema or table, unchanged. */
export const isIdentifier = (name: string): boolean => name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= MAX_BYTES;

/** What a name must be, for the end of an error's sentence. */
export const IDENTIFIER_RULE = `1 to ${MAX_BYTES} bytes are needed`;
