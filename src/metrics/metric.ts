/** The definition of a metric: what it counts, its unit and its labels. */
export interface MetricDefinition {
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
}

/** Not `job`: Prometheus uses that name for the scraped target. */
const JOB = ['job_name'];
const SOURCE = ['source'];

/**
 * Every metric, by its name without `chatmart_`: the single source of the exposition, the documents and the test of the alert rules. A time
 * that never occurred is 0: an alarm needs the metric to exist before the event has happened.
 */
export const METRICS = {
  build_info: { type: 'gauge', labels: ['version'], help: 'Always 1; the version of the program.' },
  last_tick_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Epoch time at which the scheduler last looked for work. The file of a single run does not have it.',
  },
  history_start_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Epoch time at which the job history of the mart begins.',
  },
  mart_went_back_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Epoch time at which a run last found that the mart had gone back in time or moved, for example after a restore; 0: never.',
  },
  job_last_success_timestamp_seconds: {
    type: 'gauge',
    labels: JOB,
    help: 'Epoch time at which the job last succeeded, according to the job history, in any process; 0: no success is known.',
  },
  job_last_duration_seconds: { type: 'gauge', labels: JOB, help: 'Duration of the last successful job.' },
  job_attempts_total: {
    type: 'counter',
    labels: ['job_name', 'outcome'],
    help: 'Attempts at the job, by outcome: done, busy (another process was doing it), unavailable (a database could not be reached), failed.',
  },
  job_successes_total: { type: 'counter', labels: JOB, help: 'Successful jobs.' },
  job_failures_total: {
    type: 'counter',
    labels: ['job_name', 'code'],
    help: 'Failed attempts at the job, by code of docs/messages.md. A code appears when it first occurs.',
  },
  job_skipped_ticks_total: { type: 'counter', labels: JOB, help: 'Ticks that were skipped because the job was still running.' },
  rows_read_total: { type: 'counter', labels: [], help: 'Rows that runs have read from the IDB.' },
  load_rows_done: {
    type: 'gauge',
    labels: [],
    help: 'Rows that the current load has loaded so far; 0: there is no current load. The first load of a large IDB takes hours.',
  },
  load_rows_estimated: {
    type: 'gauge',
    labels: [],
    help: 'Estimated rows of the whole current load, from its ids; 0: there is no current load, or no estimate yet.',
  },
  sessions_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Sessions that runs have handled, by result: inserted, updated, unchanged, deleted, discarded. A session counts again with each further row; a discard that is already recorded counts as unchanged.',
  },
  discards_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Discards that runs have recorded, by code; each counts once (chatmart discards list).',
  },
  stage_duration_seconds: {
    type: 'gauge',
    labels: ['stage'],
    help: 'Duration of the stage in the last run; extract and load overlap.',
  },
  stage_items: {
    type: 'gauge',
    labels: ['stage', 'of'],
    help: 'Rows, sessions or intervals that the stage handled in the last run.',
  },
  sessions_loaded: {
    type: 'gauge',
    labels: ['outcome'],
    help: 'Sessions of the last run, by result: inserted, updated, unchanged, deleted, discarded.',
  },
  source_complete_until_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Epoch time until which the mart is complete: it holds everything that the IDB committed before; 0: nothing is complete yet.',
  },
  source_lag_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Seconds since the time until which the mart is complete; absent until there is one. An IDB without new rows causes no lag.',
  },
  source_ceiling_age_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Age of the ceiling when the last run took it; above 0, an open transaction on the server of the IDB holds it back.',
  },
  source_waiting_rows: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Committed rows of the IDB that the last run did not load, because a transaction that started writing earlier was still open. Where ids are counted instead of rows, this is an upper limit.',
  },
  source_waiting_since_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Epoch time at which a run first left these rows unloaded; 0: none are waiting.',
  },
  source_waiting_for: {
    type: 'gauge',
    labels: ['source', 'kind', 'database', 'user', 'application', 'until'],
    help: 'Always 1. The labels describe the transaction that these rows wait for (kind: session, prepared, primary or unseen; application: its application or the name of the prepared transaction) and how long they wait at most (until: next-run or run-after-next). Absent while no rows wait.',
  },
  source_newest_row_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Epoch time at which ICON stored the newest loaded row of a chat session; 0: none was loaded.',
  },
  idb_oldest_transaction_age_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Age of the oldest open transaction with writes on the server of the IDB after the last run; 0: there was none. If the role cannot see when it began, its age counts from the first run that found it.',
  },
  certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    labels: ['place', 'certificate'],
    help: 'Epoch time at which a certificate expires: that of a server, of the authority that signed it, or our own client certificate. Days left: (this - time()) / 86400.',
  },
  active_sessions: { type: 'gauge', labels: [], help: 'Async sessions in the mart that have not ended.' },
  stale_sessions: { type: 'gauge', labels: [], help: 'Active sessions without a new row for 30 days.' },
  newly_stale_sessions: { type: 'gauge', labels: [], help: 'Active sessions that became stale within the last 7 days.' },
  open_discards: {
    type: 'gauge',
    labels: ['code'],
    help: 'Open discards, by code (chatmart discards list).',
  },
  recent_discards: { type: 'gauge', labels: ['code'], help: 'Open discards that were first recorded within the last 24 hours, by code.' },
  pending_intervals: { type: 'gauge', labels: [], help: 'Intervals of 15 minutes whose facts have changed since they were aggregated.' },
  pending_since_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'Epoch time of the oldest of these changes; 0: none are waiting.',
  },
  process_cpu_seconds_total: { type: 'counter', labels: [], help: 'Total user and system CPU time spent in seconds.' },
  process_resident_memory_bytes: { type: 'gauge', labels: [], help: 'Resident memory size in bytes.' },
  process_start_time_seconds: { type: 'gauge', labels: [], help: 'Start time of the process since unix epoch in seconds.' },
  nodejs_heap_size_total_bytes: { type: 'gauge', labels: [], help: 'Process heap size from Node.js in bytes.' },
  nodejs_heap_size_used_bytes: { type: 'gauge', labels: [], help: 'Process heap size used from Node.js in bytes.' },
  nodejs_external_memory_bytes: { type: 'gauge', labels: [], help: 'Node.js external memory size in bytes.' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

/** Metrics that every program has keep their standard names. */
const STANDARD = /^(process|nodejs)_/;

/** The full name of a metric in Prometheus. */
export const toFullName = (name: MetricName): string => (STANDARD.test(name) ? name : `chatmart_${name}`);

/** Whether a metric describes the process itself. Not for node_exporter's files: it has metrics with the same names. */
export const isOfProcess = ({ name }: Sample): boolean => STANDARD.test(name);

/** One value of a metric, with its label values in order. */
export interface Sample {
  readonly name: MetricName;
  readonly labels: readonly string[];
  readonly value: number;
}
