import { queryRow, queryRows } from '../../db/connection.js';
import { SELECT_OWN_WAITS } from '../../db/session-wait.sql.js';
import { toSessionWait, type WaitRow } from '../../db/session-wait.js';
import { ok, warning, type Diagnosis } from './finding.js';
import type { Patient } from './patient.js';

/** Do sessions of this program wait on the server for others, or will each commit wait for a standby that is away? */
export async function checkWaits({ connection }: Pick<Patient, 'connection'>): Promise<Diagnosis[]> {
  const rows = await queryRows<WaitRow>(connection, { text: SELECT_OWN_WAITS });
  const waiting = [...new Set(rows.map(({ pid }) => pid))].map((pid) => toDiagnosis(rows.filter((row) => row.pid === pid)));
  const { names, standbys } = await queryRow<{ names: string; standbys: number }>(connection, {
    text: `select
  current_setting('synchronous_standby_names') as names,
  (select count(*) from pg_stat_replication) as standbys`,
  });
  if (names !== '' && standbys === 0)
    waiting.push(
      warning(
        `synchronous_standby_names is ${JSON.stringify(names)}, and no standby is connected: each commit on it waits until one is`,
        `Start the standby, or as a superuser there type: alter system set synchronous_standby_names to ''; select pg_reload_conf();`,
      ),
    );
  return waiting.length > 0 ? waiting : [ok('no session of chatmart waits there for another one, or for a standby')];
}

function toDiagnosis(rows: readonly WaitRow[]): Diagnosis {
  const { pid, application, since } = rows[0]!;
  const { text, next } = toSessionWait(rows);
  const found = `${application} (process ${pid}${since === null ? '' : `, its statement since ${since.toISOString()}`}): ${text}`;
  return next === null ? ok(found) : warning(found, next);
}
