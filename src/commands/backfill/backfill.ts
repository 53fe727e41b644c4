import { requireMart } from '../../mart/schema/mart-access.js';
import { withIdb, type TwinSource } from '../../extract/connect-idb.js';
import { type Slice, toSpan, toSpanText, toTimeText } from '../../model/time-span.js';
import { randomUUID } from 'node:crypto';
import { execute, type Connection } from '../../db/connection.js';
import { withMartSession } from '../../mart/mart-session.js';
import { monotonicMs, systemClock, type Clock } from '../../model/clock.js';
import { BusyError, StoppedError } from '../../model/errors.js';
import { SOURCE_NAME } from '../../mart/source-identity.js';
import { aggregateOnce } from '../../pipeline/aggregate.js';
import { cutSlices, DEFAULT_SLICE, joinSlices, parseSliceWidth, toSpansText, toSliceText, type Reprocess } from './slices.js';
import { planSlices, readGaps, type SlicePlan } from './ledger.js';
import { createPace } from './read-slices.js';
import { createProgressMeter, type BackfillProgress, type ProgressMeter } from './progress.js';
import { emptySliceTotals, loadSlices, type SliceTotals } from './load-slices.js';
import { toBoundText } from '../../model/utc-time.js';

import { inspectSource, type InspectedSource } from '../../extract/source-times.js';
import type { BackfilledSource, BackfillSummary } from './summary.js';
import { withFailureOnRecord, withJobHistory, withStopOnRecord } from '../../jobs/job-history.js';
import { recordDeadJobs } from '../../jobs/job-history.sql.js';

import { takeJobLock, type RunSession } from '../../mart/locks.js';
import { prepareLoading, toTwinSources, type SourceOptions } from '../../pipeline/source.js';
import { emptyTotals, toCounts, toExtractCounts, toTransformCounts, type WindowTotals } from '../../pipeline/totals.js';
import { withRetries, type JobRetries } from '../../jobs/with-retries.js';
import { counted, verb } from '../../model/text.js';

/** What of history a backfill reads, and in which order. */
export interface BackfillRange {
  /** Rows that ICON stored in `[from, to)`, by ADDED_TS. */
  readonly from: Date;
  readonly to: Date;
  readonly sliceSeconds?: number;
  /** Leave out the slices that are on record as done, under just these bounds. */
  readonly resume?: boolean;
  /** Which slices are read for what is on record; default: all. */
  readonly reprocess?: Reprocess;
  readonly newestFirst?: boolean | undefined;
  /** At most so many rows a second. */
  readonly maxRate?: number | undefined;
}

export interface BackfillOptions extends BackfillRange, SourceOptions, JobRetries {
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
  /** Is told after each chunk how far the backfill has come. */
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
}

/** What belongs to one execution of a backfill. */
interface Execution extends BackfillOptions {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly jobId: string;
  /** One instant for all that the backfill decides. */
  readonly now: Date;
  readonly totals: WindowTotals;
  readonly slices: readonly Slice[];
  readonly sliceSeconds: number;
  /** Sessions that held the lock, one an attempt. */
  readonly sessions: RunSession[];
  /** By source, in the order in which they are read. */
  readonly tallies: Map<string, SourceTally>;
  /** Both databases have answered, and the ledger holds the slices: a further attempt resumes. */
  hasBegun: boolean;
  intervals: number;
}

/** What all attempts at a source have come to. */
interface SourceTally extends InspectedSource {
  rows: number;
  readonly done: SliceTotals;
  /** What the first attempt was to read; a further one does what is left of it. */
  plan: SlicePlan | undefined;
}

/**
 * Reads history by slices and loads it beside whatever else is at work on the mart; the watermark of the source stays where it is.
 * Doing it twice changes nothing. Of HA twins all are read, one after the other. Being asked to stop is no error: the summary says so.
 * Errors: `BusyError` while another backfill is at work.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillSummary> {
  const { clock = systemClock, log = () => undefined, sliceSeconds = parseSliceWidth(DEFAULT_SLICE), retryDelaysMs, stop } = options;
  const start = monotonicMs();
  const slices = cutSlices(options, sliceSeconds);
  const execution: Execution = {
    ...{ ...options, clock, log, slices, sliceSeconds },
    ...{ jobId: randomUUID(), now: clock(), totals: emptyTotals(), sessions: [], tallies: new Map(), hasBegun: false, intervals: 0 },
  };
  const { jobId, totals } = execution;
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  log(
    `range     ${toSpanText(range)} by ADDED_TS, ICON's time: when it stored a row; ` +
      `${slices.length} ${slices.length === 1 ? 'slice' : 'slices'} of ${toSliceText(sliceSeconds)}`,
  );
  const retries = { log, retryDelaysMs, stop, progress: () => totals.chunks, hasBegun: () => execution.hasBegun };
  const work = withStopOnRecord(execution, () => withRetries(() => loadSources(execution), retries));
  const stopped = await work.then(
    () => null,
    (error: unknown) => {
      if (execution.hasBegun && error instanceof StoppedError) return error.message;
      if (execution.hasBegun) log(`The backfill stopped; what was loaded stays. To go on: ${toResumeCommand(execution, range, 'failed')}`);
      throw error;
    },
  );
  const gaps = await readAllGaps(execution).catch(() => null);
  const seconds = (monotonicMs() - start) / 1000;
  return {
    jobId,
    ...toSpan(range),
    sliceSeconds,
    stopped,
    resume: stopped === null ? null : toResumeCommand(execution, range, execution.reprocess),
    sources: [...execution.tallies].map(([name, tally]) => toSummary(name, tally, slices, gaps?.get(name) ?? [])),
    ...toCounts(totals),
    intervals: execution.intervals,
    seconds,
    rowsPerSecond: Math.round(totals.rows / seconds),
  };
}

/** The command that does what is left; `reprocess` as it is for that. */
const toResumeCommand = (options: Execution, { fromTs, toTs }: Slice, reprocess: Reprocess | undefined): string =>
  `chatmart backfill --from ${toBoundText(toTimeText(fromTs))} --to ${toBoundText(toTimeText(toTs))} --slice ${toSliceText(options.sliceSeconds)} ` +
  (options.reprocess === undefined || options.reprocess === 'all' ? '--resume' : `--reprocess ${reprocess ?? 'all'}`) +
  (options.newestFirst === true ? ' --newest-first' : '') +
  (options.maxRate === undefined ? '' : ` --max-rate ${options.maxRate}`);

function toSummary(name: string, tally: SourceTally, slices: readonly Slice[], gaps: readonly Slice[]): BackfilledSource {
  const skipped = tally.plan?.skipped ?? [];
  return {
    name,
    table: tally.table,
    rows: tally.rows,
    slices: { total: slices.length, completed: tally.done.completed, pending: tally.done.pending.size, skipped: skipped.length },
    skipped: joinSlices(skipped).map(toSpan),
    gaps: gaps.map(toSpan),
    notices: tally.notices,
  };
}

/** All slices of all sources, under the backfill's lock. Slices that an earlier attempt has done are left out. */
function loadSources(execution: Execution): Promise<void> {
  const { martUrl, martSchema, sessions, tallies, limits, stop } = execution;
  const session = { url: martUrl, applicationName: 'chatmart backfill', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    // Two would read the same rows twice and wait for each other all the time; and by this lock it is known which slices are nobody's.
    const lock = { martSchema, name: `${SOURCE_NAME} backfill`, lost: sessions, toBusyError: () => toBackfillInProgress(martSchema) };
    sessions.push(await takeJobLock(mart, lock));
    await requireMart(mart, { writes: true });
    await execute(mart, recordDeadJobs(execution.now));
    const twins = toTwinSources(execution);
    // Before anything is forgotten in the ledger: all of them can be read.
    const inspect = async (): Promise<void> => {
      for (const twin of twins) if (!tallies.has(twin.name)) tallies.set(twin.name, await inspectTwin(twin, execution));
    };
    await withFailureOnRecord(mart, { ...toJob(execution), jobName: 'Job_ExtractICON' }, inspect);
    const plans = await enterPlans(mart, twins, execution);
    const meter = createProgressMeter(plans, (name) => tallies.get(name)?.times);
    await withBothJobs(mart, execution, plans, async () => {
      for (const [index, twin] of twins.entries()) await loadTwin(mart, execution, twin, plans[index]!, meter);
    });
  });
}

async function enterPlans(mart: Connection, twins: readonly TwinSource[], execution: Execution): Promise<SlicePlan[]> {
  const { slices, sliceSeconds, jobId, newestFirst, hasBegun, resume = false, reprocess = 'all', tallies, log } = execution;
  const first = [...tallies].flatMap(([name, { plan }]) => (plan === undefined ? [] : [[name, plan.toDo] as const]));
  const plans = await planSlices(mart, slices, {
    ...{ sourceNames: twins.map(({ name }) => name), sliceSeconds, jobId, newestFirst, reprocess },
    ...{ resume: resume || hasBegun, only: new Map(first), now: execution.clock() },
  });
  execution.hasBegun = true;
  for (const plan of plans) {
    const { sourceName, skipped } = plan;
    tallies.get(sourceName)!.plan ??= plan;
    if (skipped.length > 0)
      log(
        `${sourceName}: ${skipped.length} of ${counted(slices.length, 'slice')} ${verb(skipped.length, 'is', 'are')} left out, being on record: ${toSpansText(skipped)}`,
      );
  }
  return plans;
}

const toBackfillInProgress = (martSchema: string): BusyError =>
  new BusyError('backfill-in-progress', `Another backfill is already loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    state: 'nothing-read',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

/** Says what cannot be told by ADDED_TS of a source. Errors: those of `findIdbTable`, and that it is out of reach. */
async function inspectTwin(twin: TwinSource, { log, slices, now }: Execution): Promise<SourceTally> {
  const inspected = await inspectSource(twin, slices, now);
  for (const notice of inspected.notices) log(`warning: ${notice}`);
  return { ...inspected, rows: 0, done: emptySliceTotals(), plan: undefined };
}

function loadTwin(mart: Connection, execution: Execution, twin: TwinSource, plan: SlicePlan, meter: ProgressMeter): Promise<void> {
  const { martUrl, martSchema, limits, stop, origin, jobId, clock, log, totals, maxRate, onProgress } = execution;
  const tally = execution.tallies.get(twin.name)!;
  return withIdb(twin, 'chatmart backfill', async (idb) => {
    const loading = await prepareLoading(idb, mart, execution, twin.name);
    const rowsBefore = totals.rows;
    await loadSlices(loading, plan.toDo, {
      clock,
      log,
      done: tally.done,
      pace: maxRate === undefined ? undefined : createPace(maxRate, stop),
      onChunk: ({ slice, chunk: { rows }, reachedTs, isLast }) => {
        const progress = meter.advance(twin.name, slice, reachedTs, { rows, isLast });
        onProgress?.(progress);
      },
      aggregate: async () => {
        const { intervals } = await aggregateOnce({ martUrl, martSchema, limits, stop, origin, jobId, clock, now: loading.now });
        execution.intervals += intervals;
      },
    }).finally(() => (tally.rows += totals.rows - rowsBefore));
  });
}

/** By source: what no completed slice covers, now. */
function readAllGaps({ martUrl, martSchema, limits, tallies, slices, clock }: Execution): Promise<Map<string, readonly Slice[]>> {
  return withMartSession({ url: martUrl, applicationName: 'chatmart backfill', schema: martSchema, limits }, async (mart) => {
    const gaps = new Map<string, readonly Slice[]>();
    for (const name of tallies.keys()) gaps.set(name, await readGaps(mart, name, slices, clock()));
    return gaps;
  });
}

const toJob = ({ jobId, clock, origin, from, to }: Execution) => ({ jobId, clock, origin, window: { from, to } });

/** Extract, transform and load are one streaming pass; it is recorded as both of Info Mart's jobs. */
function withBothJobs(mart: Connection, execution: Execution, plans: readonly SlicePlan[], work: () => Promise<void>): Promise<void> {
  const { totals } = execution;
  const job = toJob(execution);
  const slicesOf = ({ sourceName, toDo, skipped }: SlicePlan): string =>
    `${counted(toDo.length, 'slice')} of ${sourceName}${toDo.length === 0 ? '' : ` (${toSpansText(toDo)})`}, ${skipped.length} ${verb(skipped.length, 'was', 'were')} done before`;
  const describe = (): { rowCount: number; message: string } => ({
    rowCount: totals.rows,
    message: `Backfill: ${counted(totals.stagedSessions, 'session')} in ${counted(totals.rows, 'row')}; ${plans.map(slicesOf).join('; ')}`,
  });
  return withJobHistory(
    mart,
    { ...job, jobName: 'Job_ExtractICON', counts: () => toExtractCounts(totals) },
    () => withJobHistory(mart, { ...job, jobName: 'Job_TransformGIM', counts: () => toTransformCounts(totals) }, work, describe),
    describe,
  );
}
