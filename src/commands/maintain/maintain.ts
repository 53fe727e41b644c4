import type { Connection } from '../../db/connection.js';
import { withTransaction } from '../../db/transaction.js';
import { runJob, startJob, type Job, type JobPlan, type JobSettings } from '../../jobs/job.js';
import type { MartTarget } from '../../jobs/target.js';
import { fillCalendar, readCalendarYears } from '../../mart/calendar/calendar.js';
import { takeWriterLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { readFactsKeptFrom, toHistoryKeptFrom, toKeptFrom } from '../../mart/retention.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { readServerTime, refuseClockAhead } from '../../mart/server-clock.js';
import { monotonicMs, toEpochSeconds } from '../../model/clock.js';
import { BusyError } from '../../model/errors.js';
import { counted } from '../../model/text.js';
import { countMonthsBefore, moveFactsKeptFrom, purgeFacts, purgeWaiting } from './purge-facts.js';
import { countHistory, purgeHistory } from './purge-history.js';
import { NO_HISTORY, toPurgedRows, type MaintainSummary, type PurgedHistory } from './summary.js';

/** For how many days data is kept. */
export interface Retention {
  /** Info Mart's days-to-keep-gim-facts; undefined: every fact is kept. */
  readonly daysToKeepFacts: number | undefined;
  /** Info Mart's days-to-keep-discards-and-job-history; undefined: its default. */
  readonly daysToKeepHistory?: number | undefined;
}

export type MaintainOptions = MartTarget & Retention;

/** Info Mart's default. */
export const DAYS_TO_KEEP_HISTORY = 600;

/** What all attempts together have done. */
interface MaintainProgress {
  readonly months: Map<string, number>;
  readonly history: Record<keyof PurgedHistory, number>;
  calendarIntervals: number;
  factsKeptFrom: Date | null;
}

/** Counts what `maintain` would delete as of `settings.now`. Writes nothing. */
export function planMaintenance({ martUrl, martSchema, ...options }: MaintainOptions, settings: JobSettings): Promise<MaintainSummary> {
  const { now, seconds, tuning } = startJob('maintain', { martUrl, martSchema }, settings);
  return withMartSession(
    { url: martUrl, applicationName: 'chatmart maintain', schema: martSchema, limits: tuning.limits },
    async (mart) => {
      await requireMart(mart);
      refuseClockAhead(now, await (tuning.readServerTime ?? readServerTime)(mart));
      const factsKeptFrom = await findFactsKeptFrom(mart, now, options.daysToKeepFacts);
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
        seconds: seconds(),
      };
    },
  );
}

const findHistoryKeptFrom = (now: Date, { daysToKeepHistory = DAYS_TO_KEEP_HISTORY }: Pick<Retention, 'daysToKeepHistory'>): Date =>
  toHistoryKeptFrom(now, daysToKeepHistory);

/** The start of the retention; a later one that was set before stays. Null: no retention is set. */
async function findFactsKeptFrom(mart: Connection, now: Date, days: number | undefined): Promise<Date | null> {
  if (days === undefined) return null;
  const wanted = toKeptFrom(now, days);
  const before = await readFactsKeptFrom(mart);
  return before !== null && before > wanted ? before : wanted;
}

/**
 * Job_MaintainGIM: extends the calendar, then deletes facts, discards and history past their retention, in short transactions beside other
 * jobs. When stopped it finishes the current transaction; after an interruption the next run continues. Errors: `BusyError` while another
 * `maintain` is running, `StoppedError`.
 */
export async function maintain({ martUrl, martSchema, ...options }: MaintainOptions, settings: JobSettings): Promise<MaintainSummary> {
  const started = startJob('maintain', { martUrl, martSchema }, settings);
  const done: MaintainProgress = { months: new Map(), history: { ...NO_HISTORY }, calendarIntervals: 0, factsKeptFrom: null };
  const purged = (): number => toPurgedRows(toPurged(done));
  const { id, now, tuning, seconds } = started;
  const plan: JobPlan<readonly [number, number]> = {
    lock: { martSchema, name: 'maintain', toBusyError: () => toBusy(martSchema) },
    check: async (mart) => refuseClockAhead(now, await (tuning.readServerTime ?? readServerTime)(mart)),
    begins: 'mart',
    progress: purged,
    history: {
      jobName: 'Job_MaintainGIM',
      counts: () => ({ out: purged() }),
      describe: () => ({ rowCount: purged(), message: toSentence(done) }),
    },
  };
  const calendarYears = await runJob(started, plan, (job) => maintainMart(job, options, done));
  return {
    dryRun: false,
    jobId: id,
    calendarYears,
    calendarIntervals: done.calendarIntervals,
    factsKeptFrom: done.factsKeptFrom?.toISOString() ?? null,
    ...toPurged(done),
    historyKeptFrom: findHistoryKeptFrom(now, options).toISOString(),
    seconds: seconds(),
  };
}

const toPurged = ({ months, history }: MaintainProgress): Pick<MaintainSummary, 'months' | 'history'> => ({
  months: [...months].map(([month, facts]) => ({ month, facts })),
  history,
});

/** Returns the first and last year of the calendar afterwards. */
async function maintainMart(job: Job, options: Retention, done: MaintainProgress): Promise<readonly [number, number]> {
  const { mart, target, now } = job;
  const { months, history } = done;
  done.calendarIntervals += await withTransaction(mart, async () => {
    await takeWriterLock(mart, target.martSchema);
    return fillCalendar(mart, toEpochSeconds(now));
  });
  if (options.daysToKeepFacts !== undefined) {
    done.factsKeptFrom = await moveFactsKeptFrom(job, toKeptFrom(now, options.daysToKeepFacts));
    await purgeMonths(job, done.factsKeptFrom, months);
  }
  await purgeWaiting(job);
  await purgeHistory(job, findHistoryKeptFrom(now, options), (what, rows) => {
    history[what] += rows;
  });
  return readCalendarYears(mart);
}

/** So often it is told how far a month is: it may hold millions of facts, and a transaction purges some thousand. */
const TOLD_EVERY_MS = 30_000;

/** Purges facts, adds them to their months, and tells of each month when it is purged. */
async function purgeMonths(job: Job, keptFrom: Date, months: Map<string, number>): Promise<void> {
  let current: string | undefined;
  let toldMs = monotonicMs();
  const tell = (soFar = ''): void => {
    toldMs = monotonicMs();
    if (current !== undefined) job.log(`purged ${counted(months.get(current)!, 'fact')} of ${current}${soFar}`);
  };
  await purgeFacts(job, keptFrom, (month, facts) => {
    if (month !== current) tell();
    current = month;
    months.set(month, (months.get(month) ?? 0) + facts);
    if (monotonicMs() >= toldMs + (job.tuning.progressEveryMs ?? TOLD_EVERY_MS)) tell(' so far');
  });
  tell();
}

const toBusy = (martSchema: string): BusyError =>
  new BusyError('maintain-in-progress', `Another chatmart maintain is already running on schema ${martSchema}`, {
    state: 'nothing-deleted',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

/** For the job history. */
function toSentence({ factsKeptFrom, months, history, calendarIntervals }: MaintainProgress): string {
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
