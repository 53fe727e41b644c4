import type { ColumnMeaning, ViewDefinition } from '../src/mart/schema/table-definition.js';
import { AHEAD, clock } from './instants.js';

const count = (name: string, meaning: string, unit = 'sessions'): ColumnMeaning => ({
  name,
  meaning,
  unit,
  origin: 'extension',
  empty: 'NULL: the job counts none.',
});

/** What a run was asked to do, and its result. */
const counts: readonly ColumnMeaning[] = [
  {
    name: 'command',
    meaning: 'Command that the job was part of: run, backfill, reconcile, aggregate, migrate, discards retry.',
    origin: 'extension',
    empty: 'NULL: not recorded.',
  },
  {
    name: 'config_hash',
    meaning: 'Hash of the settings of the program without passwords: it changes when one of them does.',
    origin: 'extension',
    empty: 'NULL: not recorded.',
  },
  {
    name: 'window_from',
    meaning:
      'Start of what the job looked at, UTC: of a run, until when the source was complete before it; of a backfill or reconciliation, by ADDED_TS; of an aggregation, by session start.',
    origin: 'extension',
    empty: 'NULL: no start, as of a first run.',
  },
  {
    name: 'window_to',
    meaning: 'End of what the job looked at, UTC, itself not in it; of a run, until when the source is complete after it.',
    origin: 'extension',
    empty: 'NULL: no end, or the job did not get so far.',
  },
  count('in_count', 'What came in.', 'rows of the IDB (Job_ExtractICON), changed intervals (Job_AggregateGIM), else sessions'),
  count('out_count', 'What was written, or handed on.', 'rows of mapped keys (Job_ExtractICON), rows (Job_AggregateGIM), else sessions'),
  count('discarded_count', 'Sessions of which no fact could be made; STG_TRANSFORM_DISCARDS says why.'),
  count('late_count', 'Sessions that had ended in the mart already, and were changed by what came later.'),
  count('reread_count', 'Sessions of which all rows were read again.'),
];

const secondsSince = (start: string): string => `extract(epoch from now() at time zone 'UTC' - ${start})`;

/** Whether the session of the job's process still holds the lock that `lockJob` takes. */
const isAtWork = `ctl_etl_history.status = 'RUNNING' and exists (
      select
      from pg_locks
      where pg_locks.locktype = 'advisory'
        and pg_locks.granted
        and pg_locks.objsubid = 1
        and pg_locks.database = (select pg_database.oid from pg_database where pg_database.datname = current_database())
        and (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint = hashtextextended('chatmart job ' || ctl_etl_history.job_id, 0)
    )`;

const jobColumns = (what: string): ColumnMeaning[] => [
  { name: 'job_name', meaning: `${what}: name of the job.`, origin: 'assumed' },
  {
    name: 'job_id',
    meaning: `${what}: execution of the program that the job belongs to; the jobs of one cycle share it.`,
    origin: 'assumed',
  },
  { name: 'job_version', meaning: `${what}: release of the program.`, origin: 'assumed' },
  { name: 'start_time', meaning: `${what}: when the job began, UTC.`, origin: 'assumed' },
  { name: 'end_time', meaning: `${what}: when the job ended, UTC.`, origin: 'assumed', empty: 'NULL: it is at work, or it was killed.' },
  { name: 'duration', meaning: `${what}: how long the job took, or has taken so far, as HH:MM:SS.`, origin: 'assumed' },
  { name: 'status', meaning: `${what}: RUNNING, COMPLETED, FAILED, or STOPPED when somebody asked for it.`, origin: 'assumed' },
  { name: 'row_count', meaning: `${what}: rows read or written.`, unit: 'rows', origin: 'extension', empty: 'NULL: not counted.' },
  {
    name: 'message',
    meaning: `${what}: the error of a job that failed, or a remark.`,
    origin: 'extension',
    empty: 'NULL: nothing to say.',
  },
  ...counts.map((column) => ({ ...column, meaning: `${what}: ${column.meaning.charAt(0).toLowerCase()}${column.meaning.slice(1)}` })),
  {
    name: 'is_at_work',
    meaning: `${what}: whether its process is there. One that is RUNNING without it was killed; the next job will say so.`,
    origin: 'extension',
  },
];

const jobSelect = `ctl_etl_history.job_name,
    ctl_etl_history.job_id,
    ctl_etl_history.job_version,
    ctl_etl_history.start_time,
    ctl_etl_history.end_time,
    ${clock(`coalesce(ctl_etl_history.duration, ${secondsSince('ctl_etl_history.start_time')})::integer`)} as duration,
    ctl_etl_history.status,
    ctl_etl_history.row_count,
    ctl_etl_history.message,
    ${counts.map(({ name }) => `ctl_etl_history.${name}`).join(',\n    ')},
    ${isAtWork} as is_at_work
  from ctl_etl_history`;

/** ADMIN_ETL_JOB_HISTORY: readable durations, counts, and whether a job is at work. */
export const jobHistory: ViewDefinition = {
  name: 'admin_etl_job_history',
  comment:
    'Every execution of every job with its state, duration and counts; ask this view, not CTL_ETL_HISTORY. Genesys view, column names assumed.',
  columns: jobColumns('Job execution'),
  from: `(select ${jobSelect}) as job`,
};

/** ADMIN_ETL_JOB_STATUS. A job begun by a clock that was ahead is the newest only if there is no other. */
export const jobStatus: ViewDefinition = {
  name: 'admin_etl_job_status',
  comment:
    'The newest execution of each job: what is at work now, how each job ended last, and when it was last done. Genesys view, column names assumed.',
  columns: [
    ...jobColumns('Newest execution of a job'),
    {
      name: 'last_completed',
      meaning: 'When an execution of the job last ended as COMPLETED, UTC.',
      origin: 'extension',
      empty: 'NULL: none ever did.',
    },
  ],
  from: `(select distinct on (ctl_etl_history.job_name)
    (
      select max(completed.end_time)
      from ctl_etl_history as completed
      where completed.job_name = ctl_etl_history.job_name
        and completed.status = 'COMPLETED'
    ) as last_completed,
    ${jobSelect}
  order by ctl_etl_history.job_name, ctl_etl_history.start_time > ${AHEAD}, ctl_etl_history.start_time desc, ctl_etl_history.created_ts desc) as job`,
};

const ofJob = (column: string, jobName: string): string =>
  `max(ctl_etl_history.${column}) filter (where ctl_etl_history.job_name = '${jobName}')`;

/** ADMIN_RUN_HISTORY: one row per run, over its jobs. */
export const runHistory: ViewDefinition = {
  name: 'admin_run_history',
  comment:
    'Every execution of the program on the mart, one row each: what it read, wrote and set aside, and how it ended. Extension of chatmart.',
  columns: [
    { name: 'start_time', meaning: 'Run: when its first job began, UTC.', origin: 'extension' },
    { name: 'command', meaning: 'Run: command that was executed.', origin: 'extension', empty: 'NULL: not recorded.' },
    {
      name: 'status',
      meaning: 'Run: FAILED or STOPPED if one of its jobs was, else RUNNING if one is, else COMPLETED.',
      origin: 'extension',
    },
    { name: 'duration', meaning: 'Run: from the start of its first job to the end of its last, as HH:MM:SS.', origin: 'extension' },
    { name: 'window_from', meaning: 'Run: start of what it looked at, UTC.', origin: 'extension', empty: 'NULL: no start.' },
    {
      name: 'window_to',
      meaning: 'Run: end of what it looked at, UTC.',
      origin: 'extension',
      empty: 'NULL: no end, or it did not get so far.',
    },
    { name: 'rows_read', meaning: 'Run: rows read from the IDB.', unit: 'rows', origin: 'extension', empty: 'NULL: it read none.' },
    { name: 'sessions_in', meaning: 'Run: sessions that these rows told of.', unit: 'sessions', origin: 'extension', empty: 'NULL: none.' },
    {
      name: 'sessions_written',
      meaning: 'Run: facts inserted, updated or deleted.',
      unit: 'sessions',
      origin: 'extension',
      empty: 'NULL: none.',
    },
    {
      name: 'sessions_discarded',
      meaning: 'Run: sessions of which no fact could be made.',
      unit: 'sessions',
      origin: 'extension',
      empty: 'NULL: none.',
    },
    {
      name: 'sessions_late',
      meaning: 'Run: sessions that had ended in the mart already, and were changed.',
      unit: 'sessions',
      origin: 'extension',
      empty: 'NULL: none.',
    },
    {
      name: 'sessions_reread',
      meaning: 'Run: sessions of which all rows were read again.',
      unit: 'sessions',
      origin: 'extension',
      empty: 'NULL: none.',
    },
    {
      name: 'intervals_aggregated',
      meaning: 'Run: intervals of 15 minutes that were aggregated anew.',
      unit: 'intervals',
      origin: 'extension',
      empty: 'NULL: it did not aggregate.',
    },
    {
      name: 'error',
      meaning: 'Run: what went wrong, in the words of the first job that failed.',
      origin: 'extension',
      empty: 'NULL: nothing did.',
    },
    { name: 'job_version', meaning: 'Run: release of the program.', origin: 'extension' },
    { name: 'config_hash', meaning: 'Run: hash of its settings without passwords.', origin: 'extension', empty: 'NULL: not recorded.' },
    { name: 'job_id', meaning: 'Run: its JOB_ID in CTL_AUDIT_LOG and in all histories.', origin: 'extension' },
  ],
  from: `(
  select
    ctl_etl_history.job_id,
    min(ctl_etl_history.start_time) as start_time,
    max(ctl_etl_history.command) as command,
    case
      when bool_or(ctl_etl_history.status = 'FAILED') then 'FAILED'
      when bool_or(ctl_etl_history.status = 'STOPPED') then 'STOPPED'
      when bool_or(ctl_etl_history.status = 'RUNNING') then 'RUNNING'
      else 'COMPLETED'
    end as status,
    ${clock(`extract(epoch from max(coalesce(ctl_etl_history.end_time, now() at time zone 'UTC')) - min(ctl_etl_history.start_time))::integer`)} as duration,
    -- The comparison of the last days that a run makes has a window of its own.
    coalesce(min(ctl_etl_history.window_from) filter (where ctl_etl_history.job_name = 'Job_ExtractICON'), min(ctl_etl_history.window_from)) as window_from,
    coalesce(max(ctl_etl_history.window_to) filter (where ctl_etl_history.job_name = 'Job_ExtractICON'), max(ctl_etl_history.window_to)) as window_to,
    ${ofJob('in_count', 'Job_ExtractICON')} as rows_read,
    coalesce(${ofJob('in_count', 'Job_TransformGIM')}, ${ofJob('in_count', 'Job_ReconcileICON')}) as sessions_in,
    coalesce(${ofJob('out_count', 'Job_TransformGIM')}, ${ofJob('out_count', 'Job_ReconcileICON')}) as sessions_written,
    max(ctl_etl_history.discarded_count) as sessions_discarded,
    max(ctl_etl_history.late_count) as sessions_late,
    max(ctl_etl_history.reread_count) as sessions_reread,
    ${ofJob('in_count', 'Job_AggregateGIM')} as intervals_aggregated,
    (array_agg(ctl_etl_history.message order by ctl_etl_history.start_time, ctl_etl_history.job_name) filter (where ctl_etl_history.status = 'FAILED'))[1] as error,
    max(ctl_etl_history.job_version) as job_version,
    max(ctl_etl_history.config_hash) as config_hash
  from ctl_etl_history
  group by ctl_etl_history.job_id
) as run`,
};
