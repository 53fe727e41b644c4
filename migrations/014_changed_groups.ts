import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { addColumns, createIndex, type ColumnDefinition } from '../src/db/table-definition.js';

const keyOf = (name: string, what: string, column: string): ColumnDefinition => ({
  name,
  type: 'integer',
  meaning: `${what} of the changed session: ${column}.`,
  unit: 'key',
  origin: 'extension',
  empty: 'NULL: all groups of the interval are to be rebuilt.',
});

/**
 * Which groups of an interval changed, so that a correction does not cost its whole day. Hours become a view on the facts: they have nearly
 * as many groups as there are sessions; an index finds the facts of an hour.
 */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    ...addColumns('chatmart_pending_agg', [
      keyOf('tenant_key', 'Tenant', 'TENANT.TENANT_KEY'),
      keyOf('media_type_key', 'Media type', 'MEDIA_TYPE.MEDIA_TYPE_KEY'),
      keyOf('chat_session_dim_key', 'Origin, language, end and mode', 'CHAT_SESSION_DIM.ID'),
    ]),
    'drop table if exists agt_chat_stats_hour cascade',
    createIndex(
      { name: 'chat_session_fact' },
      { name: 'i_chat_session_fact_hour', on: '(start_date_time_key - start_date_time_key % 3600)' },
    ),
  ]);
