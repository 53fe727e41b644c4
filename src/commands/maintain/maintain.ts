import { requireMart } from '../../mart/schema/mart-access.js';
import { randomUUID } from 'node:crypto';
import { readCalendarYears, fillCalendar } from '../../mart/calendar/calendar.js';
import { execute, type Connection } from '../../db/connection.js';
import { readFactsKeptFrom, toHistoryKeptFrom, toKeptFrom } from '../../mart/retention.js';
import type { SessionLimits } from '../../db/session-limits.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock, takeJobLock, type RunSession } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { monotonicMs, systemClock, toEpochSeconds, type Clock } from '../../model/clock.js';
import { BusyError } from '../../model/errors.js';
import { packageVersion } from '../../spec/package-file.js';
import { withJobHistory, withStopOnRecord, type JobOrigin } from '../../jobs/job-history.js';
import { recordDeadJobs } from '../../jobs/job-history.sql.js';
import { NO_HISTORY, toPurgedRows, type MaintainSummary, type PurgedHistory } from './summary.js';

import { countMonthsBefore, moveFactsKeptFrom, purgeFacts, type PurgeContext } from './purge-facts.js';
import { countHistory, purgeHistory } from './purge-history.js';
import { readServerTime, refuseClockAhead } from '../../mart/server-clock.js';
import { withRetries, type JobRetries } from '../../jobs/with-retries.js';
import { counted } from '../../model/text.js';

export interface MaintainOptions extends JobRetries {
  readonly martUrl: string;
  readonly martSchema: string;
  /** Info Mart's days-to-keep-gim-facts; undefined: every fact is kept. */
  readonly daysToKeepFacts: number | undefined;
  /** Info Mart's days-to-keep-discards-and-job-history; undefined: its default. */
  readonly daysToKeepHistory?: number | undefined;
  /** Of a deletion; a load waits for at most one of them. */
  readonly rowsATransaction?: number;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
  /** JOB_ID of the audit and history rows; a schedule gives its own. */
  readonly jobId?: string;
  readonly clock?: Clock;
  /** The instant from which days are counted. */
  readonly now?: Date;
  /** What the clock of the mart's server says; default: it is asked. */
  readonly readServerTime?: (mart: Connection) => Promise<Date>;
  readonly log?: (line: string) => void;
}

/** Info Mart's default. */
export const DAYS_TO_KEEP_HISTORY = 600;
const ROWS_A_TRANSACTION = 20_000;

/** What belongs to one execution. */
interface Execution extends MaintainOptions {
  readonly clock: Clock;
  readonly now: Date;
  readonly log: (line: string) => void;
  readonly jobId: string;
  /** Sessions that held the lock, one an attempt. */
  readonly sessions: RunSession[];
  readonly months: Map<string, number>;
  readonly history: Record<keyof PurgedHistory, number>;
  calendarIntervals: number;
  factsKeptFrom: Date | null;
  hasBegun: boolean;
}

/** Counts what `maintain` would delete. Writes nothing. */
export function planMaintenance(options: MaintainOptions): Promise<MaintainSummary> {
  const { martUrl, martSchema, limits, daysToKeepFacts, clock = systemClock, now = clock() } = options;
  const start = monotonicMs();
  return withMartSession({ url: martUrl, applicationName: 'chatmart maintain', schema: martSchema, limits }, async (mart) => {
    await requireMart(mart);
    refuseClockAhead(now, await (options.readServerTime ?? readServerTime)(mart));
    const factsKeptFrom = await findFactsKeptFrom(mart, now, daysToKeepFacts);
    const historyKeptFrom = findHistoryKeptFrom(now, options);
    return {
      dryRun: true,
      jobId: null,
      calendarYears: await readCalendarYears(mart),
      calendarIntervals: 0,
      factsKeptFrom: factsKeptFrom?.toISOString() ?? null,
      months: factsKeptFrom === null ? [] : await countMonthsBefore(mart, factsKeptFrom),
      historyKeptFrom: historyKeptFrom.toISOString(),
      history: await countHistory(mart, historyKeptFrom, factsKeptFrom),
      seconds: (monotonicMs() - start) / 1000,
    };
  });
}

const findHistoryKeptFrom = (now: Date, { daysToKeepHistory = DAYS_TO_KEEP_HISTORY }: MaintainOptions): Date =>
  toHistoryKeptFrom(now, daysToKeepHistory);

/** The border that a retention comes to; one that was moved further before stays. Null: no retention is set. */
async function findFactsKeptFrom(mart: Connection, now: Date, days: number | undefined): Promise<Date | null> {
  if (days === undefined) return null;
  const wanted = toKeptFrom(now, days);
  const before = await readFactsKeptFrom(mart);
  return before !== null && before > wanted ? before : wanted;
}

/**
 * Job_MaintainGIM: extends the calendar, deletes facts whose retention is over, then discards and history; in short transactions beside
 * whatever else is at work. Asked to stop it ends the one at work; broken off at any point, the next one goes on. Errors: `BusyError` while
 * another one is at work, `StoppedError`.
 */
export async function maintain(options: MaintainOptions): Promise<MaintainSummary> {
  const { clock = systemClock, log = () => undefined, now = clock(), retryDelaysMs, stop, jobId = randomUUID() } = options;
  const start = monotonicMs();
  const execution: Execution = {
    ...{ ...options, clock, log, now, jobId, sessions: [], months: new Map(), history: { ...NO_HISTORY } },
    ...{ calendarIntervals: 0, factsKeptFrom: null, hasBegun: false },
  };
  const progress = (): number => toPurgedRows(toPurged(execution));
  const retries = { log, retryDelaysMs, stop, progress, hasBegun: () => execution.hasBegun };
  const calendarYears = await withStopOnRecord(execution, () => withRetries(() => maintainOnce(execution), retries));
  return {
    dryRun: false,
    jobId: execution.jobId,
    calendarYears,
    calendarIntervals: execution.calendarIntervals,
    factsKeptFrom: execution.factsKeptFrom?.toISOString() ?? null,
    ...toPurged(execution),
    historyKeptFrom: findHistoryKeptFrom(now, options).toISOString(),
    seconds: (monotonicMs() - start) / 1000,
  };
}

const toPurged = ({ months, history }: Execution): Pick<MaintainSummary, 'months' | 'history'> => ({
  months: [...months].map(([month, facts]) => ({ month, facts })),
  history,
});

function maintainOnce(execution: Execution): Promise<readonly [number, number]> {
  const { martUrl, martSchema, limits, jobId, origin, clock, sessions, stop } = execution;
  const session = { url: martUrl, applicationName: 'chatmart maintain', schema: martSchema, limits, endedBy: stop?.atOnce };
  return withMartSession(session, async (mart) => {
    sessions.push(await takeJobLock(mart, { martSchema, name: 'maintain', lost: sessions, toBusyError: () => toBusy(martSchema) }));
    await requireMart(mart, { writes: true });
    refuseClockAhead(execution.now, await (execution.readServerTime ?? readServerTime)(mart));
    execution.hasBegun = true;
    await execute(mart, recordDeadJobs(clock()));
    await withJobHistory(
      mart,
      { jobId, jobName: 'Job_MaintainGIM', clock, origin, counts: () => ({ out: toPurgedRows(toPurged(execution)) }) },
      () => maintainMart(mart, execution),
      () => ({ rowCount: toPurgedRows(toPurged(execution)), message: toSentence(execution) }),
    );
    return readCalendarYears(mart);
  });
}

async function maintainMart(mart: Connection, execution: Execution): Promise<void> {
  const { martSchema, jobId, clock, now, log, stop, daysToKeepFacts, months, history } = execution;
  const { rowsATransaction = ROWS_A_TRANSACTION } = execution;
  const context: PurgeContext = { mart, martSchema, jobId, jobVersion: packageVersion(), clock, stop, rowsATransaction };
  execution.calendarIntervals += await withTransaction(mart, async () => {
    await takeWriterLock(mart, martSchema);
    return fillCalendar(mart, toEpochSeconds(now));
  });
  if (daysToKeepFacts !== undefined) {
    execution.factsKeptFrom = await moveFactsKeptFrom(context, toKeptFrom(now, daysToKeepFacts));
    await purgeFacts(context, execution.factsKeptFrom, (month, facts) => {
      months.set(month, (months.get(month) ?? 0) + facts);
      log(`purged ${counted(facts, 'fact')} of ${month}`);
    });
  }
  await purgeHistory(context, findHistoryKeptFrom(now, execution), (what, rows) => {
    history[what] += rows;
  });
}

const toBusy = (martSchema: string): BusyError =>
  new BusyError('maintain-in-progress', `Another chatmart maintain is already running on schema ${martSchema}`, {
    state: 'nothing-deleted',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

/** For the job history. */
function toSentence({ factsKeptFrom, months, history, calendarIntervals }: Execution): string {
  const facts = [...months.values()].reduce((sum, count) => sum + count, 0);
  const { discards, auditRows, ...jobs } = history;
  const jobRows = Object.values(jobs).reduce((sum, count) => sum + count, 0);
  return (
    `${counted(calendarIntervals, 'interval')} of DATE_TIME added; ` +
    (factsKeptFrom === null
      ? 'no retention of facts is set'
      : `${counted(facts, 'fact')} before ${factsKeptFrom.toISOString().slice(0, 10)} purged`) +
    `; ${counted(discards, 'resolved discard')}, ${counted(jobRows, 'row')} of job history, ${counted(auditRows, 'audit row')} purged`
  );
}
