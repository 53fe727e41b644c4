import { quoteLiteral } from '../../src/db/quote.js';
import {
  CHAT_STATS_LEVELS,
  chatStatsView,
  endColumn,
  startColumn,
  statsView,
  type ChatStatsLevel,
} from '../../src/mart/aggregates/levels.js';
import { chatStatsMeasures } from '../../src/mart/aggregates/measures.js';
import type { ViewDefinition } from '../../src/mart/schema/table-definition.js';
import { dateTimeRelation, type Calendar } from '../../src/model/calendar.js';
import type { KvpMap } from '../../src/model/mapped-key.js';
import { chatView, instant, joinLabels, labels, type ChatColumn } from './column.js';

/** The name of each level for people, and the label of its periods in DATE_TIME. */
const LEVELS: Readonly<Record<ChatStatsLevel, readonly [words: string, label: string]>> = {
  subhr: ['15-minute interval', 'label_yyyy_mm_dd_hh24_15int'],
  hour: ['hour', 'label_yyyy_mm_dd_hh24'],
  day: ['day', 'label_yyyy_mm_dd'],
  week: ['week', 'label_yyyy_we'],
  month: ['month', 'label_yyyy_mm'],
  qrtr: ['quarter', 'label_yyyy_qq'],
  year: ['year', 'label_yyyy'],
};

/** `stats_<level>` of UTC, or `stats_<level>_<calendar>`: the aggregates for people. */
export const stats = (map: KvpMap, calendar: Calendar | undefined): ViewDefinition[] =>
  CHAT_STATS_LEVELS.map((level) => ofLevel(map, level, calendar));

function ofLevel(map: KvpMap, level: ChatStatsLevel, calendar: Calendar | undefined): ViewDefinition {
  const [words] = LEVELS[level];
  const zone = calendar?.timezone ?? 'UTC';
  return chatView(
    statsView(level, calendar),
    `Chat sessions by ${words} of their start (${zone}), and by tenant, media type, origin, language, end and mode: ${chatStatsView(level, calendar).toUpperCase()} with times and labels. Extension of chatmart.`,
    [
      ...times(level, zone, calendar !== undefined),
      ...labels('stats'),
      {
        name: 'is_async',
        sql: 'chat_session_dim.async_mode <> 0',
        ...{ meaning: 'Whether the sessions are asynchronous.', source: 'csg_ChatAsyncMode', empty: 'False also where the key is absent.' },
      },
      ...chatStatsMeasures(map).map((measure): ChatColumn => ({
        name: measure.name,
        sql: `stats.${measure.name}`,
        ...{ meaning: measure.description, unit: measure.unit, source: measure.source?.kvp },
        empty: measure.mayBeUnknown ? 'NULL: not counted before the facts were purged, or not yet since an upgrade.' : '0: none.',
      })),
      ...keys,
    ],
    `from ${chatStatsView(level, calendar)} as stats
left join ${dateTimeRelation(calendar)} as date_time on date_time.date_time_key = stats.date_time_key
${joinLabels('stats')}`,
  );
}

function times(level: ChatStatsLevel, zone: string, isLocal: boolean): ChatColumn[] {
  const [words, label] = LEVELS[level];
  const [start, end] = [instant(`date_time.${startColumn(level)}`), instant(`date_time.${endColumn(level)}`)];
  const withinDay = level === 'subhr' || level === 'hour';
  return [
    { name: 'period_start', sql: start, meaning: `When the ${words} begins.` },
    { name: 'period_end', sql: end, meaning: `When the ${words} ends; it does not belong to it.` },
    ...(isLocal
      ? [
          { name: 'local_start', sql: `${start} at time zone ${quoteLiteral(zone)}`, meaning: `The same on the clocks of ${zone}.` },
          { name: 'local_end', sql: `${end} at time zone ${quoteLiteral(zone)}`, meaning: `The end on the clocks of ${zone}.` },
        ]
      : []),
    { name: 'period', sql: `date_time.${label}`, meaning: `Label of the ${words} (${zone}).` },
    ...(withinDay || level === 'day'
      ? [
          { name: 'day', sql: 'date_time.cal_date', meaning: `Day (${zone}).` },
          { name: 'weekday', sql: 'date_time.cal_day_name', meaning: `English name of the weekday (${zone}).` },
        ]
      : []),
    ...(withinDay
      ? [{ name: 'hour_of_day', sql: 'date_time.cal_hour_24_num_in_day', meaning: `Hour of the day (${zone}), 0 to 23.`, unit: 'hour' }]
      : []),
  ];
}

const keys: readonly ChatColumn[] = [
  { name: 'date_time_key', sql: 'stats.date_time_key', meaning: 'Key of the row in the aggregate.', unit: 'key, epoch seconds' },
  { name: 'tenant_key', sql: 'stats.tenant_key', meaning: 'Key of the tenant: TENANT.TENANT_KEY.', unit: 'key' },
  { name: 'media_type_key', sql: 'stats.media_type_key', meaning: 'Key of the media type: MEDIA_TYPE.MEDIA_TYPE_KEY.', unit: 'key' },
  { name: 'chat_session_dim_key', sql: 'stats.chat_session_dim_key', meaning: 'Key of the combination: CHAT_SESSION_DIM.ID.', unit: 'key' },
];
