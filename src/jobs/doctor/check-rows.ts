import { newestRows, toCountText, verb } from '../../model/text.js';
import { queryRow } from '../../db/connection.js';
import { requireIds, takeSnapshot } from '../../extract/extract-chunk.js';
import { ok, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';
import { countReadableRows } from './recent-rows.sql.js';

/** Has each row an id, and can the newest ones be read as what ICON writes? Errors: those that a run would end with. */
export async function checkRows({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  await requireIds(connection, table);
  await takeSnapshot(connection, table);
  const { rows, deletions } = await queryRow<{ rows: number; deletions: number }>(connection, countReadableRows(table));
  return [
    ok(
      `each row has an id, and ${newestRows(rows)} can be read; ${toCountText(deletions)} of them ${verb(deletions, 'says', 'say')} that a key was deleted`,
    ),
  ];
}
