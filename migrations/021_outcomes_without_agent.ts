import type { Knex } from 'knex';
import { factsKeptFrom } from '../src/db/facts-kept-from.sql.js';
import { runStatements } from '../src/db/run-statements.js';

/**
 * What becomes of sessions without an agent is counted from now on: all that has facts is to be aggregated anew. The new columns come with
 * the generated schema, and are NULL until then; where facts are purged they stay so.
 */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    `insert into chatmart_pending_agg (start_date_time_key, audit_key)
select distinct start_date_time_key, 0
from chat_session_fact
where start_date_time_key >= ${factsKeptFrom}`,
  ]);
