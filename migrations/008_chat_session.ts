import type { Knex } from 'knex';
import { runStatements } from '../src/db/run-statements.js';
import { createTable } from '../src/db/table-definition.js';
import { SCHEMA_AUDIT_KEY } from '../src/model/audit-key.js';
import { readKvpMap } from '../src/spec/kvp-map.js';
import { chatSessionDim, chatSessionDimKeys } from './chat-session-dim.js';
import { chatSessionFact } from './chat-session-fact.js';

/** CHAT_SESSION_FACT and CHAT_SESSION_DIM with the rows that always exist; columns of later keys are added by the generated schema. */
export function up(knex: Knex): Promise<void> {
  const map = readKvpMap();
  const keys = chatSessionDimKeys(map);
  const member = (id: number, value: string): string =>
    `(${[id, ...keys.map((key) => (key.type === 'flag' ? 0 : `'${value}'`)), SCHEMA_AUDIT_KEY].join(', ')})`;
  return runStatements(knex, [
    ...createTable(chatSessionDim(map)),
    `insert into chat_session_dim (${['id', ...keys.map((key) => key.column.toLowerCase()), 'create_audit_key'].join(', ')})
     values ${member(-1, 'UNKNOWN')}, ${member(-2, 'NO_VALUE')}`,
    ...createTable(chatSessionFact(map)),
  ]);
}
