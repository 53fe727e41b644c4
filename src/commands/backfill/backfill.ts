import type { Source } from '../../extract/connect-idb.js';
import { inspectSource, type InspectedSource } from '../../extract/source-times.js';
import { withFailureOnRecord, withJobHistory } from '../../jobs/job-history.js';
import { runJob, startJob, type Job, type JobSettings, type StartedJob } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import type { JobLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { SOURCE_NAME } from '../../mart/source-identity.js';
import { BusyError, StoppedError } from '../../model/errors.js';
import { counted, verb } from '../../model/text.js';
import { aggregateWithin } from '../../pipeline/aggregate.js';
import { openDisplayMasker } from '../../mart/sensitive/sensitive-rules.js';
import { toSources, withLoading } from '../../pipeline/source.js';
import { emptyTotals, toCounts, toExtractCounts, toTransformCounts, type WindowTotals } from '../../pipeline/totals.js';
import { planSlices, readGaps, type SlicePlan } from './ledger.js';
import { emptySliceTotals, loadSlices, type SliceTotals } from './load-slices.js';
import { createProgressMeter, type BackfillProgress, type ProgressMeter } from './progress.js';
import { createPace } from './read-slices.js';
import { cutSlices, DEFAULT_SLICE, joinSlices, parseSliceWidth, toSpansText, toSliceText, type Reprocess } from './slices.js';
import type { BackfilledSource, BackfillSummary } from './summary.js';
import { type Slice, toBoundText, toSpan, toSpanText, toTimeText } from '../../model/time-span.js';

/** The part of history that a backfill reads, and in which order. */
export interface BackfillRange {
  /** Rows that ICON stored in `[from, to)`, by ADDED_TS. */
  readonly from: Date;
  readonly to: Date;
  readonly sliceSeconds?: number;
  /** Skip the slices recorded as done with exactly these bounds. */
  readonly resume?: boolean;
  /** Which slices are read, given the recorded ones; default: all. */
  readonly reprocess?: Reprocess;
  readonly newestFirst?: boolean | undefined;
  /** Maximum rows per second. */
  readonly maxRate?: number | undefined;
}

export interface BackfillOptions extends BackfillRange, SourceTarget {
  /** Called after each chunk with the progress of the backfill. */
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
}

/** The totals of all attempts. */
interface Backfill extends BackfillOptions {
  readonly totals: WindowTotals;
  readonly slices: readonly Slice[];
  readonly sliceSeconds: number;
  /** By source, in the order in which they are read. */
  readonly tallies: Map<string, SourceTally>;
  /** The ledger holds the slices: a further attempt resumes. */
  isEntered: boolean;
  intervals: number;
}

/** What all attempts at a source have come to. */
interface SourceTally extends InspectedSource {
  rows: number;
  readonly done: SliceTotals;
  /** The plan of the first attempt; a later one does the rest of it. */
  plan: SlicePlan | undefined;
}

/**
 * Reads history by slices and loads it beside whatever else is at work on the mart; the watermark of the source stays where it is.
 * Doing it twice changes nothing. Of an HA pair both are read, one after the other. Being asked to stop is no error: the summary says so.
 * Errors: `BusyError` while another backfill is at work.
 */
export async function backfill(options: BackfillOptions, settings: JobSettings): Promise<BackfillSummary> {
  const { sliceSeconds = parseSliceWidth(DEFAULT_SLICE), reprocess } = options;
  const slices = cutSlices(options, sliceSeconds);
  const started = startJob('backfill', options, settings);
  const all: Backfill = {
    ...{ ...options, slices, sliceSeconds },
    ...{ totals: emptyTotals(), tallies: new Map(), isEntered: false, intervals: 0 },
  };
  const { totals, tallies } = all;
  const { id, log, seconds: secondsOf } = started;
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  log(
    `range     ${toSpanText(range)} by ADDED_TS, the time when ICON stored a row; ` +
      `${slices.length} ${slices.length === 1 ? 'slice' : 'slices'} of ${toSliceText(sliceSeconds)}`,
  );
  const plan = { lock: toBackfillLock(started), begins: 'work', progress: () => totals.chunks } as const;
  const stopped = await runJob(started, plan, (job) => loadSources(job, all)).then(
    () => null,
    (error: unknown) => {
      if (all.isEntered && error instanceof StoppedError) return error.message;
      if (all.isEntered) log(`The backfill stopped; what was loaded is kept. To continue: ${toResumeCommand(all, range, 'failed')}`);
      throw error;
    },
  );
  const gaps = await readAllGaps(started, all).catch(() => null);
  const seconds = secondsOf();
  return {
    jobId: id,
    ...toSpan(range),
    sliceSeconds,
    stopped,
    resume: stopped === null ? null : toResumeCommand(all, range, reprocess),
    sources: [...tallies].map(([name, tally]) => toSummary(name, tally, slices, gaps?.get(name) ?? [])),
    ...toCounts(totals),
    intervals: all.intervals,
    seconds,
    rowsPerSecond: Math.round(totals.rows / seconds),
  };
}

/** The command that finishes the rest; `reprocess` is the option for that. */
const toResumeCommand = (options: Backfill, { fromTs, toTs }: Slice, reprocess: Reprocess | undefined): string =>
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

/** Two would read the same rows twice and wait for each other all the time; and by this lock it is known which slices are nobody's. */
const toBackfillLock = ({ target: { martSchema } }: StartedJob): JobLock => ({
  martSchema,
  name: `${SOURCE_NAME} backfill`,
  toBusyError: () => toBackfillInProgress(martSchema),
});

const toBackfillInProgress = (martSchema: string): BusyError =>
  new BusyError('backfill-in-progress', `Another backfill is already loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    state: 'nothing-read',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

/** All slices of all sources. Slices that an earlier attempt has done are left out. */
async function loadSources(job: Job, all: Backfill): Promise<void> {
  const { from, to, tallies } = all;
  const sources = toSources(all, job);
  // Before any ledger entry is deleted: all sources can be read.
  const inspect = async (): Promise<void> => {
    for (const source of sources) if (!tallies.has(source.name)) tallies.set(source.name, await inspectOne(job, source, all.slices));
  };
  await withFailureOnRecord(job, { jobName: 'Job_ExtractICON', window: { from, to } }, inspect);
  const plans = await enterPlans(job, sources, all);
  const meter = createProgressMeter(plans, (name) => tallies.get(name)?.times);
  await withBothJobs(job, all, plans, async () => {
    for (const [index, source] of sources.entries()) await loadOne(job, all, source, plans[index]!, meter);
  });
}

async function enterPlans(job: Job, sources: readonly Source[], all: Backfill): Promise<SlicePlan[]> {
  const { mart, id, clock, log } = job;
  const { slices, sliceSeconds, newestFirst, isEntered, resume = false, reprocess = 'all', tallies } = all;
  const first = [...tallies].flatMap(([name, { plan }]) => (plan === undefined ? [] : [[name, plan.toDo] as const]));
  const plans = await planSlices(mart, slices, {
    ...{ sourceNames: sources.map(({ name }) => name), sliceSeconds, jobId: id, newestFirst, reprocess },
    ...{ resume: resume || isEntered, only: new Map(first), now: clock() },
  });
  all.isEntered = true;
  job.begin();
  for (const plan of plans) {
    const { sourceName, skipped } = plan;
    tallies.get(sourceName)!.plan ??= plan;
    if (skipped.length > 0)
      log(
        `${sourceName}: ${skipped.length} of ${counted(slices.length, 'slice')} ${verb(skipped.length, 'is', 'are')} skipped as already on record: ${toSpansText(skipped)}`,
      );
  }
  return plans;
}

/** Says what cannot be told by ADDED_TS of a source. Errors: those of `findIdbTable`, and that it is out of reach. */
async function inspectOne({ log, now, mart, properties }: Job, source: Source, slices: readonly Slice[]): Promise<SourceTally> {
  const inspected = await inspectSource(source, await openDisplayMasker(mart, properties), slices, now);
  for (const notice of inspected.notices) log(notice, { level: 'warning' });
  return { ...inspected, rows: 0, done: emptySliceTotals(), plan: undefined };
}

function loadOne(job: Job, all: Backfill, source: Source, plan: SlicePlan, meter: ProgressMeter): Promise<void> {
  const { totals, maxRate, onProgress } = all;
  const tally = all.tallies.get(source.name)!;
  return withLoading(job, { target: all, totals, sourceName: source.name, applicationName: 'chatmart backfill' }, async (loading) => {
    const rowsBefore = totals.rows;
    await loadSlices(loading, plan.toDo, {
      done: tally.done,
      pace: maxRate === undefined ? undefined : createPace(maxRate, job.stop),
      onChunk: ({ slice, chunk: { rows }, reachedTs, isLast }) => {
        const progress = meter.advance(source.name, slice, reachedTs, { rows, isLast });
        onProgress?.(progress);
      },
      aggregate: async () => {
        const { intervals } = await aggregateWithin(job);
        all.intervals += intervals;
      },
    }).finally(() => (tally.rows += totals.rows - rowsBefore));
  });
}

/** By source: the gaps that no completed slice covers now. */
function readAllGaps({ target, tuning, clock }: StartedJob, { tallies, slices }: Backfill): Promise<Map<string, readonly Slice[]>> {
  const session = { url: target.martUrl, applicationName: 'chatmart backfill', schema: target.martSchema, limits: tuning.limits };
  return withMartSession(session, async (mart) => {
    const gaps = new Map<string, readonly Slice[]>();
    for (const name of tallies.keys()) gaps.set(name, await readGaps(mart, name, slices, clock()));
    return gaps;
  });
}

/** Extract, transform and load are one streaming pass; it is recorded as both of Info Mart's jobs. */
function withBothJobs(job: Job, { totals, from, to }: Backfill, plans: readonly SlicePlan[], work: () => Promise<void>): Promise<void> {
  const slicesOf = ({ sourceName, toDo, skipped }: SlicePlan): string =>
    `${counted(toDo.length, 'slice')} of ${sourceName}${toDo.length === 0 ? '' : ` (${toSpansText(toDo)})`}, ${skipped.length} ${verb(skipped.length, 'was', 'were')} done before`;
  const describe = (): { rowCount: number; message: string } => ({
    rowCount: totals.rows,
    message: `Backfill: ${counted(totals.stagedSessions, 'session')} in ${counted(totals.rows, 'row')}; ${plans.map(slicesOf).join('; ')}`,
  });
  const both = { window: { from, to }, describe };
  const transform = { ...both, jobName: 'Job_TransformGIM', counts: () => toTransformCounts(totals) } as const;
  return withJobHistory(job, { ...both, jobName: 'Job_ExtractICON', counts: () => toExtractCounts(totals) }, () =>
    withJobHistory(job, transform, work),
  );
}
