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

/** Identifies a session on its server: process numbers recur, but not with the same start time. */
export interface SessionIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export interface WatchedSession extends ToldSession {
  readonly identity: SessionIdentity;
  readonly silenceMs: number;
  /** Opens another session on the same server that can see this one. */
  readonly openAnother: () => Promise<pg.Client>;
  /** Timeout for its answers. */
  readonly timeoutMs: number;
}

/** The state of the watched session, seen from another session. */
type SessionState = 'at work' | 'waits for its client' | 'is not there' | 'cannot be asked';

/** A server may fail to answer one session for lack of time or sessions; after this many failures it counts as away. */
const MOST_UNASKED = 3;

const watched = new WeakMap<pg.Client, WatchedSession>();
const lost = new WeakSet<pg.Client>();
const committed = new WeakSet<pg.Client>();

/**
 * Ends a session with `UnavailableError` if its server goes silent during a statement. A server that works or waits for a lock is silent
 * too, so another session asks it; as long as it works, the wait continues and is reported with its reason.
 */
export function watchSession(client: pg.Client, session: WatchedSession): void {
  const { silenceMs, waitToldMs } = session;
  const stepMs = Math.min(silenceMs, waitToldMs);
  const stream = socketOf(client);
  watched.set(client, session);
  for (const event of ['error', 'end'] as const) client.on(event, () => lost.add(client));
  // pg has no event for the start of a statement; between statements it is ready.
  const isIdle = (): boolean => (client as unknown as { readonly readyForQuery: boolean }).readyForQuery;
  const teller = new WaitTeller(client, stream, session);
  let unasked = 0;
  let quiet = { sinceMs: 0, received: -1, sent: -1, looks: 0 };
  const look = async (): Promise<void> => {
    if (isIdle()) return; // the next statement restarts the timer
    const [received, sent] = [stream.bytesRead, stream.bytesWritten];
    if (received !== quiet.received || sent !== quiet.sent) quiet = { sinceMs: monotonicMs() - stepMs, received, sent, looks: 0 };
    const quietMs = monotonicMs() - quiet.sinceMs;
    const mayBeSilent = Math.floor(quietMs / silenceMs) > quiet.looks;
    const wantsWait = teller.wants(quietMs);
    if (mayBeSilent || wantsWait) {
      const hasMoved = (): boolean => stream.destroyed || isIdle() || stream.bytesRead > received || stream.bytesWritten > sent;
      const { state, wait } = await ask(session, hasMoved, wantsWait);
      if (stream.destroyed) return;
      if (wait !== undefined && !hasMoved()) teller.tell(wait, quietMs);
      if (mayBeSilent) {
        quiet.looks = Math.floor(quietMs / silenceMs);
        unasked = state === 'cannot be asked' ? unasked + 1 : 0;
        const isSilent = state !== 'at work' && (state !== 'cannot be asked' || unasked === MOST_UNASKED);
        if (isSilent && !hasMoved()) {
          stream.destroy(toSilentError(session, state));
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
/** A large transaction takes a while to roll back. */
const MOST_POLLS = 250;

/**
 * Ends the rest of a lost session on its server, which may not know that the client is gone and would keep its locks, so that this program
 * would wait for itself. Waits until it is gone. Best effort. Returns whether the server answers; undefined if the session was not lost.
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

/** Whether the last statement of a lost session is committed on its server: it was only waiting for a synchronous standby. */
export const isCommitted = (client: pg.Client): boolean => committed.has(client);

/** Watches a session that another part of the program opened beside one of ours, in the same way. */
export async function watchLike(client: pg.Client, ours: pg.Client): Promise<void> {
  const { rows } = await client.query<SessionIdentity>(selectIdentity());
  watchSession(client, { ...watched.get(ours)!, identity: rows[0]! });
}

/** The identity on its server of a session that `connect` opened. */
export const identityOf = (client: pg.Client): SessionIdentity => watched.get(client)!.identity;

/** The URL of a session that `connect` opened. */
export const urlOf = (client: pg.Client): string => watched.get(client)!.url;

/** Closes the socket of a session when a signal is aborted, or if it already is: its statement fails with the signal's reason. */
export function endOnAbort(client: pg.Client, signal: AbortSignal): void {
  const cut = (): unknown => socketOf(client).destroy(signal.reason instanceof Error ? signal.reason : undefined);
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut);
  client.once('end', () => signal.removeEventListener('abort', cut));
}

/** Time for the server to close the connection. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Makes `end` close the socket if the server does not close the connection in time. */
export function limitEnd(client: pg.Client): void {
  const endByItself = client.end.bind(client);
  const endInTime = async (): Promise<void> => {
    const timer = setTimeout(() => socketOf(client).destroy(), CLOSE_TIMEOUT_MS);
    await endByItself().finally(() => clearTimeout(timer));
  };
  Object.assign(client, { end: endInTime });
}

/** Looked up each time: encryption replaces the socket while the session is opened. */
const socketOf = (client: pg.Client): Socket =>
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;

async function ask(
  session: WatchedSession,
  hasMoved: () => boolean,
  wantsWait: boolean,
): Promise<{ readonly state: SessionState; readonly wait?: SessionWait | undefined }> {
  try {
    return await askOther(session, async (other) => {
      const [found] = (await other.query<{ works: boolean }>(withLimit(session, SELECT_ACTIVITY))).rows;
      if (found?.works) return { state: 'at work', wait: wantsWait ? await askWait(session, other) : undefined };
      if (hasMoved()) return { state: 'at work' };
      return { state: found === undefined ? 'is not there' : 'waits for its client' };
    });
  } catch (error) {
    // An error is an answer too, for example that no session is free or that logins are refused.
    const isAnswer = postgresCode(error instanceof ChatmartError ? error.cause : error) !== undefined;
    return { state: isAnswer ? 'at work' : 'cannot be asked' };
  }
}

/** What the session waits for; undefined if it no longer waits. */
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

/** Tells the server to end a session. Returns 0 if it is gone, 1 if it is still there. */
const end = async (session: WatchedSession, other: pg.Client): Promise<number> =>
  (await other.query(withLimit(session, TERMINATE))).rowCount ?? 0;

const withLimit = ({ identity: { pid, startedAt }, timeoutMs }: WatchedSession, text: string) => ({
  text,
  values: [pid, startedAt],
  query_timeout: timeoutMs,
});

/** SQL for the identity of the asking session. */
export const selectIdentity = (further = ''): string =>
  `select pid, backend_start::text as "startedAt"${further} from pg_stat_activity where pid = pg_backend_pid()`;

// Not its state, which a server does not track if track_activities is off. But while nodes of a cluster work for a session, its coordinator
// says that it reads from its client; only its state, and that no COPY waits for rows, tells it from one that does.
const SELECT_ACTIVITY = `select wait_event_type is distinct from 'Client' or works_on_nodes as works
  from pg_stat_activity
  cross join lateral (
    select wait_event = 'ClientRead' and state = 'active' and query !~* '^\\s*copy\\M' and exists (
      select from pg_extension where extname = 'citus'
    ) as works_on_nodes
  ) as cluster
  where pid = $1 and backend_start = $2::timestamptz`;

const TERMINATE = `select pg_terminate_backend(pid)
  from pg_stat_activity
  where pid = $1 and backend_start = $2::timestamptz`;

const toSilentError = ({ url, silenceMs }: WatchedSession, state: SessionState): UnavailableError =>
  new UnavailableError(
    'server-silent',
    `${toPrintableUrl(url)} has not answered a statement for over ${silenceMs / 1000} s; its session ${state}`,
    { state: 'committed-stays', again: 'when the server answers' },
  );
