import type { KvpMap } from '../model/mapped-key.js';
import type { SessionBatch } from '../model/session-batch.js';
import { SessionStore } from '../transform/session-store.js';
import { toSessionBatch } from '../transform/to-session-batch.js';
import { loadRead, type SourceLoading } from './source.js';
import { emptyTotals, type WindowTotals } from './totals.js';

/** So many at a time: the writer lock is held while they are read, a fraction of a second, and no other writer waits longer. */
const INTERACTIONS_A_CHUNK = 2_000;

/**
 * Reads all rows of some interactions again and writes what they say, in transactions of bounded size; the watermark stays. An interaction of
 * which neither the IDB nor the mart has anything is put on record as ROWS_GONE. Returns what became of them; `loading.totals` is left alone.
 */
export async function rereadInteractions(loading: SourceLoading, guids: readonly string[]): Promise<WindowTotals> {
  const totals = emptyTotals();
  for (let i = 0; i < guids.length; i += INTERACTIONS_A_CHUNK) {
    loading.job.stop?.afterChunk.throwIfAborted();
    const at = loading.clock();
    const chunk = {
      batch: toRereadBatch(loading.map, guids.slice(i, i + INTERACTIONS_A_CHUNK)),
      rows: 0,
      ignoredRows: 0,
      bytes: 0,
      maxTs: undefined,
      startedAt: at,
      extractedAt: at,
      extractMs: 0,
      transformMs: 0,
    };
    await loadRead({ ...loading, totals }, chunk, { state: null, highWaterMark: 0, ceiling: null });
  }
  return totals;
}

/** Interactions without a row: only all rows of each can tell what it is. */
function toRereadBatch(map: KvpMap, guids: readonly string[]): SessionBatch {
  const store = new SessionStore(map);
  for (const guid of guids) store.ambiguous[store.indexOfSession(guid)] = 1;
  return { ...toSessionBatch(map, store, []), discards: [] };
}
