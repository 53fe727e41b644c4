import { queryRow } from '../../db/connection.js';
import { ok, problem, type Diagnosis } from './finding.js';
import type { Patient } from './patient.js';

const OLDEST = 130_000;

/** Is the server new enough? */
export async function checkVersion({ connection }: Pick<Patient, 'connection'>): Promise<Diagnosis[]> {
  const server = await queryRow<{ number: number; version: string; encoding: string }>(connection, {
    text: `select
  current_setting('server_version_num')::int as number,
  split_part(current_setting('server_version'), ' ', 1) as version,
  current_setting('server_encoding') as encoding`,
  });
  return [judgeVersion(server)];
}

/** Of a server's version, as a number of six digits, in words and with the encoding of the database. */
export const judgeVersion = (server: { readonly number: number; readonly version: string; readonly encoding: string }): Diagnosis =>
  server.number < OLDEST
    ? problem(`PostgreSQL ${server.version} serves it`, 'Upgrade the server: PostgreSQL 13 or newer is needed.')
    : ok(`PostgreSQL ${server.version}, encoding ${server.encoding}`);
