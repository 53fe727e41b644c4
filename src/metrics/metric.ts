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
    help: 'When the scheduler last looked for work, as epoch time; not in the file of a single run.',
  },
  history_start_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the job history of the mart begins, as epoch time: nothing was ever done before.',
  },
  mart_went_back_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When a cycle last found the mart to be older than it had been, or elsewhere, as after a restore, as epoch time; 0: never.',
  },
  job_last_success_timestamp_seconds: {
    type: 'gauge',
    labels: JOB,
    help: 'When the job last ended well, whoever ran it, by the job history, as epoch time; 0: no success is known.',
  },
  job_last_duration_seconds: { type: 'gauge', labels: JOB, help: 'How long the job took when it last ended well.' },
  job_attempts_total: {
    type: 'counter',
    labels: ['job_name', 'outcome'],
    help: 'Times that the job was tried, by what became of it: done, busy (another one was at work), unavailable (a database was out of reach), failed.',
  },
  job_successes_total: { type: 'counter', labels: JOB, help: 'Times that the job ended well.' },
  job_failures_total: {
    type: 'counter',
    labels: ['job_name', 'code'],
    help: 'Times that the job could not be done, by the code of docs/messages.md; a code is not there before it first comes up.',
  },
  job_skipped_ticks_total: { type: 'counter', labels: JOB, help: 'Times that the job was due while it was still at work.' },
  rows_read_total: { type: 'counter', labels: [], help: 'Rows of the IDB that cycles have read.' },
  load_rows_done: {
    type: 'gauge',
    labels: [],
    help: 'Rows that the load under way has loaded; 0: none is under way. The first load of a big IDB takes hours.',
  },
  load_rows_estimated: {
    type: 'gauge',
    labels: [],
    help: 'How many rows the load under way is about to load in all, as its ids tell; 0: none is under way, or nothing tells yet.',
  },
  sessions_total: {
    type: 'counter',
    labels: ['outcome'],
    help: 'Sessions that cycles have judged: inserted, updated, unchanged, deleted, discarded. A further row of a session counts it again; what was on record as discarded counts as unchanged then.',
  },
  discards_total: {
    type: 'counter',
    labels: ['code'],
    help: 'Problems that cycles have put on record, by code; each once (chatmart discards list).',
  },
  stage_duration_seconds: {
    type: 'gauge',
    labels: ['stage'],
    help: 'How long the stage took in the last cycle; extract and load overlap.',
  },
  stage_items: {
    type: 'gauge',
    labels: ['stage', 'of'],
    help: 'What the stage handled in the last cycle: rows, sessions or intervals.',
  },
  sessions_loaded: {
    type: 'gauge',
    labels: ['outcome'],
    help: 'Sessions of the last cycle: inserted, updated, unchanged, deleted, discarded.',
  },
  source_complete_until_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'What the IDB had committed before then is in the mart, as epoch time; 0: nothing counts as complete yet.',
  },
  source_lag_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Now minus the time until which the mart is complete; absent until there is one. A quiet night makes no lag.',
  },
  source_ceiling_age_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'How old the ceiling was when the last cycle took it: over 0, an open transaction on the server of the IDB holds it back.',
  },
  source_waiting_rows: {
    type: 'gauge',
    labels: SOURCE,
    help: 'Rows that were committed in the IDB and not loaded after the last cycle, because a transaction was open that began to write before them; counted, and at most so many where ids were counted instead.',
  },
  source_waiting_since_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'When a cycle first left such rows where they are, as epoch time; 0: none has.',
  },
  source_waiting_for: {
    type: 'gauge',
    labels: ['source', 'kind', 'database', 'user', 'application', 'until'],
    help: 'Always 1: for whose transaction these rows wait (kind: session, prepared, primary or unseen; application: or the name of a prepared transaction), and until when they do, if it does not end before (until: next-cycle or cycle-after-next); not there while none waits.',
  },
  source_newest_row_timestamp_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'When ICON stored the newest row of a chat session that was loaded, as epoch time; 0: none was loaded.',
  },
  idb_oldest_transaction_age_seconds: {
    type: 'gauge',
    labels: SOURCE,
    help: 'For how long the oldest transaction that has written something had been open on the server of the IDB after the last cycle; 0: there was none. Where its beginning is hidden from the role, since the first run that met it.',
  },
  certificate_not_after_timestamp_seconds: {
    type: 'gauge',
    labels: ['place', 'certificate'],
    help: "Until when a certificate is valid, as epoch time: of the mart's or a source's server, the authority that signed it, or our own as client. Days left: (this - time()) / 86400.",
  },
  active_sessions: { type: 'gauge', labels: [], help: 'Async sessions in the mart that have not ended.' },
  stale_sessions: { type: 'gauge', labels: [], help: 'Those of them for which nothing has come for 30 days.' },
  newly_stale_sessions: { type: 'gauge', labels: [], help: 'Those of them that became stale within the last 7 days.' },
  open_discards: {
    type: 'gauge',
    labels: ['code'],
    help: 'What could not be loaded as it came and still holds, by code (chatmart discards list).',
  },
  recent_discards: { type: 'gauge', labels: ['code'], help: 'Those of them that were first seen within the last 24 hours.' },
  pending_intervals: { type: 'gauge', labels: [], help: 'Intervals of 15 minutes whose facts changed since they were aggregated.' },
  pending_since_timestamp_seconds: {
    type: 'gauge',
    labels: [],
    help: 'When the first of these changes was made, as epoch time; 0: nothing waits.',
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
