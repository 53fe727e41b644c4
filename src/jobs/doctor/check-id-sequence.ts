import { queryRow, queryRows } from '../../db/connection.js';
import { ID_SLACK } from '../../model/extract-window.js';
import { selectIdSequences } from './id-sequence.sql.js';
import { note, ok, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';

/** Are ids drawn in about the order of their transactions? A session that keeps a store of them writes small ones late. */
export async function checkIdSequence({ connection, table }: Pick<IdbPatient, 'connection' | 'table'>): Promise<Diagnosis[]> {
  const sequences = await queryRows<{ name: string; cache: number }>(connection, selectIdSequences(table));
  const place = `${table.schema}.${table.name}`;
  if (sequences.length === 0)
    return [note(`the ids of ${place} come from no sequence that the table names: whether they rise, cannot be told here`)];
  const { sessions } = await queryRow<{ sessions: number }>(connection, {
    text: `select current_setting('max_connections')::int as sessions`,
  });
  return sequences.map(({ name, cache }) => {
    if (cache === 1) return ok(`sequence ${name} keeps no ids in store`);
    const found = `sequence ${name} has a cache of ${cache}: each session draws so many ids ahead`;
    return cache * sessions > ID_SLACK
      ? warning(
          `${found}; with ${sessions} sessions they may be written more than ${ID_SLACK} ids late, and are found a day later only`,
          `As owner of the IDB type: alter sequence ${name} cache 1;`,
        )
      : note(`${found}; a run looks ${ID_SLACK} ids back, which is enough for ${sessions} sessions`);
  });
}
