import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { addColumns } from '../src/db/table-definition.js';

/** Whether the ids of a source rise with its transactions is watched; what has been seen of it is kept from run to run. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(
    knex,
    addColumns('chatmart_source', [
      {
        name: 'id_order',
        type: 'jsonb',
        meaning:
          'Whether the ids of the source rise with its transactions, as the last run found: doubts, what sequences and counters showed, bounds of the windows of a day. isByTime: of two rows of a key ADDED_TS tells which is the newer.',
        origin: 'extension',
        empty: 'NULL: not looked at.',
      },
    ]),
  );
