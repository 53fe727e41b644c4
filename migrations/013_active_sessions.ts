import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createIndex } from '../src/db/table-definition.js';

/** Active sessions are few, and status asks for them again and again: without an index it would read all facts. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    createIndex(
      { name: 'chat_session_fact' },
      { name: 'i_chat_session_fact_active', on: 'media_server_ixn_guid', where: 'active_flag = 1' },
    ),
  ]);
