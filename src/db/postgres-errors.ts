import { UnavailableError } from '../model/errors.js';
import { isOfIdb } from './circumstances.js';

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
  undefinedColumn: '42703',
  undefinedFunction: '42883',
  lockNotAvailable: '55P03',
  diskFull: '53100',
  limitExceeded: '53400',
  outOfMemory: '53200',
  stackTooSmall: '54001',
  deadlock: '40P01',
  tooManyConnections: '53300',
  objectNotInPrerequisiteState: '55000',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  notInEncoding: '22021',
  untranslatable: '22P05',
} as const;

/** The SQLSTATE of an error, if it is one of PostgreSQL's. */
export const postgresCode = (error: unknown): string | undefined => {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  // Node's EPIPE is none, and has no severity; what a function raises may have five letters.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && (/\d/.test(code) || 'severity' in (error as Error)) ? code : undefined;
};

/** Whether a policy would hide rows from a session that must see all: PostgreSQL's words are in any language, the place in its source is not. */
export const isRowsHidden = (error: unknown): boolean =>
  postgresCode(error) === POSTGRES_CODE.insufficientPrivilege && (error as { readonly routine?: unknown }).routine === 'check_enable_rls';

/** Whether a server has no room left on its disk; before PostgreSQL 16 a login that finds none has the code of a bug. */
export const isDiskFull = (error: unknown): boolean => {
  const code = postgresCode(error);
  if (code === POSTGRES_CODE.diskFull) return true;
  return code !== undefined && /^(58...|XX000)$/.test(code) && /^could not write init file|No space left on device$/.test(reasonOf(error));
};

/** Whether nothing answered at all: a server that stops, starts or is full says so. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof UnavailableError && error.code === 'database-unreachable' && postgresCode(error.cause) === undefined;

/** Whether a database went away or cannot be reached: later the same may work. */
export const isUnavailable = (error: unknown): boolean => error instanceof UnavailableError || isLost(error);

/** Whether a session ended, or its server lacks what it needs for the moment. */
export const isLost = (error: unknown): boolean => isConnectionLost(error) || TRANSIENT_CODES.test(postgresCode(error) ?? '');

/** Whether the same work may pass if it is done again soon. */
export const isTransient = (error: unknown): boolean => isUnavailable(error) || isRepeatable(error);

/** Whether the same transaction may pass at once. */
export const isRepeatable = (error: unknown): boolean => REPEATABLE_CODES.test(postgresCode(error) ?? '');

/** Serialization failure (also a conflict with recovery on a standby), deadlock, and a snapshot that the server does not keep so long. */
const REPEATABLE_CODES = /^(40001|40P01|72000)$/;

/**
 * Connection exceptions, memory and sessions that are used up, a server that stops or starts, a session that was ended for being idle.
 * Not a full disk or a limit that was set: whoever has to change something is not that fast.
 */
const TRANSIENT_CODES = /^(08...|53[023]00|57P0.|25P0[34])$/;

/** Whether a server has trouble with its files. */
export const isBroken = (error: unknown): boolean => BROKEN_CODES.test(postgresCode(error) ?? '');

/** Errors of input and output, and files that are damaged or gone. */
const BROKEN_CODES = /^(58...|XX00[12])$/;

/**
 * Cardinality, data, integrity, a view's check, a limit of the program, and what a trigger raises: about the rows, whoever writes them. Not
 * what each row has: a value that is missing, a binary form that is refused, a stack that is too small for the statement.
 */
const DATA_CODES = /^(21...|22(?!P03)...|23(?!502)...|44000|54(?!001)...|P0001)$/;

/** Tables whose rows are made of an interaction; each chunk writes the others. */
const TABLES_OF_DATA: readonly unknown[] = ['chat_session_fact', 'chat_session_dim', 'media_type', 'gidb_gc_tenant'];

/** Whether the mart refused the data of a statement, so that others may pass. */
export function isDataError(error: unknown): boolean {
  const code = postgresCode(error);
  if (isOfIdb(error) || code === undefined || !DATA_CODES.test(code)) return false;
  // Told with constraints alone.
  const { table } = error as { readonly table?: unknown };
  // Numbers that are drawn twice are no matter of the interaction.
  return table === undefined || table === 'chat_session_fact' || (code !== POSTGRES_CODE.uniqueViolation && TABLES_OF_DATA.includes(table));
}

/** Whether a constraint or a function, such as a trigger's, refused: whatever the row, it can be somebody's who forbids it. */
export const isOfAddition = (error: unknown): boolean => /^(23|44|P0)/.test(postgresCode(error) ?? '');

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
