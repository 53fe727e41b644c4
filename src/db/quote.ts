import { ConfigError } from '../model/errors.js';
import { IDENTIFIER_RULE, isIdentifier } from '../model/identifier.js';

/** A name as SQL identifier; whatever stands in it, it stays one name. */
export function quoteIdentifier(name: string): string {
  if (!isIdentifier(name))
    throw new ConfigError('bad-identifier', `${JSON.stringify(name)} cannot be the name of a schema or table: ${IDENTIFIER_RULE}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL literal, for the few places that take no parameter. Throws for NUL, which would end the statement there. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error(`PostgreSQL knows no text with NUL: ${JSON.stringify(text)}`);
  // E'' means the same whatever standard_conforming_strings says.
  return `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
}
