import type { Socket } from 'node:net';
import pg from 'pg';
import { withServer } from '../model/database-url.js';
import { ChatmartError } from '../model/errors.js';
import type { Server } from '../model/server-list.js';
import { valueOf } from '../model/url-parameters.js';
import { watchErrors } from './error-context.js';
import {
  isUnfitting,
  isUnreached,
  toLoginError,
  toNoFittingServer,
  toNoServerError,
  toPasswordMissing,
  type FailedServer,
  type LoginAttempt,
} from './login-error.js';
import type { Login, SessionTarget } from './login.js';
import { readPasswordFile } from './password-file.js';
import { POSTGRES_CODE, postgresCode } from './postgres-errors.js';
import { limitEnd } from './session-watch.js';
import { lacksTls } from './tls-error.js';
import { toEncryptions, type Encryption } from './tls.js';

/** A long statement sends nothing, and routers drop idle connections. */
const KEEPALIVE_IDLE_MS = 30_000;

/** A server of a URL, and the address at which a session reached it. */
interface Place {
  readonly server: Server;
  readonly address: string | undefined;
}

/** Common to all sessions opened with a URL. */
export interface SessionKind {
  readonly login: Login;
  readonly applicationName: string;
  readonly timeoutMs: number;
  readonly types?: pg.CustomTypesConfig;
}

/** An open session, and the driver's settings for opening another one beside it. */
interface OpenSession {
  readonly client: pg.Client;
  readonly place: Place;
  readonly encryption: Encryption;
}

const opened = new WeakMap<pg.Client, OpenSession & { readonly kind: SessionKind }>();

/** The servers that this process has sessions on, by URL. */
const pins = new Map<string, { readonly place: Promise<Place>; sessions: number }>();

/**
 * Opens a session as libpq would: on the first server that is reachable and fits `target_session_attrs`. While this process has an open
 * session, others with the same URL use its server and address: they must see what it has read or locked, and a second server may lag
 * behind. Throws `ConfigError`, `UnavailableError`.
 */
export async function openSession(kind: SessionKind): Promise<pg.Client> {
  const { url } = kind.login;
  const pinned = pins.get(url);
  if (pinned === undefined) {
    const first = openAtFirst(kind);
    const pin = { place: first.then(({ place }) => place), sessions: 1 };
    pin.place.catch(() => undefined);
    pins.set(url, pin);
    return hold(kind, pin, first);
  }
  pinned.sessions++;
  return hold(
    kind,
    pinned,
    pinned.place.then((place) => openAt(kind, place)),
  );
}

/** Releases the server when the session ends or fails to open. */
async function hold(kind: SessionKind, pin: { sessions: number }, opening: Promise<OpenSession>): Promise<pg.Client> {
  const release = (): void => {
    if (--pin.sessions === 0) pins.delete(kind.login.url);
  };
  try {
    const session = await opening;
    opened.set(session.client, { ...session, kind });
    session.client.once('end', release);
    return session.client;
  } catch (error) {
    release();
    throw error;
  }
}

/** Opens another session on the same server and address as an open one. */
export async function openBeside(client: pg.Client): Promise<pg.Client> {
  const { kind, place } = opened.get(client)!;
  return (await openAt(kind, place)).client;
}

/** The server of an open session, as its URL names it. */
export const serverOf = (client: pg.Client): Server => opened.get(client)!.place.server;

/** Driver settings for sessions opened elsewhere beside an open one: the driver would look for the password in other places. */
export function toSameLogin(client: pg.Client, applicationName: string): pg.ClientConfig {
  const { kind, place, encryption } = opened.get(client)!;
  return toClientConfig({ ...kind, applicationName }, place, encryption);
}

/** The error for such a session that could not be opened. */
export function toErrorBeside(client: pg.Client, error: unknown): ChatmartError {
  const { kind, place } = opened.get(client)!;
  return toLoginError(error, toAttempt(kind, place));
}

/** Tries the servers in turn. */
async function openAtFirst(kind: SessionKind): Promise<OpenSession> {
  const { login } = kind;
  const failed: FailedServer[] = [];
  // If no server is a standby, any will do.
  const targets: readonly SessionTarget[] = login.target === 'prefer-standby' ? ['standby', 'any'] : [login.target];
  for (const [round, target] of targets.entries())
    for (const server of login.servers)
      try {
        return await openAt(kind, { server, address: undefined }, target);
      } catch (error) {
        if (!isForNextServer(error)) throw error;
        if (round === targets.length - 1) failed.push({ server, error });
      }
  throw toNoServerError(login.url, failed);
}

/** Like libpq: a server that refuses the login ends the search; one that is unreachable, starting or of the wrong kind does not. */
const isForNextServer = (error: unknown): boolean =>
  error instanceof ChatmartError &&
  (isUnfitting(error) || isUnreached(error.cause) || postgresCode(error.cause) === POSTGRES_CODE.cannotConnectNow);

/** Opens a session on one server, in one of the ways that its URL allows. Throws the errors of `toLoginError`. */
async function openAt(kind: SessionKind, place: Place, target = kind.login.target): Promise<OpenSession> {
  const attempt = toAttempt(kind, place);
  try {
    const session = await openInTurn(kind, place, attempt, toEncryptions(kind.login.parameters, place.server.host));
    await requireTarget(session.client, target, attempt);
    return session;
  } catch (error) {
    throw toLoginError(error, attempt);
  }
}

function toAttempt({ login, timeoutMs }: SessionKind, { server }: Place): LoginAttempt {
  const { host, port } = server;
  const url = login.servers.length === 1 ? login.url : withServer(login.url, { host, port: String(port) });
  return { login, server, url, timeoutMs };
}

/** Tries the second way if the server requires it. */
async function openInTurn(
  kind: SessionKind,
  place: Place,
  attempt: LoginAttempt,
  [way, ...others]: readonly (() => Encryption)[],
): Promise<OpenSession> {
  const encryption = way!();
  const client = toClient(toClientConfig(kind, place, encryption, attempt));
  try {
    await client.connect();
    return { client, encryption, place: { ...place, address: socketOf(client).remoteAddress } };
  } catch (error) {
    await client.end().catch(() => undefined);
    if (others.length === 0 || !wantsOtherWay(error)) throw error;
    return openInTurn(kind, place, attempt, others).catch((otherError: unknown) => {
      throw lacksTls(otherError) ? error : otherError;
    });
  }
}

/** The server has no TLS, or refuses this login without it, or with it. */
const wantsOtherWay = (error: unknown): boolean => lacksTls(error) || postgresCode(error) === POSTGRES_CODE.invalidAuthorization;

/** Sets every option, so that the driver does not read the environment. */
function toClientConfig(kind: SessionKind, place: Place, encryption: Encryption, attempt?: LoginAttempt): pg.ClientConfig {
  const { login, applicationName, timeoutMs, types } = kind;
  const options = valueOf(login.parameters, 'options');
  return {
    ...{ host: place.address ?? place.server.host, port: place.server.port, user: login.user, database: login.database },
    // Used if the server asks and no closer source has a password.
    password: toPassword(login, place.server, attempt),
    ...{ ssl: encryption, sslnegotiation: 'postgres', application_name: applicationName, connectionTimeoutMillis: timeoutMs },
    ...{ keepAlive: login.keepAlive, keepAliveInitialDelayMillis: login.keepAliveIdleMs ?? KEEPALIVE_IDLE_MS },
    ...(options === undefined ? {} : { options }),
    ...(types === undefined ? {} : { types }),
  };
}

/** For the driver: a password, or a function to call when the server asks for one. */
function toPassword(login: Login, server: Server, attempt?: LoginAttempt): string | (() => Promise<string>) {
  const { password, passwordNow } = login;
  if (passwordNow === undefined) return password ?? (() => Promise.resolve(findPassword(login, server, attempt)));
  return () => {
    const found = passwordNow();
    if ('missing' in found) throw toPasswordMissing(login, server, found.missing);
    if (attempt !== undefined) attempt.passwordPlace = found.place;
    return Promise.resolve(found.password);
  };
}

function findPassword(login: Login, server: Server, attempt?: LoginAttempt): string {
  const { user, database, passwordFile } = login;
  const found = readPasswordFile(passwordFile, { ...server, user, database });
  if ('missing' in found) throw toPasswordMissing(login, server, found.missing);
  const place = `line ${found.line} of ${passwordFile}`;
  if (attempt !== undefined) attempt.passwordPlace = place;
  if (found.password === '') throw toPasswordMissing(login, server, `${place} has an empty one`);
  return found.password;
}

function toClient(config: pg.ClientConfig): pg.Client {
  const client = new pg.Client(config);
  // Otherwise the driver uses PGOPTIONS, which the configuration has already applied where it counts.
  Object.assign((client as unknown as { connectionParameters: object }).connectionParameters, { options: config.options });
  // A session that dies while idle is noticed at its next statement; without a listener it would end the process.
  client.on('error', () => undefined);
  catchParserErrors(client);
  watchErrors(client);
  limitEnd(client);
  return client;
}

interface PgConnection {
  readonly stream: Socket;
  attachListeners(stream: unknown): void;
}

const connectionOf = (client: pg.Client): PgConnection => (client as unknown as { readonly connection: PgConnection }).connection;

const socketOf = (client: pg.Client): Socket => connectionOf(client).stream;

/** The driver throws for what it does not support, such as GSSAPI logins, where it cannot be caught; here that ends the session. */
function catchParserErrors(client: pg.Client): void {
  const connection = connectionOf(client);
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => {
    const socket = stream as Socket;
    const on = (event: string, listener: (piece: Buffer) => void): unknown =>
      socket.on(event, (piece: Buffer) => {
        try {
          listener(piece);
        } catch (error) {
          socket.destroy(error as Error);
        }
      });
    attach({ on });
  };
}

/** Checks that the server fits `target_session_attrs`. */
async function requireTarget(client: pg.Client, target: SessionTarget, attempt: LoginAttempt): Promise<void> {
  if (target === 'any' || target === 'prefer-standby') return;
  try {
    const { rows } = await client.query<{ standby: boolean; readOnly: boolean }>({
      text: `select pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as "readOnly"`,
      query_timeout: attempt.timeoutMs,
    } as pg.QueryConfig);
    const { standby, readOnly } = rows[0]!;
    const fits = { 'read-write': !readOnly, 'read-only': readOnly, primary: !standby, standby }[target];
    if (!fits)
      throw toNoFittingServer(attempt, standby ? 'a standby' : readOnly ? 'read-only by default' : 'a primary that can be written to');
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
