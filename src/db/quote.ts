import { ConfigError } from '../model/errors.js';
import { IDENTIFIER_RULE, isIdentifier } from '../model/identifier.js';

/** Quotes a name as one SQL identifier. Throws `ConfigError` for an invalid name. */
export function quoteIdentifier(name: string): string {
  if (!isIdentifier(name))
    throw new ConfigError('bad-identifier', `${JSON.stringify(name)} cannot be the name of a schema or table: ${IDENTIFIER_RULE}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text as an SQL literal, for the few places that take no parameter. Throws for NUL, which would end the statement. */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new Error(`PostgreSQL knows no text with NUL: ${JSON.stringify(text)}`);
  // E'' does not depend on standard_conforming_strings.
  return `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
}
