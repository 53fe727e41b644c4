import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createIndex } from '../src/db/table-definition.js';

/** Each cycle asks which jobs are still said to run: of hundreds of thousands in the history, none or one. */
export const up = (knex: Knex): Promise<void> =>
  runStatements(knex, [
    createIndex({ name: 'ctl_etl_history' }, { name: 'i_ctl_etl_history_running', on: 'job_id', where: `status = 'RUNNING'` }),
  ]);
