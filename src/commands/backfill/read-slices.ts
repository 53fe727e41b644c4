import { queryRow } from '../../db/connection.js';
import {
  FIRST_CHUNK,
  nextChunkRange,
  nextChunkSize,
  smallerChunkSize,
  type ChunkSize,
  type RowRange,
} from '../../extract/extract-chunk.js';
import { selectIdsOfSecond } from '../../extract/source-times.sql.js';
import { pause, type StopRequest } from '../../jobs/stop.js';
import { monotonicMs } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import type { Slice } from '../../model/time-span.js';
import { readRange, type ReadChunk, type ReadContext } from '../../pipeline/read-chunk.js';

/** A part of a slice that was read. */
export interface SliceChunk {
  readonly slice: Slice;
  readonly chunk: ReadChunk;
  /** First second of the slice that is not read yet. */
  readonly reachedTs: number;
  /** It completes the slice. */
  readonly isLast: boolean;
}

/** Widths adapt themselves as those of id ranges do; what is counted are seconds. */
const FIRST_SECONDS: ChunkSize = { ids: 3_600 };
/** With a limit on the rows a second, a chunk is not to hold many seconds' worth of them. */
const FIRST_PACED_SECONDS: ChunkSize = { ids: 60 };

/**
 * Reads slices chunk by chunk, each slice in at least one; the chunks of a slice cover its seconds without gap. A range that holds too much
 * is read again in narrower ones, a second that does by its ids. With a pace, each chunk is read only when its time has come.
 */
export async function* readSlices(
  context: ReadContext,
  slices: readonly Slice[],
  firstSeconds?: ChunkSize,
  pace?: Pace,
): AsyncGenerator<SliceChunk, void, undefined> {
  let size = firstSeconds ?? (pace === undefined ? FIRST_SECONDS : FIRST_PACED_SECONDS);
  for (const slice of slices) {
    let { fromTs } = slice;
    while (fromTs < slice.toTs) {
      const toTs = Math.min(fromTs + size.ids, slice.toTs);
      const width: ChunkSize = { ids: toTs - fromTs };
      await pace?.wait();
      const chunk = await read(context, { fromTs, toTs }, true);
      if (chunk === 'too full') {
        size = smallerChunkSize(width);
        if (width.ids > 1) continue;
        for await (const part of readSecond(context, fromTs, pace))
          yield { slice, chunk: part.chunk, reachedTs: fromTs, isLast: part.isLast && toTs === slice.toTs };
      } else {
        pace?.count(chunk.rows);
        const next = nextChunkSize(width, { sessions: chunk.batch.count, bytes: chunk.bytes });
        size = pace === undefined ? next : { ids: Math.min(next.ids, pace.most(width.ids, chunk.rows)) };
        yield { slice, chunk, reachedTs: toTs, isLast: toTs === slice.toTs };
      }
      fromTs = toTs;
    }
  }
}

/** Reads one second by its ids. */
async function* readSecond(
  context: ReadContext,
  fromTs: number,
  pace: Pace | undefined,
): AsyncGenerator<{ readonly chunk: ReadChunk; readonly isLast: boolean }> {
  const { idb, table } = context;
  const second = { fromTs, toTs: fromTs + 1 };
  const ids = await queryRow<{ first_id: number | null; last_id: number | null }>(idb, selectIdsOfSecond(table.rows, fromTs));
  const endId = ids.last_id ?? 0;
  let position = (ids.first_id ?? 1) - 1;
  let size: ChunkSize = FIRST_CHUNK;
  for (;;) {
    const range = (await nextChunkRange(idb, table, { position, endId }, size)) ?? { afterId: position, untilId: endId };
    await pace?.wait();
    const chunk = await read(context, { ...range, ...second }, size.ids > 1);
    if (chunk === 'too full') {
      size = smallerChunkSize(size);
      continue;
    }
    position = range.untilId;
    pace?.count(chunk.rows);
    size = nextChunkSize(size, { sessions: chunk.batch.count, bytes: chunk.bytes });
    yield { chunk, isLast: position >= endId };
    if (position >= endId) return;
  }
}

const read = (context: ReadContext, range: RowRange, isDivisible: boolean): Promise<ReadChunk | 'too full'> =>
  readRange(context, range, { are: 'any' }, isDivisible);

/** Limits reading to a number of rows per second, so that a production IDB is not slowed down. */
export interface Pace {
  /** Waits until the rows read so far fit the rate. Errors: `StoppedError`. */
  readonly wait: () => Promise<void>;
  readonly count: (rows: number) => void;
  /** Maximum width of a chunk, given the width and the rows of the last one. */
  readonly most: (width: number, rows: number) => number;
}

/** A chunk is read at full speed, followed by a pause of at most this long. */
const CHUNK_SECONDS = 2;

/** A pace in rows per second; unused time is not saved up. */
export function createPace(rowsPerSecond: number, stop: StopRequest | undefined, nowMs: () => number = monotonicMs): Pace {
  let paidMs = nowMs();
  let begunMs = paidMs;
  return {
    wait: async () => {
      const waitMs = paidMs - nowMs();
      if (waitMs > 0) await pause(waitMs, stop);
      begunMs = nowMs();
    },
    count: (rows) => void (paidMs = Math.max(paidMs, begunMs) + (rows / rowsPerSecond) * 1000),
    most: (width, rows) => Math.max(1, Math.floor((width * rowsPerSecond * CHUNK_SECONDS) / Math.max(rows, 1))),
  };
}

/** Rows per second of `--max-rate`, or a ConfigError. */
export function parseMaxRate(text: string): number {
  const rate = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw new ConfigError('bad-max-rate', `--max-rate ${JSON.stringify(text)} is not a valid row rate (rows per second)`, {
    state: 'nothing-changed',
    next: 'Use a whole number, such as 20000.',
  });
}
