import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { addColumns } from '../src/db/table-definition.js';

/** What an exact window needs beyond its ceiling: its lower bound, the last one without an id bound, and by what the source is known again. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(
    knex,
    addColumns('chatmart_source', [
      {
        name: 'window_from',
        type: 'numeric(20)',
        meaning: 'Lower bound of the window that is being read (xid8).',
        unit: 'transaction id',
        origin: 'extension',
        empty: 'NULL: no window is open, or it has no lower bound.',
      },
      {
        name: 'window_is_whole',
        type: 'boolean',
        notNull: true,
        default: 'false',
        meaning: 'The window that is being read began at the smallest id, so that rows updated under old ids are found.',
        origin: 'extension',
      },
      {
        name: 'whole_ceiling',
        type: 'numeric(20)',
        meaning: 'Upper bound of the last window that left out no id (xid8).',
        unit: 'transaction id',
        origin: 'extension',
        empty: 'NULL: there was none.',
      },
      {
        name: 'whole_at',
        type: 'timestamp(3)',
        meaning: 'When the last window that left out no id was done, UTC. One is due every day.',
        origin: 'extension',
        empty: 'NULL: there was none.',
      },
      {
        name: 'identity',
        type: 'jsonb',
        meaning:
          'By what the source is known again: system identifier, timeline, table, next transaction, newest rows. A change means reading all again.',
        origin: 'extension',
        empty: 'NULL: it was never read.',
      },
      {
        name: 'reconciled_at',
        type: 'timestamp(3)',
        meaning: 'When the last days of the source were last compared with the mart, UTC. That is due every day.',
        origin: 'extension',
        empty: 'NULL: never.',
      },
    ]),
  );
