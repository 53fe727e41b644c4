import { type ChatmartError, COMMITTED_STAYS, ConfigError, UnavailableError } from '../model/errors.js';

/** PostgreSQL's codes that this program acts upon, each named once. */
export const POSTGRES_CODE = {
  protocolViolation: '08P01',
  readOnlyTransaction: '25006',
  invalidPassword: '28P01',
  invalidAuthorization: '28000',
  invalidCatalogName: '3D000',
  invalidSchemaName: '3F000',
  duplicateDatabase: '42P04',
  uniqueViolation: '23505',
  insufficientPrivilege: '42501',
  undefinedTable: '42P01',
  lockNotAvailable: '55P03',
  diskFull: '53100',
  limitExceeded: '53400',
  tooManyConnections: '53300',
  objectNotInPrerequisiteState: '55000',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
} as const;

/** The SQLSTATE of an error, if it is one of PostgreSQL's. */
export const postgresCode = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  // With a digit: Node's EPIPE is none.
  return typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
};

/** What a statement's error means for the operator; undefined if it is none of his. The last resort of whoever knows the place no better. */
export function toOperatorError(cause: unknown): ChatmartError | undefined {
  const code = postgresCode(cause);
  const hint = COMMITTED_STAYS;
  if (isRowsHidden(cause))
    return new ConfigError('rows-hidden', `PostgreSQL may not show a part of the rows as if it were all of them: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Let that role see all rows: as a superuser type alter role … bypassrls, or as owner of the table alter table … disable row level security. Then type the same command again.`,
    });
  if (code === POSTGRES_CODE.insufficientPrivilege)
    return new ConfigError('no-rights', `PostgreSQL refuses: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Grant that right to the role of the URL, then type the same command again.`,
    });
  if (code === POSTGRES_CODE.readOnlyTransaction)
    return new ConfigError('database-read-only', `PostgreSQL refuses to write: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Name the primary server, not a standby, then type the same command again.`,
    });
  if (code !== undefined && REPEATABLE_CODES.test(code))
    return new UnavailableError('work-cancelled', `A database cancelled the work: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Type the same command again. If a standby does that often, raise its max_standby_streaming_delay.`,
    });
  if (code === POSTGRES_CODE.diskFull || code === POSTGRES_CODE.limitExceeded)
    return new UnavailableError('disk-full', `A server has no room left on its disk, or may use no more of it: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} The transaction under way was rolled back. Make room on that server, then type the same command again.`,
    });
  if (code === POSTGRES_CODE.queryCanceled)
    return new UnavailableError('statement-cancelled', `A statement was cancelled on its server: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} The transaction under way was rolled back. Type the same command again.`,
    });
  if (code !== undefined && BROKEN_CODES.test(code))
    return new UnavailableError('server-broken', `A server has trouble with its files: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Look into the log of that server; when its disk is sound again, type the same command again.`,
    });
  if (isConnectionLost(cause) || (code !== undefined && TRANSIENT_CODES.test(code)))
    return new UnavailableError('connection-lost', `A database went away at work: ${reasonOf(cause)}`, {
      cause,
      hint: `${hint} Type the same command again when the server is back.`,
    });
  return undefined;
}

/** Whether a policy would hide rows from a session that must see all: PostgreSQL's words are in any language, the place in its source is not. */
export const isRowsHidden = (error: unknown): boolean =>
  postgresCode(error) === POSTGRES_CODE.insufficientPrivilege && (error as { readonly routine?: unknown }).routine === 'check_enable_rls';

/** Whether nothing answered at all: a server that stops, starts or is full says so. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof UnavailableError && error.code === 'database-unreachable' && postgresCode(error.cause) === undefined;

/** Whether a database went away or cannot be reached: later the same may work. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof UnavailableError || toOperatorError(error)?.code === 'connection-lost';

/** Serialization failure (also a conflict with recovery on a standby) and deadlock: the same transaction may pass at once. */
const REPEATABLE_CODES = /^(40001|40P01)$/;

/** Whether the same work may pass if it is done again soon. */
export const isTransient = (error: unknown): boolean => isUnavailable(error) || REPEATABLE_CODES.test(postgresCode(error) ?? '');

/**
 * Connection exceptions, memory and sessions that are used up, a server that stops or starts, a session that was ended for being idle.
 * Not a full disk or a limit that was set: whoever has to change something is not that fast.
 */
const TRANSIENT_CODES = /^(08...|53[023]00|57P0.|25P0[34])$/;

/** Errors of input and output, and files that are damaged or gone. */
const BROKEN_CODES = /^(58...|XX00[12])$/;

/** Cardinality, data, integrity, a view's check, a limit of the program, and what a trigger raises: about the rows, whoever writes them. */
const DATA_CODES = /^(21...|22...|23...|44000|54...|P0001)$/;

/** Whether PostgreSQL refused the data of a statement, so that others may pass. */
export const isDataError = (error: unknown): boolean => DATA_CODES.test(postgresCode(error) ?? '');

/** SQLSTATE and message of an error, without its detail. */
export const toDataErrorText = (error: unknown): string => `${postgresCode(error) ?? ''} ${reasonOf(error)}`.trim();

/** What Node and pg say when a session ends under a statement: there is no SQLSTATE then. */
const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String((error as NodeJS.ErrnoException).code)) ||
    /^Connection terminated|^Client has encountered a connection error/.test(error.message));

/** The message of an error; of several that came together, all. */
export function reasonOf(cause: unknown): string {
  // Node tries each address of a host and reports them together, with an empty message.
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
