import { queryRow } from '../../db/connection.js';
import { serverOf } from '../../db/open-session.js';
import { isLocalHost } from '../../model/tls-settings.js';
import { note, ok, problem, warning, type Diagnosis } from './finding.js';
import type { Patient, Space } from './patient.js';

const GIB = 1024 ** 3;

/** How large is the database, and how much room is left where it lies? Only a server on this machine can be asked the latter. */
export async function checkDisk({ connection, readSpace }: Pick<Patient, 'connection' | 'readSpace'>): Promise<Diagnosis[]> {
  const { bytes, folder } = await queryRow<{ bytes: number; folder: string | null }>(connection, {
    text: `select
  pg_database_size(current_database()) as bytes,
  case when pg_has_role('pg_read_all_settings', 'usage') then current_setting('data_directory') end as folder`,
  });
  const size = `the database takes ${toText(bytes)}`;
  const space = folder !== null && isLocalHost(serverOf(connection).host) ? await readSpace(folder) : null;
  if (space === null)
    return [note(`${size}; how much room its server has left, SQL does not tell`, 'On that server, type: df -h, and watch it.')];
  return [judgeSpace(size, space, bytes)];
}

/** Of the size of a database and the room beside it. */
export function judgeSpace(size: string, { freeBytes, allBytes }: Space, databaseBytes: number): Diagnosis {
  const found = `${size}; ${toText(freeBytes)} of ${toText(allBytes)} are free`;
  const next = 'Make room, or move the data folder: a full disk stops every job.';
  if (freeBytes < GIB) return problem(found, next);
  // Staging, WAL and an upgrade take a part of its size for a while.
  return freeBytes < allBytes / 20 || freeBytes < databaseBytes / 10 ? warning(found, next) : ok(found);
}

const toText = (bytes: number): string => (bytes < GIB ? `${(bytes / 1024 ** 2).toFixed(0)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`);
