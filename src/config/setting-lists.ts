import { ATTACHED_KINDS, MOST_ATTACHED_KEYS, type AttachedKey, type AttachedKind } from '../model/attached-key.js';
import { INFO_MART_RULES, LONGEST_CALENDAR_NAME, MOST_CALENDARS, WEEKDAYS, type Calendar, type Weekday } from '../model/calendar.js';
import { counted } from '../model/text.js';

/** ASCII, so that the bytes are the same in every encoding of an IDB; PostgreSQL compares neither case nor outer blanks away. */
const KEY = /^[!-~]([ -~]{0,253}[!-~])?$/;
const COLUMN = /^[A-Z][A-Z0-9_]{0,62}$/;

/** Reads the own keys; adds what is wrong with them, with the place of each, to `problems`. */
export const toAttachedData = (found: FoundText | undefined, problems: string[]): AttachedKey[] | undefined =>
  toList(
    found,
    { entries: '{"key", "as", "kind"}', things: 'own key', most: MOST_ATTACHED_KEYS, read: toAttachedKey, repeats: toRepeated },
    problems,
  );

/** An own key, or what is wrong with it. */
function toAttachedKey(entry: unknown): AttachedKey | string {
  const { key, as, kind, personal } = entry as Readonly<Record<string, unknown>>;
  const unknown = unknownField(entry as object, ['key', 'as', 'kind', 'personal']);
  if (unknown !== undefined) return unknown;
  if (typeof key !== 'string' || !KEY.test(key)) return 'key must be the name of a user-data key, 1 to 255 ASCII characters';
  const column = typeof as === 'string' ? as.toUpperCase() : '';
  if (!COLUMN.test(column)) return `as must be a column name of letters, digits and _, at most 63, beginning with a letter`;
  if (!ATTACHED_KINDS.includes(kind as AttachedKind)) return `kind must be one of ${ATTACHED_KINDS.join(', ')}`;
  if (personal !== undefined && typeof personal !== 'boolean') return 'personal must be true or false';
  return { key, column, kind: kind as AttachedKind, ...(personal === undefined ? {} : { personal }) };
}

/** What repeats an earlier own key; undefined: nothing does. */
const toRepeated = ({ key, column }: AttachedKey, earlier: readonly AttachedKey[]): string | undefined =>
  earlier.some((other) => other.key === key)
    ? `key ${JSON.stringify(key)} is named twice`
    : earlier.some((other) => other.column === column)
      ? `as ${column} is named twice`
      : undefined;

const CALENDAR_FIELDS = ['name', 'timezone', 'first-day-of-week', 'min-days-in-first-week', 'fiscal-year-start'] as const;

const CALENDAR_NAME = new RegExp(`^[a-z][a-z0-9_]{0,${LONGEST_CALENDAR_NAME - 1}}$`);

/** Reads the calendars; adds what is wrong with them, with the place of each, to `problems`. The server knows which time zones there are. */
export const toCalendars = (found: FoundText | undefined, problems: string[]): Calendar[] | undefined =>
  toList(
    found,
    {
      ...{ entries: '{"name", "timezone"}', things: 'calendar', most: MOST_CALENDARS, read: toCalendar },
      repeats: ({ name }, earlier) =>
        earlier.some((other) => other.name === name) ? `name ${JSON.stringify(name)} is used twice` : undefined,
    },
    problems,
  );

function toCalendar(entry: unknown): Calendar | string {
  const fields = entry as Readonly<Record<(typeof CALENDAR_FIELDS)[number], unknown>>;
  const unknown = unknownField(fields, CALENDAR_FIELDS);
  if (unknown !== undefined) return unknown;
  const { name, timezone } = fields;
  if (typeof name !== 'string' || !CALENDAR_NAME.test(name))
    return `name must be lower-case letters, digits and _, at most ${LONGEST_CALENDAR_NAME}, beginning with a letter`;
  if (typeof timezone !== 'string' || timezone.trim() === '') return 'timezone must be the name of a time zone, such as Europe/Berlin';
  const day = fields['first-day-of-week'] ?? INFO_MART_RULES.firstDayOfWeek;
  const firstDayOfWeek = typeof day === 'string' ? day.toLowerCase() : day;
  if (!WEEKDAYS.includes(firstDayOfWeek as Weekday)) return `first-day-of-week must be one of ${WEEKDAYS.join(', ')}`;
  const minDaysInFirstWeek = fields['min-days-in-first-week'] ?? INFO_MART_RULES.minDaysInFirstWeek;
  if (minDaysInFirstWeek !== null && !isWholeNumber(minDaysInFirstWeek, 7)) return 'min-days-in-first-week must be a number from 1 to 7';
  const fiscalYearStart = fields['fiscal-year-start'] ?? INFO_MART_RULES.fiscalYearStart;
  if (!isWholeNumber(fiscalYearStart, 12)) return 'fiscal-year-start must be the number of a month, from 1 to 12';
  return { name, timezone, firstDayOfWeek: firstDayOfWeek as Weekday, minDaysInFirstWeek, fiscalYearStart };
}

export const isWholeNumber = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

/** A setting as it was found: JSON text, and the place for messages. */
interface FoundText {
  readonly text: string;
  readonly place: string;
}

/** What a list of a setting may hold. */
interface ListRules<T> {
  /** What an entry looks like. */
  readonly entries: string;
  /** What it is, in the singular. */
  readonly things: string;
  readonly most: number;
  /** An entry, or what is wrong with it. */
  readonly read: (entry: unknown) => T | string;
  /** What repeats an earlier entry; undefined: nothing does. */
  readonly repeats: (entry: T, earlier: readonly T[]) => string | undefined;
}

/** Reads a list of objects; adds what is wrong with it, with the place of each, to `problems`. */
export function toList<T extends object>(found: FoundText | undefined, rules: ListRules<T>, problems: string[]): T[] | undefined {
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
    problems.push(`${place}: a list of ${rules.entries} is expected`);
    return undefined;
  }
  if (list.length > rules.most) problems.push(`${place} names ${counted(list.length, rules.things)}; the limit is ${rules.most}`);
  const read: T[] = [];
  for (const [at, entry] of (list as unknown[]).entries()) {
    const one = isObject(entry) ? rules.read(entry) : `an object ${rules.entries} is expected`;
    const said = typeof one === 'string' ? one : rules.repeats(one, read);
    if (said !== undefined) problems.push(`${place}[${at}]: ${said}`);
    else read.push(one as T);
  }
  return read;
}

const isObject = (entry: unknown): entry is object => typeof entry === 'object' && entry !== null && !Array.isArray(entry);

/** That an object has a field which is none of the known ones; undefined: it has none. */
export function unknownField(fields: object, known: readonly string[]): string | undefined {
  const other = Object.keys(fields).find((name) => !known.includes(name));
  return other === undefined ? undefined : `unknown field ${JSON.stringify(other)}; known are ${known.join(', ')}`;
}
