import { randomUUID } from 'node:crypto';
import { readCalendarYears, fillCalendar } from '../../mart/calendar/calendar.js';
import { execute, queryRow, type Connection } from '../../db/connection.js';
import { applyMigrations } from '../../mart/schema/migrations.js';
import type { SessionLimits } from '../../db/session-limits.js';
import { withTransaction } from '../../db/transaction.js';
import { takeWriterLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { systemClock, toEpochSeconds, type Clock } from '../../model/clock.js';
import { toPrintableUrl } from '../../model/database-url.js';
import { ConfigError } from '../../model/errors.js';
import { packageVersion } from '../../spec/package-file.js';
import { recordJobEnd, recordJobStart, type JobExecution, type JobOrigin } from '../../jobs/job-history.sql.js';
import { selectPendingIntervals } from '../../mart/status.sql.js';
import { counted, verb } from '../../model/text.js';

export interface MigrateOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly clock?: Clock;
  readonly log?: (line: string) => void;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** For the job history. */
  readonly origin?: JobOrigin | undefined;
}

/** What a migration did, and what the mart is now. */
export interface MigrateSummary {
  /** Names of what was applied now; empty if the mart was up to date. */
  readonly applied: string[];
  /** Version of the mart's schema. */
  readonly version: string;
  /** First and last year of DATE_TIME. */
  readonly calendarYears: [number, number];
}

/** Job_InitializeGIM: creates or upgrades the mart and fills its calendar to a year ahead. Safe to repeat, to kill and to run twice at once. */
export async function migrateMart(options: MigrateOptions): Promise<MigrateSummary> {
  const { martUrl, martSchema, clock = systemClock, log = () => undefined } = options;
  const startedAt = clock();
  const { limits } = options;
  return withMartSession({ url: martUrl, applicationName: 'chatmart migrate', schema: martSchema, limits }, async (guard) => {
    await requireUtf8(guard, martUrl);
    const { applied, version } = await applyMigrations(guard, { url: martUrl, schema: martSchema, log });
    const intervals = await withTransaction(guard, async () => {
      await takeWriterLock(guard, martSchema);
      return fillCalendar(guard, toEpochSeconds(startedAt));
    });
    const calendarYears = await readCalendarYears(guard);
    if (intervals > 0) log(`calendar: ${calendarYears.join(' to ')}`);
    if (applied.length > 0) await tellWhatWaits(guard, log);
    // Nothing done leaves no trace: a deployment may call this at every start.
    if (applied.length > 0 || intervals > 0) await recordJob(guard, { startedAt, clock, intervals, applied, origin: options.origin });
    return { applied, version, calendarYears };
  });
}

/** A new measure is empty until the facts have been aggregated anew. */
async function tellWhatWaits(mart: Connection, log: (line: string) => void): Promise<void> {
  const { intervals } = await queryRow<{ intervals: number }>(mart, selectPendingIntervals());
  if (intervals > 0)
    log(
      `${counted(intervals, 'interval')} of 15 minutes ${verb(intervals, 'waits', 'wait')} to be aggregated anew: the next chatmart run does it, or chatmart aggregate`,
    );
}

/** Texts of all the world's customers come in: any other encoding would refuse some of them, in the middle of a load. */
async function requireUtf8(connection: Connection, martUrl: string): Promise<void> {
  const { encoding } = await queryRow<{ encoding: string }>(connection, { text: `select current_setting('server_encoding') as encoding` });
  if (encoding === 'UTF8') return;
  throw new ConfigError('mart-not-utf8', `The database of ${toPrintableUrl(martUrl)} has encoding ${encoding}; a mart needs UTF8`, {
    state: 'nothing-changed',
    next: "Create another database: create database … encoding 'UTF8' template template0",
  });
}

async function recordJob(
  connection: Connection,
  done: { startedAt: Date; clock: Clock; intervals: number; applied: readonly string[]; origin: JobOrigin | undefined },
): Promise<void> {
  const { startedAt, applied, intervals, origin } = done;
  const job: JobExecution = { jobId: randomUUID(), jobName: 'Job_InitializeGIM', jobVersion: packageVersion(), startedAt, origin };
  const message = [...applied, ...(intervals > 0 ? [`${counted(intervals, 'interval')} of DATE_TIME`] : [])].join(', ');
  await execute(connection, recordJobStart(job));
  await execute(
    connection,
    recordJobEnd(job, { status: 'COMPLETED', endedAt: done.clock(), rowCount: intervals, counts: { out: intervals }, message }),
  );
}
