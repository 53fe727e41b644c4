import { queryRow, queryRows } from '../../db/connection.js';
import { selectCalendarSpan, selectOldestStartKey } from '../../mart/calendar/calendar.sql.js';
import { toNext } from '../../mart/schema/explain-mart-error.js';
import { findAdditions } from '../../mart/schema/mart-additions.js';
import { findSequencesBehind } from '../../mart/schema/mart-sequences.js';
import { APPLY_SETTINGS, findUnappliedSettings } from '../../mart/mart-properties.js';
import { readTimesAhead, toTimeAheadText } from '../../mart/times-ahead.js';
import { toEpochSeconds, isAhead } from '../../model/clock.js';
import { selectSourceProgress } from './doctor.sql.js';
import { ok, type CheckResult, type MartSubject, problem, warning, note } from './finding.js';

/** Is the mart as chatmart created it, or was anything added, changed or removed? */
export async function checkAdditions({ connection }: Pick<MartSubject, 'connection'>): Promise<CheckResult[]> {
  const additions = [...(await findSequencesBehind(connection)), ...(await findAdditions(connection))];
  if (additions.length === 0) return [ok('tables, views and indexes are as chatmart created them, and no other code is attached to them')];
  return additions.map((addition) => ({ severity: addition.severity, found: addition.found, next: toNext(addition) }));
}

/** Does the mart follow the settings that it keeps? */
export async function checkProperties({ connection, properties }: Pick<MartSubject, 'connection' | 'properties'>): Promise<CheckResult[]> {
  const found = await findUnappliedSettings(connection, properties);
  return found.length === 0
    ? [ok('the mart follows the settings that it keeps')]
    : found.map((clause) => warning(clause, `${APPLY_SETTINGS}.`));
}

/** Reports ask for whole years; a calendar that ends soon was not maintained. */
const AHEAD_SECONDS = 30 * 86_400;

/** Does DATE_TIME reach from the oldest session to well after now? */
export async function checkCalendar({ connection, clock }: Pick<MartSubject, 'connection' | 'clock'>): Promise<CheckResult[]> {
  const { first_key: first, last_key: last } = await queryRow<{ first_key: number | null; last_key: number | null }>(
    connection,
    selectCalendarSpan(),
  );
  const { oldest_key: oldest } = await queryRow<{ oldest_key: number | null }>(connection, selectOldestStartKey());
  const next = 'Run chatmart migrate: it adds the missing years.';
  if (first === null || last === null) return [problem('DATE_TIME is empty; reports have no labels', next)];
  const span = `DATE_TIME covers ${toDay(first)} to ${toDay(last)} (UTC)`;
  if (oldest !== null && oldest < first) return [problem(`${span}, but the oldest session began on ${toDay(oldest)}`, next)];
  if (last < toEpochSeconds(clock()) + AHEAD_SECONDS) return [warning(span, next)];
  return [ok(span)];
}

const toDay = (key: number): string => new Date(key * 1000).toISOString().slice(0, 10);

/** Are all recorded times in the past? A clock that was ahead during one run leaves some in the future. */
export async function checkTimes({ connection, clock }: Pick<MartSubject, 'connection' | 'clock'>): Promise<CheckResult[]> {
  const ahead = await readTimesAhead(connection, clock());
  if (ahead.length === 0) return [ok("no time on record is ahead of this machine's clock")];
  return ahead.map((time) =>
    (time.what === 'facts_kept_from' ? problem : warning)(
      toTimeAheadText(time),
      'Correct the clocks of this machine and of both servers (see check clock), then run: chatmart run',
    ),
  );
}

interface SourceProgress {
  readonly source_name: string;
  readonly complete_until: Date | null;
  readonly last_run_at: Date | null;
}

/** Runs are usually a few minutes apart; hours without one mean that they have stopped. */
const LATE_SECONDS = 3 * 3_600;

/** Was each configured source read lately, and is any source on record that is no longer configured? */
export async function checkSources({ connection, sourceNames, clock }: MartSubject): Promise<CheckResult[]> {
  const rows = await queryRows<SourceProgress>(connection, selectSourceProgress());
  const now = clock();
  // Without a configured IDB, check all sources that were ever read.
  const names = sourceNames.length > 0 ? sourceNames : rows.map(({ source_name }) => source_name);
  const configured = names.map((name) =>
    judgeSource(
      name,
      rows.find((row) => row.source_name === name),
      now,
    ),
  );
  const forgotten = rows.filter(({ source_name }) => !names.includes(source_name));
  return [
    ...configured,
    ...forgotten.map(({ source_name: name, last_run_at: at }) =>
      note(
        `source ${name} was read until ${at?.toISOString() ?? 'an unknown time'}, and no IDB is configured for it`,
        'If it belongs to the HA pair, add it to CHATMART_IDB_URL again.',
      ),
    ),
  ];
}

function judgeSource(name: string, row: SourceProgress | undefined, now: Date): CheckResult {
  const nowTs = toEpochSeconds(now);
  const started = row?.last_run_at;
  if (row === undefined || started == null)
    return note(`source ${name} has never been read`, 'Run chatmart run: the first run reads all of it.');
  const run = `the last run of source ${name} was at ${started.toISOString()}`;
  if (row.complete_until === null)
    return warning(`${run}; nothing of it is complete yet`, 'Run chatmart status: it shows what is delaying it.');
  const complete = `${run}, complete until ${row.complete_until.toISOString()}`;
  if (nowTs - toEpochSeconds(started) > LATE_SECONDS)
    return warning(complete, 'Run chatmart run every few minutes, for example from cron.');
  if (nowTs - toEpochSeconds(row.complete_until) > LATE_SECONDS)
    return warning(complete, 'Run chatmart status: it shows the transaction that is delaying it.');
  if ([started, row.complete_until].some((time) => isAhead(time, now))) return note(`${complete}; part of that is in the future`);
  return ok(complete);
}
