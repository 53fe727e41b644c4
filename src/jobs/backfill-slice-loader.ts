import { execute } from '../db/connection.js';
import { monotonicMs, type Clock } from '../model/clock.js';
import { StoppedError } from '../model/errors.js';
import { SETTLED_OVERLAP_MS } from '../model/extract-window.js';
import { readSlices } from './backfill-chunks.js';
import { endSlice, failSlice, releaseSlices, startSlice } from './backfill-ledger.sql.js';
import { toTimeText, type Slice } from './backfill-slices.js';
import { oneAhead } from './read-chunk.js';
import { loadRead, type SourceLoading } from './source-loading.js';
import { addChunk } from './window-totals.js';

/** What became of the slices of a source so far. */
export interface SliceTotals {
  completed: number;
  pending: number;
  /** Intervals that were aggregated. */
  intervals: number;
}

export interface SliceLoaderOptions {
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** Brings the aggregates up to date; returns how many intervals had changed. */
  readonly aggregate: () => Promise<number>;
}

/** Aggregating costs about as much for one session as for some thousands of the same days. */
const AGGREGATE_AFTER_SESSIONS = 5_000;

/**
 * Loads slices one after the other, each chunk in a transaction of its own, while the next one is read. The ledger says after each slice
 * that it is done; the one at which an error came up is FAILED. The aggregates follow every few thousand sessions, and at the end.
 */
export async function loadSlices(loading: SourceLoading, slices: readonly Slice[], options: SliceLoaderOptions): Promise<SliceTotals> {
  const { mart, totals, source } = loading;
  const { clock, log } = options;
  const done: SliceTotals = { completed: 0, pending: 0, intervals: 0 };
  const written = (): number => totals.sessions.inserted + totals.sessions.updated + totals.sessions.deleted;
  let aggregated = written();
  const aggregate = async (): Promise<void> => {
    aggregated = written();
    done.intervals += await options.aggregate();
  };
  try {
    let current: Slice | undefined;
    let before = { rows: 0, written: 0, ms: 0 };
    for await (const { slice, chunk, isLast } of oneAhead(readSlices(loading, slices))) {
      loading.stop?.afterChunk.throwIfAborted();
      if (slice !== current) {
        current = slice;
        before = { rows: totals.rows, written: written(), ms: monotonicMs() };
        await execute(mart, startSlice(source.name, slice, clock()));
      }
      if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(totals, chunk, undefined, 0);
      else await loadRead(loading, chunk, { state: null, highWaterMark: 0, ceiling: null });
      if (!isLast) continue;
      if (written() - aggregated >= AGGREGATE_AFTER_SESSIONS) await aggregate();
      const [rows, sessions] = [totals.rows - before.rows, written() - before.written];
      const status = isOver(slice, loading.now) ? 'COMPLETED' : 'PENDING';
      await execute(mart, endSlice(source.name, slice, clock(), { status, rows, sessions }));
      if (status === 'COMPLETED') done.completed++;
      else done.pending++;
      log(
        `${source.name} slice ${done.completed + done.pending}/${slices.length} ${toTimeText(slice.fromTs)} to ${toTimeText(slice.toTs)}: ${rows} rows, ` +
          `${sessions} sessions written, ${((monotonicMs() - before.ms) / 1000).toFixed(2)} s` +
          (status === 'PENDING' ? '; its time is not over, it stays PENDING' : ''),
      );
    }
  } catch (error) {
    // Where the error took the session along, the slice stays as it is: the next backfill knows that its process is gone.
    if (error instanceof StoppedError) await execute(mart, releaseSlices(loading.jobId)).catch(() => undefined);
    const failed = error instanceof StoppedError ? undefined : slices[done.completed + done.pending];
    if (failed !== undefined) await execute(mart, failSlice(source.name, failed, clock())).catch(() => undefined);
    throw error;
  }
  await aggregate();
  return done;
}

/** ICON commits a row somewhat later than it says; what is still to come must not count as read. */
const isOver = ({ toTs }: Slice, now: Date): boolean => toTs * 1000 + SETTLED_OVERLAP_MS <= now.getTime();
