import { UnavailableError } from '../model/errors.js';
import { isNodeAway, isRowRefusedByNode } from './cluster-node.js';
import { isOfIdb } from './error-context.js';

/** PostgreSQL error codes that this program handles, each named once. */
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
  integrityViolation: '23000',
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

/** The SQLSTATE of an error, if PostgreSQL raised it. */
export const postgresCode = (error: unknown): string | undefined => {
  if (isRowRefusedByNode(error)) return POSTGRES_CODE.integrityViolation;
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  // Node's EPIPE is not an SQLSTATE and has no severity; an error raised by a function may have a code of five letters.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && (/\d/.test(code) || 'severity' in (error as Error)) ? code : undefined;
};

/** Whether a policy hides rows from a session that must see all of them. Messages are localised, the source routine is not. */
export const isRowsHidden = (error: unknown): boolean =>
  postgresCode(error) === POSTGRES_CODE.insufficientPrivilege && (error as { readonly routine?: unknown }).routine === 'check_enable_rls';

/** Whether a server's disk is full. Before PostgreSQL 16, a login in that state fails with an internal error. */
export const isDiskFull = (error: unknown): boolean => {
  const code = postgresCode(error);
  if (code === POSTGRES_CODE.diskFull) return true;
  return code !== undefined && /^(58...|XX000)$/.test(code) && /^could not write init file|No space left on device$/.test(reasonOf(error));
};

/** Whether nothing answered at all; a server that stops, starts or is full says so. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof UnavailableError && error.code === 'database-unreachable' && postgresCode(error.cause) === undefined;

/** Whether a database went away or cannot be reached, so that a later retry may succeed. */
export const isUnavailable = (error: unknown): boolean => error instanceof UnavailableError || isLost(error);

/** Whether a session ended, its server temporarily lacks a resource, or a node of its cluster is away. */
export const isLost = (error: unknown): boolean =>
  isConnectionLost(error) || TRANSIENT_CODES.test(postgresCode(error) ?? '') || isNodeAway(error);

/** Whether the same work may succeed if repeated soon. */
export const isTransient = (error: unknown): boolean => isUnavailable(error) || isRepeatable(error);

/** Whether the same transaction may succeed at once. */
export const isRepeatable = (error: unknown): boolean => REPEATABLE_CODES.test(postgresCode(error) ?? '');

/** Serialization failure (also a recovery conflict on a standby), deadlock, and a snapshot too old for the server. */
const REPEATABLE_CODES = /^(40001|40P01|72000)$/;

/**
 * Connection errors, memory or sessions exhausted, a server that stops or starts, a session ended for being idle. Not a full disk or a
 * configured limit: those need an operator, which takes longer.
 */
const TRANSIENT_CODES = /^(08...|53[023]00|57P0.|25P0[34])$/;

/** Whether a server has problems with its files. */
export const isBroken = (error: unknown): boolean => BROKEN_CODES.test(postgresCode(error) ?? '');

/** I/O errors, and damaged or missing files. */
const BROKEN_CODES = /^(58...|XX00[12])$/;

/**
 * Cardinality, data, integrity, check options of views, program limits, errors raised by triggers: caused by the rows. Not errors that
 * every row would cause: a missing value, a rejected binary form, a stack too small for the statement.
 */
const DATA_CODES = /^(21...|22(?!P03)...|23(?!502)...|44000|54(?!001)...|P0001)$/;

/** Tables whose rows come from interactions; each chunk writes the other tables. */
const TABLES_OF_DATA: readonly unknown[] = ['chat_session_fact', 'chat_session_dim', 'media_type', 'gidb_gc_tenant'];

/** Whether the mart rejected the data of a statement, so that other data may succeed. */
export function isDataError(error: unknown): boolean {
  const code = postgresCode(error);
  if (isOfIdb(error) || code === undefined || !DATA_CODES.test(code)) return false;
  // Only set for constraint violations.
  const { table } = error as { readonly table?: unknown };
  // A number drawn twice is not the interaction's fault.
  return table === undefined || table === 'chat_session_fact' || (code !== POSTGRES_CODE.uniqueViolation && TABLES_OF_DATA.includes(table));
}

/** Whether a constraint or a function such as a trigger's rejected the row: one that someone added may reject every row. */
export const isOfAddition = (error: unknown): boolean => /^(23|44|P0)/.test(postgresCode(error) ?? '');

/** SQLSTATE and message of an error, without its detail. */
export const toDataErrorText = (error: unknown): string => `${postgresCode(error) ?? ''} ${reasonOf(error)}`.trim();

/** Errors of Node and pg when a session ends during a statement; they have no SQLSTATE. */
const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(String((error as NodeJS.ErrnoException).code)) ||
    /^Connection terminated|^Client has encountered a connection error/.test(error.message));

/** The message of an error, or all messages of an aggregate error. */
export function reasonOf(cause: unknown): string {
  // Node reports the errors of all addresses together, with an empty message.
  if (cause instanceof AggregateError) return [...new Set(cause.errors.map(reasonOf))].join('; ');
  return cause instanceof Error ? cause.message : String(cause);
}
