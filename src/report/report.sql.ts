import type { Statement } from '../db/connection.js';
import { toEpochSeconds } from '../model/clock.js';
import { combineRows, type ChatStatsMeasure } from '../mart/aggregates/measures.js';
import { isMember, toColumnName, toKeyColumn, type ReportAttribute } from './report-attribute.js';
import type { ReportLevel } from './report-level.js';
import type { TimeWindow } from '../model/time-span.js';

export interface ReportQuery {
  readonly level: ReportLevel;
  /** Undefined: all rows. */
  readonly window: TimeWindow | undefined;
  readonly attributes: readonly ReportAttribute[];
  readonly measures: readonly ChatStatsMeasure[];
}

/** How rows of the aggregate join their dimension row. */
const JOIN_ON = {
  date_time: 'date_time.date_time_key = stats.date_time_key',
  tenant: 'tenant.tenant_key = stats.tenant_key',
  media_type: 'media_type.media_type_key = stats.media_type_key',
  chat_session_dim: 'chat_session_dim.id = stats.chat_session_dim_key',
} as const satisfies Record<ReportAttribute['dimension'], string>;

/** What distinguishes attribute values with the same label. A member missing in its dimension keeps its key. */
const keyOf = ({ dimension, key }: ReportAttribute): string | undefined =>
  key === undefined ? undefined : `${dimension === 'date_time' ? dimension : 'stats'}.${key}`;

/** Groups the aggregates of one level; returns no row without sessions. A member's key follows its label, in the column `toKeyColumn`. */
export function selectReport({ level, window, attributes, measures }: ReportQuery): Statement {
  const label = (attribute: ReportAttribute): string => `${attribute.dimension}.${attribute.label}`;
  const groups = attributes.flatMap((attribute) => [keyOf(attribute) ?? [], label(attribute)].flat());
  // Time in its own order, names by code point: the same on every server, whatever its collation.
  const order = attributes.flatMap((attribute) => {
    const key = keyOf(attribute) ?? [];
    return (attribute.dimension === 'date_time' ? [key] : [`${label(attribute)} collate "C"`, key]).flat();
  });
  // Left joins keep sessions whose dimension row is missing.
  const joins = [...new Set(attributes.map((attribute) => attribute.dimension))].map((name) => `left join ${name} on ${JOIN_ON[name]}`);
  const selected = [
    ...attributes.map((attribute) => `${label(attribute)} as ${toColumnName(attribute)}`),
    ...attributes.filter(isMember).map((attribute) => `${keyOf(attribute)} as ${toKeyColumn(attribute)}`),
    // Prefixed because an attribute and a measure may share a name.
    ...measures.map((measure) => `${combineRows(measure, 'stats')} as stats_${measure.name}`),
  ];
  return {
    text: `select
  ${selected.join(',\n  ')}
from ag2_chat_stats_${level} as stats
${[...joins, ...(window === undefined ? [] : ['where stats.date_time_key >= $1::bigint', '  and stats.date_time_key < $2::bigint'])].join('\n')}
group by ${groups.length === 0 ? '()' : groups.join(', ')}
having count(*) > 0${order.length === 0 ? '' : `\norder by ${order.join(', ')}`}`,
    values: window === undefined ? [] : [toEpochSeconds(window.from), toEpochSeconds(window.to)],
  };
}

/** All members of an attribute's dimension, by key. */
export const selectMembers = ({ dimension, key, label }: ReportAttribute): Statement => ({
  text: `select
  ${key} as key,
  ${label} as name
from ${dimension}`,
});

/** Start of the first and end of the last day with sessions in the aggregates, in epoch seconds; null without sessions. */
export const selectDataRange = (): Statement => ({
  text: `select
  min(date_time_key) as from_key,
  max(date_time_key) + 86400 as to_key
from ag2_chat_stats_day`,
});
