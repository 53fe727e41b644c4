import { ATTACHED_KINDS, MOST_ATTACHED_KEYS, type AttachedKey, type AttachedKind } from '../model/attached-key.js';
import { counted } from '../model/text.js';

/** The setting as it was found: JSON text, and the place for messages. */
interface FoundText {
  readonly text: string;
  readonly place: string;
}

/** ASCII, so that the bytes are the same in every encoding of an IDB; PostgreSQL compares neither case nor outer blanks away. */
const KEY = /^[!-~]([ -~]{0,253}[!-~])?$/;
const COLUMN = /^[A-Z][A-Z0-9_]{0,62}$/;

/** Reads the own keys; adds what is wrong with them, with the place of each, to `problems`. */
export function toAttachedData(found: FoundText | undefined, problems: string[]): AttachedKey[] | undefined {
  if (found === undefined) return undefined;
  const { text, place } = found;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    problems.push(`${place} is not valid JSON: ${(error as Error).message}`);
    return undefined;
  }
  if (!Array.isArray(list)) {
    problems.push(`${place}: a list of {"key", "as", "kind"} is expected`);
    return undefined;
  }
  if (list.length > MOST_ATTACHED_KEYS)
    problems.push(`${place} names ${counted(list.length, 'own key')}; the limit is ${MOST_ATTACHED_KEYS}`);
  const keys: AttachedKey[] = [];
  for (const [at, entry] of (list as unknown[]).entries()) {
    const read = toAttachedKey(entry);
    const said = typeof read === 'string' ? read : toRepeated(read, keys);
    if (said !== undefined) problems.push(`${place}[${at}]: ${said}`);
    else keys.push(read as AttachedKey);
  }
  return keys;
}

/** An own key, or what is wrong with it. */
function toAttachedKey(entry: unknown): AttachedKey | string {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return 'an object {"key", "as", "kind"} is expected';
  const { key, as, kind, ...others } = entry as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `unknown field ${JSON.stringify(other)}; known are key, as, kind`;
  if (typeof key !== 'string' || !KEY.test(key)) return 'key must be the name of a user-data key, 1 to 255 ASCII characters';
  const column = typeof as === 'string' ? as.toUpperCase() : '';
  if (!COLUMN.test(column)) return `as must be a column name of letters, digits and _, at most 63, beginning with a letter`;
  if (!ATTACHED_KINDS.includes(kind as AttachedKind)) return `kind must be one of ${ATTACHED_KINDS.join(', ')}`;
  return { key, column, kind: kind as AttachedKind };
}

/** What repeats an earlier own key; undefined: nothing does. */
const toRepeated = ({ key, column }: AttachedKey, earlier: readonly AttachedKey[]): string | undefined =>
  earlier.some((other) => other.key === key)
    ? `key ${JSON.stringify(key)} is named twice`
    : earlier.some((other) => other.column === column)
      ? `as ${column} is named twice`
      : undefined;
