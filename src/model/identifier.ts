/** Longest name of a schema or table in bytes; PostgreSQL silently cuts longer ones. */
const MAX_BYTES = 63;

/** NUL ends a statement's text, and half a surrogate pair is sent as U+FFFD, which is another name. */
const UNSENDABLE = /[\0\p{Surrogate}]/u;

/** Whether PostgreSQL takes a text, quoted, as the name of a schema or table, unchanged. */
export const isIdentifier = (name: string): boolean => name !== '' && !UNSENDABLE.test(name) && Buffer.byteLength(name) <= MAX_BYTES;

/** What a name must be, for the end of an error's sentence. */
export const IDENTIFIER_RULE = `1 to ${MAX_BYTES} bytes are needed`;
