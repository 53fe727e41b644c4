import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { addColumns } from '../src/db/table-definition.js';

/** How far the aggregates follow the facts, and which keys the newest rows of a source had that nobody asked for. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    ...addColumns('chatmart_source', [
      {
        name: 'aggregated_until',
        type: 'timestamp(3)',
        meaning:
          'Everything that the source had committed by then is in the aggregates as well, UTC: COMPLETE_UNTIL at the last aggregation.',
        origin: 'extension',
        empty: 'NULL: no aggregation since a window was finished.',
      },
      {
        name: 'ignored_keys',
        type: 'jsonb',
        meaning:
          'User-data keys that the KVP map does not name among the newest rows of the source: {"rows": rows looked at, "keys": [{"name", "rows"}]}, the fifty most frequent.',
        origin: 'extension',
        empty: 'NULL: not looked at, or it took too long.',
      },
      {
        name: 'ignored_keys_at',
        type: 'timestamp(3)',
        meaning: 'When the newest rows were last searched for keys without a name in the KVP map, UTC. That is due every day.',
        origin: 'extension',
        empty: 'NULL: never.',
      },
    ]),
    // Nothing waits: the aggregates of an older release are as far as the facts.
    `update chatmart_source set aggregated_until = complete_until where not exists (select from chatmart_pending_agg)`,
  ]);
