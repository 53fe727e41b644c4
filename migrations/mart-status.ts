import { CHAT_STATS_LEVELS, chatStatsView, sourceOf, tableOf, type ChatStatsLevel } from '../src/mart/aggregates/levels.js';
import type { ViewDefinition } from '../src/mart/schema/table-definition.js';
import { isUntouchedSince, STALE_SECONDS } from '../src/mart/status.sql.js';
import { AHEAD, NOW } from './instants.js';

/** The objects that analysts read, and whether each follows the facts directly or waits for the aggregation. */
const OBJECTS: readonly (readonly [name: string, waits: boolean])[] = [
  ['CHAT_SESSION_FACT', false],
  ...CHAT_STATS_LEVELS.map((level) => [chatStatsView(level).toUpperCase(), !readsFacts(level)] as const),
];

/** A view on the facts follows them at once. */
function readsFacts(level: ChatStatsLevel): boolean {
  return sourceOf(level) === 'fact' && tableOf(level) === undefined;
}

const NOW_TS = `extract(epoch from now())::integer`;

/** Whole seconds between two instants that have come, not below 0; of NULL greatest() alone would make 0. */
const toSeconds = (from: string, to: string): string =>
  `case when greatest(${from}, ${to}) <= ${AHEAD} and ${from} is not null then greatest(0, floor(extract(epoch from ${to} - ${from})))::bigint end`;

const completeUntil = 'case when object.waits then chatmart_source.aggregated_until else chatmart_source.complete_until end';
const newestJob = (column: string, condition: string): string =>
  `(select ${column} from ctl_etl_history ${condition}order by start_time desc, job_name limit 1)`;
/** A job begun by a clock that was ahead is the last one only if there is no other. */
const lastJob = (column: string): string => `coalesce(${newestJob(column, `where start_time <= ${AHEAD} `)}, ${newestJob(column, '')})`;

/** MART_STATUS: how current and complete a mart is, for SQL. Figures of the whole mart are repeated in each row. */
export const martStatus = (): ViewDefinition => ({
  name: 'mart_status',
  comment:
    'How complete the mart is: one row for each source and each table or view that is queried, with until when it holds everything and how far that lies behind; chatmart status says the same. Extension of chatmart.',
  columns: [
    {
      name: 'object_name',
      meaning: 'What the row is about: CHAT_SESSION_FACT, or one of the views AG2_CHAT_STATS_*, of UTC and of each calendar.',
      origin: 'extension',
    },
    {
      name: 'source_name',
      meaning: 'Source that the row is about: CTL_DS.SOURCE_NAME; of HA twins, each one.',
      origin: 'extension',
      empty: 'NULL: nothing was loaded yet.',
    },
    {
      name: 'complete_until',
      meaning: 'Everything that the source had committed before this instant is in the object, UTC.',
      origin: 'extension',
      empty: 'NULL: nothing can be promised yet.',
    },
    {
      name: 'lag_seconds',
      meaning: 'From COMPLETE_UNTIL to now. A night without chats is no lag: each run over nothing new moves COMPLETE_UNTIL.',
      unit: 'seconds',
      origin: 'extension',
      empty: 'NULL: nothing can be promised yet, or COMPLETE_UNTIL has not come, because a clock was wrong.',
    },
    {
      name: 'last_run_at',
      meaning: 'When a run last looked at that source, UTC.',
      origin: 'extension',
      empty: 'NULL: none has.',
    },
    {
      name: 'held_seconds',
      meaning:
        'How far COMPLETE_UNTIL of the facts lay behind at the last run: an open transaction on the server of the source holds it back; chatmart status names it.',
      unit: 'seconds',
      origin: 'extension',
      empty: 'NULL: no run has completed anything, or the last one began by a clock that was ahead.',
    },
    {
      name: 'is_loading',
      meaning: 'Whether a window is open: a run is at work, or one was ended half-way and the next takes it up.',
      origin: 'extension',
      empty: 'NULL: nothing was loaded yet.',
    },
    {
      name: 'pending_intervals',
      meaning:
        '15-minute intervals of the whole mart whose facts changed since the last aggregation; CHAT_SESSION_FACT, SUBHR and HOUR have them.',
      unit: 'intervals',
      origin: 'extension',
    },
    {
      name: 'active_sessions',
      meaning: 'Asynchronous sessions of the whole mart that have not ended.',
      unit: 'sessions',
      origin: 'extension',
    },
    {
      name: 'stale_sessions',
      meaning: 'Those of the active sessions that nothing has come for in 30 days.',
      unit: 'sessions',
      origin: 'extension',
    },
    {
      name: 'open_discards',
      meaning: 'Rows of STG_TRANSFORM_DISCARDS, of the whole mart, that still hold.',
      unit: 'discards',
      origin: 'extension',
    },
    {
      name: 'last_job_name',
      meaning: 'The job that began last: CTL_ETL_HISTORY.JOB_NAME.',
      origin: 'extension',
      empty: 'NULL: none yet.',
    },
    {
      name: 'last_job_status',
      meaning: 'RUNNING, COMPLETED or FAILED: state of that last job.',
      origin: 'extension',
      empty: 'NULL: there is no job yet.',
    },
    {
      name: 'last_job_start_time',
      meaning: 'When that last job began, UTC.',
      origin: 'extension',
      empty: 'NULL: no job has begun yet.',
    },
  ],
  from: `(
  select
    object.object_name,
    chatmart_source.source_name,
    ${completeUntil} as complete_until,
    ${toSeconds(`(${completeUntil})`, NOW)} as lag_seconds,
    chatmart_source.last_run_at,
    ${toSeconds('chatmart_source.complete_until', 'chatmart_source.last_run_at')} as held_seconds,
    case when chatmart_source.source_name is not null then chatmart_source.window_ceiling is not null end as is_loading,
    (select count(distinct start_date_time_key) from chatmart_pending_agg) as pending_intervals,
    (select count(*) from chat_session_fact where chat_session_fact.active_flag = 1) as active_sessions,
    (
      select count(*)
      from chat_session_fact
      join ctl_audit_log
        on ctl_audit_log.audit_key = coalesce(chat_session_fact.update_audit_key, chat_session_fact.create_audit_key)
      where chat_session_fact.active_flag = 1
        and ${isUntouchedSince(`(${NOW_TS} - ${STALE_SECONDS})`, NOW_TS)}
    ) as stale_sessions,
    (select count(*) from stg_transform_discards where stg_transform_discards.resolved_ts is null) as open_discards,
    ${lastJob('job_name')} as last_job_name,
    ${lastJob('status')} as last_job_status,
    ${lastJob('start_time')} as last_job_start_time
  from (
    select position, concat_ws('_', view_name, upper(calendar_name)) as object_name, waits
    from (values
    ${OBJECTS.map(([name, waits], index) => `(${index}, '${name}'::text, ${waits})`).join(',\n    ')}
    ) as named (position, view_name, waits)
    cross join lateral (
      select null as calendar_name
      union all
      select chatmart_calendar.calendar_name
      from chatmart_calendar
      where position > 0
    ) as calendar
  ) as object
  left join chatmart_source on true
  order by object.position, object.object_name, chatmart_source.source_name
) as status`,
});
