import { ConfigError } from '../model/errors.js';
import { IDENTIFIER_RULE, isIdentifier } from '../model/identifier.js';

/** A name as SQL identifier; whatever stands in it, it stays one name. */
export function quoteIdentifier(name: string): string {
  if (!isIdentifier(name))
    throw new ConfigError('bad-identifier', `${JSON.stringify(name)} cannot be the name of a schema or table: ${IDENTIFIER_RULE}`);
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL literal, for the few places that take no parameter. */
export const quoteLiteral = (text: string): string =>
  `${text.includes('\\') ? ' E' : ''}'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
