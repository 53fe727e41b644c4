import { CALENDAR_COLUMNS, DATE_TIME_COLUMNS } from '../src/mart/calendar/date-time-columns.js';
import type { TableDefinition, ColumnDefinition } from '../src/mart/schema/table-definition.js';
import { dateTimeRelation, type Calendar } from '../src/model/calendar.js';
import type { KvpMap, MappedKey } from '../src/model/mapped-key.js';
import { createAuditKey, updateAuditKey } from './audit-columns.js';

/** DATE_TIME, or the table of another calendar, as `insertIntervals` fills it. */
export const dateTime = (calendar?: Calendar): TableDefinition => ({
  name: dateTimeRelation(calendar),
  comment:
    calendar === undefined
      ? 'Calendar in UTC: one row for each 15-minute interval, in whole years without gaps. Row 2147482800 is the open end of sessions that are still active. Weeks begin on Sunday and are cut at 1 January. Genesys table.'
      : `Calendar ${calendar.name} in ${calendar.timezone}: the 15-minute intervals of DATE_TIME and of the year before, with the same keys. Weeks begin on ${calendar.firstDayOfWeek}; ${
          calendar.minDaysInFirstWeek === null
            ? 'they are cut at 1 January'
            : `the first of a year has ${calendar.minDaysInFirstWeek} or more of its days`
        }. The fiscal year begins in month ${calendar.fiscalYearStart}. Extension of chatmart.`,
  primaryKey: ['date_time_key'],
  indexes: [{ name: `i_${dateTimeRelation(calendar)}_cal_date`, on: 'cal_date' }],
  columns: [
    ...(calendar === undefined ? DATE_TIME_COLUMNS : CALENDAR_COLUMNS).map((column) => column.definition),
    createAuditKey('the interval'),
    updateAuditKey('the interval'),
  ],
});

/** The keys whose combination is a member of CHAT_SESSION_DIM, in column order. */
export const chatSessionDimKeys = (map: KvpMap): MappedKey[] => map.keys.filter((key) => key.table === 'CHAT_SESSION_DIM');

/** CHAT_SESSION_DIM as the KVP map describes it. */
export const chatSessionDim = (map: KvpMap): TableDefinition => ({
  name: 'chat_session_dim',
  comment:
    'Dimension: the combinations of origin, language, end and mode that chat sessions had. Rows -1 (UNKNOWN) and -2 (NO_VALUE) always exist. Genesys table.',
  primaryKey: ['id'],
  indexes: [{ name: 'i_chat_session_dim', unique: true, on: identity(map) }],
  columns: [
    {
      name: 'id',
      type: 'integer',
      notNull: true,
      default: 'identity',
      meaning: 'Key of the combination: CHAT_SESSION_FACT.CHAT_SESSION_DIM_KEY.',
      unit: 'key',
      origin: 'genesys',
      empty: '-1: UNKNOWN, -2: NO_VALUE.',
    },
    ...chatSessionDimKeys(map).map(dimColumn),
    createAuditKey('the combination'),
  ],
});

function dimColumn(key: MappedKey): ColumnDefinition {
  const values = key.values === undefined || key.type === 'flag' ? '' : ` Known values: ${key.values.join(', ')}.`;
  const common = {
    name: key.column.toLowerCase(),
    notNull: true,
    meaning: key.description + values,
    source: key.kvp,
    origin: key.origin,
  } as const;
  return key.type === 'flag'
    ? { ...common, type: 'integer', default: '0', unit: 'flag', empty: '0 where the key is absent.' }
    : { ...common, type: `varchar(${key.maxLength ?? 1024})`, default: `'NO_VALUE'`, empty: 'NO_VALUE where the key is absent or empty.' };
}

/**
 * SQL for the identity of a combination: an md5, because a long non-Latin text does not fit into an index entry, over length-prefixed
 * parts, so that no two combinations collide.
 */
function identity(map: KvpMap): string {
  const parts = chatSessionDimKeys(map).map((key) => {
    const name = key.column.toLowerCase();
    // Casts, since `integer || text` is not immutable enough for an index.
    return key.type === 'flag' ? `${name}::text` : `length(${name})::text || ':' || ${name}`;
  });
  return `md5(${parts.join(` || '|' || `)})`;
}
