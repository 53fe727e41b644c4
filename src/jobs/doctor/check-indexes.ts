import { findMissingIndexes, toIndexAdvice } from '../../extract/idb-indexes.js';
import { note, ok, problem, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';

/** What each index is for, and how bad it is to lack it. */
const WANTED = {
  id: { judge: problem, reason: 'each run reads all rows to find the new ones' },
  callid: { judge: problem, reason: 'reading an interaction again reads all rows' },
  added_ts: { judge: warning, reason: 'backfills and comparisons read all rows for each slice' },
} as const;

const MOST_NAMED = 10;

/** Has the IDB the indexes that its table needs? Whatever lacks one, the statement that makes it is told. */
export async function checkIndexes({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  if (!table.hasCeiling) return [note(`${table.schema}.${table.name} is a ${table.kind}: whether indexes serve it cannot be told here`)];
  const columns = Object.keys(WANTED) as (keyof typeof WANTED)[];
  const missing = await findMissingIndexes(connection, table, columns);
  if (missing.length === 0) return [ok(`indexes begin with ${columns.join(', ')}`)];
  return missing.slice(0, MOST_NAMED).map((index) => {
    const { judge, reason } = WANTED[index.column as keyof typeof WANTED];
    return judge(`${index.name} has no index that begins with ${index.column.toUpperCase()}: ${reason}`, toIndexAdvice([index]));
  });
}
