import { type Connection, execute, type Statement } from '../db/connection.js';
import { identityOf, type SessionIdentity } from '../db/session-watch.js';
import { withTransaction } from '../db/transaction.js';
import { monotonicMs } from '../model/clock.js';
import { BusyError } from '../model/errors.js';
import { guardWriter, type WriterChanges } from './cluster-commits.js';
import { withMartSession } from './mart-session.js';
import { SOURCE_NAME } from './source-identity.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** The name of the writer lock of a mart. */
export const writerLockName = (martSchema: string): string => `chatmart writer ${martSchema}`;

/**
 * Waits for the mart's one writer lock and holds it until the transaction ends; all writers queue for it.
 * Must be a statement of its own in a READ COMMITTED transaction: only later statements see what the last holder committed.
 */
export async function takeWriterLock(connection: Connection, martSchema: string, changes: WriterChanges = 'facts'): Promise<void> {
  await connection.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [writerLockName(martSchema)]);
  await guardWriter(connection, martSchema, changes);
}

const runLockName = (martSchema: string, sourceName: string): string => `chatmart run ${martSchema} ${sourceName}`;

/** Takes the lock that excludes a second run on a source, for as long as the session lives. False: another session holds it. */
export async function tryRunLock(connection: Connection, martSchema: string, sourceName: string): Promise<boolean> {
  const result = await connection.query<{ taken: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', [
    runLockName(martSchema, sourceName),
  ]);
  return result.rows[0]?.taken === true;
}

/** Whether any session holds that lock now, without taking it. */
export async function isRunLockTaken(connection: Connection, martSchema: string, sourceName: string): Promise<boolean> {
  // PostgreSQL shows the two halves of the key; objsubid 1 says that they form one.
  const result = await connection.query(
    `select
      from pg_locks
      join pg_database on pg_database.oid = pg_locks.database
      where locktype = 'advisory'
        and datname = current_database()
        and objsubid = 1
        and granted
        and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`,
    [runLockName(martSchema, sourceName)],
  );
  return result.rowCount !== 0;
}

/** A session that held the lock. */
export type RunSession = SessionIdentity;

/** How long a session may take to end once it was told to. */
const GHOST_MS = 5_000;
const GHOST_STEP_MS = 50;

export interface JobLock {
  readonly martSchema: string;
  /** The name of the lock. */
  readonly name: string;
  readonly toBusyError: () => BusyError;
}

/** The lock that excludes other runs on the source. */
export const toRunLock = (martSchema: string): JobLock => ({
  martSchema,
  name: SOURCE_NAME,
  toBusyError: () => toRunInProgress(martSchema),
});

/**
 * Excludes other jobs of the kind until the session ends. `lost`: sessions that this job had before and lost; the server may not have
 * noticed yet, so they are ended first. Errors: `BusyError` if another job holds the lock.
 */
export async function takeJobLock(
  mart: Connection,
  { martSchema, name, toBusyError }: JobLock,
  lost: readonly RunSession[] = [],
): Promise<RunSession> {
  const deadline = monotonicMs() + GHOST_MS;
  while (!(await tryRunLock(mart, martSchema, name))) {
    const ended = lost.length === 0 ? 0 : await endLost(mart, lost);
    if (ended === 0 || monotonicMs() > deadline) throw toBusyError();
    await sleep(GHOST_STEP_MS);
  }
  return identityOf(mart);
}

const endLost = (mart: Connection, lost: readonly RunSession[]): Promise<number> =>
  withTransaction(mart, async () => {
    await execute(mart, showOwnSessions);
    return execute(mart, endSessions(lost));
  });

/**
 * Throws BusyError while another run is in progress. It takes no lock, so that two simultaneous calls do not exclude each other; the lock
 * itself still decides.
 */
export async function refuseSecondRun({ martUrl, martSchema }: { readonly martUrl: string; readonly martSchema: string }): Promise<void> {
  const isTaken = await withMartSession({ url: martUrl, applicationName: 'chatmart run', schema: martSchema }, (mart) =>
    isRunLockTaken(mart, martSchema, SOURCE_NAME),
  );
  if (isTaken) throw toRunInProgress(martSchema);
}

const toRunInProgress = (martSchema: string): BusyError =>
  new BusyError('run-in-progress', `Another run is already loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    state: 'nothing-read',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

/** For the length of a transaction, sets the role back to the login's, which may see and end the login's sessions. */
export const showOwnSessions: Statement = { text: 'set local role none' };

/** Ends those of some sessions that still exist. */
export const endSessions = (sessions: readonly { readonly pid: number; readonly startedAt: string }[]): Statement => ({
  text: `
    select pg_terminate_backend(pg_stat_activity.pid)
    from pg_stat_activity
    join unnest($1::int[], $2::text[]) as lost (pid, started_at)
      on lost.pid = pg_stat_activity.pid
      and lost.started_at = pg_stat_activity.backend_start::text`,
  values: [sessions.map(({ pid }) => pid), sessions.map(({ startedAt }) => startedAt)],
});
