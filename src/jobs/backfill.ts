import { randomUUID } from 'node:crypto';
import { execute, withConnection, type Connection } from '../db/connection.js';
import { withIdb } from '../extract/connect-idb.js';
import { findIdbTable } from '../extract/idb-table.js';
import { monotonicMs, systemClock, type Clock } from '../model/clock.js';
import { BusyError } from '../model/errors.js';
import { SOURCE_NAME } from '../model/source-name.js';
import { aggregateOnce } from './aggregate.js';
import { planSlices, type SlicePlan } from './backfill-ledger.js';
import { loadSlices } from './backfill-slice-loader.js';
import { cutSlices, DEFAULT_SLICE, joinSlices, parseSliceWidth, toSliceText, toTimeText, type Slice } from './backfill-slices.js';
import { readSourceTimes, toSourceNotices } from './backfill-source.js';
import type { BackfilledSource, BackfillSummary, TimeSpan } from './backfill-summary.js';
import { withJobHistory, withStopOnRecord } from './job-history.js';
import { recordDeadJobs } from './job-history.sql.js';
import { requireMigrated } from './migrate.js';
import type { TwinSource } from './read-interactions.js';
import { takeJobLock, type RunSession } from './run-lock.js';
import { prepareLoading, toTwinSources, type SourceOptions } from './source-loading.js';
import { emptyTotals, toCounts, type WindowTotals } from './window-totals.js';
import { withRetries, type JobRetries } from './with-retries.js';

export interface BackfillOptions extends SourceOptions, JobRetries {
  /** Rows that ICON stored in `[from, to)`, by ADDED_TS. */
  readonly from: Date;
  readonly to: Date;
  readonly sliceSeconds?: number;
  /** Leave out the slices that are on record as done. */
  readonly resume?: boolean;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
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
  readonly tallies: Map<string, SourceTally>;
  readonly notices: Map<string, readonly string[]>;
  /** Both databases have answered, and the ledger holds the slices: a further attempt resumes. */
  hasBegun: boolean;
  intervals: number;
}

/** What all attempts at a source have come to. */
interface SourceTally {
  rows: number;
  /** Slices that were done before the first attempt. */
  readonly skipped: readonly Slice[];
}

/**
 * Reads history by slices and loads it beside whatever else is at work on the mart; the watermark of the source stays where it is.
 * Doing it twice changes nothing. Of HA twins all are read, one after the other. Errors: `BusyError` while another backfill is at work.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillSummary> {
  const { clock = systemClock, log = () => undefined, sliceSeconds = parseSliceWidth(DEFAULT_SLICE), retryDelaysMs, stop } = options;
  const start = monotonicMs();
  const slices = cutSlices(options, sliceSeconds);
  const execution: Execution = {
    ...{ ...options, clock, log, slices, sliceSeconds },
    ...{
      jobId: randomUUID(),
      now: clock(),
      totals: emptyTotals(),
      sessions: [],
      tallies: new Map(),
      notices: new Map(),
      hasBegun: false,
      intervals: 0,
    },
  };
  const { jobId, totals } = execution;
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  const retries = { log, retryDelaysMs, stop, progress: () => totals.chunks, hasBegun: () => execution.hasBegun };
  const sources = await withStopOnRecord(execution, () => withRetries(() => loadSources(execution), retries)).catch((error: unknown) => {
    if (execution.hasBegun)
      log(
        `The backfill stopped; what was loaded stays. To go on: chatmart backfill --from ${toTimeText(range.fromTs)} --to ${toTimeText(range.toTs)} --slice ${toSliceText(sliceSeconds)} --resume`,
      );
    throw error;
  });
  const seconds = (monotonicMs() - start) / 1000;
  return {
    jobId,
    ...toSpan(range),
    sliceSeconds,
    sources,
    ...toCounts(totals),
    intervals: execution.intervals,
    seconds,
    rowsPerSecond: Math.round(totals.rows / seconds),
  };
}

/** All slices of all sources, under the backfill's lock. Slices that an earlier attempt has done are left out. */
function loadSources(execution: Execution): Promise<BackfilledSource[]> {
  const { martUrl, martSchema, sessions, slices, sliceSeconds, jobId, limits, stop, resume = false } = execution;
  const session = { url: martUrl, applicationName: 'chatmart backfill', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withConnection(session, async (mart) => {
    // Two would read the same rows twice and wait for each other all the time; and by this lock it is known which slices are nobody's.
    const lock = { martSchema, name: `${SOURCE_NAME} backfill`, lost: sessions, toBusyError: () => toBackfillInProgress(martSchema) };
    sessions.push(await takeJobLock(mart, lock));
    await requireMigrated(mart);
    await execute(mart, recordDeadJobs(execution.now));
    const twins = toTwinSources(execution);
    // Before anything is forgotten in the ledger: all of them can be read.
    if (execution.notices.size < twins.length)
      for (const twin of twins) execution.notices.set(twin.name, await inspectTwin(twin, execution));
    const sourceNames = twins.map(({ name }) => name);
    const plans = await planSlices(mart, slices, { sourceNames, resume: resume || execution.hasBegun, sliceSeconds, jobId });
    execution.hasBegun = true;
    for (const { sourceName, skipped } of plans)
      if (!execution.tallies.has(sourceName)) execution.tallies.set(sourceName, { rows: 0, skipped });
    const work = async (): Promise<readonly LoadedSource[]> => {
      const sources: LoadedSource[] = [];
      for (const [index, twin] of twins.entries()) sources.push(await loadTwin(mart, execution, twin, plans[index]!));
      return sources;
    };
    const sources = await withBothJobs(mart, execution, plans, work);
    return sources.map((source) => ({ ...source, notices: execution.notices.get(source.name)! }));
  });
}

const toBackfillInProgress = (martSchema: string): BusyError =>
  new BusyError('backfill-in-progress', `Another backfill is loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    hint: 'Nothing was read and nothing written. Let it finish; the lock goes with its process, however that ends.',
  });

type LoadedSource = Omit<BackfilledSource, 'notices'>;

/** Says what cannot be told by ADDED_TS of a source. Errors: those of `findIdbTable`, and that it is out of reach. */
function inspectTwin(twin: TwinSource, { log, slices }: Execution): Promise<readonly string[]> {
  return withIdb(twin, 'chatmart backfill', async (idb) => {
    const table = await findIdbTable(idb, twin.idbSchema, twin.idbTable);
    const notices = toSourceNotices(await readSourceTimes(idb, table), table, slices);
    for (const notice of notices) log(`warning: ${notice}`);
    return notices;
  });
}

function loadTwin(mart: Connection, execution: Execution, twin: TwinSource, { toDo, skipped }: SlicePlan): Promise<LoadedSource> {
  const { martUrl, martSchema, limits, stop, jobId, clock, log, totals, slices } = execution;
  const tally = execution.tallies.get(twin.name)!;
  return withIdb(twin, 'chatmart backfill', async (idb) => {
    const loading = await prepareLoading(idb, mart, execution, twin.name);
    const { table } = loading;
    if (skipped.length > 0) log(`${twin.name}: ${skipped.length} of ${slices.length} slices are done already: ${toSpans(skipped)}`);
    const rowsBefore = totals.rows;
    const { completed, pending } = await loadSlices(loading, toDo, {
      clock,
      log,
      aggregate: async () => {
        const { intervals } = await aggregateOnce({ martUrl, martSchema, limits, stop, jobId, clock, now: loading.now });
        execution.intervals += intervals;
        return intervals;
      },
    }).finally(() => (tally.rows += totals.rows - rowsBefore));
    const doneBefore = skipped.length - tally.skipped.length;
    return {
      name: twin.name,
      table: `${table.schema}.${table.name}`,
      rows: tally.rows,
      slices: { total: slices.length, completed: completed + doneBefore, pending, skipped: tally.skipped.length },
      skipped: joinSlices(tally.skipped).map(toSpan),
    };
  });
}

/** Extract, transform and load are one streaming pass; it is recorded as both of Info Mart's jobs. */
function withBothJobs<T>(mart: Connection, execution: Execution, plans: readonly SlicePlan[], work: () => Promise<T>): Promise<T> {
  const { jobId, clock, totals } = execution;
  const slicesOf = ({ sourceName, toDo, skipped }: SlicePlan): string =>
    `${toDo.length} slices of ${sourceName}${toDo.length === 0 ? '' : ` (${toSpans(toDo)})`}, ${skipped.length} were done before`;
  const describe = (): { rowCount: number; message: string } => ({
    rowCount: totals.rows,
    message: `Backfill: ${totals.stagedSessions} sessions in ${totals.rows} rows; ${plans.map(slicesOf).join('; ')}`,
  });
  return withJobHistory(
    mart,
    { jobId, jobName: 'Job_ExtractICON', clock },
    () => withJobHistory(mart, { jobId, jobName: 'Job_TransformGIM', clock }, work, describe),
    describe,
  );
}

const toSpan = ({ fromTs, toTs }: Slice): TimeSpan => ({ from: toTimeText(fromTs), to: toTimeText(toTs) });

const MOST_SPANS = 5;

/** Slices as a few spans of time, for people. */
function toSpans(slices: readonly Slice[]): string {
  const spans = joinSlices(slices).map(({ fromTs, toTs }) => `${toTimeText(fromTs)} to ${toTimeText(toTs)}`);
  return spans.length <= MOST_SPANS ? spans.join(', ') : `${spans.slice(0, MOST_SPANS).join(', ')} and ${spans.length - MOST_SPANS} more`;
}
