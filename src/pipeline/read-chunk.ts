import type { Connection } from '../db/connection.js';
import {
  extractRows,
  FIRST_BLOCKS,
  FIRST_CHUNK,
  hasFile,
  isTooFull,
  LARGEST_CHUNK_BLOCKS,
  nextChunkRange,
  nextChunkSize,
  smallerChunkSize,
  type ChunkSize,
  type RowRange,
  type Transactions,
} from '../extract/extract-chunk.js';
import type { IdbTable } from '../extract/idb-table.js';
import { monotonicMs, type Clock } from '../model/clock.js';
import { startKeyName, type KvpMap } from '../model/mapped-key.js';
import type { Masker } from '../model/sensitive-data.js';
import type { SessionBatch } from '../model/session-batch.js';
import { SessionPivot } from '../transform/session-pivot.js';

/** The resources for reading; the job opens and closes them. */
export interface ReadContext {
  readonly idb: Connection;
  readonly table: IdbTable;
  readonly map: KvpMap;
  /** Epoch seconds; undefined: the default. */
  readonly earliestStartTs: number | undefined;
  /** Most rows of one interaction; undefined: the default limit. */
  readonly mostRows?: number | undefined;
  /** Undefined: nothing is sensitive. */
  readonly masker: Masker | undefined;
  readonly clock: Clock;
}

/** The sessions of a range of rows, and what reading it took. */
export interface ReadChunk {
  readonly batch: SessionBatch;
  readonly rows: number;
  readonly ignoredRows: number;
  readonly bytes: number;
  /** When ICON stored the newest start in the chunk, epoch seconds. */
  readonly maxTs: number | undefined;
  readonly startedAt: Date;
  readonly extractedAt: Date;
  readonly extractMs: number;
  readonly transformMs: number;
}

/** A chunk that is a range of ids, up to and with `until`, or of blocks, up to and without it. */
export interface ReadSpanChunk extends ReadChunk {
  readonly until: number;
}

/** Ids `(afterId, untilId]`. */
export interface IdGap {
  readonly afterId: number;
  readonly untilId: number;
}

/** Ids `(position, endId]` of some transactions, or blocks `[position, endId)` of a file. */
export interface RowSpan {
  readonly position: number;
  readonly endId: number;
  readonly transactions: Transactions;
  /** The file whose blocks are counted; undefined: ids are. */
  readonly file?: number | undefined;
  /** Ids at which a chunk must end, ascending. */
  readonly stops?: readonly number[] | undefined;
  /** Ids without rows of these transactions. */
  readonly gap?: IdGap | undefined;
}

/** The parts of a span that are read one after the other. */
function* partsOf({ position, endId, stops = [], gap }: RowSpan): Generator<{ readonly position: number; readonly endId: number }> {
  let from = position;
  const ends = [...stops, ...(gap === undefined ? [] : [gap.afterId]), endId].sort((left, right) => left - right);
  for (const end of ends) {
    if (end <= from || end > endId) continue;
    yield { position: from, endId: end };
    from = end === gap?.afterId ? Math.max(end, gap.untilId) : end;
  }
}

/**
 * Reads a span in chunks that cover it without gaps; one of blocks ends early if the table has got another file. A range that holds too much
 * is read again in smaller ones. The next range is requested as soon as the rows of one have arrived: the server works while they become
 * sessions and are loaded.
 */
export async function* readChunks(context: ReadContext, span: RowSpan): AsyncGenerator<ReadSpanChunk, void, undefined> {
  const { idb, table } = context;
  const { file } = span;
  const nextRange = async (endId: number, isDense: boolean): Promise<{ readonly range: RowRange; readonly until: number } | null> => {
    if (file === undefined) {
      const range = await nextChunkRange(idb, table, { position, endId }, size, isDense);
      return range && { range, until: range.untilId };
    }
    const to = Math.min(position + size.ids, endId);
    return position >= endId ? null : { range: { blocks: { file, from: position, to } }, until: to };
  };
  const begin = async (isDense: boolean): Promise<{ readonly until: number; readonly rows: ReadRows } | null> => {
    for (; parts.length > 0; parts.shift()) {
      position = Math.max(position, parts[0]!.position);
      const next = await nextRange(parts[0]!.endId, isDense);
      if (next !== null) return { until: next.until, rows: await readRows(context, next.range, span.transactions, size.ids > 1) };
    }
    return null;
  };
  const parts = [...partsOf(span)];
  let { position } = span;
  let size: ChunkSize = file === undefined ? FIRST_CHUNK : FIRST_BLOCKS;
  let reading = begin(false);
  for (;;) {
    const read = await reading;
    if (read === null) return;
    const { until, rows } = read;
    if (rows === 'too full') size = smallerChunkSize(size);
    else {
      // A table that is rewritten has no row left in the blocks of its old file.
      if (file !== undefined && rows.pivot.rows === 0 && !(await hasFile(idb, table, file))) return;
      position = until;
      size = nextChunkSize(size, rows.pivot, file === undefined ? undefined : LARGEST_CHUNK_BLOCKS);
    }
    // After an empty range, look for a gap.
    reading = begin(rows === 'too full' || rows.pivot.rows > 0);
    // Its error is thrown when its turn comes; until then it must not end the process.
    reading.catch(() => undefined);
    if (rows !== 'too full') yield { ...toChunk(rows), until };
  }
}

/** Rows read, and what reading them took; `too full`: the range holds more than a chunk may, and can be divided. */
type ReadRows =
  (Pick<ReadChunk, 'startedAt' | 'extractMs' | 'transformMs' | 'extractedAt'> & { readonly pivot: SessionPivot }) | 'too full';

/** Reads and pivots the rows of a range. `too full`: it holds more than a chunk may, and can be divided. */
export async function readRange(
  context: ReadContext,
  range: RowRange,
  transactions: Transactions,
  isDivisible: boolean,
): Promise<ReadChunk | 'too full'> {
  const rows = await readRows(context, range, transactions, isDivisible);
  return rows === 'too full' ? rows : toChunk(rows);
}

async function readRows(context: ReadContext, range: RowRange, transactions: Transactions, isDivisible: boolean): Promise<ReadRows> {
  const { idb, table, map, clock, earliestStartTs, mostRows, masker } = context;
  const startedAt = clock();
  const start = monotonicMs();
  const pivot = new SessionPivot(map, { encoding: table.encoding, earliestStartTs, mostRows, masker });
  const held = { tooMuch: false };
  const transformMs = await extractRows(idb, table, startKeyName(map), range, transactions, (piece, from, to) => {
    // Discards what exceeds the limit: the statement must end before the next one begins.
    held.tooMuch ||= isDivisible && isTooFull(pivot);
    if (!held.tooMuch) pivot.push(piece, from, to);
  });
  if (held.tooMuch) return 'too full';
  return { pivot, startedAt, extractedAt: clock(), extractMs: monotonicMs() - start, transformMs };
}

/** Turns the rows into sessions. */
function toChunk({ pivot, transformMs, ...times }: Exclude<ReadRows, 'too full'>): ReadChunk {
  const start = monotonicMs();
  const batch = pivot.finish();
  const { rows, ignoredRows, bytes, newestAddedTs: maxTs } = pivot;
  return { batch, rows, ignoredRows, bytes, maxTs, ...times, transformMs: transformMs + monotonicMs() - start };
}

/** Yields a generator's values while it works on the next one. */
export async function* oneAhead<T>(generator: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  let next = generator.next();
  for (;;) {
    const { done, value } = await next;
    if (done === true) return;
    next = generator.next();
    // Its error is thrown when its turn comes; until then it must not end the process.
    next.catch(() => undefined);
    yield value;
  }
}
