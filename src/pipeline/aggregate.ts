import type { Log } from '../model/log.js';
import { execute, type Connection, type Statement } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { withJobHistory, type JobCounts, type JobHistory } from '../jobs/job-history.js';
import { runJob, startJob, type Job, type JobPlan, type JobSettings, type StartedJob } from '../jobs/job.js';
import type { MartTarget } from '../jobs/target.js';
import { aggregateChangedIntervals, enqueueRange, type AggregationSummary } from '../mart/aggregates/rebuild.js';
import { drawAuditKey, writeAuditRow } from '../mart/audit.js';
import { takeWriterLock } from '../mart/locks.js';
import { readFactsKeptFrom } from '../mart/retention.js';
import { toEpochSeconds } from '../model/clock.js';
import { counted } from '../model/text.js';
import { requireMart } from '../mart/schema/mart-access.js';
import { readMartMap } from '../mart/schema/mart-map.js';
import type { TimeWindow } from '../model/time-span.js';

export interface AggregateOptions extends MartTarget {
  /** Rebuild also the intervals of this range of session starts, changed or not. */
  readonly range?: TimeWindow | undefined;
}

/** Job_AggregateGIM: rebuilds the aggregates of all intervals that changed, in one transaction. */
export async function aggregate({ range, ...target }: AggregateOptions, settings: JobSettings): Promise<AggregationSummary> {
  const started = startJob('aggregate', target, settings);
  const summary = await runJob(started, toPlan(range), (job) => aggregateAtOnce(job, range));
  started.log(`aggregate: ${toSentence(summary)}`);
  return summary;
}

/** The same as the last step of another job. */
export const aggregateAfter = (job: StartedJob): Promise<AggregationSummary> =>
  runJob({ ...job, verb: 'aggregate' }, { ...toPlan(), isPart: true }, (part) => aggregateAtOnce(part));

/** The same within another job, in its session; the job is tried again as a whole. Its load may have taken hours, so the mart is checked again. */
export async function aggregateWithin(job: Job): Promise<AggregationSummary> {
  await requireMart(job.mart, { writes: true });
  return withJobHistory(job, toHistory(), () => aggregateAtOnce(job));
}

const toPlan = (range?: TimeWindow): JobPlan<AggregationSummary> => ({ begins: 'mart', history: toHistory(range) });

function toHistory(range?: TimeWindow): JobHistory<AggregationSummary> {
  let counts: JobCounts = {};
  return {
    jobName: 'Job_AggregateGIM',
    window: range,
    counts: () => counts,
    describe: (summary) => {
      counts = { in: summary.intervals, out: totalRows(summary) };
      return { rowCount: totalRows(summary), message: toSentence(summary) };
    },
  };
}

const aggregateAtOnce = (job: Job, range?: TimeWindow): Promise<AggregationSummary> =>
  withTransaction(job.mart, () => aggregateUnderLock(job, range));

async function aggregateUnderLock(job: Job, range?: TimeWindow): Promise<AggregationSummary> {
  const { mart, now, log } = job;
  await takeWriterLock(mart, job.target.martSchema, 'aggregates');
  const auditKey = await drawAuditKey(mart);
  if (range !== undefined) {
    const from = await leaveOutPurged(mart, range, log);
    await enqueueRange(mart, { fromKey: toEpochSeconds(from), toKey: toEpochSeconds(range.to), auditKey });
  }
  const summary = await aggregateChangedIntervals(mart, { map: await readMartMap(mart), auditKey, writesAll: range !== undefined });
  const { minStartKey, maxStartKey } = summary;
  // A window is closed after all its chunks, each of which needed the lock that is held here.
  await execute(mart, recordAggregatedUntil());
  // A run without changes leaves no audit row; its number stays unused.
  if (summary.intervals > 0)
    await writeAuditRow(mart, auditKey, { jobId: job.id, at: now, rowCount: totalRows(summary), minStartKey, maxStartKey });
  return summary;
}

/** The first key of a range that still has facts: aggregates of purged facts must not be emptied, and cannot be rebuilt. */
async function leaveOutPurged(connection: Connection, { from, to }: TimeWindow, log: Log): Promise<Date> {
  const keptFrom = await readFactsKeptFrom(connection);
  if (keptFrom === null || keptFrom <= from) return from;
  log(
    `facts of sessions that began before ${keptFrom.toISOString()} are purged, so their aggregates are final; ` +
      (to <= keptFrom ? 'nothing in this range is rebuilt' : 'the range is rebuilt from then on'),
    { level: 'warning' },
  );
  return keptFrom;
}

const totalRows = ({ rows }: AggregationSummary): number => Object.values(rows).reduce((total, written) => total + written, 0);

/** The summary as one line for the log and the job history. */
function toSentence({ intervals, rows, seconds }: AggregationSummary): string {
  if (intervals === 0) return 'nothing has changed';
  const levels = Object.entries(rows).map(([level, written]) => `${counted(written, `${level} row`)} in ${seconds[level]!.toFixed(2)} s`);
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
