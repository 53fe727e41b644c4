import { queryRows } from '../../db/connection.js';
import { selectMissingIndexes } from './indexes.sql.js';
import { note, ok, problem, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';

/** What each index is for, and how bad it is to lack it. */
const WANTED = {
  id: { judge: problem, reason: 'each run reads all rows to find the new ones' },
  callid: { judge: problem, reason: 'reading an interaction again reads all rows' },
  added_ts: { judge: warning, reason: 'backfills and comparisons read all rows for each slice' },
} as const;

/** Has the IDB the indexes that its table needs? Whatever lacks one, the statement that makes it is told. */
export async function checkIndexes({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  if (table.kind !== 'table')
    return [note(`${table.schema}.${table.name} is a ${table.kind}: whether indexes serve it cannot be told here`)];
  const columns = Object.keys(WANTED) as (keyof typeof WANTED)[];
  const missing = await queryRows<{ name: string; column: keyof typeof WANTED }>(
    connection,
    selectMissingIndexes(table.schema, table.name, columns),
  );
  if (missing.length === 0) return [ok(`indexes begin with ${columns.join(', ')}`)];
  return missing.map(({ name, column }) => {
    const { judge, reason } = WANTED[column];
    return judge(
      `${name} has no index that begins with ${column.toUpperCase()}: ${reason}`,
      `As owner of the IDB type: create index concurrently on ${name} (${column});`,
    );
  });
}
