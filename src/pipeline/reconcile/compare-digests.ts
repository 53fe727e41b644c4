import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { copyFrom } from '../../db/copy.js';
import type { KvpMap } from '../../model/mapped-key.js';
import {
  analyzeDigests,
  copyIntoDigests,
  countSessionsEnded,
  createComparison,
  deleteLeftOut,
  emptyComparison,
  insertCompared,
  selectDoubtful,
  selectNewestAudit,
  selectOutcome,
  updateCompared,
  updateExpired,
  type DigestTable,
} from './compare-digests.sql.js';

/** What came out of comparing the interactions that ICON stored in an hour. */
export interface HourOutcome {
  /** First second of the hour, epoch seconds. */
  readonly hourTs: number;
  readonly interactions: number;
  /** Of those: right, but by reading all their rows only. */
  readonly comparedInFull: number;
  /** Of those: the mart knew nothing of them. */
  readonly missing: number;
  /** Of those: reading them again changed something. */
  readonly different: number;
  /** Of those missing: the mart still knows nothing of them. */
  readonly unresolved: number;
  /** Of the interactions: the mart had a fact of them before, or nothing but open discards. */
  readonly facts: number;
  readonly discarded: number;
}

/** What the digests of some hours do not show to be right. */
export interface DoubtfulHours {
  readonly doubtful: readonly string[];
  /** Interactions with an id that the loader does not take: they were not compared. */
  readonly leftOut: number;
}

/** What is left to do after a comparison of all rows. */
export interface ExactComparison {
  readonly differing: readonly string[];
  readonly unread: readonly string[];
}

type Lines = AsyncIterable<Buffer>;

/** Compares the digests of some hours with the mart. */
export async function compareHourDigests(mart: Connection, map: KvpMap, lines: Lines): Promise<DoubtfulHours> {
  await execute(mart, createComparison);
  await execute(mart, emptyComparison);
  await stageDigests(mart, 'stg_hour_digest', lines);
  const leftOut = await execute(mart, deleteLeftOut);
  await execute(mart, insertCompared(map));
  return { doubtful: await readDoubtful(mart), leftOut };
}

/**
 * Compares the digests of all rows of those. Returns the interactions that only reading them again can judge, and those of which no row
 * came: they are not compared.
 */
export async function compareExactDigests(mart: Connection, map: KvpMap, lines: Lines): Promise<ExactComparison> {
  await stageDigests(mart, 'stg_exact_digest', lines);
  const unread = await queryRows<{ guid: string }>(mart, updateCompared(map));
  return { differing: await readDoubtful(mart), unread: unread.map(({ guid }) => guid) };
}

/** How many sessions the mart holds that ended in `[fromTs, toTs)`. */
export const findSessionsEnded = async (mart: Connection, fromTs: number, toTs: number): Promise<number> =>
  (await queryRow<{ sessions: number }>(mart, countSessionsEnded(fromTs, toTs))).sessions;

/** Reads those again through `reread`, which returns the ones that are too old to be loaded, and tells what came out, by hour. */
export async function settleCompared(mart: Connection, reread: () => Promise<readonly string[]>): Promise<HourOutcome[]> {
  const { audit_key: auditKey } = await queryRow<{ audit_key: string }>(mart, selectNewestAudit);
  const expired = await reread();
  if (expired.length > 0) await execute(mart, updateExpired(expired));
  const rows = await queryRows<{ hour_ts: number; compared_in_full: number } & HourOutcome>(mart, selectOutcome(auditKey));
  return rows.map(({ hour_ts: hourTs, compared_in_full: comparedInFull, ...counts }) => ({ ...counts, hourTs, comparedInFull }));
}

async function stageDigests(mart: Connection, table: DigestTable, lines: Lines): Promise<void> {
  await copyFrom(mart, copyIntoDigests(table), lines);
  await execute(mart, analyzeDigests(table));
}

async function readDoubtful(mart: Connection): Promise<string[]> {
  return (await queryRows<{ guid: string }>(mart, selectDoubtful)).map(({ guid }) => guid);
}
