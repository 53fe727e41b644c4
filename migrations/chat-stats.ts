import { CHAT_STATS_KEYS, selectChatStatsView } from '../src/mart/aggregates/chat-stats.sql.js';
import {
  CHAT_STATS_LEVELS,
  chatStatsRelation,
  chatStatsView,
  sourceOf,
  tableOf,
  type ChatStatsLevel,
  type TableLevel,
} from '../src/mart/aggregates/levels.js';
import { chatStatsMeasures } from '../src/mart/aggregates/measures.js';
import type { CalendarSchema } from '../src/mart/schema/generated-schema.js';
import { calendarRelationships } from '../src/mart/schema/relationships.js';
import type { ColumnDefinition, TableDefinition, ViewDefinition } from '../src/mart/schema/table-definition.js';
import { dateTimeRelation, type Calendar } from '../src/model/calendar.js';
import { withoutAttachedKeys } from '../src/model/attached-key.js';
import type { KvpMap } from '../src/model/mapped-key.js';
import { dateTime } from './dimensions.js';

const PERIODS: Record<ChatStatsLevel, string> = {
  subhr: '15-minute interval',
  hour: 'hour',
  day: 'day',
  week: 'week',
  month: 'month',
  qrtr: 'quarter',
  year: 'year',
};

/** Weeks of other calendars follow their rules. */
const periodOf = (level: ChatStatsLevel, calendar?: Calendar): string =>
  level === 'week' && calendar === undefined ? 'week (from Sunday, cut at 1 January)' : PERIODS[level];

/** A table of AGT_CHAT_STATS. */
export const chatStatsTable = (map: KvpMap, { level, calendar, table }: TableLevel): TableDefinition => ({
  name: table,
  comment: `Aggregate of chat sessions by ${periodOf(level, calendar)} of their start (${zoneOf(calendar)}), kept up to date with the facts. Query the view ${chatStatsView(level, calendar).toUpperCase()}. ${nameOf(calendar)}`,
  primaryKey: [...CHAT_STATS_KEYS],
  columns: chatStatsColumnDefinitions(map, level, calendar, `table of the ${periodOf(level, calendar)} level${ofCalendar(calendar)}`),
});

/** The other levels of UTC, as views, and AG2_CHAT_STATS_* over all of them. */
export const chatStatsViews = (map: KvpMap): ViewDefinition[] => [
  ...CHAT_STATS_LEVELS.filter((level) => tableOf(level) === undefined).map((level) => ({
    name: chatStatsRelation(level),
    comment: `Aggregate of chat sessions by ${periodOf(level)} of their start (UTC), summed up on reading from ${sourceName(level)}. Query the view AG2_CHAT_STATS_${level.toUpperCase()}. ${nameOf(undefined)}`,
    columns: chatStatsColumnDefinitions(map, level, undefined, `source of the ${periodOf(level)} view`),
    from: `(\n${selectChatStatsView(map, level, undefined)}\n) as chat_stats`,
  })),
  ...CHAT_STATS_LEVELS.map((level) => analystView(map, level, undefined, chatStatsRelation(level))),
];

/** The tables and views of a calendar of the setting `calendars`. */
export const calendarSchema = (calendar: Calendar, whole: KvpMap): CalendarSchema => toCalendarSchema(calendar, withoutAttachedKeys(whole));

const toCalendarSchema = (calendar: Calendar, map: KvpMap): CalendarSchema => ({
  tables: [dateTime(calendar), chatStatsTable(map, tableOf('day', calendar)!)],
  views: CHAT_STATS_LEVELS.map((level) =>
    analystView(
      map,
      level,
      calendar,
      tableOf(level, calendar)?.table ?? `(\n${selectChatStatsView(map, level, calendar)}\n) as chat_stats`,
    ),
  ),
  relationships: calendarRelationships(calendar),
});

const analystView = (map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined, from: string): ViewDefinition => ({
  name: chatStatsView(level, calendar),
  comment: `Chat sessions by ${periodOf(level, calendar)} of their start (${zoneOf(calendar)}), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. ${nameOf(calendar)}`,
  columns: chatStatsColumnDefinitions(map, level, calendar, `${periodOf(level, calendar)} view${ofCalendar(calendar)}`),
  from,
});

const zoneOf = (calendar: Calendar | undefined): string => calendar?.timezone ?? 'UTC';

const ofCalendar = (calendar: Calendar | undefined): string => (calendar === undefined ? '' : ` of the calendar ${calendar.name}`);

const nameOf = (calendar: Calendar | undefined): string =>
  calendar === undefined ? 'Genesys name, columns assumed.' : 'Extension of chatmart.';

function sourceName(level: ChatStatsLevel): string {
  const source = sourceOf(level);
  return source === 'fact' ? 'CHAT_SESSION_FACT' : source.table.toUpperCase();
}

/** `where` names the relation in each comment, so that a comment found by a search says which one it belongs to. */
function chatStatsColumnDefinitions(map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined, where: string): ColumnDefinition[] {
  const place = `(In the ${where}.)`;
  const key = (name: string, type: string, meaning: string, unit = 'key'): ColumnDefinition => ({
    name,
    type,
    notNull: true,
    meaning: `${meaning} ${place}`,
    unit,
    origin: 'assumed',
  });
  return [
    key(
      'agr_set_key',
      'numeric(19)',
      tableOf(level, calendar) !== undefined
        ? 'Transaction that last wrote the row: CTL_AUDIT_LOG.AUDIT_KEY.'
        : 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY.',
    ),
    key(
      'date_time_key',
      'integer',
      `Start of the ${periodOf(level, calendar)} in which the sessions began (${zoneOf(calendar)}): ${dateTimeRelation(calendar).toUpperCase()}.DATE_TIME_KEY.`,
      'key, epoch seconds',
    ),
    key('tenant_key', 'integer', 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable.'),
    key('media_type_key', 'integer', 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable.'),
    key('chat_session_dim_key', 'integer', 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID.'),
    ...chatStatsMeasures(map).map((measure): ColumnDefinition => {
      const column = {
        name: measure.name,
        type: 'bigint',
        meaning: `${measure.description} ${place}`,
        unit: measure.unit,
        source: measure.source?.kvp,
        origin: measure.source?.origin === 'genesys' ? 'assumed' : 'extension',
      } as const;
      return measure.mayBeUnknown
        ? { ...column, empty: 'NULL: not counted before the facts were purged, or not yet since an upgrade.' }
        : { ...column, notNull: true, default: '0', empty: '0: none, or its key was absent.' };
    }),
  ];
}
