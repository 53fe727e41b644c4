import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toStatusText } from '../../src/commands/status/text.js';
import { readStatus } from '../../src/commands/status/status.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import { insertUserData, writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const DAY = 86_400;
const JANUARY = Date.UTC(2026, 0, 1) / 1000;

const session = (guid: string, addedTs: number): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', new Date((addedTs - 600) * 1000).toISOString(), addedTs],
  [guid, 'ChatServerSessionClosedAt', new Date(addedTs * 1000).toISOString(), addedTs],
];

/** A run that looks no further below the newest ids than it must. */
const cycle = (urls: Urls, log: (line: string, fields?: { code?: string }) => void = () => undefined): Promise<RunSummary> =>
  run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0, idSlack: 0, log });

const guids = async ({ martUrl }: Urls): Promise<string[]> =>
  (await query<{ guid: string }>(martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );

/** Recreates the IDB's table, partitioned by ADDED_TS, with a one-month partition and a default one. */
const PARTITIONED = `
  alter table g_userdata_history rename to plain;
  create table g_userdata_history (like plain including defaults) partition by range (added_ts);
  create table march partition of g_userdata_history for values from (${Date.UTC(2026, 2, 1) / 1000}) to (${Date.UTC(2026, 3, 1) / 1000});
  create table january (like plain including defaults)`;

const attach = (table: string, month: number): string =>
  `alter table g_userdata_history attach partition ${table}
   for values from (${Date.UTC(2026, month, 1) / 1000}) to (${Date.UTC(2026, month + 1, 1) / 1000})`;

/** An IDB that has been read, with a separate table that will later become part of it. */
async function readIdb(definition: string): Promise<Urls> {
  const urls = await freshDatabases();
  await query(urls.idbUrl, definition);
  await writeUserData(urls.idbUrl, session('BEFORE', Date.UTC(2026, 2, 2) / 1000));
  await cycle(urls);
  return urls;
}

/** Writes rows to the separate table, then others that a run reads, so that the separate rows are older than any window. */
async function writeBeside(urls: Urls, table: string, guid: string, addedTs = JANUARY + DAY): Promise<void> {
  await withConnection({ url: urls.idbUrl, applicationName: 'test' }, (icon) => insertUserData(icon, session(guid, addedTs), table));
  await writeUserData(urls.idbUrl, session(`after ${guid}`, Date.UTC(2026, 2, 3) / 1000));
  await cycle(urls);
}

describe('a table that comes with rows', () => {
  let urls: Urls;
  beforeAll(async () => {
    urls = await readIdb(PARTITIONED);
  });

  test('as a partition: all its rows are loaded, the others are left alone, and it is said once', async () => {
    await writeBeside(urls, 'january', 'OLD');
    await query(urls.idbUrl, 'vacuum (freeze) january');
    await query(urls.idbUrl, attach('january', 0));
    const status = await readStatus({ ...urls, martSchema: 'infomart', idbSchema: 'public', check: true });
    expect(status.idbs).toMatchObject([{ notRead: 'public.january was added with rows; the next run reads them', idDoubts: [] }]);
    expect(toStatusText(status)).toContain('idb: public.january was added with rows; the next run reads them\n');
    expect(status.checks!.at(-1)!.skipped).not.toBeNull();
    const said: string[] = [];
    const summary = await cycle(urls, (line, fields) => fields?.code === 'source-grown' && said.push(line));
    expect(summary).toMatchObject({ rows: 2, sessions: { inserted: 1 }, sources: [{ changed: 'public.january was added with rows' }] });
    expect(said).toEqual(['source idb has new tables: public.january was added with rows. All their rows are read']);
    expect(await cycle(urls)).toMatchObject({ rows: 0, sources: [{ changed: null }] });
  });

  deepTest('as a partition of a partition', async () => {
    await query(
      urls.idbUrl,
      `create table february (like plain including defaults) partition by list (type); create table chat (like plain including defaults);
       ${attach('february', 1)}`,
    );
    await writeBeside(urls, 'chat', 'DEEP', Date.UTC(2026, 1, 2) / 1000);
    await query(urls.idbUrl, 'alter table february attach partition chat for values in (1)');
    expect(await cycle(urls)).toMatchObject({ rows: 2, sessions: { inserted: 1 } });
  });

  test('again: what was written into it while it was away', async () => {
    await query(urls.idbUrl, 'alter table g_userdata_history detach partition january');
    await writeBeside(urls, 'january', 'AWAY');
    await query(urls.idbUrl, attach('january', 0));
    expect(await cycle(urls)).toMatchObject({ rows: 4, sessions: { inserted: 1, unchanged: 1 } });
  });

  test('again between two runs: that it was away is seen all the same', async () => {
    await query(urls.idbUrl, `alter table g_userdata_history detach partition january; ${attach('january', 0)}`);
    expect(await cycle(urls)).toMatchObject({ rows: 4, sources: [{ changed: 'public.january was added with rows' }] });
  });

  deepTest('as a table that inherits', async () => {
    const plain = await readIdb('create table older (like g_userdata_history including defaults)');
    await writeBeside(plain, 'older', 'CHILD');
    await query(plain.idbUrl, 'alter table older inherit g_userdata_history');
    expect(await cycle(plain)).toMatchObject({ rows: 2, sessions: { inserted: 1 } });
  });
});

describe('a table that comes without rows', () => {
  test('is nothing to be told of, and its rows are read as they come', async () => {
    const urls = await readIdb(PARTITIONED);
    await query(urls.idbUrl, attach('january', 0));
    expect(await cycle(urls)).toMatchObject({ rows: 0, sources: [{ changed: null }] });
    await writeUserData(urls.idbUrl, session('NEW', JANUARY + DAY));
    expect(await cycle(urls)).toMatchObject({ rows: 2, sources: [{ changed: null }] });
    expect(await guids(urls)).toEqual(['BEFORE', 'NEW']);
  });

  deepTest('and what an older version has kept of a source is no reason to read anything again', async () => {
    const urls = await readIdb(PARTITIONED);
    await query(urls.martUrl, `update infomart.chatmart_source set identity = identity - 'tables' - 'definition'`);
    expect(await cycle(urls)).toMatchObject({ rows: 0, sources: [{ changed: null }] });
    await writeBeside(urls, 'january', 'OLD');
    await query(urls.idbUrl, attach('january', 0));
    expect(await cycle(urls)).toMatchObject({ rows: 2 });
  });
});

describe('rows that are written anew', () => {
  /** The state after a kill: the window is open, and nothing of it is loaded. */
  async function leaveWindowOpen(urls: Urls): Promise<void> {
    const [before] = await query<{ state: string }>(urls.martUrl, 'select last_ceiling::text as state from infomart.chatmart_source');
    await cycle(urls);
    await query(
      urls.martUrl,
      `update infomart.chatmart_source
       set window_ceiling = last_ceiling, window_from = $1::numeric, last_ceiling = $1::numeric, window_position = 0, window_end_id = 1e6;
       `.replaceAll('$1', before!.state),
    );
    await query(urls.martUrl, 'delete from infomart.chat_session_fact');
  }

  test.each(
    sampleOf(
      [
        ['the table', 'alter table g_userdata_history alter column value type text'],
        [
          'a copy that takes the place of its file',
          'create index on g_userdata_history (id); cluster g_userdata_history using idx_g_ud_h_ats',
        ],
      ],
      2,
    ),
  )('while a window is open: %s', async (_, statement) => {
    const urls = await readIdb('select');
    await writeUserData(urls.idbUrl, session('OPEN', Date.UTC(2026, 2, 3) / 1000));
    await leaveWindowOpen(urls);
    await query(urls.idbUrl, statement);
    await writeUserData(urls.idbUrl, session('NEW', Date.UTC(2026, 2, 3) / 1000));
    await cycle(urls);
    expect(await guids(urls)).toEqual(expect.arrayContaining(['NEW', 'OPEN']));
  });

  test('a partition that is emptied and filled again', async () => {
    const urls = await readIdb(PARTITIONED);
    await query(urls.idbUrl, attach('january', 0));
    await writeUserData(urls.idbUrl, session('GONE', JANUARY + DAY));
    await writeUserData(urls.idbUrl, session('NEWEST', Date.UTC(2026, 2, 3) / 1000));
    for (let n = 0; n < 4; n++) await writeUserData(urls.idbUrl, session(`NEWEST ${n}`, Date.UTC(2026, 2, 3) / 1000));
    await cycle(urls);
    await query(
      urls.idbUrl,
      `create table kept as select * from january; truncate january;
       update kept set callid = 'REFILLED'; insert into g_userdata_history select * from kept`,
    );
    await cycle(urls);
    expect(await guids(urls)).toContain('REFILLED');
  });
});

describe('a view', () => {
  const asView = async (): Promise<Urls> => {
    const urls = await freshDatabases();
    await query(
      urls.idbUrl,
      `${PARTITIONED}; alter table g_userdata_history rename to stored; create view g_userdata_history as select * from stored`,
    );
    await writeUserData(urls.idbUrl, session('BEFORE', Date.UTC(2026, 2, 2) / 1000));
    await writeUserData(urls.idbUrl, session('OLD', JANUARY + DAY), 'january');
    await cycle(urls);
    expect(await cycle(urls)).toMatchObject({ sources: [{ changed: null }] });
    return urls;
  };

  test('that is made to show more: everything is read again', async () => {
    const urls = await asView();
    await query(urls.idbUrl, 'create or replace view g_userdata_history as select * from stored union all select * from january');
    expect(await cycle(urls)).toMatchObject({ rows: 4, sources: [{ changed: 'its definition has changed' }] });
    expect(await guids(urls)).toEqual(['BEFORE', 'OLD']);
  });

  deepTest('of a table that gets a partition with rows: everything is read again', async () => {
    const urls = await asView();
    await query(urls.idbUrl, attach('january', 0).replace('g_userdata_history', 'stored'));
    expect(await cycle(urls)).toMatchObject({ rows: 4, sources: [{ changed: 'it shows the rows of 1 further table' }] });
    expect(await guids(urls)).toEqual(['BEFORE', 'OLD']);
  });
});

describe('a partition on another server', () => {
  test('has rows without transaction numbers: the table is read as a view is', async () => {
    const urls = await readIdb(PARTITIONED);
    const { username, password, host } = new URL(urls.idbUrl);
    await query(
      urls.idbUrl,
      `create extension postgres_fdw;
       create server far foreign data wrapper postgres_fdw
         options (dbname '${new URL(urls.idbUrl).pathname.slice(1)}', host '${host.split(':')[0]}', port '${host.split(':')[1]}');
       create user mapping for current_user server far
         options (user '${decodeURIComponent(username)}', password '${decodeURIComponent(password)}', password_required 'false');
       create foreign table far_january () inherits (plain) server far options (table_name 'january');
       alter table far_january no inherit plain`,
    );
    await writeBeside(urls, 'january', 'FAR');
    await query(urls.idbUrl, attach('far_january', 0));
    const summary = await cycle(urls);
    expect(summary).toMatchObject({ sources: [{ kind: 'table without transaction numbers' }], sessions: { inserted: 1 } });
  });
});
