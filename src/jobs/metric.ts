/** What a metric promises: what it counts, in which unit, and by which labels. */
export interface MetricDefinition {
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly labels: readonly string[];
}

/** Not `job`: Prometheus gives that name to whom it scrapes. */
const JOB = ['job_name'];

/** Every metric, by its name without `chatmart_`: the single source of the exposition, the documents and the alert rules' test. */
export const METRICS = {
  build_info: { type: 'gauge', labels: ['version'], help: 'Always 1; the version of the program.' },
  last_tick_timestamp_seconds: { type: 'gauge', labels: [], help: 'When the scheduler last looked for work, as epoch time.' },
  job_last_success_timestamp_seconds: { type: 'gauge', labels: JOB, help: 'When the job last ended well, as epoch time.' },
  job_last_duration_seconds: { type: 'gauge', labels: JOB, help: 'How long the job took when it last ended well.' },
  job_successes_total: { type: 'counter', labels: JOB, help: 'Times that the job ended well since this process started.' },
  job_failures_total: {
    type: 'counter',
    labels: ['job_name', 'code'],
    help: 'Times that the job could not be done since this process started, by the code of docs/messages.md.',
  },
  job_skipped_ticks_total: {
    type: 'counter',
    labels: JOB,
    help: 'Times that the job was due while it was still at work, since this process started.',
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
    labels: ['source'],
    help: 'What the IDB had committed before then is in the mart, as epoch time; absent until the first load is done.',
  },
  source_lag_seconds: {
    type: 'gauge',
    labels: ['source'],
    help: 'Now minus the time until which the mart is complete. A quiet night makes no lag.',
  },
  source_ceiling_age_seconds: {
    type: 'gauge',
    labels: ['source'],
    help: 'How old the ceiling was when the last cycle took it: over 0, an open transaction on the server of the IDB holds it back.',
  },
  active_sessions: { type: 'gauge', labels: [], help: 'Async sessions in the mart that have not ended.' },
  stale_sessions: { type: 'gauge', labels: [], help: 'Those of them for which nothing has come for 30 days.' },
  open_discards: {
    type: 'gauge',
    labels: ['code'],
    help: 'What could not be loaded as it came and still holds, by code (chatmart discards list).',
  },
  pending_intervals: { type: 'gauge', labels: [], help: 'Intervals of 15 minutes whose facts changed since they were aggregated.' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

/** One value of a metric, with the values of its labels in their order. */
export interface Sample {
  readonly name: MetricName;
  readonly labels: readonly string[];
  readonly value: number;
}
