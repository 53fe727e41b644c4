import { ConfigError, UnavailableError, type ChatmartError } from '../model/errors.js';
import { isNodeAway, nodeOf, toNodeAwayError, toNodeReason } from './cluster-node.js';
import { errorContextOf, findSetting, isOfIdb, toResetText, toSettingText, type SessionFacts } from './error-context.js';
import { isBroken, isDiskFull, isLost, isRepeatable, isRowsHidden, POSTGRES_CODE, postgresCode, reasonOf } from './postgres-errors.js';

/**
 * The meaning of a statement's error for the operator; undefined if the operator can do nothing about it. A fallback for callers without a
 * better explanation. If a code has several causes, the context recorded for the error decides.
 */
export function toOperatorError(cause: unknown): ChatmartError | undefined {
  if (isRowsHidden(cause))
    return new ConfigError('rows-hidden', `Row-level security hides rows: ${reasonOf(cause)}`, {
      cause,
      state: 'committed-stays',
      next: 'Let that role see all rows. As a superuser, run: alter role … bypassrls; or as the owner of the table: alter table … disable row level security;',
      again: 'then',
    });
  if (isDiskFull(cause))
    return new UnavailableError('disk-full', `${placeOf(cause)} has no disk space left: ${reasonOf(cause)}`, {
      cause,
      state: 'rolled-back',
      next: 'Free disk space on that server.',
      again: 'then',
    });
  if (isNodeAway(cause))
    return toNodeAwayError(`${nodeOf(cause) ?? 'with the rows'} (${toNodeReason(reasonOf(cause))})`, 'committed-stays', cause);
  switch (postgresCode(cause)) {
    case POSTGRES_CODE.insufficientPrivilege:
      return toRightsError(cause);
    case POSTGRES_CODE.readOnlyTransaction:
      return toReadOnlyError(cause);
    case POSTGRES_CODE.queryCanceled:
      return toCancelledError(cause);
    case POSTGRES_CODE.limitExceeded:
      return toLimitError(cause, 'temp_file_limit');
    case POSTGRES_CODE.stackTooSmall:
      return toLimitError(cause, 'max_stack_depth');
    case POSTGRES_CODE.outOfMemory:
      return new UnavailableError('out-of-memory', `${placeOf(cause)} is out of memory: ${reasonOf(cause)}`, {
        cause,
        state: 'rolled-back',
        next: adviceOf(cause),
        again: 'when that server is less busy',
      });
    default:
      break;
  }
  if (isRepeatable(cause)) return toRepeatableError(cause);
  if (isBroken(cause))
    return new UnavailableError('server-broken', `${placeOf(cause)} cannot use its files: ${reasonOf(cause)}`, {
      cause,
      state: 'committed-stays',
      next: 'Look at the log of that server.',
      again: 'when its disk is repaired',
    });
  if (isLost(cause)) return toLostError(cause);
  return isOfIdb(cause) && ABOUT_ROWS.test(postgresCode(cause) ?? '') ? toIdbError(cause) : undefined;
}

/**
 * Features, cardinality, data, integrity, routines, views, states, errors raised by functions, foreign servers, undefined objects: tables
 * and columns were checked just before.
 */
const ABOUT_ROWS = /^(0A|21|22|23|2F|38|39|44|55|P0|HV|42P01|42703|42704)/;

const toIdbError = (cause: unknown): ChatmartError =>
  new ConfigError('idb-cannot-answer', `The IDB cannot answer: ${reasonOf(cause)} (PostgreSQL code ${postgresCode(cause)})`, {
    cause,
    state: 'committed-stays',
    next: 'Correct the rows, the view or the foreign table that this is about.',
    again: 'then',
  });

const sessionOf = (cause: unknown): SessionFacts | undefined => errorContextOf(cause)?.session;

/** Where it happened: on a cluster, that may be another server than the session's. */
function placeOf(cause: unknown): string {
  const [node, place] = [nodeOf(cause), errorContextOf(cause)?.place ?? 'A server'];
  return node === undefined ? place : `Node ${node} of the cluster`;
}

/** PostgreSQL's hint, such as which of its limits to raise. */
function adviceOf(cause: unknown): string | undefined {
  const advice = (cause as { readonly hint?: unknown }).hint;
  return typeof advice === 'string' && advice !== '' ? `PostgreSQL advises: ${advice}` : undefined;
}

function toRightsError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const role = session?.role ?? 'the role of the URL';
  const actsFor = session !== undefined && session.login !== session.role ? `, as which ${session.login} acts there` : '';
  return new ConfigError('no-rights', `PostgreSQL refuses ${role}${actsFor}: ${reasonOf(cause)}`, {
    cause,
    state: 'committed-stays',
    next: `Grant that right to ${role}.`,
    again: 'then',
  });
}

function toReadOnlyError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const setting = session && findSetting(session, 'default_transaction_read_only');
  const refuse = (why: string, next: string): ChatmartError =>
    new ConfigError('database-read-only', `${placeOf(cause)} ${why}: ${reasonOf(cause)}`, {
      cause,
      state: 'committed-stays',
      next,
      again: 'then',
    });
  if (session?.isStandby) return refuse('is a read-only standby', 'Name the primary server in that URL.');
  if (session === undefined || setting?.value !== 'on') return refuse('refuses to write', 'Allow writing there.');
  return refuse(
    `is set to read-only (${toSettingText(setting, session)})`,
    `If that was done because its disk is full, free space first. ${toResetText(setting, session, 'off')}`,
  );
}

function toCancelledError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const limit = session && findSetting(session, 'statement_timeout');
  if (limit !== undefined && limit.value !== '0') return toLimitError(cause, limit.name);
  const what =
    session === undefined
      ? 'A statement was cancelled on its server'
      : `A statement of ${session.login} was cancelled on ${placeOf(cause)}`;
  return new UnavailableError('statement-cancelled', `${what}: ${reasonOf(cause)}`, {
    cause,
    state: 'rolled-back',
    again: 'then',
  });
}

function toLimitError(cause: unknown, name: string): ChatmartError {
  const session = sessionOf(cause);
  const setting = session && findSetting(session, name);
  const limit = session === undefined || setting === undefined ? '' : ` (${toSettingText(setting, session)})`;
  return new ConfigError('server-limit-reached', `A limit of ${placeOf(cause)} is too low for this${limit}: ${reasonOf(cause)}`, {
    cause,
    state: 'rolled-back',
    next: [adviceOf(cause), `Ask for less, or have ${name} raised there.`].filter((each) => each !== undefined).join(' '),
    again: 'then',
  });
}

function toRepeatableError(cause: unknown): ChatmartError {
  const isOfStandby = sessionOf(cause)?.isStandby === true;
  const what = postgresCode(cause) === POSTGRES_CODE.deadlock ? 'cancelled this session to end a deadlock' : 'cancelled the work';
  return new UnavailableError(
    'work-cancelled',
    `${isOfStandby ? `Standby ${placeOf(cause)}` : placeOf(cause)} ${what}: ${reasonOf(cause)}`,
    {
      cause,
      state: 'committed-stays',
      next: isOfStandby ? 'If this happens often, raise max_standby_streaming_delay there.' : undefined,
      again: 'then',
    },
  );
}

function toLostError(cause: unknown): ChatmartError {
  const answers = errorContextOf(cause)?.answers;
  const what = answers === true ? 'ended a session at work but accepts a new one' : 'went away during work';
  return new UnavailableError('connection-lost', `${placeOf(cause)} ${what}: ${reasonOf(cause)}`, {
    cause,
    state: 'committed-stays',
    again: answers === true ? 'then' : 'when the server is back',
  });
}
