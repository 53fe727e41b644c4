import { expect, test } from 'vitest';
import { queryRow, withConnection } from '../../src/db/connection.js';
import { freshMart, isOnCluster } from '../support/databases.js';

test.runIf(isOnCluster())('a statement on which only a node is at work is waited for, however long the coordinator is silent', async () => {
  const limits = { silenceMs: 50 };
  await withConnection({ url: await freshMart(), applicationName: 'test', schema: 'infomart', limits }, async (mart) => {
    const text = `select (select pg_sleep(1)::text) as slept, count(*) as facts from chat_session_fact where media_server_ixn_guid = 'one'`;
    expect(await queryRow(mart, { text })).toEqual({ slept: '', facts: 0 });
  });
});
