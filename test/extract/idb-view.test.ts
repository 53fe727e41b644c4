import { describe, expect, it } from 'vitest';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const storedTs = (idbUrl: string) => query<{ ts: number }>(idbUrl, 'select extract(epoch from now())::int as ts');
const session = (guid: string, addedTs: number): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z', addedTs],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z', addedTs],
];

describe.each(
  sampleOf(
    [
      ['view', 'create view g_user_rows as select * from g_userdata_history'],
      ['materialized view', 'create materialized view g_user_rows as select * from g_userdata_history'],
      [
        'foreign table',
        `create extension postgres_fdw;
     do $$ begin execute format('create server far foreign data wrapper postgres_fdw options (dbname %L, port %L, host %L)',
       current_database(), current_setting('port'), coalesce(nullif(split_part(current_setting('unix_socket_directories'), ',', 1), ''), '127.0.0.1')); end $$;
     create user mapping for current_user server far options (user 'USER', password 'PASSWORD', password_required 'false');
     create foreign table g_user_rows (id bigint, callid varchar(64), keyname varchar(64), value varchar(4000), changetype int, added_ts int)
       server far options (schema_name 'public', table_name 'g_userdata_history')`,
      ],
    ],
    3,
  ),
)('a %s as the source', (kind, definition) => {
  it('is read with an overlap, and says what that cannot promise', async () => {
    const urls = await freshDatabases();
    const { username, password } = new URL(urls.idbUrl);
    await query(urls.idbUrl, definition.replace('USER', decodeURIComponent(username)).replace('PASSWORD', decodeURIComponent(password)));
    const refresh = () =>
      kind === 'materialized view' ? query(urls.idbUrl, 'refresh materialized view g_user_rows') : Promise.resolve([]);
    const lines: string[] = [];
    const cycle = async () => {
      await refresh();
      return run({
        ...urls,
        martSchema: 'infomart',
        idbSchema: 'public',
        idbTable: 'g_user_rows',
        clock: testClock,
        settleMs: 0,
        idSlack: 0,
        log: (line, { level } = {}) => level === 'warning' && lines.push(line),
      });
    };
    const [{ ts }] = (await storedTs(urls.idbUrl)) as [{ ts: number }];
    await writeUserData(urls.idbUrl, [...session('OLD', ts - 86_400), ...session('HOUR', ts - 1_800)]);
    const first = await cycle();
    expect(first).toMatchObject({ rows: 4, sources: [{ kind, changed: null }], sessions: { inserted: 2 } });
    expect(lines[0]).toBe(
      `public.g_user_rows is a ${kind} and does not show which rows are committed. Each run reads the last hour again; ` +
        'chatmart reconcile finds rows that are committed even later',
    );
    await writeUserData(urls.idbUrl, session('NEW', ts));
    // Rows from a day ago are left alone; the last hour is read again.
    expect(await cycle()).toMatchObject({ rows: 4, sessions: { inserted: 1, unchanged: 1 } });
    const facts = await query(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1');
    expect(facts).toEqual([{ guid: 'HOUR' }, { guid: 'NEW' }, { guid: 'OLD' }]);
    expect(first.completeUntil).not.toBeNull();
  });
});

it('a sequence is no source', async () => {
  const urls = await freshDatabases();
  await query(urls.idbUrl, 'create sequence g_numbers');
  await expect(
    run({ ...urls, martSchema: 'infomart', idbSchema: 'public', idbTable: 'g_numbers', clock: testClock }),
  ).rejects.toMatchObject({ code: 'idb-table-kind', message: 'public.g_numbers is neither a table nor a view' });
});
