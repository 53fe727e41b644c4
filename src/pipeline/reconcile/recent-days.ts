import { type Statement, execute, queryRow } from '../../db/connection.js';
import { readSourceTimes, type SourceTimes } from '../../extract/source-times.js';
import { withJobHistory } from '../../jobs/job-history.js';
import { toEpochSeconds, isDue } from '../../model/clock.js';
import { toRowsWithoutTimeText, toUsableTimes } from '../../model/row-time.js';
import type { LoadedSource } from '../load-source.js';
import type { SourceLoading } from '../source.js';
import { reconcileSource, toCountsText, toJobCounts, toReconcileStart } from './reconcile-source.js';
import { whyNotCompared, type ReconciledSource } from './summary.js';

/** When the last days of a source were last compared with the mart. */
export const selectReconciledAt = (sourceName: string): Statement => ({
  text: `
    select reconciled_at
    from chatmart_source
    where source_name = $1`,
  values: [sourceName],
});

/** Does not change the watermark or its revision. */
export const updateReconciledAt = (sourceName: string, at: Date): Statement => ({
  text: `
    update chatmart_source
    set reconciled_at = $2::timestamptz at time zone 'UTC'
    where source_name = $1`,
  values: [sourceName, at.toISOString()],
});

/** Once a day is enough, because differences should not occur. */
const EVERY_MS = 24 * 3_600_000;

/** Covers a weekend of failed runs, and compares each hour three times; a week would cost more than it can find. */
const RECENT_DAYS_SECONDS = 3 * 86_400;

/**
 * Compares what ICON stored in the last three days with the mart and rereads what differs: once a day, and at once if the source turned out
 * to be another one. Null: not due. The first run has just read everything and compares nothing.
 */
export async function reconcileRecentDays(loading: SourceLoading, { state, changed }: LoadedSource): Promise<ReconciledSource | null> {
  const { idb, job, table, source } = loading;
  const { mart, now, log } = job;
  const { reconciled_at: last } = await queryRow<{ reconciled_at: Date | null }>(mart, selectReconciledAt(source.name));
  if (changed === null && !isDue(last, now, EVERY_MS)) return null;
  const done = (): Promise<number> => execute(mart, updateReconciledAt(source.name, now));
  if (loading.state.lastCeiling === null) {
    await done();
    return null;
  }
  const place = `${table.schema}.${table.name}`;
  const hindrance = whyNotComparable(await readSourceTimes(idb, table, toUsableTimes(now)), place);
  if (hindrance !== null) {
    log(`${hindrance}; the last days are not compared with the mart`, { level: 'warning', code: 'days-not-compared' });
    await done();
    return null;
  }
  // Rows of the current second are compared tomorrow.
  const toTs = toEpochSeconds(now);
  const progress = toReconcileStart();
  const found = await withJobHistory(
    job,
    {
      jobName: 'Job_ReconcileICON',
      counts: () => toJobCounts(progress.counts),
      window: { from: new Date((toTs - RECENT_DAYS_SECONDS) * 1000), to: now },
      describe: (result) => ({ rowCount: result.interactions, message: toCountsText(result) }),
    },
    () => reconcileSource(loading, { fromTs: toTs - RECENT_DAYS_SECONDS, toTs }, state, { progress, isBrief: true }),
  );
  await done();
  const why = whyNotCompared(found);
  if (why !== null)
    log(`the last days of source ${source.name} could not be compared completely: ${why}`, { level: 'warning', code: 'days-not-compared' });
  if (found.missing + found.different > 0)
    log(`the last days of source ${source.name} differed from the mart: ${toCountsText(found)}; read again`, {
      level: 'warning',
      code: 'days-not-right',
    });
  if (found.withoutTime !== null) {
    const areFound = found.withoutTime.areCompared
      ? 'they were compared with the mart as well'
      : 'they are too many to be compared with the mart every day, chatmart reconcile does so';
    // A table's rows are read by their ids and transactions, whatever their time.
    const areMissed = table.hasCeiling ? '' : `. Of a ${table.kind} the run itself misses those that commit late`;
    log(`source ${source.name} has ${toRowsWithoutTimeText(found.withoutTime)}: they lie in no hour; ${areFound}${areMissed}`, {
      level: 'warning',
      code: 'rows-without-time',
    });
  }
  return found;
}

/** What would make a daily comparison too expensive: looking at every row for each hour. */
function whyNotComparable({ withoutIndex, oldestTs, withoutTime }: SourceTimes, place: string): string | null {
  if (withoutIndex.length > 0)
    return `${withoutIndex.map(({ name }) => name).join(', ')} ${withoutIndex.length === 1 ? 'has' : 'have'} no index on ADDED_TS`;
  return oldestTs === null && withoutTime === null ? `${place} does not tell its oldest ADDED_TS within seconds` : null;
}
