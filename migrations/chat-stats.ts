import {
  CHAT_STATS_LEVELS,
  CHAT_STATS_SOURCE,
  CHAT_STATS_TABLE_LEVELS,
  chatStatsRelation,
  type ChatStatsLevel,
} from '../src/mart/aggregates/levels.js';
import { CHAT_STATS_KEYS, selectChatStats } from '../src/mart/aggregates/chat-stats.sql.js';
import type { ColumnDefinition, TableDefinition, ViewDefinition } from '../src/mart/schema/table-definition.js';
import type { KvpMap } from '../src/model/mapped-key.js';
import { chatStatsMeasures } from '../src/mart/aggregates/measures.js';

const PERIOD: Record<ChatStatsLevel, string> = {
  subhr: '15-minute interval',
  hour: 'hour',
  day: 'day',
  week: 'week (from Sunday, cut at 1 January)',
  month: 'month',
  qrtr: 'quarter',
  year: 'year',
};

/** The levels of AGT_CHAT_STATS that are kept as tables. */
export const chatStatsTables = (map: KvpMap): TableDefinition[] =>
  CHAT_STATS_TABLE_LEVELS.map((level) => ({
    name: chatStatsRelation(level),
    comment: `Aggregate of chat sessions by ${PERIOD[level]} of their start (UTC), rebuilt where facts changed. Query the view AG2_CHAT_STATS_${level.toUpperCase()}. Genesys name, columns assumed.`,
    primaryKey: [...CHAT_STATS_KEYS],
    columns: chatStatsColumnDefinitions(map, level, `table of the ${PERIOD[level]} level`),
  }));

/** The other levels, as views, and AG2_CHAT_STATS_* over all of them. */
export const chatStatsViews = (map: KvpMap): ViewDefinition[] => [
  ...CHAT_STATS_LEVELS.filter((level) => !isTableLevel(level)).map((level) => ({
    name: chatStatsRelation(level),
    comment: `Aggregate of chat sessions by ${PERIOD[level]} of their start (UTC), summed up on reading from ${sourceOf(level)}. Query the view AG2_CHAT_STATS_${level.toUpperCase()}. Genesys name, columns assumed.`,
    columns: chatStatsColumnDefinitions(map, level, `source of the ${PERIOD[level]} view`),
    from: `(\n${selectChatStats(map, level)}\n) as chat_stats`,
  })),
  ...CHAT_STATS_LEVELS.map((level) => ({
    name: `ag2_chat_stats_${level}`,
    comment: `Chat sessions by ${PERIOD[level]} of their start (UTC), tenant, media type, and origin, language, end and mode. The columns are the same at all levels. Genesys name, columns assumed.`,
    columns: chatStatsColumnDefinitions(map, level, `${PERIOD[level]} view`),
    from: chatStatsRelation(level),
  })),
];

const isTableLevel = (level: ChatStatsLevel): boolean => CHAT_STATS_TABLE_LEVELS.some((tableLevel) => tableLevel === level);

function sourceOf(level: ChatStatsLevel): string {
  const source = CHAT_STATS_SOURCE[level];
  return source === 'fact' ? 'CHAT_SESSION_FACT' : chatStatsRelation(source).toUpperCase();
}

/** `where` names the relation in each comment, so that a comment found by a search says which one it belongs to. */
function chatStatsColumnDefinitions(map: KvpMap, level: ChatStatsLevel, where: string): ColumnDefinition[] {
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
      isTableLevel(level)
        ? 'Transaction that last rebuilt the row: CTL_AUDIT_LOG.AUDIT_KEY.'
        : 'Newest transaction among the rows summed up: CTL_AUDIT_LOG.AUDIT_KEY.',
    ),
    key(
      'date_time_key',
      'integer',
      `Start of the ${PERIOD[level]} in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY.`,
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
