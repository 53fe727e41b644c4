import { queryRow, queryRows } from '../../db/connection.js';
import { serverOf } from '../../db/open-session.js';
import { toSessionWait, type WaitRow } from '../../db/session-wait.js';
import { SELECT_OWN_WAITS } from '../../db/session-wait.sql.js';
import { readServerTime } from '../../mart/server-clock.js';
import { isLocalHost } from '../../model/tls-settings.js';
import { ok, problem, type CheckResult, type CheckSubject, warning, note, type Space } from './finding.js';

const OLDEST = 130_000;

/** Is the server new enough? */
export async function checkVersion({ connection }: Pick<CheckSubject, 'connection'>): Promise<CheckResult[]> {
  const server = await queryRow<{ number: number; version: string; encoding: string }>(connection, {
    text: `select
  current_setting('server_version_num')::int as number,
  split_part(current_setting('server_version'), ' ', 1) as version,
  current_setting('server_encoding') as encoding`,
  });
  return [judgeVersion(server)];
}

/** Judges a server's version, given as a six-digit number and as text, and the encoding of its database. */
export const judgeVersion = (server: { readonly number: number; readonly version: string; readonly encoding: string }): CheckResult =>
  server.number < OLDEST
    ? problem(`its server is PostgreSQL ${server.version}`, 'Upgrade it: PostgreSQL 13 or newer is needed.')
    : ok(`PostgreSQL ${server.version}, encoding ${server.encoding}`);

/** More than a slow answer; half of the difference that both ends of a session may have. */
const MOST_SECONDS = 30;

/** Does the server's clock agree with this machine's? Lag is computed from both clocks, retry times from one. */
export async function checkClock({ connection, clock }: Pick<CheckSubject, 'connection' | 'clock'>): Promise<CheckResult[]> {
  const before = clock().getTime();
  const now = await readServerTime(connection);
  const after = clock().getTime();
  const ahead = (now.getTime() - (before + after) / 2) / 1000;
  const known = MOST_SECONDS + (after - before) / 2_000;
  const seconds = Math.abs(ahead).toFixed(1);
  if (Math.abs(ahead) <= known) return [ok(`its clock and this machine's differ by ${seconds} s`)];
  return [
    warning(
      `its clock is ${seconds} s ${ahead > 0 ? 'ahead of' : 'behind'} this machine's; lag and ages are wrong by as much`,
      'Synchronize both with the same time servers (chronyc tracking, timedatectl).',
    ),
  ];
}

const GIB = 1024 ** 3;

/** How large is the database, and how much space is left on its disk? The latter is known only for a server on this machine. */
export async function checkDisk({ connection, readSpace }: Pick<CheckSubject, 'connection' | 'readSpace'>): Promise<CheckResult[]> {
  const { bytes, folder } = await queryRow<{ bytes: number; folder: string | null }>(connection, {
    text: `select
  pg_database_size(current_database()) as bytes,
  case when pg_has_role('pg_read_all_settings', 'usage') then current_setting('data_directory') end as folder`,
  });
  const size = `the database takes ${toText(bytes)}`;
  const space = folder !== null && isLocalHost(serverOf(connection).host) ? await readSpace(folder) : null;
  if (space === null)
    return [note(`${size}; SQL cannot tell the free disk space of its server`, 'Run df -h on that server, and monitor it.')];
  return [judgeSpace(size, space, bytes)];
}

/** Judges the size of a database against the free space beside it. */
export function judgeSpace(size: string, { freeBytes, allBytes }: Space, databaseBytes: number): CheckResult {
  const found = `${size}; ${toText(freeBytes)} of ${toText(allBytes)} are free`;
  const next = 'Free disk space, or move the data folder: a full disk stops every job.';
  if (freeBytes < GIB) return problem(found, next);
  // Staging, WAL and an upgrade need a part of its size for a while.
  return freeBytes < allBytes / 20 || freeBytes < databaseBytes / 10 ? warning(found, next) : ok(found);
}

const toText = (bytes: number): string => (bytes < GIB ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`);

/** Do sessions of this program wait for others on the server, or would each commit wait for a standby that is gone? */
export async function checkWaits({ connection }: Pick<CheckSubject, 'connection'>): Promise<CheckResult[]> {
  const rows = await queryRows<WaitRow>(connection, { text: SELECT_OWN_WAITS });
  const waiting = [...new Set(rows.map(({ pid }) => pid))].map((pid) => toResult(rows.filter((row) => row.pid === pid)));
  const { names, standbys } = await queryRow<{ names: string; standbys: number }>(connection, {
    text: `select
  current_setting('synchronous_standby_names') as names,
  (select count(*) from pg_stat_replication) as standbys`,
  });
  if (names !== '' && standbys === 0)
    waiting.push(
      warning(
        `synchronous_standby_names is ${JSON.stringify(names)}, and no standby is connected; each commit on it waits for one`,
        `Start the standby, or as a superuser there, run: alter system set synchronous_standby_names to ''; select pg_reload_conf();`,
      ),
    );
  return waiting.length > 0 ? waiting : [ok('no session of chatmart is waiting there for another one or for a standby')];
}

function toResult(rows: readonly WaitRow[]): CheckResult {
  const { pid, application, since } = rows[0]!;
  const { text, next } = toSessionWait(rows);
  const found = `${application} (process ${pid}${since === null ? '' : `, its statement since ${since.toISOString()}`}): ${text}`;
  return next === null ? ok(found) : warning(found, next);
}
