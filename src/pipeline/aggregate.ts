import { execute, type Connection, type Statement } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';
import { withTransaction } from '../db/transaction.js';
import { withJobHistory, withStopOnRecord, type JobCounts, type JobOrigin } from '../jobs/job-history.js';
import { withRetries, type JobRetries } from '../jobs/with-retries.js';
import { CHAT_STATS_TABLE_LEVELS } from '../mart/aggregates/levels.js';
import { aggregateChangedIntervals, enqueueRange, type AggregationSummary } from '../mart/aggregates/rebuild.js';
import { drawAuditKey, writeAuditRow } from '../mart/audit.js';
import { takeWriterLock } from '../mart/locks.js';
import { withMartSession } from '../mart/mart-session.js';
import { readFactsKeptFrom } from '../mart/retention.js';
import { requireMart } from '../mart/schema/mart-access.js';
import { systemClock, toEpochSeconds, type Clock } from '../model/clock.js';
import { counted } from '../model/text.js';
import type { TimeWindow } from '../model/utc-time.js';
import { readKvpMap } from '../spec/kvp-map.js';
import { randomUUID } from 'node:crypto';

export interface AggregateOptions extends JobRetries {
  readonly martUrl: string;
  readonly martSchema: string;
  /** Rebuild also the intervals of this range of session starts, changed or not. */
  readonly range?: TimeWindow | undefined;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
  /** JOB_ID of the audit and history rows; a run gives its own. */
  readonly jobId?: string;
  readonly clock?: Clock;
  /** The one instant of the job that this is part of. */
  readonly now?: Date;
  readonly log?: (line: string) => void;
}

/** Job_AggregateGIM, tried again when the mart goes away. */
export function aggregate(options: AggregateOptions): Promise<AggregationSummary> {
  const { log = () => undefined, retryDelaysMs, stop, jobId = randomUUID(), clock = systemClock } = options;
  const execution = { ...options, jobId, clock };
  let hasBegun = false;
  const begin = (): void => void (hasBegun = true);
  const retries = { log, retryDelaysMs, stop, progress: () => 0, hasBegun: () => hasBegun };
  return withStopOnRecord(execution, () => withRetries(() => aggregateOnce(execution, begin), retries));
}

/** Rebuilds the aggregates of all intervals that changed, in one transaction; `onBegin` is told when the mart has answered. */
export async function aggregateOnce(options: AggregateOptions, onBegin = (): void => undefined): Promise<AggregationSummary> {
  const { martUrl, martSchema, limits, stop, origin, range, jobId = randomUUID(), clock = systemClock } = options;
  const { now = clock(), log = () => undefined } = options;
  let counts: JobCounts = {};
  const session = { url: martUrl, applicationName: 'chatmart aggregate', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (connection) => {
    await requireMart(connection, { writes: true });
    onBegin();
    const summary = await withJobHistory(
      connection,
      { jobId, jobName: 'Job_AggregateGIM', clock, origin, window: range, counts: () => counts },
      () => withTransaction(connection, () => aggregateUnderLock(connection, { martSchema, range, jobId, now, log })),
      (result) => {
        counts = { in: result.intervals, out: totalRows(result) };
        return { rowCount: totalRows(result), message: toSentence(result) };
      },
    );
    log(`aggregate: ${toSentence(summary)}`);
    return summary;
  });
}

async function aggregateUnderLock(
  connection: Connection,
  options: { martSchema: string; range: TimeWindow | undefined; jobId: string; now: Date; log: (line: string) => void },
): Promise<AggregationSummary> {
  const { martSchema, range, jobId, now, log } = options;
  await takeWriterLock(connection, martSchema);
  const auditKey = await drawAuditKey(connection);
  if (range !== undefined) {
    const from = await leaveOutPurged(connection, range, log);
    await enqueueRange(connection, { fromKey: toEpochSeconds(from), toKey: toEpochSeconds(range.to), auditKey });
  }
  const summary = await aggregateChangedIntervals(connection, { map: readKvpMap(), auditKey, writesAll: range !== undefined });
  const { minStartKey, maxStartKey } = summary;
  // A window is closed after all its chunks, each of which needed the lock that is held here.
  await execute(connection, recordAggregatedUntil());
  // A cycle over nothing new leaves no audit row; its number stays unused.
  if (summary.intervals > 0)
    await writeAuditRow(connection, auditKey, { jobId, at: now, rowCount: totalRows(summary), minStartKey, maxStartKey });
  return summary;
}

/** Where a range begins to have facts: what was summed up of purged ones must not be emptied, and cannot be built anew. */
async function leaveOutPurged(connection: Connection, { from, to }: TimeWindow, log: (line: string) => void): Promise<Date> {
  const keptFrom = await readFactsKeptFrom(connection);
  if (keptFrom === null || keptFrom <= from) return from;
  log(
    `warning: facts of sessions that began before ${keptFrom.toISOString()} are purged: their aggregates are final and stay as they are, ` +
      (to <= keptFrom ? 'so nothing of this range is rebuilt' : 'the range is rebuilt from then on'),
  );
  return keptFrom;
}

const totalRows = ({ rows }: AggregationSummary): number => CHAT_STATS_TABLE_LEVELS.reduce((total, level) => total + rows[level], 0);

/** The summary as one line for the log and the job history. */
function toSentence({ intervals, rows, seconds }: AggregationSummary): string {
  if (intervals === 0) return 'nothing has changed';
  const levels = CHAT_STATS_TABLE_LEVELS.map((level) => `${counted(rows[level], `${level} row`)} in ${seconds[level].toFixed(2)} s`);
  return `${intervals} changed ${intervals === 1 ? 'interval' : 'intervals'}: ${levels.join(', ')}`;
}

/**
 * The same where no change waits for the aggregation: what is complete was aggregated before. In one snapshot: a window's changes are there before
 * it counts as complete.
 */
export const recordNothingToAggregate = (): Statement => ({
  text: `update chatmart_source
set aggregated_until = complete_until
where aggregated_until is distinct from complete_until
  and not exists (select from chatmart_pending_agg)`,
});

/** One row: whether changes wait for the aggregation. */
export const selectHasChanges = (): Statement => ({ text: 'select exists (select from chatmart_pending_agg) as waits' });

/** What counts as complete of each source is in the aggregates now. */
export const recordAggregatedUntil = (): Statement => ({
  text: `update chatmart_source
set aggregated_until = complete_until
where aggregated_until is distinct from complete_until`,
});
