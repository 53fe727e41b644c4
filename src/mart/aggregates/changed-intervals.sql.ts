import type { Statement } from '../../db/connection.js';
import { SCHEMA_AUDIT_KEY } from '../audit.sql.js';
import { factsKeptFrom } from '../retention.js';
import { countWritten } from '../written-rows.js';
import { CHAT_STATS_KEYS } from './chat-stats.sql.js';
import { periodEnd, periodOf, type TableLevel } from './levels.js';

/** What changed in a table. */
export interface ChangedPeriods {
  /** Start and end of the periods to rebuild as a whole. */
  readonly periods: readonly [number[], number[]];
  /** Groups of other periods: the columns of `CHAT_STATS_KEYS`, one array each. */
  readonly groups: readonly [number[], number[], number[], number[]];
  /** Start and end of their periods. */
  readonly groupPeriods: readonly [number[], number[]];
  /** Period and start of the intervals of other periods in which sessions are new. */
  readonly addedIntervals: readonly [number[], number[]];
  /** Start of those intervals and the CREATE_AUDIT_KEY of their new sessions. */
  readonly additions: readonly [number[], number[]];
}

/** What `selectChangedIntervals` returns. */
export interface ChangedIntervals {
  readonly intervals: number;
  /** Rows of the queue. */
  readonly queued: number;
  /** Oldest and newest changed DATE_TIME_KEY; null if nothing changed. */
  readonly first_key: number | null;
  readonly last_key: number | null;
  /** By the name of the table's level. */
  readonly levels: Readonly<Record<string, ChangedPeriods>>;
}

/**
 * Reads all changes in the queue and spreads them over the periods of each table. New sessions are added to a period that has rows, and a
 * period without any is built as a whole. Intervals whose facts are purged are left alone: their aggregates are final. The border is the
 * start of a month; a day of another zone that holds it is two rows.
 */
export function selectChangedIntervals(tables: readonly TableLevel[]): Statement {
  const others = CHAT_STATS_KEYS.slice(1);
  const steps = tables.flatMap(({ name, table, level, calendar }) => {
    const { start, join } = periodOf(level, calendar, 'taken.start_date_time_key');
    const period = calendar === undefined ? start : `greatest(${start}, ${factsKeptFrom})`;
    const isOther = `date_time_key not in (select date_time_key from ${name}_period)`;
    return [
      `${name}_taken as (
  select
    ${period} as date_time_key,
    taken.*
  from taken${join.replaceAll('\n', '\n  ')}
)`,
      `${name}_period as (
  select date_time_key
  from ${name}_taken
  where tenant_key is null
    and is_addition = 0
  union
  select date_time_key
  from (select distinct date_time_key from ${name}_taken where is_addition = 1) as period
  where not exists (select from ${table} where ${table}.date_time_key = period.date_time_key)
)`,
      `${name}_group as (
  select distinct ${CHAT_STATS_KEYS.join(', ')}
  from ${name}_taken
  where tenant_key is not null
    and ${isOther}
)`,
      `${name}_addition as (
  select distinct date_time_key, start_date_time_key, audit_key
  from ${name}_taken
  where is_addition = 1
    and ${isOther}
)`,
    ];
  });
  const changes = tables.map((table) => {
    const { name } = table;
    // All in the same order, so that the arrays are columns of the same rows.
    const arrays = (columns: readonly string[], rows: string): string => {
      const order = columns.join(', ');
      return `json_build_array(
      ${columns.map((column) => `array(select ${column} from ${rows} order by ${order})`).join(',\n      ')}
    )`;
    };
    const bounds = (periods: string): string => `json_build_array(
      array(select date_time_key from ${periods} order by date_time_key),
      array(select ${periodEnd(table, 'period.date_time_key')} from ${periods} order by date_time_key)
    )`;
    const distinct = (columns: readonly string[]): string => `(select distinct ${columns.join(', ')} from ${name}_addition) as interval`;
    const interval = ['date_time_key', 'start_date_time_key'];
    const addition = ['start_date_time_key', 'audit_key'];
    return `'${name}', json_build_object(
    'periods', ${bounds(`${name}_period as period`)},
    'groups', ${arrays(CHAT_STATS_KEYS, `${name}_group`)},
    'groupPeriods', ${bounds(`(select distinct date_time_key from ${name}_group) as period`)},
    'addedIntervals', ${arrays(interval, distinct(interval))},
    'additions', ${arrays(addition, distinct(addition))}
  )`;
  });
  return {
    text: `with
taken as (
  select start_date_time_key, ${others.join(', ')}, audit_key, is_addition
  from chatmart_pending_agg
  where start_date_time_key >= ${factsKeptFrom}
),
${steps.join(',\n')}
select
  (select count(distinct start_date_time_key) from taken) as intervals,
  (select count(*) from chatmart_pending_agg) as queued,
  (select min(start_date_time_key) from taken) as first_key,
  (select max(start_date_time_key) from taken) as last_key,
  json_build_object(${changes.join(', ')}) as levels`,
  };
}

/** Keeps others from changing the queue between the next two statements; the writer lock does so, but not everybody takes it. */
export const lockChangedIntervals: Statement = { text: 'lock table chatmart_pending_agg in exclusive mode' };

/** Empties the queue: as it is locked, of what has been read, and of nothing else. */
export const deleteChangedIntervals: Statement = { text: 'delete from chatmart_pending_agg' };

/** Has the intervals of waiting additions rebuilt instead. For `executeCounted`. */
export const rebuildAdditions: Statement = {
  text: countWritten(
    `
      select pending_id
      from chatmart_pending_agg
      where is_addition = 1`,
    `
      update chatmart_pending_agg
      set is_addition = 0
      from wanted
      where chatmart_pending_agg.pending_id = wanted.pending_id`,
  ),
};

/** Marks every interval of a range [fromKey, toKey) as changed, including those without sessions: their rows must be deleted. */
export const enqueueIntervals = (fromKey: number, toKey: number, auditKey: number): Statement => ({
  text: `insert into chatmart_pending_agg (start_date_time_key, audit_key)
select
  generate_series($1::integer, $2::integer - 1, 900),
  $3::numeric`,
  values: [fromKey, toKey, auditKey],
});

/**
 * Marks every interval that has facts for a full rebuild, because the aggregates got a column that is NULL until then. Purged periods stay
 * as they are. For `executeCounted`.
 */
export const enqueueAllFacts = (): Statement => ({
  text: countWritten(
    `
      select distinct start_date_time_key, ${SCHEMA_AUDIT_KEY} as audit_key
      from chat_session_fact
      where chat_session_fact.start_date_time_key >= ${factsKeptFrom}
      except
      select start_date_time_key, ${SCHEMA_AUDIT_KEY}
      from chatmart_pending_agg
      where tenant_key is null
        and is_addition = 0`,
    `
      insert into chatmart_pending_agg (start_date_time_key, audit_key)
      select start_date_time_key, audit_key
      from wanted`,
  ),
});
