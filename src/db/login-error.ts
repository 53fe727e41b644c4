import { toPrintableUrl } from '../model/database-url.js';
import { ChatmartError, ConfigError, UnavailableError } from '../model/errors.js';
import { isSocketFolder, type Server } from '../model/server-list.js';
import type { Login } from './login.js';
import { isDiskFull, POSTGRES_CODE, postgresCode, reasonOf } from './postgres-errors.js';
import { quoteIdentifier } from './quote.js';
import { toTlsError } from './tls-error.js';
import { counted } from '../model/text.js';

/** One try to log in at one server. */
export interface LoginAttempt {
  readonly login: Login;
  readonly server: Server;
  /** Names that server alone. */
  readonly url: string;
  readonly timeoutMs: number;
  /** The line of the password file that was taken. */
  passwordPlace?: string;
}

/** A server that could not be used, and why. */
export interface FailedServer {
  readonly server: Server;
  readonly error: unknown;
}

const AGAIN = 'then type the same command again.';

/** Where PostgreSQL's source raises an error: unlike its message in every language the same. */
const routineOf = (error: unknown): string | undefined =>
  error instanceof Error ? (error as Error & { routine?: string }).routine : undefined;

/** Says why a session could not be opened, and whether trying later helps. */
export function toLoginError(cause: unknown, attempt: LoginAttempt): ChatmartError {
  const known = cause instanceof ChatmartError ? cause : toTlsError(cause, attempt.url);
  if (known !== undefined) return known;
  const code = postgresCode(cause);
  return code === undefined ? toUnreached(cause, attempt) : toRefusal(code, cause, attempt);
}

/** The server has answered, with an error of PostgreSQL. */
function toRefusal(code: string, cause: unknown, attempt: LoginAttempt): ChatmartError {
  const { login, passwordPlace } = attempt;
  const place = toPrintableUrl(attempt.url);
  const reason = withDetail(cause);
  const [user, database] = [login.user, login.database].map(quoteIdentifier);
  const refused = (hint: string): ConfigError => new ConfigError('login-refused', `${place} refuses the login: ${reason}`, { cause, hint });
  if (isDiskFull(cause))
    return new UnavailableError('disk-full', `${place} has no room left on its disk, not even for a login: ${reason}`, {
      cause,
      hint: `What was committed before stays. Make room on that server, ${AGAIN}`,
    });
  switch (code) {
    case POSTGRES_CODE.invalidPassword:
      return refused(
        passwordPlace === undefined
          ? 'Correct the user of that URL, or its password: chatmart config show says where it is.'
          : `The password is that of ${passwordPlace}. Correct it, or the user of that URL.`,
      );
    case POSTGRES_CODE.invalidAuthorization:
      return refused(toAuthorizationHint(routineOf(cause), user!));
    case POSTGRES_CODE.insufficientPrivilege:
      if (routineOf(cause) === 'CheckMyDatabase')
        return refused(`Have an administrator type: grant connect on database ${database} to ${user}; or correct that URL.`);
      break;
    case POSTGRES_CODE.invalidCatalogName:
      return new ConfigError('no-such-database', `${place}: ${reason}`, {
        cause,
        hint: 'Correct the database name of that URL, or create the database.',
      });
    case POSTGRES_CODE.objectNotInPrerequisiteState:
      return new UnavailableError('server-not-ready', `${place} lets nobody in now: ${reason}`, {
        cause,
        hint: `Have an administrator type: alter database ${database} allow_connections true; ${AGAIN}`,
      });
    case POSTGRES_CODE.tooManyConnections:
      return new UnavailableError('too-many-connections', `${place} has no session left for this command: ${reason}`, {
        cause,
        hint: `A command needs two sessions there at once, chatmart schedule six. ${toSessionsHint(routineOf(cause), user!, database!)}; ${AGAIN}`,
      });
    case POSTGRES_CODE.cannotConnectNow:
    case POSTGRES_CODE.adminShutdown:
    case POSTGRES_CODE.crashShutdown:
      return new UnavailableError('server-not-ready', `${place} lets nobody in now: ${reason}`, {
        cause,
        hint: `It starts, stops, recovers, or is a standby that answers no queries (hot_standby). Wait until it is ready; ${AGAIN}`,
      });
  }
  // Of settings that the session begins with there are only these.
  if (/^(22|42)/.test(code) && login.parameters.get('options'))
    return new ConfigError('options-refused', `${place} refuses the settings of options: ${reason}`, {
      cause,
      hint: 'Correct the parameter options of that URL, where a blank is %20 and no +, or the variable PGOPTIONS.',
    });
  return new UnavailableError('database-unreachable', `${place} opens no session: ${reason}`, {
    cause,
    hint: `The server, or the connection pooler before it, says why; its log says more. Correct that; ${AGAIN}`,
  });
}

function toAuthorizationHint(routine: string | undefined, user: string): string {
  switch (routine) {
    case 'InitializeSessionUserId':
      return `Correct the user of that URL; or have an administrator type: create role ${user} login, or where it is there: alter role ${user} login`;
    case 'auth_failed':
      return "The server's pg_hba.conf has another way to log in for that user than by password, which did not work: correct the user of that URL, or that file.";
    default:
      return "Correct user or database of that URL, the right to connect to it, or the server's pg_hba.conf. A server that wants TLS of everybody needs sslmode=require or stronger in that URL.";
  }
}

function toSessionsHint(routine: string | undefined, user: string, database: string): string {
  switch (routine) {
    case 'InitializeSessionUserId':
      return `End other sessions of that role, or have an administrator raise its limit: alter role ${user} connection limit 20`;
    case 'CheckMyDatabase':
      return `End other sessions on that database, or have an administrator raise its limit: alter database ${database} connection limit 100`;
    default:
      return 'End other sessions of that server, or raise its max_connections';
  }
}

/** Nothing of PostgreSQL has answered, or the answer broke off. */
function toUnreached(cause: unknown, attempt: LoginAttempt): ChatmartError {
  const place = toPrintableUrl(attempt.url);
  const { reason, hint } = explain(cause, attempt);
  const authentication = /^Unknown authenticationOk message type (\d+)$/.exec(reason)?.[1];
  if (authentication !== undefined || reason.startsWith('SASL: Only mechanism(s)'))
    return new ConfigError('login-refused', `${place} asks for a way to log in that is not supported here (GSSAPI, SSPI, or another one)`, {
      cause,
      hint: "Passwords and client certificates are supported: have the server's pg_hba.conf say scram-sha-256 for that user.",
    });
  return new UnavailableError('database-unreachable', `${place} cannot be reached: ${reason}`, { cause, hint: `${hint}; ${AGAIN}` });
}

function explain(cause: unknown, { server, timeoutMs }: LoginAttempt): { reason: string; hint: string } {
  const reason = reasonOf(cause);
  const code = causesOf(cause).map((each) => String((each as NodeJS.ErrnoException | undefined)?.code))[0];
  switch (code ?? '') {
    case 'ENOTFOUND':
      return { reason, hint: 'Correct the name of the host in that URL' };
    case 'EAI_AGAIN':
      return { reason, hint: 'The name of the host cannot be looked up now: check the network and its name server' };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return { reason, hint: 'There is no way to that host: check host, network and firewall' };
    case 'EACCES':
      return { reason, hint: 'The account that runs this program may not use that socket' };
  }
  if (isSocketFolder(server.host))
    return { reason, hint: "No server listens there: check that it runs, the port, and the server's unix_socket_directories" };
  if (reason === 'timeout expired' || reason === 'Query read timeout')
    return {
      reason: `no answer within ${timeoutMs / 1000} s`,
      hint: 'Check host and port, that the server runs, and the firewalls on the way; connect_timeout=60 in that URL waits longer',
    };
  if (reason === 'Connection terminated unexpectedly')
    return {
      reason: 'the connection was closed while logging in',
      hint: 'Check that PostgreSQL listens at that port, and look into its log',
    };
  return { reason, hint: 'Check host and port, and that the server runs' };
}

/** Node tries each address of a host, and reports them together. */
const causesOf = (error: unknown): readonly unknown[] => (error instanceof AggregateError ? error.errors : [error]);

/** Whether a server could not even be connected to, or gave no answer. */
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

/** A server that is another one than `target_session_attrs` asks for. */
export const toNoFittingServer = ({ url, login }: LoginAttempt, kind: string): UnavailableError =>
  new UnavailableError('no-fitting-server', `${toPrintableUrl(url)} is ${kind}, and target_session_attrs asks for ${login.target}`, {
    hint: `Name a server that is, correct target_session_attrs, or wait until one has taken over; ${AGAIN}`,
  });

/** None of the servers of a URL could be used. */
export function toNoServerError(url: string, failed: readonly FailedServer[]): ChatmartError {
  const errors = failed.map(({ error }) => error as ChatmartError);
  if (errors.length === 1) return errors[0]!;
  const reasons = errors.map(({ message }) => message).join('; ');
  const hints = [...new Set(errors.map(({ hint = '' }) => hint.replace(/; then type the same command again[.]$/, '')))];
  const message = `None of the ${counted(failed.length, 'server')} of ${toPrintableUrl(url)} can be used: ${reasons}`;
  const options = { cause: new AggregateError(errors.map(({ cause }) => cause)), hint: `${hints.join('. ')}; ${AGAIN}` };
  return errors.some(isUnfitting)
    ? new UnavailableError('no-fitting-server', message, options)
    : new UnavailableError('database-unreachable', message, options);
}

/** Whether a server is there, and another one than its URL asks for. */
export const isUnfitting = (error: unknown): boolean => error instanceof ChatmartError && error.code === 'no-fitting-server';

/** A password is asked for, and there is none. */
export const toPasswordMissing = ({ user, database }: Login, { host, port }: Server, why: string): ConfigError =>
  new ConfigError('password-missing', `The server asks for a password, and there is none for ${host}:${port}:${database}:${user}: ${why}`, {
    hint: 'Nothing was done. Put it into a file of mode 600 that CHATMART_IDB_PASSWORD_FILE or CHATMART_MART_PASSWORD_FILE names, or as host:port:database:user:password into the one that PGPASSFILE names.',
  });
