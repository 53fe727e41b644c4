import { requireMart } from '../../mart/schema/mart-access.js';
import { queryRows } from '../../db/connection.js';
import { withMartSession } from '../../mart/mart-session.js';
import { monotonicMs, type Clock } from '../../model/clock.js';
import type { Log } from '../../model/log.js';
import { createTicker, tickUntilStopped } from './ticker.js';
import { readGauges } from '../../metrics/gauges.js';
import { JobMetrics, toProcessSamples } from '../../metrics/job-metrics.js';
import type { Observed, ObservedPlace } from '../../metrics/server.js';
import { selectLastStarts } from './schedule.sql.js';
import { Scheduler, type Ticker } from './scheduler.js';
import { counted } from '../../model/text.js';
import { toSources } from '../../pipeline/source.js';
import { toScheduledJobs, type ScheduledJobsOptions } from './jobs.js';
import type { JobSettings } from '../../jobs/job.js';
import type { Migrating } from '../../jobs/job-databases.js';
import type { StopRequest } from '../../jobs/stop.js';
import type { RunSummary, WindowTotals } from '../../pipeline/totals.js';

export interface ScheduleOptions extends Omit<ScheduledJobsOptions, 'loads'>, Partial<Migrating> {
  /** Default: ticks every minute, and at the seconds of the cron expression. */
  readonly ticker?: Ticker;
  /** Publishes the observed state; undefined: it is not published. */
  readonly serve?: ((observed: Observed) => Promise<ObservedPlace>) | undefined;
}

/** A schedule without its ticks. */
export interface TicklessOptions extends Omit<ScheduleOptions, 'ticker' | 'serve'> {
  /** False: nobody will ask for the observed state, so no database is asked for it. */
  readonly isObserved?: boolean;
}

/** Settings of the daemon and of all its jobs. */
export interface ScheduleSettings extends JobSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly stop: StopRequest;
}

/** Ticks come every minute; after this long without one, the scheduler counts as dead. */
const DEAD_AFTER_MS = 5 * 60_000;

/**
 * Runs the scheduled jobs until asked to stop, then ends as soon as they have finished their chunk. Database problems, at the first tick or
 * later, are logged and retried. Errors: `ConfigError` for options that retrying cannot fix, `StoppedError` if stopped immediately.
 */
export async function schedule(options: ScheduleOptions, settings: ScheduleSettings): Promise<void> {
  const { clock, log, stop } = settings;
  const { serve, ticker = createTicker(options.schedule.cron, clock) } = options;
  const { scheduler, observed } = createSchedule({ ...options, isObserved: serve !== undefined }, settings);
  const place = await serve?.(observed);
  try {
    if (place !== undefined) log(`metrics at ${place.url}/metrics, probes at /health and /ready`, { code: 'metrics-served' });
    log(`schedule: ${toSentence(options)}`, { code: 'schedule-started' });
    await tickUntilStopped(scheduler, { ticker, clock, stop: stop.afterChunk });
    stop.atOnce.throwIfAborted();
    log('schedule: stopped; committed work is kept', { code: 'schedule-ended' });
  } finally {
    await place?.close();
  }
}

/** Creates the scheduler without starting its ticks, and the state to observe. */
export function createSchedule(
  options: TicklessOptions,
  settings: ScheduleSettings,
  nowMs: () => number = monotonicMs,
): { scheduler: Scheduler; observed: Observed } {
  const { martUrl, martSchema, isObserved = true } = options;
  const { clock, log, stop } = settings;
  const sources = toSources(options, settings);
  /** A failed look does not affect the finished job, and shutdown does not wait for it. */
  const look = async (): Promise<void> => {
    if (!isObserved || stop.afterChunk.aborted) return;
    const names = jobs.map(({ name }) => name);
    metrics.looked(await readGauges({ martUrl, martSchema, sources, jobs: names, now: clock(), log }, metrics.known));
  };
  const loads = { begun: (totals: WindowTotals) => metrics.runBegun(totals), done: (summary: RunSummary) => metrics.runDone(summary) };
  const jobs = toScheduledJobs({ ...options, loads }, settings);
  const metrics = new JobMetrics(
    jobs.map(({ name }) => name),
    nowMs,
  );
  const startedAt = clock();
  let onAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    onAsked = resolve;
    setTimeout(resolve, FIRST_LOOK_MS).unref();
  });
  const readLastStarts = async (): Promise<ReadonlyMap<string, Date>> => {
    try {
      const lastStarts = await prepare(options, clock, startedAt);
      await look();
      return lastStarts;
    } finally {
      onAsked();
    }
  };
  const scheduler = new Scheduler({
    ...{ jobs, afterEach: look },
    ...{ clock, log, stop: stop.afterChunk, readLastStarts, observer: metrics },
  });
  const sourceNames = sources.map(({ name }) => name);
  return { scheduler, observed: observe(scheduler, metrics, asked, { clock, sourceNames }) };
}

/** A request for metrics waits this long for the first look at the databases; Prometheus gives up after ten seconds. */
const FIRST_LOOK_MS = 3_000;

/** Ensures that there is a mart, and reads when each job last started. Maintenance that has never run waits for its time. */
async function prepare(
  { migrate, martUrl, martSchema }: ScheduleOptions,
  clock: Clock,
  startedAt: Date,
): Promise<ReadonlyMap<string, Date>> {
  await migrate?.();
  return withMartSession({ url: martUrl, applicationName: 'chatmart schedule', schema: martSchema }, async (mart) => {
    await requireMart(mart, { writes: true });
    const rows = await queryRows<{ job: string; at: Date }>(mart, selectLastStarts(clock()));
    return new Map([['aggregate', startedAt] as const, ['maintain', startedAt] as const, ...rows.map(({ job, at }) => [job, at] as const)]);
  });
}

interface ObserveOptions extends Pick<ScheduleSettings, 'clock'> {
  readonly sourceNames: readonly string[];
}

function observe(scheduler: Scheduler, metrics: JobMetrics, asked: Promise<void>, { clock, sourceNames }: ObserveOptions): Observed {
  return {
    samples: () => [...metrics.toSamples(clock()), ...toProcessSamples()],
    asked,
    deathReason: () => {
      const { tickedAt, sinceTickMs } = metrics;
      return tickedAt !== undefined && sinceTickMs > DEAD_AFTER_MS ? `No tick since ${tickedAt.toISOString()}` : undefined;
    },
    problems: () => {
      const found = scheduler.problems.map(({ job, problem }) => `${job}: ${problem.message} (${problem.code})`);
      const firstLoads = scheduler.hasBegun ? metrics.findFirstLoads(sourceNames) : undefined;
      return firstLoads === undefined && found.length === 0 ? ['The mart has not answered yet'] : [...found, ...(firstLoads ?? [])];
    },
  };
}

const toTime = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** The plan, for the first line of the log. */
function toSentence({
  reports = [],
  schedule: { cron, window, frequencyMinutes, aggregates, runMaintain, maintainMinute, zone },
}: ScheduleOptions): string {
  const { fromMinute, toMinute } = window;
  const hours = fromMinute === toMinute ? 'all day' : `from ${toTime(fromMinute)} to ${toTime(toMinute)}`;
  const runs = cron === undefined ? `a run every ${frequencyMinutes} min ${hours}` : `runs by ${JSON.stringify(cron)} (UTC)`;
  const aggregation =
    typeof aggregates === 'string' ? (aggregates === 'never' ? ', without aggregates' : '') : ', aggregates at their own times';
  return `${runs}${aggregation}${runMaintain ? `, maintenance at ${toTime(maintainMinute)}` : ', no maintenance'}${reports.length === 0 ? '' : `, ${counted(reports.length, 'report')}`} (${zone})`;
}
