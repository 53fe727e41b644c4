import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import { databaseUrlProblem, parseDatabaseUrl } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { toServers, type Server } from '../model/server-list.js';
import { valueOf } from '../model/url-parameters.js';

/** The password that a file holds now for a URL, with its place, or why there is none. */
export type PasswordNow = { readonly password: string; readonly place: string } | { readonly missing: string };

/** Finds the file that the password of a URL came from; undefined if it came from none. */
export type FindPassword = (url: string) => (() => PasswordNow) | undefined;

const passwordFinders = new AsyncLocalStorage<FindPassword>();

/** Rereads password files for each session opened during `work`, so that a changed password is used. */
export const readPasswordsBy = <T>(find: FindPassword, work: () => Promise<T>): Promise<T> => passwordFinders.run(find, work);

/** The kind of server required, in libpq's terms. */
export type SessionTarget = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** The contents of a database URL, with libpq's defaults. Environment variables have no effect: they belong to the configuration. */
export interface Login {
  readonly url: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** In the order to try. */
  readonly servers: readonly Server[];
  readonly user: string;
  readonly database: string;
  readonly password: string | undefined;
  /** Called for each session; undefined: only `password` counts. */
  readonly passwordNow: (() => PasswordNow) | undefined;
  /** In libpq's format; it may not exist. */
  readonly passwordFile: string;
  readonly target: SessionTarget;
  readonly connectTimeoutMs: number | undefined;
  readonly keepAlive: boolean;
  readonly keepAliveIdleMs: number | undefined;
}

/** Parses a URL. Throws `ConfigError`. */
export function toLogin(url: string): Login {
  const problem = databaseUrlProblem(url);
  if (problem !== undefined) throw new ConfigError('bad-url', `A database URL ${problem}`, { state: 'nothing-done', next: 'Correct it.' });
  const { parameters } = parseDatabaseUrl(url);
  const given = (name: string): string | undefined => valueOf(parameters, name);
  const seconds = (name: string): number | undefined => {
    const text = given(name);
    return text === undefined ? undefined : Number(text) * 1000;
  };
  return {
    url,
    parameters,
    servers: toServers(parameters).servers.map(({ host, port }) => ({ host: host === '' ? defaultHost() : host, port })),
    user: given('user') ?? systemUser(),
    database: given('dbname')!,
    password: given('password'),
    passwordNow: passwordFinders.getStore()?.(url),
    passwordFile: given('passfile') ?? homePasswordFile(),
    target: (given('target_session_attrs') ?? 'any') as SessionTarget,
    connectTimeoutMs: seconds('connect_timeout'),
    keepAlive: parameters.get('keepalives') !== '0',
    keepAliveIdleMs: seconds('keepalives_idle'),
  };
}

/**
 * The socket folder that libpq uses if no host is named. It is set when libpq is built: Debian, Red Hat and Alpine use the first,
 * PostgreSQL itself and Homebrew the second.
 */
export const defaultHost = (): string =>
  process.platform === 'win32' ? 'localhost' : existsSync('/var/run/postgresql') ? '/var/run/postgresql' : '/tmp';

const homePasswordFile = (): string =>
  process.platform === 'win32' ? path.join(homedir(), 'AppData', 'Roaming', 'postgresql', 'pgpass.conf') : path.join(homedir(), '.pgpass');

/** The operating system account that runs this program. */
function systemUser(): string {
  try {
    return userInfo().username;
  } catch (cause) {
    throw new ConfigError('bad-url', 'A database URL has no user, and the account that runs this program has no name', {
      cause,
      state: 'nothing-done',
      next: 'Write the user into the URL, or into PGUSER.',
    });
  }
}
