import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { copyFrom } from '../../db/copy.js';
import { attachedKeys } from '../../model/attached-key.js';
import type { KvpMap } from '../../model/mapped-key.js';
import {
  analyzeDigests,
  copyIntoDigests,
  countSessionsEnded,
  createComparison,
  deleteLeftOut,
  deleteWithoutSession,
  emptyComparison,
  insertCompared,
  selectDoubtful,
  selectNewestAudit,
  selectOutcome,
  updateCompared,
  updateExpired,
  type DigestTable,
} from './compare-digests.sql.js';

/** The result of comparing the interactions that ICON stored in an hour. */
export interface HourOutcome {
  /** First second of the hour, epoch seconds. */
  readonly hourTs: number;
  readonly interactions: number;
  /** Of these, found right only by comparing all their rows. */
  readonly comparedInFull: number;
  /** Of these, unknown to the mart. */
  readonly missing: number;
  /** Of these, changed by rereading. */
  readonly different: number;
  /** Of the missing ones, still unknown to the mart. */
  readonly unresolved: number;
  /** Of these, how many had a fact in the mart before; `discarded`: how many had only open discards. */
  readonly facts: number;
  readonly discarded: number;
}

/** What the digests of some hours do not prove right. */
export interface DoubtfulHours {
  readonly doubtful: readonly string[];
  /** Interactions whose id the loader does not take; they were not compared. */
  readonly leftOut: number;
}

/** What is left to do after comparing all rows. */
export interface ExactComparison {
  readonly differing: readonly string[];
  readonly unread: readonly string[];
}

type Lines = AsyncIterable<Buffer>;

/** Compares the digests of some hours with the mart. */
export async function compareHourDigests(mart: Connection, map: KvpMap, lines: Lines): Promise<DoubtfulHours> {
  await execute(mart, createComparison);
  await execute(mart, emptyComparison);
  await stageDigests(mart, map, 'stg_hour_digest', lines);
  const leftOut = await execute(mart, deleteLeftOut);
  if (attachedKeys(map).length > 0) await execute(mart, deleteWithoutSession);
  await execute(mart, insertCompared(map));
  return { doubtful: await readDoubtful(mart), leftOut };
}

/**
 * Compares the digests of all rows. Returns the interactions that only rereading can judge, and those without any rows, which are not
 * compared.
 */
export async function compareExactDigests(mart: Connection, map: KvpMap, lines: Lines): Promise<ExactComparison> {
  await stageDigests(mart, map, 'stg_exact_digest', lines);
  const unread = await queryRows<{ guid: string }>(mart, updateCompared(map));
  return { differing: await readDoubtful(mart), unread: unread.map(({ guid }) => guid) };
}

/** The number of sessions in the mart that ended in `[fromTs, toTs)`. */
export const findSessionsEnded = async (mart: Connection, fromTs: number, toTs: number): Promise<number> =>
  (await queryRow<{ sessions: number }>(mart, countSessionsEnded(fromTs, toTs))).sessions;

/** Rereads the differing interactions through `reread`, which returns those too old to be loaded. Returns the result by hour. */
export async function settleCompared(mart: Connection, map: KvpMap, reread: () => Promise<readonly string[]>): Promise<HourOutcome[]> {
  const { audit_key: auditKey } = await queryRow<{ audit_key: string }>(mart, selectNewestAudit);
  const expired = await reread();
  if (expired.length > 0) await execute(mart, updateExpired(expired));
  const rows = await queryRows<{ hour_ts: number; compared_in_full: number } & HourOutcome>(mart, selectOutcome(map, auditKey));
  return rows.map(({ hour_ts: hourTs, compared_in_full: comparedInFull, ...counts }) => ({ ...counts, hourTs, comparedInFull }));
}

async function stageDigests(mart: Connection, map: KvpMap, table: DigestTable, lines: Lines): Promise<void> {
  await copyFrom(mart, copyIntoDigests(table, map), lines);
  await execute(mart, analyzeDigests(table));
}

async function readDoubtful(mart: Connection): Promise<string[]> {
  return (await queryRows<{ guid: string }>(mart, selectDoubtful)).map(({ guid }) => guid);
}
