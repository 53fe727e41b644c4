import { toPrintableUrl } from '../model/database-url.js';
import { ChatmartError, ConfigError, UnavailableError } from '../model/errors.js';
import { isSocketFolder, type Server } from '../model/server-list.js';
import type { Login } from './login.js';
import { isDiskFull, POSTGRES_CODE, postgresCode, reasonOf } from './postgres-errors.js';
import { quoteIdentifier } from './quote.js';
import { toTlsError } from './tls-error.js';
import { counted } from '../model/text.js';

/** One attempt to log in to one server. */
export interface LoginAttempt {
  readonly login: Login;
  readonly server: Server;
  /** URL of that server alone. */
  readonly url: string;
  readonly timeoutMs: number;
  /** The line used in the password file. */
  passwordPlace?: string;
}

/** A server that could not be used, and why. */
export interface FailedServer {
  readonly server: Server;
  readonly error: unknown;
}

/** Where PostgreSQL's source raised an error; unlike the message, it is the same in every language. */
const routineOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as Error & { routine?: string }).routine : undefined;

/** Explains why a session could not be opened, and whether to retry later. */
export function toLoginError(cause: unknown, attempt: LoginAttempt): ChatmartError {
  const known = cause instanceof ChatmartError ? cause : toTlsError(cause, attempt.url);
  if (known !== undefined) return known;
  const code = postgresCode(cause);
  return code === undefined ? toUnreached(cause, attempt) : toRefusal(code, cause, attempt);
}

/** The server answered with a PostgreSQL error. */
function toRefusal(code: string, cause: unknown, attempt: LoginAttempt): ChatmartError {
  const { login, passwordPlace } = attempt;
  const place = toPrintableUrl(attempt.url);
  const reason = withDetail(cause);
  const [user, database] = [login.user, login.database].map(quoteIdentifier);
  const refused = (next: string): ConfigError => new ConfigError('login-refused', `${place} refuses the login: ${reason}`, { cause, next });
  if (isDiskFull(cause))
    return new UnavailableError('disk-full', `${place} has no disk space left, not even for a login: ${reason}`, {
      cause,
      state: 'committed-stays',
      next: 'Free disk space on that server.',
      again: 'then',
    });
  switch (code) {
    case POSTGRES_CODE.invalidPassword:
      return refused(
        passwordPlace === undefined
          ? 'Correct the user of that URL, or its password; chatmart config show says where it is.'
          : `The password comes from ${passwordPlace}. Correct it, or the user of that URL.`,
      );
    case POSTGRES_CODE.invalidAuthorization:
      return refused(toAuthorizationAdvice(routineOf(cause), user!));
    case POSTGRES_CODE.insufficientPrivilege:
      if (routineOf(cause) === 'CheckMyDatabase')
        return refused(`Ask an administrator to run: grant connect on database ${database} to ${user}; or correct that URL.`);
      break;
    case POSTGRES_CODE.invalidCatalogName:
      return new ConfigError('no-such-database', `${place}: ${reason}`, {
        cause,
        next: 'Correct the database name of that URL, or create the database.',
      });
    case POSTGRES_CODE.objectNotInPrerequisiteState:
      return new UnavailableError('server-not-ready', `${place} is not ready: ${reason}`, {
        cause,
        next: `Ask an administrator to run: alter database ${database} allow_connections true;`,
        again: 'then',
      });
    case POSTGRES_CODE.tooManyConnections:
      return new UnavailableError('too-many-connections', `${place} has no free connection for this command: ${reason}`, {
        cause,
        next: `A command needs two sessions there at once, chatmart schedule six. ${toSessionsAdvice(routineOf(cause), user!, database!)}`,
        again: 'then',
      });
    case POSTGRES_CODE.cannotConnectNow:
    case POSTGRES_CODE.adminShutdown:
    case POSTGRES_CODE.crashShutdown:
      return new UnavailableError('server-not-ready', `${place} is not ready: ${reason}`, {
        cause,
        next: 'It is starting, stopping or recovering, or it is a standby that answers no queries (hot_standby).',
        again: 'when it is ready',
      });
  }
  // The session starts with no other settings.
  if (/^(22|42)/.test(code) && login.parameters.get('options'))
    return new ConfigError('options-refused', `${place} refuses the settings of options: ${reason}`, {
      cause,
      next: 'Correct the parameter options of that URL (write a space as %20, not as +), or the variable PGOPTIONS.',
    });
  return new UnavailableError('database-unreachable', `${place} does not open a session: ${reason}`, {
    cause,
    next: 'The server, or the connection pooler in front of it, says why; its log says more. Correct that.',
    again: 'then',
  });
}

function toAuthorizationAdvice(routine: string | undefined, user: string): string {
  switch (routine) {
    case 'InitializeSessionUserId':
      return `Correct the user of that URL; or ask an administrator to run: create role ${user} login; or, if the role exists: alter role ${user} login;`;
    case 'auth_failed':
      return "The server's pg_hba.conf uses another login method than a password for that user, and it failed. Correct the user of that URL, or that file.";
    default:
      return "Correct the user or database of that URL, its right to connect, or the server's pg_hba.conf. If the server accepts TLS only, write sslmode=require or stronger into that URL.";
  }
}

function toSessionsAdvice(routine: string | undefined, user: string, database: string): string {
  switch (routine) {
    case 'InitializeSessionUserId':
      return `End other sessions of that role, or have an administrator raise its limit: alter role ${user} connection limit 20;`;
    case 'CheckMyDatabase':
      return `End other sessions on that database, or have an administrator raise its limit: alter database ${database} connection limit 100;`;
    default:
      return 'End other sessions of that server, or raise its max_connections.';
  }
}

/** No PostgreSQL answered, or the answer broke off. */
function toUnreached(cause: unknown, attempt: LoginAttempt): ChatmartError {
  const place = toPrintableUrl(attempt.url);
  const { reason, next } = explain(cause, attempt);
  const authentication = /^Unknown authenticationOk message type (\d+)$/.exec(reason)?.[1];
  if (authentication !== undefined || reason.startsWith('SASL: Only mechanism(s)'))
    return new ConfigError('login-refused', `${place} asks for a login method that is not supported (GSSAPI, SSPI or another one)`, {
      cause,
      next: "Passwords and client certificates are supported. Set scram-sha-256 for that user in the server's pg_hba.conf.",
    });
  return new UnavailableError('database-unreachable', `${place} cannot be reached: ${reason}`, { cause, next, again: 'then' });
}

function explain(cause: unknown, { server, timeoutMs }: LoginAttempt): { reason: string; next: string } {
  const reason = reasonOf(cause);
  const code = causesOf(cause).map((each) => String((each as NodeJS.ErrnoException | undefined)?.code))[0];
  switch (code ?? '') {
    case 'ENOTFOUND':
      return { reason, next: 'Correct the host name in that URL.' };
    case 'EAI_AGAIN':
      return { reason, next: 'The host name cannot be looked up now. Check the network and its name server.' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { reason, next: 'There is no route to that host. Check host, network and firewall.' };
    case 'EACCES':
      return { reason, next: 'The account that runs this program may not use that socket. Correct its permissions.' };
  }
  if (isSocketFolder(server.host))
    return { reason, next: 'No server listens there. Check that it runs, its port, and its unix_socket_directories.' };
  if (reason === 'timeout expired' || reason === 'Query read timeout')
    return {
      reason: `no answer within ${timeoutMs / 1000} s`,
      next: 'Check host and port, that the server runs, and the firewalls in between. connect_timeout=60 in that URL waits longer.',
    };
  if (reason === 'Connection terminated unexpectedly')
    return {
      reason: 'the connection was closed during login',
      next: 'Check that PostgreSQL listens on that port, and look at its log.',
    };
  return { reason, next: 'Check host and port, and that the server runs.' };
}

/** Node tries each address of a host and reports the errors together. */
const causesOf = (error: unknown): readonly unknown[] => (error instanceof AggregateError ? error.errors : [error]);

/** Whether a server refused the connection or gave no answer. */
export const isUnreached = (error: unknown): boolean =>
  causesOf(error).every(
    (each) =>
      each instanceof Error &&
      (/^(connect|getaddrinfo)$/.test(String((each as NodeJS.ErrnoException).syscall)) || each.message === 'timeout expired'),
  );

function withDetail(cause: unknown): string {
  const { detail } = cause as { readonly detail?: string };
  return `${reasonOf(cause)}${detail === undefined ? '' : ` (${detail.replace(/[.]$/, '')})`}`;
}

/** The server is not of the kind that `target_session_attrs` asks for. */
export const toNoFittingServer = ({ url, login }: LoginAttempt, kind: string): UnavailableError =>
  new UnavailableError('no-fitting-server', `${toPrintableUrl(url)} is ${kind}; target_session_attrs asks for ${login.target}`, {
    next: 'Name a server that fits, correct target_session_attrs, or wait until one has taken over.',
    again: 'then',
  });

/** No server of the URL could be used. */
export function toNoServerError(url: string, failed: readonly FailedServer[]): ChatmartError {
  const errors = failed.map(({ error }) => error as ChatmartError);
  if (errors.length === 1) return errors[0]!;
  const reasons = errors.map(({ message }) => message).join('; ');
  const next = [...new Set(errors.flatMap((error) => error.next ?? []))].join(' ');
  const message = `None of the ${counted(failed.length, 'server')} of ${toPrintableUrl(url)} can be used: ${reasons}`;
  const options = { cause: new AggregateError(errors.map(({ cause }) => cause)), next, again: 'then' } as const;
  return errors.some(isUnfitting)
    ? new UnavailableError('no-fitting-server', message, options)
    : new UnavailableError('database-unreachable', message, options);
}

/** Whether a server is up but not of the kind that its URL asks for. */
export const isUnfitting = (error: unknown): boolean => error instanceof ChatmartError && error.code === 'no-fitting-server';

/** The server asks for a password, and there is none. */
export const toPasswordMissing = ({ user, database }: Login, { host, port }: Server, why: string): ConfigError =>
  new ConfigError(
    'password-missing',
    `The server asks for a password, and none was found for ${host}:${port}:${database}:${user}: ${why}`,
    {
      state: 'nothing-done',
      next: 'Put it into a file of mode 600 that CHATMART_IDB_PASSWORD_FILE or CHATMART_MART_PASSWORD_FILE names, or as host:port:database:user:password into the file that PGPASSFILE names.',
    },
  );
