import { queryRows } from '../../db/connection.js';
import { toEpochSeconds } from '../../model/clock.js';
import { isAhead } from '../../model/clock.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { MartPatient } from './patient.js';
import { selectSourceProgress } from './source-progress.sql.js';

interface SourceProgress {
  readonly source_name: string;
  readonly complete_until: Date | null;
  readonly last_run_at: Date | null;
}

/** Runs come every few minutes as a rule; hours without one are no rhythm. */
const LATE_SECONDS = 3 * 3_600;

/** Is each configured source read, and lately, and is none read that nobody configures any more? */
export async function checkSources({ connection, sourceNames, clock }: MartPatient): Promise<Diagnosis[]> {
  const rows = await queryRows<SourceProgress>(connection, selectSourceProgress());
  const now = clock();
  // Without a configured IDB, all that were read count.
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
        'If it is an IDB of the HA pair, name it again in CHATMART_IDB_URL.',
      ),
    ),
  ];
}

function judgeSource(name: string, row: SourceProgress | undefined, now: Date): Diagnosis {
  const nowTs = toEpochSeconds(now);
  const started = row?.last_run_at;
  if (row === undefined || started == null)
    return note(`source ${name} was never read`, 'Type chatmart run: the first one reads all of it.');
  const run = `the last run over source ${name} was at ${started.toISOString()}`;
  if (row.complete_until === null)
    return warning(`${run}, and nothing of it counts as complete yet`, 'Type chatmart status: it says what holds that back.');
  const complete = `${run}, complete until ${row.complete_until.toISOString()}`;
  if (nowTs - toEpochSeconds(started) > LATE_SECONDS)
    return warning(complete, 'Let chatmart run come every few minutes, from cron for example.');
  if (nowTs - toEpochSeconds(row.complete_until) > LATE_SECONDS)
    return warning(complete, 'Type chatmart status: it names the transaction that holds it back.');
  if ([started, row.complete_until].some((time) => isAhead(time, now))) return note(`${complete}; not all of that has come`);
  return ok(complete);
}
