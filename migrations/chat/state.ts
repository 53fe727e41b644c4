import { factsKeptFrom } from '../../src/mart/retention.js';
import type { ViewDefinition } from '../../src/mart/schema/table-definition.js';
import { INTERVAL_SECONDS } from '../../src/model/date-time-key.js';
import { DISCARD } from '../../src/model/discard.js';
import { martStatus } from '../mart-status.js';
import { chatView, instant, type ChatColumn } from './column.js';

const REASON = Object.entries(DISCARD).map(([name, { code }]) => `(${code}, '${name}')`);

/** `discards`: what could not be taken over as it came. */
export const discards = (): ViewDefinition =>
  chatView(
    'discards',
    'What could not be loaded as it came, one row for each problem of an interaction; resolved ones too. Extension of chatmart.',
    [
      {
        name: 'interaction_id',
        sql: 'stg_transform_discards.guid',
        ...{ meaning: 'Interaction that the problem belongs to.', empty: 'NULL: the source row had none.' },
      },
      {
        name: 'code',
        sql: `coalesce(reason.name, stg_transform_discards.code::text)`,
        meaning: 'Name of the reason, such as BAD_MEASURE.',
      },
      { name: 'reason', sql: 'stg_transform_discards.reason', meaning: 'The reason in words.' },
      {
        name: 'key_name',
        sql: 'stg_transform_discards.keyname',
        ...{ meaning: 'User-data key whose value is the problem.', empty: 'NULL: the problem is not one value.' },
      },
      {
        name: 'raw_value',
        sql: 'stg_transform_discards.raw_value',
        ...{ meaning: 'The value as it came.', empty: 'NULL: there was none.' },
      },
      { name: 'is_open', sql: 'stg_transform_discards.resolved_ts is null', meaning: 'Whether the problem still holds.' },
      { name: 'found_at', sql: instant('stg_transform_discards.etl_ts'), meaning: 'When the problem was first seen.' },
      {
        name: 'resolved_at',
        sql: instant('stg_transform_discards.resolved_ts'),
        ...{ meaning: 'When the problem was found to hold no longer.', empty: 'NULL: it still holds.' },
      },
      { name: 'source_table', sql: 'stg_transform_discards.table_name', meaning: 'Table of the source that had the rows.' },
      {
        name: 'audit_key',
        sql: 'stg_transform_discards.create_audit_key',
        ...{ meaning: 'Transaction that found the problem: CTL_AUDIT_LOG.AUDIT_KEY.', unit: 'key' },
      },
    ],
    `from stg_transform_discards
left join (values ${REASON.join(', ')}) as reason (code, name) on reason.code = stg_transform_discards.code`,
  );

/** Columns of MART_STATUS that are instants in UTC without saying so. */
const INSTANTS: readonly string[] = ['complete_until', 'last_run_at', 'last_job_start_time'];

/** `freshness`: MART_STATUS with instants. */
export const freshness = (): ViewDefinition =>
  chatView(
    'freshness',
    'Until when the mart is complete: one row for each source and each table or view, as in MART_STATUS. Extension of chatmart.',
    martStatus().columns.map((column): ChatColumn => ({
      ...column,
      sql: `mart_status.${column.name}${INSTANTS.includes(column.name) ? ` at time zone 'UTC'` : ''}`,
    })),
    'from mart_status',
  );

const MODES = [
  ['', 'sessions', 'sessions'],
  ['regular_', 'sessions - async_sessions', 'regular sessions'],
  ['async_', 'async_sessions', 'async sessions'],
] as const;

/**
 * `concurrency`: how many sessions were open at once. Starts and ends are events of +1 and -1, and between two events the running sum is
 * constant. What was open before an interval comes from sums by interval, so that a query for some intervals sorts only their events.
 */
export const concurrency = (): ViewDefinition =>
  chatView(
    'concurrency',
    'How many chat sessions were open at once, by 15-minute interval of the clock and tenant, from the first session to now. Every query reads all sessions. Extension of chatmart.',
    [
      { name: 'period_start', sql: instant('open_session.key'), meaning: 'When the interval begins.' },
      { name: 'period_end', sql: instant(`open_session.key + ${INTERVAL_SECONDS}`), meaning: 'When the interval ends.' },
      {
        name: 'tenant',
        sql: 'case when open_session.tenant_key <> -2 then gidb_gc_tenant.name end',
        ...{ meaning: 'Tenant of the sessions.', source: 'csg_TenantId', empty: 'NULL: Chat Server named none.' },
      },
      ...MODES.flatMap(([prefix, , words]): ChatColumn[] => [
        {
          name: `${prefix}most_open`,
          sql: `open_session.${prefix}most`,
          meaning: `Most ${words} that were open at once in the interval.`,
          unit: 'sessions',
        },
        {
          name: `${prefix}average_open`,
          sql: `round(open_session.${prefix}seconds::numeric / open_session.passed, 3)`,
          meaning: `Average number of open ${words} over the seconds of the interval that have passed.`,
          unit: 'sessions',
        },
        {
          name: `${prefix}open_at_end`,
          sql: `open_session.${prefix}at_end`,
          meaning: `The ${words} that were open when the interval ended; in the last one, now.`,
          unit: 'sessions',
        },
      ]),
      { name: 'date_time_key', sql: 'open_session.key', meaning: 'The interval: DATE_TIME.DATE_TIME_KEY.', unit: 'key, epoch seconds' },
      { name: 'tenant_key', sql: 'open_session.tenant_key', meaning: 'Key of the tenant: TENANT.TENANT_KEY.', unit: 'key' },
    ],
    `from (
${selectOpenSessions()}
) as open_session
left join gidb_gc_tenant on gidb_gc_tenant.id = open_session.tenant_key`,
  );

function selectOpenSessions(): string {
  // Of purged sessions that ended later, when they ended is kept; they count from where facts begin.
  const known = `greatest(${factsKeptFrom}, coalesce((select updated_ts from ctl_schema_info where property = 'durations-kept-from'), 0))`;
  const now = 'extract(epoch from now())::integer';
  return `with event as not materialized (
  select session.tenant_key, change.ts, change.ts - change.ts % ${INTERVAL_SECONDS} as key, change.sessions, change.sessions * is_async as async_sessions
  from (
    select chat_session_fact.tenant_key, start_ts, case when active_flag = 0 then end_ts end as end_ts, 1 as sessions, coalesce((async_mode <> 0)::integer, 0) as is_async
    from chat_session_fact
    left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    union all
    select tenant_key, start_date_time_key, end_ts, sessions, coalesce((async_mode <> 0)::integer, 0)
    from chatmart_purged_durations
    left join chat_session_dim on chat_session_dim.id = chatmart_purged_durations.chat_session_dim_key
  ) as session
  cross join lateral (values (greatest(start_ts, ${known}), sessions), (end_ts, - sessions)) as change (ts, sessions)
  where (end_ts > ${known} or end_ts is null)
    and change.ts < ${now}
), changed as (
  select tenant_key, key, sum(sessions) as sessions, sum(async_sessions) as async_sessions
  from event
  group by tenant_key, key
), before as (
  -- What was open when an interval began. No join: the planner does not know how many intervals there are.
  select
    tenant_key,
    key,
    coalesce(sum(sum(sessions)) over earlier, 0) as sessions,
    coalesce(sum(sum(async_sessions)) over earlier, 0) as async_sessions
  from (
    select tenant_key, key, sessions, async_sessions from changed
    union all
    select tenant_key, slot.key, 0, 0
    from (select tenant_key, min(key) as first_key from changed group by tenant_key) as tenant
    cross join lateral generate_series(first_key, ${now} - 1, ${INTERVAL_SECONDS}) as slot (key)
  ) as interval_of_tenant
  group by tenant_key, key
  window earlier as (partition by tenant_key order by key rows between unbounded preceding and 1 preceding)
), piece as (
  -- Of the rows of a second only the last has a length, and the sum after all of them.
  select
    tenant_key,
    key,
    ts,
    lead(ts, 1, least(key + ${INTERVAL_SECONDS}, ${now})) over so_far as until_ts,
    ${MODES.map(([prefix, change]) => `sum(${change}) over so_far as ${prefix}open`).join(',\n    ')}
  from (
    select tenant_key, key, key as ts, sessions, async_sessions from before
    union all
    select tenant_key, key, ts, sessions, async_sessions from event
  ) as step
  window so_far as (partition by tenant_key, key order by ts rows unbounded preceding)
)
select
  tenant_key,
  key,
  sum(until_ts - ts) as passed,
  ${MODES.map(
    ([prefix]) => `max(${prefix}open)::integer as ${prefix}most,
  sum(${prefix}open * (until_ts - ts)) as ${prefix}seconds,
  (max(array[ts, ${prefix}open]))[2]::integer as ${prefix}at_end`,
  ).join(',\n  ')}
from piece
where until_ts > ts
group by tenant_key, key`;
}
