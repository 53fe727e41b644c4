import { releaseSlices } from '../../jobs/job-history.sql.js';
import { toSpanText, type Slice } from '../../model/time-span.js';
import { execute } from '../../db/connection.js';
import { StoppedError } from '../../model/errors.js';
import { SETTLED_OVERLAP_MS } from '../../mart/source-window.js';
import { readSlices, type SliceChunk, type Pace } from './read-slices.js';
import { endSlice, failSlice, startSlice } from './ledger.sql.js';

import { oneAhead } from '../../pipeline/read-chunk.js';
import { loadRead, type SourceLoading } from '../../pipeline/source.js';
import { addChunk } from '../../pipeline/totals.js';

/** The outcome of a source's slices so far. */
export interface SliceTotals {
  completed: number;
  /** Read, but their time is not over; by their first second. */
  readonly pending: Set<number>;
}

export const emptySliceTotals = (): SliceTotals => ({ completed: 0, pending: new Set() });

export interface SliceLoaderOptions {
  /** Brings the aggregates up to date. */
  readonly aggregate: () => Promise<unknown>;
  /** Called for each loaded chunk. */
  readonly onChunk?: ((chunk: SliceChunk) => void) | undefined;
  readonly pace?: Pace | undefined;
  /** Adds to these. */
  readonly done?: SliceTotals | undefined;
}

/** Aggregating one session costs about as much as aggregating some thousands of the same days. */
const AGGREGATE_AFTER_SESSIONS = 5_000;

/**
 * Loads slices one after the other, each chunk in a transaction of its own, while the next one is read. The ledger says after each slice
 * that it is done; the one at which an error came up is FAILED, one that was stopped PENDING. The aggregates follow every few thousand
 * sessions, and at the end.
 */
export async function loadSlices(loading: SourceLoading, slices: readonly Slice[], options: SliceLoaderOptions): Promise<SliceTotals> {
  const { totals, source } = loading;
  const { mart, id, clock, now, log, stop } = loading.job;
  const { pace, onChunk = () => undefined, done = emptySliceTotals() } = options;
  const written = (): number => totals.sessions.inserted + totals.sessions.updated + totals.sessions.deleted;
  let aggregated = written();
  const aggregate = async (): Promise<void> => {
    aggregated = written();
    await options.aggregate();
  };
  let ended = 0;
  try {
    let current: Slice | undefined;
    let before = { rows: 0, written: 0 };
    for await (const part of oneAhead(readSlices(loading, slices, undefined, pace))) {
      stop?.afterChunk.throwIfAborted();
      const { slice, chunk, isLast } = part;
      if (slice !== current) {
        current = slice;
        before = { rows: totals.rows, written: written() };
        await execute(mart, startSlice(source.name, slice, clock()));
      }
      if (chunk.batch.count === 0 && chunk.batch.discards.length === 0) addChunk(totals, chunk, undefined, 0);
      else await loadRead(loading, chunk, { state: null, highWaterMark: 0, ceiling: null });
      if (isLast) {
        if (written() - aggregated >= AGGREGATE_AFTER_SESSIONS) await aggregate();
        const status = isOver(slice, now) ? 'COMPLETED' : 'PENDING';
        const [rows, sessions] = [totals.rows - before.rows, written() - before.written];
        await execute(mart, endSlice(source.name, slice, clock(), { status, rows, sessions }));
        ended++;
        if (status === 'COMPLETED') done.completed++;
        else {
          done.pending.add(slice.fromTs);
          log(`${source.name} slice ${toSpanText(slice)}: not over yet, so it stays PENDING`);
        }
      }
      onChunk(part);
    }
  } catch (error) {
    // If the error also ended the session, the slice stays as it is: the next backfill sees that its process is gone.
    const failed = slices[ended];
    const record = error instanceof StoppedError ? releaseSlices(id) : failed && failSlice(source.name, failed, clock());
    if (record !== undefined) await execute(mart, record).catch(() => undefined);
    throw error;
  }
  await aggregate();
  return done;
}

/** ICON commits a row somewhat later than its ADDED_TS says; rows still to come must not count as read. */
const isOver = ({ toTs }: Slice, now: Date): boolean => toTs * 1000 + SETTLED_OVERLAP_MS <= now.getTime();
