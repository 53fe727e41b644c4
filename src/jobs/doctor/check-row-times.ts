import { findMissingIndexes } from '../../extract/idb-indexes.js';
import { countWithoutTime, sampleWithoutTime } from '../../extract/row-times.js';
import { toRowsWithoutTimeText, toUsableTimes } from '../../model/row-time.js';
import { ok, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';
import { newestRows } from '../../model/text.js';

/** Does ADDED_TS say of each row when ICON stored it? Backfills and comparisons go by it. */
export async function checkRowTimes({
  connection,
  table,
  clock,
}: Pick<IdbPatient, 'connection' | 'table' | 'clock'>): Promise<Diagnosis[]> {
  const usable = toUsableTimes(clock());
  const withoutIndex = await findMissingIndexes(connection, table, ['added_ts']);
  const count = withoutIndex.length === 0 ? countWithoutTime : sampleWithoutTime;
  const found = await count(connection, table, usable);
  const place = `${table.schema}.${table.name}`;
  if (found.rows === 0)
    return [ok(`${found.ofNewest === null ? 'each row' : `each of ${newestRows(found.ofNewest)}`} of ${place} has a usable ADDED_TS`)];
  return [
    warning(
      `${place} has ${toRowsWithoutTimeText(found)}: chatmart run loads them, but they lie in no slice of a backfill and in no hour of a comparison`,
      'ICON writes seconds since 1970 (UTC) into each row: look at what copies or changes them on the way. chatmart reconcile compares such rows all the same.',
    ),
  ];
}
