import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable } from '../src/db/table-definition.js';
import { readKvpMap } from '../src/spec/kvp-map.js';
import { chatStatsTables } from './chat-stats.js';

/** The aggregate tables; the views over them belong to the generated schema. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, chatStatsTables(readKvpMap()).flatMap(createTable));
