import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { toPrintableUrl } from '../model/database-url.js';
import { ChatmartError, COMMITTED_STAYS, UnavailableError } from '../model/errors.js';
import { postgresCode } from './postgres-errors.js';

/** A session as its server knows it: process numbers come back, but not with the same start. */
export interface SessionIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

export interface WatchedSession {
  readonly url: string;
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

/**
 * Ends a session with an UnavailableError when its server has fallen silent under a statement. A server that is at work, or waits for a lock,
 * is silent as well: so another session asks it, and as long as it says that it works, it is waited for.
 */
export function watchSession(client: pg.Client, session: WatchedSession): void {
  const { silenceMs } = session;
  const stream = socketOf(client);
  watched.set(client, session);
  for (const event of ['error', 'end'] as const) client.on(event, () => lost.add(client));
  // pg has no event for a statement that begins; between two it is ready.
  const isIdle = (): boolean => (client as unknown as { readonly readyForQuery: boolean }).readyForQuery;
  let unasked = 0;
  const look = async (): Promise<void> => {
    if (isIdle()) return; // the next statement winds the timer up again
    const [received, sent] = [stream.bytesRead, stream.bytesWritten];
    const hasMoved = (): boolean => stream.destroyed || isIdle() || stream.bytesRead > received || stream.bytesWritten > sent;
    const finding = await ask(session, hasMoved);
    if (stream.destroyed) return;
    unasked = finding === 'cannot be asked' ? unasked + 1 : 0;
    const isSilent = finding !== 'at work' && (finding !== 'cannot be asked' || unasked === MOST_UNASKED);
    if (isSilent && !hasMoved()) stream.destroy(toSilentError(session, finding));
    else stream.setTimeout(silenceMs);
  };
  stream.on('timeout', () => void look());
  stream.setTimeout(silenceMs);
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
  const untilGone = async (other: pg.Client): Promise<void> => {
    for (let polls = 0; polls < MOST_POLLS && (await end(session, other)) > 0; polls++) await sleep(POLL_MS);
  };
  return askOther(session, untilGone).then(
    () => true,
    () => false,
  );
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

async function ask(session: WatchedSession, hasMoved: () => boolean): Promise<Finding> {
  try {
    return await askOther(session, async (other) => {
      const [found] = (await other.query<{ works: boolean }>(withLimit(session, SELECT_ACTIVITY))).rows;
      if (hasMoved() || found?.works) return 'at work';
      if (found === undefined) return 'is not there';
      return 'waits for its client';
    });
  } catch (error) {
    // It has answered, if only that it has no session to spare, or lets nobody in any more.
    return postgresCode(error instanceof ChatmartError ? error.cause : error) === undefined ? 'cannot be asked' : 'at work';
  }
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
    `${toPrintableUrl(url)} has not answered a statement for over ${silenceMs / 1000} s, and its session ${finding}`,
    { hint: `${COMMITTED_STAYS} Type the same command again when the server answers.` },
  );
