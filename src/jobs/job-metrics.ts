import { monotonicMs } from '../model/clock.js';
import { packageVersion } from '../spec/package-version.js';
import { toGaugeSamples, type MartGauges } from './mart-gauges.js';
import type { Sample } from './metric.js';
import type { RunSummary } from './run-summary.js';
import type { JobObserver } from './scheduler.js';

interface JobFigures {
  successes: number;
  skipped: number;
  readonly failures: Map<string, number>;
  lastSuccess: { readonly at: Date; readonly seconds: number } | undefined;
}

/** What is to be told of the work of this process: kept in memory, so that a scrape costs no database anything and works while there is none. */
export class JobMetrics implements JobObserver {
  private readonly jobs = new Map<string, JobFigures>();
  private lastTick: { readonly at: Date; readonly ms: number } | undefined;
  private cycle: RunSummary | undefined;
  private gauges: MartGauges | undefined;

  constructor(
    jobs: readonly string[],
    private readonly nowMs: () => number = monotonicMs,
  ) {
    // Counters begin with 0, or the first failure would not be an increase.
    for (const job of jobs) this.jobs.set(job, { successes: 0, skipped: 0, failures: new Map(), lastSuccess: undefined });
  }

  get tickedAt(): Date | undefined {
    return this.lastTick?.at;
  }

  /** How long that is ago, whatever became of the clock meanwhile. */
  get sinceTickMs(): number {
    return this.lastTick === undefined ? 0 : this.nowMs() - this.lastTick.ms;
  }

  readonly ticked = (at: Date): void => {
    this.lastTick = { at, ms: this.nowMs() };
  };

  readonly skipped = (job: string): void => {
    this.jobs.get(job)!.skipped++;
  };

  readonly succeeded = (job: string, at: Date, seconds: number): void => {
    const figures = this.jobs.get(job)!;
    figures.successes++;
    figures.lastSuccess = { at, seconds };
  };

  readonly failed = (job: string, _at: Date, { code }: { readonly code: string }): void => {
    const { failures } = this.jobs.get(job)!;
    failures.set(code, (failures.get(code) ?? 0) + 1);
  };

  /** What a cycle did, and what the mart says after it; undefined: it could not be asked. */
  cycleDone(summary: RunSummary, gauges: MartGauges | undefined): void {
    this.cycle = summary;
    this.gauges = gauges ?? this.gauges;
  }

  /** All samples; lags are those of `now`. */
  toSamples(now: Date): Sample[] {
    return [
      { name: 'build_info', labels: [packageVersion()], value: 1 },
      ...(this.lastTick === undefined ? [] : [sample('last_tick_timestamp_seconds', [], this.lastTick.at.getTime() / 1_000)]),
      ...[...this.jobs].flatMap(([job, figures]) => toJobSamples(job, figures)),
      ...(this.cycle === undefined ? [] : toCycleSamples(this.cycle)),
      ...(this.gauges === undefined ? [] : toGaugeSamples(this.gauges, now)),
    ];
  }
}

const sample = (name: Sample['name'], labels: readonly string[], value: number): Sample => ({ name, labels, value });

const toJobSamples = (job: string, { successes, skipped, failures, lastSuccess }: JobFigures): Sample[] => [
  ...(lastSuccess === undefined
    ? []
    : [
        sample('job_last_success_timestamp_seconds', [job], lastSuccess.at.getTime() / 1_000),
        sample('job_last_duration_seconds', [job], lastSuccess.seconds),
      ]),
  sample('job_successes_total', [job], successes),
  ...[...failures].map(([code, times]) => sample('job_failures_total', [job, code], times)),
  sample('job_skipped_ticks_total', [job], skipped),
];

const toCycleSamples = ({ stages, sessions }: RunSummary): Sample[] => [
  ...stages.flatMap(({ stage, of, count, seconds }) => [
    sample('stage_duration_seconds', [stage], seconds),
    sample('stage_items', [stage, of], count),
  ]),
  ...(['inserted', 'updated', 'unchanged', 'deleted', 'discarded'] as const).map((outcome) =>
    sample('sessions_loaded', [outcome], sessions[outcome]),
  ),
];
