import { ConfigError, COMMITTED_STAYS, UnavailableError, type ChatmartError } from '../model/errors.js';
import { circumstancesOf, findSetting, isOfIdb, toResetText, toSettingText, type SessionFacts } from './circumstances.js';
import { isBroken, isDiskFull, isLost, isRepeatable, isRowsHidden, POSTGRES_CODE, postgresCode, reasonOf } from './postgres-errors.js';

const AGAIN = 'type the same command again.';
const ROLLED_BACK = 'The transaction under way was rolled back.';

/**
 * What a statement's error means for the operator; undefined if it is none of his. The last resort of whoever knows no better. Of the causes
 * that a code may have, the one is told that was found when it came up.
 */
export function toOperatorError(cause: unknown): ChatmartError | undefined {
  if (isRowsHidden(cause))
    return new ConfigError('rows-hidden', `PostgreSQL may not show a part of the rows as if it were all of them: ${reasonOf(cause)}`, {
      cause,
      hint: `${COMMITTED_STAYS} Let that role see all rows: as a superuser type alter role … bypassrls, or as owner of the table alter table … disable row level security. Then ${AGAIN}`,
    });
  if (isDiskFull(cause))
    return new UnavailableError('disk-full', `${placeOf(cause)} has no room left on its disk: ${reasonOf(cause)}`, {
      cause,
      hint: `${COMMITTED_STAYS} ${ROLLED_BACK} Make room on that server, then ${AGAIN}`,
    });
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
      return new UnavailableError('out-of-memory', `${placeOf(cause)} has no memory left: ${reasonOf(cause)}`, {
        cause,
        hint: `${COMMITTED_STAYS} ${ROLLED_BACK} ${adviceOf(cause)}Type the same command again when less is going on there.`,
      });
    default:
      break;
  }
  if (isRepeatable(cause)) return toRepeatableError(cause);
  if (isBroken(cause))
    return new UnavailableError('server-broken', `${placeOf(cause)} has trouble with its files: ${reasonOf(cause)}`, {
      cause,
      hint: `${COMMITTED_STAYS} Look into the log of that server; when its disk is sound again, ${AGAIN}`,
    });
  if (isLost(cause)) return toLostError(cause);
  return isOfIdb(cause) && ABOUT_ROWS.test(postgresCode(cause) ?? '') ? toIdbError(cause) : undefined;
}

/**
 * Features, cardinality, data, integrity, routines, views, states, what a function raises, foreign servers, and what is undefined: tables and
 * columns were looked at just before.
 */
const ABOUT_ROWS = /^(0A|21|22|23|2F|38|39|44|55|P0|HV|42P01|42703|42704)/;

const toIdbError = (cause: unknown): ChatmartError =>
  new ConfigError('idb-cannot-answer', `The IDB cannot answer: ${reasonOf(cause)} (PostgreSQL's code ${postgresCode(cause)})`, {
    cause,
    hint: `${COMMITTED_STAYS} Correct the rows, the view or the foreign table that this is about, then ${AGAIN}`,
  });

const sessionOf = (cause: unknown): SessionFacts | undefined => circumstancesOf(cause)?.session;
const placeOf = (cause: unknown): string => circumstancesOf(cause)?.place ?? 'A server';

/** PostgreSQL's own advice, as of which of its limits to raise. */
function adviceOf(cause: unknown): string {
  const advice = (cause as { readonly hint?: unknown }).hint;
  return typeof advice === 'string' && advice !== '' ? `PostgreSQL advises: ${advice} ` : '';
}

function toRightsError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const role = session?.role ?? 'the role of the URL';
  const actsFor = session !== undefined && session.login !== session.role ? `, as which ${session.login} acts there` : '';
  return new ConfigError('no-rights', `PostgreSQL refuses ${role}${actsFor}: ${reasonOf(cause)}`, {
    cause,
    hint: `${COMMITTED_STAYS} Grant that right to ${role}, then ${AGAIN}`,
  });
}

function toReadOnlyError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const setting = session && findSetting(session, 'default_transaction_read_only');
  const refuse = (why: string, next: string): ChatmartError =>
    new ConfigError('database-read-only', `${placeOf(cause)} ${why}: ${reasonOf(cause)}`, { cause, hint: `${COMMITTED_STAYS} ${next}` });
  if (session?.isStandby) return refuse('is a standby, which only reads', `Name the primary server in that URL, then ${AGAIN}`);
  if (session === undefined || setting?.value !== 'on') return refuse('refuses to write', `Let it write, then ${AGAIN}`);
  return refuse(
    `is set to read only (${toSettingText(setting, session)})`,
    `Where that was done because its disk is full, make room first. ${toResetText(setting, session, 'off')} Type the same command again when that is done.`,
  );
}

function toCancelledError(cause: unknown): ChatmartError {
  const session = sessionOf(cause);
  const limit = session && findSetting(session, 'statement_timeout');
  if (limit !== undefined && limit.value !== '0') return toLimitError(cause, limit.name);
  const what =
    session === undefined
      ? 'A statement was cancelled on its server'
      : `Somebody cancelled a statement of ${session.login} on ${placeOf(cause)}`;
  return new UnavailableError('statement-cancelled', `${what}: ${reasonOf(cause)}`, {
    cause,
    hint: `${COMMITTED_STAYS} ${ROLLED_BACK} Type the same command again.`,
  });
}

function toLimitError(cause: unknown, name: string): ChatmartError {
  const session = sessionOf(cause);
  const setting = session && findSetting(session, name);
  const limit = session === undefined || setting === undefined ? '' : ` (${toSettingText(setting, session)})`;
  return new ConfigError('server-limit-reached', `${placeOf(cause)} sets a limit that is too low for this${limit}: ${reasonOf(cause)}`, {
    cause,
    hint: `${COMMITTED_STAYS} ${ROLLED_BACK} ${adviceOf(cause)}Ask for less, or have ${name} raised there; then ${AGAIN}`,
  });
}

function toRepeatableError(cause: unknown): ChatmartError {
  const isOfStandby = sessionOf(cause)?.isStandby === true;
  const what =
    postgresCode(cause) === POSTGRES_CODE.deadlock
      ? 'ended a deadlock of several sessions with the work of this one'
      : 'cancelled the work';
  return new UnavailableError(
    'work-cancelled',
    `${isOfStandby ? `Standby ${placeOf(cause)}` : placeOf(cause)} ${what}: ${reasonOf(cause)}`,
    {
      cause,
      hint: `${COMMITTED_STAYS} Type the same command again.${isOfStandby ? ' If that happens often, raise max_standby_streaming_delay there.' : ''}`,
    },
  );
}

function toLostError(cause: unknown): ChatmartError {
  const answers = circumstancesOf(cause)?.answers;
  const what = answers === true ? 'ended a session at work, and lets in another one' : 'went away at work';
  return new UnavailableError('connection-lost', `${placeOf(cause)} ${what}: ${reasonOf(cause)}`, {
    cause,
    hint: `${COMMITTED_STAYS} Type the same command again${answers === true ? '' : ' when the server is back'}.`,
  });
}
