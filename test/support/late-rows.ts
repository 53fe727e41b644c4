import type { IdbBatch } from '../../src/simulate/idb/idb-batches.js';
import { CHANGE_TYPE, type IdbRow } from '../../src/simulate/observe/session-moments.js';

const HOUR = 3_600;
/** One in how many closings has late keys, or a key that is wrong at first. */
const EVERY = { late: 12, wrong: 20 } as const;
const LATE_KEYS = 3;
const WRONG_KEY = 'csg_SessionTotalTime';
/** Without these keys it would be unknown whether a session has ended or may be open. */
const NEEDED = new Set(['ChatServerSessionStartedAt', 'ChatServerSessionClosedAt', 'csg_ChatAsyncMode']);

/**
 * Which part of a batch is stored at once, and which an hour to three days later: some keys of some closings, the right value of a
 * key of others. Nothing arrives later than `latest`. In the end the rows say what the simulation said.
 */
export function lateRowsOf(batch: IdbBatch, latest: number): { readonly onTime: IdbBatch; readonly later: IdbBatch | undefined } {
  if (batch.moment !== 'closed' || batch.at >= latest) return { onTime: batch, later: undefined };
  const number = hash(batch.interactionId);
  const delay = Math.min(HOUR * (1 + (number % 72)), latest - batch.at);
  const split = (onTime: readonly IdbRow[], later: readonly IdbRow[]) => ({
    onTime: { ...batch, rows: onTime },
    later: later.length === 0 ? undefined : { ...batch, at: batch.at + delay, addedMs: batch.addedMs + delay * 1_000, rows: later },
  });
  if (number % EVERY.late === 0) {
    const late = new Set(batch.rows.filter(([key]) => /^cs[eg]_/.test(key) && !NEEDED.has(key)).slice(-LATE_KEYS));
    return split(
      batch.rows.filter((row) => !late.has(row)),
      [...late],
    );
  }
  if (number % EVERY.wrong === 1)
    return split(
      batch.rows.map((row) => (row[0] === WRONG_KEY ? [WRONG_KEY, String(Number(row[1]) + 900), row[2]] : row)),
      batch.rows.flatMap(([key, value]): IdbRow[] => (key === WRONG_KEY ? [[key, value, CHANGE_TYPE.changed]] : [])),
    );
  return split(batch.rows, []);
}

/** A whole number derived from a text. */
const hash = (text: string): number => Array.from(text).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_000_003, 7);
