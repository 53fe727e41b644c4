import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ChatmartError, UnavailableError } from '../model/errors.js';
import { monotonicMs } from '../model/clock.js';
import { postgresCode } from './postgres-errors.js';
import { SELECT_WAIT } from './session-wait.sql.js';
import { forgetStandbyWait, WaitTeller, type ToldSession } from './wait-teller.js';
import { toSessionWait, type SessionWait, type WaitRow } from './session-wait.js';

/** A session as its server knows it: process numbers come back, but not with the same start. */
export interface SessionIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export interface WatchedSession extends ToldSession {
  readonly identity: SessionIdentity;
  readonly silenceMs: number;
  /** Opens another session on the same server that may see this one. */
  readonly openAnother: () => Promise<pg.Client>;
  /** How long an answer there may take. */
  readonly timeoutMs: number;
}

/** What another session says of the watched one. */
type Finding = 'at work' | 'waits for its client' | 'is not there' | 'cannot be asked';

/** A server that does not answer one session may be short of time or of sessions; one that keeps silent so often is away. */
const MOST_UNASKED = 3;

const watched = new WeakMap<pg.Client, WatchedSession>();
const lost = new WeakSet<pg.Client>();
const committed = new WeakSet<pg.Client>();

/**
 * Ends a session with an UnavailableError when its server has fallen silent under a statement. A server that is at work, or waits for a lock,
 * is silent as well: so another session asks it, and as long as it says that it works, it is waited for, and told for what.
 */
export function watchSession(client: pg.Client, session: WatchedSession): void {
  const { silenceMs, waitToldMs } = session;
  const stepMs = Math.min(silenceMs, waitToldMs);
  const stream = socketOf(client);
  watched.set(client, session);
  for (const event of ['error', 'end'] as const) client.on(event, () => lost.add(client));
  // pg has no event for a statement that begins; between two it is ready.
  const isIdle = (): boolean => (client as unknown as { readonly readyForQuery: boolean }).readyForQuery;
  const teller = new WaitTeller(client, stream, session);
  let unasked = 0;
  let quiet = { sinceMs: 0, received: -1, sent: -1, looks: 0 };
  const look = async (): Promise<void> => {
    if (isIdle()) return; // the next statement winds the timer up again
    const [received, sent] = [stream.bytesRead, stream.bytesWritten];
    if (received !== quiet.received || sent !== quiet.sent) quiet = { sinceMs: monotonicMs() - stepMs, received, sent, looks: 0 };
    const quietMs = monotonicMs() - quiet.sinceMs;
    const mayBeSilent = Math.floor(quietMs / silenceMs) > quiet.looks;
    const wantsWait = teller.wants(quietMs);
    if (mayBeSilent || wantsWait) {
      const hasMoved = (): boolean => stream.destroyed || isIdle() || stream.bytesRead > received || stream.bytesWritten > sent;
      const { finding, wait } = await ask(session, hasMoved, wantsWait);
      if (stream.destroyed) return;
      if (wait !== undefined && !hasMoved()) teller.tell(wait, quietMs);
      if (mayBeSilent) {
        quiet.looks = Math.floor(quietMs / silenceMs);
        unasked = finding === 'cannot be asked' ? unasked + 1 : 0;
        const isSilent = finding !== 'at work' && (finding !== 'cannot be asked' || unasked === MOST_UNASKED);
        if (isSilent && !hasMoved()) {
          stream.destroy(toSilentError(session, finding));
          return;
        }
      }
    }
    stream.setTimeout(stepMs);
  };
  stream.on('timeout', () => void look());
  stream.setTimeout(stepMs);
}

const POLL_MS = 20;
/** A transaction with much to roll back takes a moment to end. */
const MOST_POLLS = 250;

/**
 * If the connection of a session was lost, ends what is left of it on its server, which may not know that nobody is there and would keep its
 * locks: this program would wait for itself. Waits until it is gone. Best effort. Returns whether the server answers; undefined: the session
 * was not lost.
 */
export async function endLostSession(client: pg.Client): Promise<boolean | undefined> {
  const session = watched.get(client);
  if (session === undefined || !lost.has(client)) return undefined;
  if (forgetStandbyWait(client)) committed.add(client);
  const untilGone = async (other: pg.Client): Promise<void> => {
    if ((await askWait(session, other))?.kind === 'standby') committed.add(client);
    for (let polls = 0; polls < MOST_POLLS && (await end(session, other)) > 0; polls++) await sleep(POLL_MS);
  };
  return askOther(session, untilGone).then(
    () => true,
    () => false,
  );
}

/** Whether what a lost session was at is committed on its server: it was waiting for a synchronous standby alone. */
export const isCommitted = (client: pg.Client): boolean => committed.has(client);

/** Watches a session that another part of the program has opened beside one of ours, as that one is watched. */
export async function watchLike(client: pg.Client, ours: pg.Client): Promise<void> {
  const { rows } = await client.query<SessionIdentity>(selectIdentity());
  watchSession(client, { ...watched.get(ours)!, identity: rows[0]! });
}

/** By what the server knows a session that `connect` opened. */
export const identityOf = (client: pg.Client): SessionIdentity => watched.get(client)!.identity;

/** Where that is. */
export const urlOf = (client: pg.Client): string => watched.get(client)!.url;

/** Cuts the line of a session when a signal is aborted: its statement fails with the signal's reason. Also if it is aborted already. */
export function endOnAbort(client: pg.Client, signal: AbortSignal): void {
  const cut = (): unknown => socketOf(client).destroy(signal.reason instanceof Error ? signal.reason : undefined);
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut);
  client.once('end', () => signal.removeEventListener('abort', cut));
}

/** A server that does not say goodbye is not waited for any longer. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Lets `end` cut the line of a session when its server does not close it. */
export function limitEnd(client: pg.Client): void {
  const endByItself = client.end.bind(client);
  const endInTime = async (): Promise<void> => {
    const timer = setTimeout(() => socketOf(client).destroy(), CLOSE_TIMEOUT_MS);
    await endByItself().finally(() => clearTimeout(timer));
  };
  Object.assign(client, { end: endInTime });
}

/** Encryption puts another one in its place while the session is opened. */
const socketOf = (client: pg.Client): Socket =>
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;

async function ask(
  session: WatchedSession,
  hasMoved: () => boolean,
  wantsWait: boolean,
): Promise<{ readonly finding: Finding; readonly wait?: SessionWait | undefined }> {
  try {
    return await askOther(session, async (other) => {
      const [found] = (await other.query<{ works: boolean }>(withLimit(session, SELECT_ACTIVITY))).rows;
      if (found?.works) return { finding: 'at work', wait: wantsWait ? await askWait(session, other) : undefined };
      if (hasMoved()) return { finding: 'at work' };
      return { finding: found === undefined ? 'is not there' : 'waits for its client' };
    });
  } catch (error) {
    // It has answered, if only that it has no session to spare, or lets nobody in any more.
    const isAnswer = postgresCode(error instanceof ChatmartError ? error.cause : error) !== undefined;
    return { finding: isAnswer ? 'at work' : 'cannot be asked' };
  }
}

/** For what the session waits; undefined: it does no longer. */
async function askWait(session: WatchedSession, other: pg.Client): Promise<SessionWait | undefined> {
  const { rows } = await other.query<WaitRow>(withLimit(session, SELECT_WAIT));
  return rows.length === 0 ? undefined : toSessionWait(rows);
}

async function askOther<T>({ openAnother }: WatchedSession, work: (other: pg.Client) => Promise<T>): Promise<T> {
  const other = await openAnother();
  try {
    return await work(other);
  } finally {
    await other.end().catch(() => undefined);
  }
}

/** Tells the server to end a session; how many there are of it: none, or one that is still there. */
const end = async (session: WatchedSession, other: pg.Client): Promise<number> =>
  (await other.query(withLimit(session, TERMINATE))).rowCount ?? 0;

const withLimit = ({ identity: { pid, startedAt }, timeoutMs }: WatchedSession, text: string) => ({
  text,
  values: [pid, startedAt],
  query_timeout: timeoutMs,
});

/** By what the server knows the session that asks. */
export const selectIdentity = (further = ''): string =>
  `select pid, backend_start::text as "startedAt"${further} from pg_stat_activity where pid = pg_backend_pid()`;

// Not its state, which a server does not keep where track_activities is off.
const SELECT_ACTIVITY = `select wait_event_type is distinct from 'Client' as works
  from pg_stat_activity
  where pid = $1 and backend_start = $2::timestamptz`;

const TERMINATE = `select pg_terminate_backend(pid)
  from pg_stat_activity
  where pid = $1 and backend_start = $2::timestamptz`;

const toSilentError = ({ url, silenceMs }: WatchedSession, finding: Finding): UnavailableError =>
  new UnavailableError(
    'server-silent',
    `${toPrintableUrl(url)} has not answered a statement for over ${silenceMs / 1000} s; its session ${finding}`,
    { state: 'committed-stays', again: 'when the server answers' },
  );
