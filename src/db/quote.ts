import { ConfigError } from '../model/errors.js';

/** A name as SQL identifier; whatever stands in it, it stays one name. */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > 63)
    throw new ConfigError('bad-identifier', `${JSON.stringify(name)} cannot be the name of a schema or table: 1 to 63 bytes are needed`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL literal, for the few places that take no parameter. */
export const quoteLiteral = (text: string): string =>
  `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
