import type { Log } from '../../model/log.js';
import { findInteractions, nextChunkRange, takeSnapshot, type ChunkSize, type Transactions } from '../../extract/extract-chunk.js';
import type { ComparedRows, IdRange } from './read-digests.sql.js';
import {
  findNextAddedTs,
  findOldestAddedTs,
  HOUR_SECONDS,
  readExactDigests,
  readHourDigests,
  readUntimedDigests,
  toHour,
  withoutBadIds,
  withOneProcess,
} from './read-digests.js';
import { countWithoutTime, sampleWithoutTime } from '../../extract/row-times.js';
import { noticeSourceChange } from '../../extract/source-identity.js';
import { compareExactDigests, compareHourDigests, findSessionsEnded, settleCompared, type HourOutcome } from './compare-digests.js';
import { withoutAttachedKeys } from '../../model/attached-key.js';
import { toEpochSeconds } from '../../model/clock.js';
import type { SourceState } from '../../mart/source-window.js';
import { toRowOrder } from '../../mart/id-order.js';
import { toRowsWithoutTimeText, toUsableTimes } from '../../model/row-time.js';
import { areComparable } from '../../mart/source-identity.js';
import { askBriefly } from '../../extract/source-times.js';

import {
  addCounts,
  NO_COUNTS,
  type ReconcileCounts,
  type ReconciledHour,
  type ReconciledSource,
  type ReconciledWithoutTime,
} from './summary.js';
import type { JobCounts } from '../../jobs/job-history.sql.js';
import { rereadInteractions } from '../reread-interactions.js';
import type { SourceLoading } from '../source.js';
import { addTotals } from '../totals.js';
import { counted, toCountText } from '../../model/text.js';
import { type Span, toSpanText, toTimeText } from '../../model/time-span.js';

/** How far the comparison of a source has come; after a lost session the next attempt continues from there. */
export interface ReconcileProgress {
  /** Epoch seconds; null: at the start. */
  at: number | null;
  /** Largest id up to which the rows without a usable ADDED_TS were compared; null: at the start. */
  untimedId: number | null;
  counts: ReconcileCounts;
  untimed: ReconcileCounts;
  facts: number;
  discarded: number;
  leftOut: number;
  notFound: number;
  readonly hours: ReconciledHour[];
}

/** The progress before anything was compared. */
export const toReconcileStart = (): ReconcileProgress => ({
  ...{ at: null, untimedId: null, counts: NO_COUNTS, untimed: NO_COUNTS, facts: 0, discarded: 0, leftOut: 0, notFound: 0, hours: [] },
});

export interface ReconcileSourceOptions {
  readonly log?: Log | undefined;
  readonly progress?: ReconcileProgress | undefined;
  /** Compares rows without a usable ADDED_TS only if they are few. */
  readonly isBrief?: boolean | undefined;
}

/** An interaction's rows usually lie within minutes, so hours are compared together; a busy day has a line for each of a million. */
const SLICE_SECONDS = 24 * HOUR_SECONDS;

/**
 * Compares a source with the mart hour by hour and rereads what differs. Leaves the watermark unchanged and the aggregates to the caller.
 * Rows above the last ceiling are left to the next run. What was reread is added to `loading.totals`.
 */
export async function reconcileSource(
  loading: SourceLoading,
  span: Span,
  state: SourceState,
  { log = () => undefined, progress = toReconcileStart(), isBrief = false }: ReconcileSourceOptions = {},
): Promise<ReconciledSource> {
  const { idb, table, source } = loading;
  const rows = { transactions: await findJudgedTransactions(loading, state), order: toRowOrder(state.idOrder) };
  const oldestTs = await findOldestAddedTs(idb, table, toUsableTimes(loading.job.now));
  const { fromTs, toTs } = toJudgedSpan(loading, span, state);
  // Earlier hours also held purged rows, so nothing can be said about what is missing there.
  const judgedFromTs = oldestTs === null ? span.toTs : Math.max(fromTs, toHour(oldestTs));
  for (;;) {
    loading.job.stop?.afterChunk.throwIfAborted();
    const reachedTs = progress.at ?? judgedFromTs;
    const next = await findNextAddedTs(idb, table, reachedTs);
    if (next === null || next >= toTs) break;
    const from = Math.max(reachedTs, toHour(next));
    const at = Math.min(toHour(from) + SLICE_SECONDS, toTs);
    const { hours, counts } = await reconcileRows(
      loading,
      readHourDigests(idb, table, loading.map, { fromTs: from, toTs: at }),
      rows,
      progress,
    );
    log(`${toSpanText({ fromTs: from, toTs: at })}: ${toCountsText(counts)}`);
    progress.at = at;
    progress.hours.push(...hours.filter(({ missing, different }) => missing + different > 0));
  }
  const withoutTime = await reconcileWithoutTime(loading, state, rows, { log, progress, isBrief });
  return {
    name: source.name,
    table: `${table.schema}.${table.name}`,
    unreachable: null,
    oldestRow: oldestTs === null ? null : toTimeText(oldestTs),
    hoursNotJudged: Math.max(0, Math.ceil((Math.min(judgedFromTs, span.toTs) - fromTs) / HOUR_SECONDS)),
    withoutTime,
    leftOut: progress.leftOut,
    notFound: progress.notFound,
    sessionsHeld:
      progress.counts.interactions > 0 || oldestTs === null
        ? 0
        : await findSessionsEnded(loading.job.mart, judgedFromTs, toTs - HOUR_SECONDS),
    ...progress.counts,
    facts: progress.facts,
    discarded: progress.discarded,
    hours: progress.hours,
  };
}

/**
 * Compares digests by hour, then digests of all rows of the doubtful interactions, and rereads those still doubtful. Adds the result to the
 * progress.
 */
async function reconcileRows(
  loading: SourceLoading,
  digests: AsyncGenerator<Buffer>,
  rows: ComparedRows,
  progress: ReconcileProgress,
): Promise<{ readonly hours: ReconciledHour[]; readonly counts: ReconcileCounts }> {
  const { idb, table, map, masker } = loading;
  const { mart } = loading.job;
  const { differing, unread, leftOut } = await withOneProcess(idb, async () => {
    const { doubtful, leftOut } = await compareHourDigests(mart, map, masker === undefined ? digests : withoutBadIds(digests, masker));
    const exact =
      doubtful.length === 0
        ? { differing: [], unread: [] }
        : await compareExactDigests(mart, map, readExactDigests(idb, table, map, doubtful, rows));
    return { ...exact, leftOut };
  });
  const outcomes = await settleCompared(mart, map, async () => {
    const expired: string[] = [];
    const load = { ...loading.load, onExpired: (guids: readonly string[]): void => void expired.push(...guids) };
    if (differing.length > 0) addTotals(loading.totals, await rereadInteractions({ ...loading, load }, differing));
    return expired;
  });
  const hours = outcomes.map(toReconciledHour);
  const counts = hours.reduce<ReconcileCounts>(addCounts, NO_COUNTS);
  progress.counts = addCounts(progress.counts, counts);
  progress.leftOut += leftOut;
  progress.notFound += await countNotFound(loading, unread);
  for (const { facts, discarded } of outcomes) {
    progress.facts += facts;
    progress.discarded += discarded;
  }
  return { hours, counts };
}

/** Of the given interactions, counts those without any row in the IDB, not even one for the next run. */
async function countNotFound({ idb, table, map }: SourceLoading, unread: readonly string[]): Promise<number> {
  if (unread.length === 0) return 0;
  const keys = withoutAttachedKeys(map).keys.map(({ kvp }) => kvp);
  return unread.length - (await findInteractions(idb, table, unread, keys)).size;
}

/** Rows without a usable ADDED_TS are searched for by id, this many ids at a time. */
const UNTIMED_STEP: ChunkSize = { ids: 1_000_000 };

/**
 * Compares the rows that belong to no hour, whatever range was requested: in one step if they are few, otherwise by looking through all ids
 * unless the comparison is to be brief. Null: there are none.
 */
async function reconcileWithoutTime(
  loading: SourceLoading,
  state: SourceState,
  compared: ComparedRows,
  { log, progress, isBrief }: Required<Pick<ReconcileSourceOptions, 'isBrief'>> & { log: Log; progress: ReconcileProgress },
): Promise<ReconciledWithoutTime | null> {
  const { idb, table, map } = loading;
  const { now, stop } = loading.job;
  const usable = toUsableTimes(now);
  const counted = await askBriefly(idb, () => countWithoutTime(idb, table, usable));
  if (counted?.rows === 0) return null;
  const rows = counted ?? (await sampleWithoutTime(idb, table, usable));
  const compare = async (range: IdRange): Promise<void> => {
    const { counts } = await reconcileRows(loading, readUntimedDigests(idb, table, map, usable, range), compared, progress);
    progress.untimed = addCounts(progress.untimed, counts);
  };
  const areFew = counted !== null && !counted.isAtLeast;
  // Rows that a view has shown since the last run may not have been read yet.
  const { maxId } = await takeSnapshot(idb, table);
  const endId = table.hasCeiling ? maxId : Math.min(maxId, state.marks.at(-1)?.maxId ?? maxId);
  if (areFew && progress.untimedId === null) {
    await compare({ afterId: null, untilId: table.hasCeiling ? null : endId });
    progress.untimedId = endId;
  } else if (!isBrief)
    for (;;) {
      stop?.afterChunk.throwIfAborted();
      const range = await nextChunkRange(idb, table, { position: progress.untimedId ?? Number.MIN_SAFE_INTEGER, endId }, UNTIMED_STEP);
      if (range === null) break;
      await compare(range);
      progress.untimedId = range.untilId;
    }
  const areCompared = areFew || !isBrief;
  // All ids were looked through without finding any.
  if (counted === null && areCompared && progress.untimed.interactions === 0 && rows.rows === 0) return null;
  const text = toRowsWithoutTimeText(rows);
  log(areCompared ? `${text}: ${toCountsText(progress.untimed)}` : `${text}: not compared because there are too many`);
  return { ...rows, ...progress.untimed, areCompared };
}

/** The transactions whose rows are certainly in the mart. Without a ceiling, or with one of another server: all visible ones. */
async function findJudgedTransactions({ idb, table }: SourceLoading, state: SourceState): Promise<Transactions> {
  if (!table.hasCeiling || state.lastCeiling === null) return { are: 'any' };
  const { ceiling } = await takeSnapshot(idb, table);
  if (!areComparable(state.lastCeiling, ceiling) || (await noticeSourceChange(idb, table, state)) !== null) return { are: 'any' };
  return { are: 'below', ceiling: state.lastCeiling, from: null };
}

/** The newest rows of a view may not have been read yet: it has no ceiling to tell. */
function toJudgedSpan({ table }: SourceLoading, span: Span, { completeUntil }: SourceState): Span {
  if (table.hasCeiling || completeUntil === null) return span;
  return { fromTs: span.fromTs, toTs: Math.min(span.toTs, toEpochSeconds(completeUntil)) };
}

const toReconciledHour = ({ hourTs, interactions, comparedInFull, missing, different, unresolved }: HourOutcome): ReconciledHour => ({
  hour: toTimeText(hourTs),
  interactions,
  right: interactions - missing - different,
  comparedInFull,
  missing,
  different,
  repaired: missing + different - unresolved,
});

/** The counts as a clause for people. */
export function toCountsText({ interactions, comparedInFull, missing, different }: ReconcileCounts): string {
  return (
    `${counted(interactions, 'interaction')}, ${toCountText(missing)} missing, ${toCountText(different)} different` +
    (comparedInFull === 0 ? '' : `, ${toCountText(comparedInFull)} right when read in full`)
  );
}

/** The counts for the job history: interactions compared, and those that were not right and were reread. */
export const toJobCounts = ({ interactions, missing, different }: ReconcileCounts): JobCounts => ({
  in: interactions,
  out: missing + different,
  reread: missing + different,
});
