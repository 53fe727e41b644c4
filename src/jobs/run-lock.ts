import { setTimeout as sleep } from 'node:timers/promises';
import { execute, type Connection } from '../db/connection.js';
import { identityOf, type SessionIdentity } from '../db/session-watch.js';
import { withTransaction } from '../db/transaction.js';
import { isRunLockTaken, tryRunLock } from '../db/writer-lock.js';
import { withMartSession } from '../db/mart-session.js';
import { monotonicMs } from '../model/clock.js';
import { BusyError } from '../model/errors.js';
import { SOURCE_NAME } from '../model/source-name.js';
import { endSessions, showOwnSessions } from './run-lock.sql.js';

/** A session that held the lock. */
export type RunSession = SessionIdentity;

/** How long a session that was told to end may take. */
const GHOST_MS = 5_000;
const GHOST_STEP_MS = 50;

export interface JobLock {
  readonly martSchema: string;
  /** What is locked. */
  readonly name: string;
  /** Sessions that this job had before and lost: the server may not have noticed yet, so they are ended first. */
  readonly lost: readonly RunSession[];
  readonly toBusyError: () => BusyError;
}

/** Keeps other runs away from the source until the session ends. Errors: `BusyError` when another run is at work. */
export const takeRunLock = (mart: Connection, martSchema: string, lost: readonly RunSession[] = []): Promise<RunSession> =>
  takeJobLock(mart, { martSchema, name: SOURCE_NAME, lost, toBusyError: () => toRunInProgress(martSchema) });

/** Keeps other jobs of the kind away until the session ends. */
export async function takeJobLock(mart: Connection, { martSchema, name, lost, toBusyError }: JobLock): Promise<RunSession> {
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
 * Throws BusyError while another run is at work. It takes nothing, so that two that look at the same moment do not keep each other away;
 * `takeRunLock` still decides.
 */
export async function refuseSecondRun({ martUrl, martSchema }: { readonly martUrl: string; readonly martSchema: string }): Promise<void> {
  const isTaken = await withMartSession({ url: martUrl, applicationName: 'chatmart run', schema: martSchema }, (mart) =>
    isRunLockTaken(mart, martSchema, SOURCE_NAME),
  );
  if (isTaken) throw toRunInProgress(martSchema);
}

const toRunInProgress = (martSchema: string): BusyError =>
  new BusyError('run-in-progress', `Another run is loading source ${SOURCE_NAME} into schema ${martSchema}`, {
    hint: 'Nothing was read and nothing written. Let it finish; the lock goes with its process, however that ends.',
  });
