import { type Problem, type ProblemKind, toProblem } from '../jobs/problem.js';
import { monotonicMs } from '../model/clock.js';
import { DISCARD } from '../model/discard.js';
import { StoppedError } from '../model/errors.js';
import { toLoadFigures, toLoadText } from '../pipeline/load-progress.js';
import { type RunSummary, addTotals, emptyTotals, type WindowTotals } from '../pipeline/totals.js';
import { packageVersion } from '../spec/package-file.js';
import { toSamples, type Gauges, readGauges, type GaugeOptions } from './gauges.js';
import { toSeconds, type JobSuccess } from './mart-gauges.js';
import type { Sample } from './metric.js';

interface JobFigures {
  readonly attempts: Map<AttemptOutcome, number>;
  skipped: number;
  readonly failures: Map<string, number>;
  lastSuccess: JobSuccess | undefined;
}

type AttemptOutcome = 'done' | ProblemKind;

const ATTEMPT_OUTCOMES: readonly AttemptOutcome[] = ['done', 'busy', 'unavailable', 'failed'];

/**
 * The metrics of this process's work, and the last answers of the databases. Kept in memory, so that a scrape costs no database work and
 * succeeds during an outage. Counters begin at 0; otherwise the first increase would not be seen.
 */
export class JobMetrics implements JobObserver {
  private readonly jobs: ReadonlyMap<string, JobFigures>;
  private lastTick: { readonly at: Date; readonly ms: number } | undefined;
  private lastRun: RunSummary | undefined;
  private gauges: Gauges | undefined;
  /** Totals of the runs before the one begun last. */
  private readonly counted = emptyTotals();
  private counting: WindowTotals | undefined;
  /** Names of the sources that a run of this process has loaded. */
  private readonly loaded = new Set<string>();

  constructor(
    jobs: readonly string[],
    private readonly nowMs: () => number = monotonicMs,
  ) {
    this.jobs = new Map(jobs.map((job) => [job, { attempts: new Map(), skipped: 0, failures: new Map(), lastSuccess: undefined }]));
  }

  get tickedAt(): Date | undefined {
    return this.lastTick?.at;
  }

  /** Time since the last tick, regardless of changes to the clock. */
  get sinceTickMs(): number {
    return this.lastTick === undefined ? 0 : this.nowMs() - this.lastTick.ms;
  }

  /** The last answers of the databases; undefined: they were never queried. */
  get known(): Gauges | undefined {
    return this.gauges;
  }

  readonly ticked = (at: Date): void => {
    this.lastTick = { at, ms: this.nowMs() };
  };

  readonly skipped = (job: string): void => {
    this.jobs.get(job)!.skipped++;
  };

  readonly succeeded = (job: string, at: Date, seconds: number): void => {
    const figures = this.jobs.get(job)!;
    increase(figures.attempts, 'done');
    figures.lastSuccess = { at, seconds };
  };

  readonly failed = (job: string, _at: Date, { code, kind }: { readonly code: string; readonly kind: ProblemKind }): void => {
    const { attempts, failures } = this.jobs.get(job)!;
    increase(attempts, kind);
    increase(failures, code);
  };

  /** A run begins, and counts its work here. */
  runBegun(totals: WindowTotals): void {
    if (this.counting !== undefined) addTotals(this.counted, this.counting);
    this.counting = totals;
  }

  /** The result of a run. */
  runDone(summary: RunSummary): void {
    this.lastRun = summary;
    for (const { name, unreachable } of summary.sources) if (unreachable === null) this.loaded.add(name);
  }

  /** Why some sources were never loaded completely, and how far each load is, one sentence each; undefined: the mart never answered. */
  findFirstLoads(sourceNames: readonly string[]): readonly string[] | undefined {
    const load = this.counting?.load;
    if (load?.isFirst === true) return [toLoadText(load)];
    const known = this.gauges?.mart?.sources;
    const isLoaded = (name: string): boolean => this.loaded.has(name) || known?.get(name)?.state?.lastCeiling != null;
    const missing = sourceNames.filter((name) => !isLoaded(name));
    return missing.length > 0 && known === undefined
      ? undefined
      : missing.map((name) => `the first load of source ${name} is not finished`);
  }

  /** The databases were queried. */
  looked(gauges: Gauges): void {
    this.gauges = gauges;
  }

  /** All samples; lags are relative to `now`. */
  toSamples(now: Date): Sample[] {
    return [
      sample('build_info', [packageVersion()], 1),
      ...(this.lastTick === undefined ? [] : [sample('last_tick_timestamp_seconds', [], toSeconds(this.lastTick.at))]),
      ...[...this.jobs].flatMap(([job, figures]) => toJobSamples(job, figures, this.lastSuccessOf(job, now))),
      ...this.toCounterSamples(),
      ...(this.lastRun === undefined ? [] : toRunSamples(this.lastRun)),
      ...(this.gauges === undefined ? [] : toSamples(this.gauges, now)),
    ];
  }

  /** By this process, or by others according to the job history; a time in the future does not count. */
  private lastSuccessOf(job: string, now: Date): JobSuccess | undefined {
    const known = [this.jobs.get(job)?.lastSuccess, this.gauges?.mart?.lastSuccesses.get(job)];
    return known
      .filter((each) => each !== undefined)
      .filter(({ at }) => at <= now)
      .sort((left, right) => right.at.getTime() - left.at.getTime())[0];
  }

  private toCounterSamples(): Sample[] {
    const totals = emptyTotals();
    addTotals(totals, this.counted);
    if (this.counting !== undefined) addTotals(totals, this.counting);
    const load = this.counting?.load && toLoadFigures(this.counting.load);
    return [
      sample('rows_read_total', [], totals.rows),
      sample('load_rows_done', [], load?.rows ?? 0),
      sample('load_rows_estimated', [], load?.ofRows ?? 0),
      ...SESSION_OUTCOMES.map((outcome) => sample('sessions_total', [outcome], totals.sessions[outcome])),
      ...Object.keys(DISCARD).map((code) => sample('discards_total', [code], totals.discards.get(code) ?? 0)),
    ];
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const sample = (name: Sample['name'], labels: readonly string[], value: number): Sample => ({ name, labels, value });

function toJobSamples(job: string, { attempts, skipped, failures }: JobFigures, last: JobSuccess | undefined): Sample[] {
  return [
    sample('job_last_success_timestamp_seconds', [job], toSeconds(last?.at ?? null)),
    ...(last === undefined ? [] : [sample('job_last_duration_seconds', [job], last.seconds)]),
    ...ATTEMPT_OUTCOMES.map((outcome) => sample('job_attempts_total', [job, outcome], attempts.get(outcome) ?? 0)),
    sample('job_successes_total', [job], attempts.get('done') ?? 0),
    ...[...failures].map(([code, times]) => sample('job_failures_total', [job, code], times)),
    sample('job_skipped_ticks_total', [job], skipped),
  ];
}

const SESSION_OUTCOMES = ['inserted', 'updated', 'unchanged', 'deleted', 'discarded'] as const;

const toRunSamples = ({ stages, sessions }: RunSummary): Sample[] => [
  ...stages.flatMap(({ stage, of, count, seconds }) => [
    sample('stage_duration_seconds', [stage], seconds),
    sample('stage_items', [stage, of], count),
  ]),
  ...SESSION_OUTCOMES.map((outcome) => sample('sessions_loaded', [outcome], sessions[outcome])),
];

/** Receives the events of jobs. */
export interface JobObserver {
  readonly ticked: (at: Date) => void;
  readonly skipped: (job: string) => void;
  readonly succeeded: (job: string, at: Date, seconds: number) => void;
  readonly failed: (job: string, at: Date, problem: Problem) => void;
}

export interface RunMetricsOptions extends GaugeOptions {
  /** The jobs whose last success is reported. */
  readonly jobs: readonly string[];
  /** The counts of the run, however it ended. */
  readonly totals: WindowTotals;
}

/** How a run ended. */
export type RunEnd = { readonly summary: RunSummary } | { readonly error: unknown };

export interface RunMetrics {
  readonly at: Date;
  readonly samples: readonly Sample[];
  /** The mart has answered: a value that is not among the samples no longer exists. */
  readonly isWhole: boolean;
}

/** The metrics of a single run, and the state of the databases after it. */
export async function readRunMetrics(end: RunEnd, { jobs, totals, ...options }: RunMetricsOptions): Promise<RunMetrics> {
  const metrics = new JobMetrics(jobs);
  metrics.runBegun(totals);
  if ('summary' in end) {
    metrics.succeeded('cycle', options.now, end.summary.seconds);
    metrics.runDone(end.summary);
  } else if (!(end.error instanceof StoppedError)) metrics.failed('cycle', options.now, toProblem(end.error));
  const gauges = await readGauges({ ...options, jobs });
  metrics.looked(gauges);
  return { at: options.now, samples: metrics.toSamples(options.now), isWhole: gauges.mart !== undefined };
}

/** The samples of this process, under the names common to all programs. */
export function toProcessSamples(): Sample[] {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const sample = (name: Sample['name'], value: number): Sample => ({ name, labels: [], value });
  return [
    sample('process_cpu_seconds_total', (user + system) / 1_000_000),
    sample('process_resident_memory_bytes', rss),
    sample('process_start_time_seconds', performance.timeOrigin / 1_000),
    sample('nodejs_heap_size_total_bytes', heapTotal),
    sample('nodejs_heap_size_used_bytes', heapUsed),
    sample('nodejs_external_memory_bytes', external),
  ];
}
