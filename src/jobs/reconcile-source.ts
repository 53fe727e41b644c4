import { takeSnapshot, type Transactions } from '../extract/extract-chunk.js';
import {
  findNextAddedTs,
  findOldestAddedTs,
  HOUR_SECONDS,
  readExactDigests,
  readHourDigests,
  toHour,
  withOneProcess,
} from '../extract/hour-digest.js';
import { noticeSourceChange } from '../extract/source-identity.js';
import { compareExactDigests, compareHourDigests, settleCompared, type HourOutcome } from '../load/compare-digests.js';
import { toEpochSeconds } from '../model/clock.js';
import type { SourceState } from '../model/extract-window.js';
import { areComparable } from '../model/transaction-number.js';
import { toTimeText } from './backfill-slices.js';
import { addCounts, NO_COUNTS, type ReconcileCounts, type ReconciledHour, type ReconciledSource } from './reconcile-summary.js';
import type { JobCounts } from './job-history.sql.js';
import { rereadInteractions } from './reread-interactions.js';
import type { SourceLoading } from './source-loading.js';
import { addTotals } from './window-totals.js';

/** Rows that ICON stored in `[fromTs, toTs)`, by ADDED_TS. */
export interface StoredSpan {
  readonly fromTs: number;
  readonly toTs: number;
}

/** How far comparing a source has come; whoever lost a session goes on from there with another one. */
export interface ReconcileProgress {
  /** Epoch seconds; null: at the start. */
  at: number | null;
  counts: ReconcileCounts;
  readonly hours: ReconciledHour[];
}

/** Nothing is compared yet. */
export const toReconcileStart = (): ReconcileProgress => ({ at: null, counts: NO_COUNTS, hours: [] });

/** An interaction's rows lie within minutes as a rule, so that hours are compared together; a busy day has a line for each of a million. */
const SLICE_SECONDS = 24 * HOUR_SECONDS;

/**
 * Compares what a source holds with the mart, hour by hour, and reads again what differs; the watermark stays, aggregates are left to the
 * caller. Rows from the last ceiling on are the next run's. What was read again is added to `loading.totals`.
 */
export async function reconcileSource(
  loading: SourceLoading,
  span: StoredSpan,
  state: SourceState,
  log: (line: string) => void = () => undefined,
  progress = toReconcileStart(),
): Promise<ReconciledSource> {
  const { idb, table, source } = loading;
  const transactions = await findJudgedTransactions(loading, state);
  const oldestTs = await findOldestAddedTs(idb, table);
  const { fromTs, toTs } = toJudgedSpan(loading, span, state);
  // Earlier hours hold what was purged as well: nobody can say what is missing there.
  const judgedFromTs = oldestTs === null ? span.toTs : Math.max(fromTs, toHour(oldestTs));
  for (;;) {
    loading.stop?.afterChunk.throwIfAborted();
    const reachedTs = progress.at ?? judgedFromTs;
    const next = await findNextAddedTs(idb, table, reachedTs);
    if (next === null || next >= toTs) break;
    const from = Math.max(reachedTs, toHour(next));
    const at = Math.min(toHour(from) + SLICE_SECONDS, toTs);
    const found = (await reconcileSlice(loading, { fromTs: from, toTs: at }, transactions)).map(toReconciledHour);
    const ofSlice = found.reduce<ReconcileCounts>(addCounts, NO_COUNTS);
    log(`${toTimeText(from)} to ${toTimeText(at)}: ${toCountsText(ofSlice)}`);
    progress.at = at;
    progress.counts = addCounts(progress.counts, ofSlice);
    progress.hours.push(...found.filter(({ missing, different }) => missing + different > 0));
  }
  return {
    name: source.name,
    table: `${table.schema}.${table.name}`,
    unreachable: null,
    oldestRow: oldestTs === null ? null : toTimeText(oldestTs),
    hoursNotJudged: Math.max(0, Math.ceil((Math.min(judgedFromTs, span.toTs) - fromTs) / HOUR_SECONDS)),
    ...progress.counts,
    hours: progress.hours,
  };
}

/** One slice: digests by hour, of the doubtful ones digests of all their rows, and what is doubtful still is read again. */
async function reconcileSlice(loading: SourceLoading, slice: StoredSpan, transactions: Transactions): Promise<HourOutcome[]> {
  const { idb, mart, table, map } = loading;
  const differing = await withOneProcess(idb, async () => {
    const doubtful = await compareHourDigests(mart, map, readHourDigests(idb, table, map, slice));
    return doubtful.length === 0 ? [] : compareExactDigests(mart, map, readExactDigests(idb, table, map, doubtful, transactions));
  });
  return settleCompared(mart, async () => {
    const expired: string[] = [];
    const load = { ...loading.load, onExpired: (guids: readonly string[]): void => void expired.push(...guids) };
    if (differing.length > 0) addTotals(loading.totals, await rereadInteractions({ ...loading, load }, differing));
    return expired;
  });
}

/** Rows that are in the mart for sure. Without a ceiling, or with one of another server, all that can be seen. */
async function findJudgedTransactions({ idb, table }: SourceLoading, state: SourceState): Promise<Transactions> {
  if (!table.hasCeiling || state.lastCeiling === null) return { are: 'any' };
  const { ceiling } = await takeSnapshot(idb, table);
  if (!areComparable(state.lastCeiling, ceiling) || (await noticeSourceChange(idb, table, state)) !== null) return { are: 'any' };
  return { are: 'below', ceiling: state.lastCeiling, from: null };
}

/** What a view stored last may not have been read yet: there is no ceiling to tell. */
function toJudgedSpan({ table }: SourceLoading, span: StoredSpan, { completeUntil }: SourceState): StoredSpan {
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
  const number = (count: number): string => count.toLocaleString('en');
  return (
    `${number(interactions)} interactions, ${number(missing)} missing, ${number(different)} different` +
    (comparedInFull === 0 ? '' : `, ${number(comparedInFull)} right when read in full`)
  );
}

/** What the history says of a comparison: interactions compared, and those that were not right and were read again. */
export const toJobCounts = ({ interactions, missing, different }: ReconcileCounts): JobCounts => ({
  in: interactions,
  out: missing + different,
  reread: missing + different,
});
