import { beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { findBlocks } from '../../src/extract/extract-chunk.js';
import { findIdbTable } from '../../src/extract/idb-table.js';
import { freshDatabases, freshIdb, freshMart, query } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { compareMarts } from '../support/growing-idb.js';
import { withHeldChunk } from '../support/hold-chunk.js';
import { runCycle, type Urls } from '../support/histories.js';
import { runCli } from '../support/run-cli.js';
import { startCli } from '../support/start-cli.js';

/** A session has two rows, and eight others that fill more than a block. The first chunk holds 900 sessions, the second at most 3,500. */
const ROWS_A_SESSION = 10;
const TWO_CHUNKS = 2_500;
const THREE_CHUNKS = 6_000;

let urls: Urls;

beforeEach(async () => {
  urls = await freshDatabases();
});

const writeSessions = (sessions: number) =>
  query(
    urls.idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
     select
       'S' || session,
       case row when 1 then 'ChatServerSessionStartedAt' when 10 then 'ChatServerSessionClosedAt' else 'Other' end,
       case when row in (1, 10) then (1772323200 + session * 60 + row * 5)::text else repeat('x', 1000) end,
       1,
       1772323200 + session * 60 + row * 5
     from generate_series(1, ${sessions}) as session, generate_series(1, 10) as row
     order by session, row`,
  );

/** A table with a child is no single file. */
const readByIds = (idbUrl: string) => query(idbUrl, 'create table part () inherits (g_userdata_history)');

/** The mart of a load by ids. */
async function martByIds(): Promise<string> {
  await readByIds(urls.idbUrl);
  const martUrl = await freshMart();
  await runCycle({ idbUrl: urls.idbUrl, martUrl });
  await query(urls.idbUrl, 'drop table part');
  return martUrl;
}

const environment = () => ({ CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl });
const readWindow = async () =>
  (
    await query<{ file: number | null; position: number; end: number }>(
      urls.martUrl,
      'select window_file as file, window_position as position, window_end_id as end from infomart.chatmart_source',
    )
  )[0]!;
const readJson = async (): Promise<{ rows: number }> => {
  const { code, stdout, stderr } = await runCli(['run', '--json'], { env: environment() });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as { rows: number };
};

/** Kills a first load whose first chunk is committed, and the second not. */
const killAfterFirstChunk = (): Promise<void> =>
  withHeldChunk(urls.martUrl, 2, async ({ reached }) => {
    const program = startCli(['run'], environment());
    await reached();
    program.kill('SIGKILL');
    await program.ended;
  });

/** A run during which SQL is executed in the IDB before its first chunk is committed. Returns what it logged. */
async function runWhile(sql: string): Promise<string> {
  let logged = '';
  await withHeldChunk(urls.martUrl, 1, async ({ reached, release }) => {
    const program = startCli(['run'], environment());
    await reached();
    await query(urls.idbUrl, sql);
    await release();
    const { code, stderr } = await program.ended;
    expect(code, stderr).toBe(0);
    logged = stderr;
  });
  return logged;
}

describe('a first load by blocks', { timeout: 60_000 }, () => {
  test('goes on after the blocks that a killed one has loaded', async () => {
    await writeSessions(TWO_CHUNKS);
    await killAfterFirstChunk();
    const { file, position, end } = await readWindow();
    expect(file).not.toBeNull();
    expect(end).toBeGreaterThan(position * 2);
    const { rows } = await readJson();
    expect(rows).toBeGreaterThan((TWO_CHUNKS * ROWS_A_SESSION) / 2);
    expect(rows).toBeLessThan(TWO_CHUNKS * ROWS_A_SESSION);
    expect(await readWindow()).toEqual({ file: null, position: null, end: null });
    expect(await compareMarts(await martByIds(), urls.martUrl)).toEqual([]);
  });

  test('begins again by ids if the table was rewritten meanwhile', async () => {
    await writeSessions(TWO_CHUNKS);
    await killAfterFirstChunk();
    await query(urls.idbUrl, 'vacuum full g_userdata_history');
    const { code, stdout, stderr } = await runCli(['run', '--json'], { env: environment() });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('the table of source idb was rewritten while its blocks were read; all of it is read again, by its ids');
    expect(JSON.parse(stdout)).toMatchObject({ rows: TWO_CHUNKS * ROWS_A_SESSION });
    expect(await compareMarts(await martByIds(), urls.martUrl)).toEqual([]);
  });

  deepTest('and if that happens between two of its chunks', async () => {
    await writeSessions(THREE_CHUNKS);
    // Chunk 2 has been read, or is; chunk 3 waits for chunk 1.
    expect(await runWhile('vacuum full g_userdata_history')).toContain('was rewritten while its blocks were read');
    expect(await compareMarts(await martByIds(), urls.martUrl)).toEqual([]);
  });

  deepTest('finds what was stored, and changed in place, while it ran', async () => {
    await writeSessions(THREE_CHUNKS);
    await runWhile(
      `delete from g_userdata_history where callid = 'S${THREE_CHUNKS}' and keyname = 'Other';
       update g_userdata_history set value = (value::int8 + 7)::text where keyname = 'ChatServerSessionClosedAt' and callid in ('S1', 'S${THREE_CHUNKS}');
       insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       values ('NEW', 'ChatServerSessionStartedAt', '1772323200', 1, 1772323200), ('NEW', 'ChatServerSessionClosedAt', '1772323205', 1, 1772323205)`,
    );
    await readJson();
    const { inserted } = (await runCycle(urls)).sessions;
    expect(inserted).toBe(0);
    expect(await compareMarts(await martByIds(), urls.martUrl)).toEqual([]);
  });
});

/** Fills a table with a few rows a block. */
const fill = (rows: number, order: string): string =>
  `alter table g_userdata_history set (fillfactor = 10, autovacuum_enabled = off);
   insert into g_userdata_history (id, callid, keyname, value, changetype, added_ts)
   select n, 'S' || n, 'Other', repeat('x', 100), 1, n from generate_series(1, ${rows}) as n order by ${order};
   analyze g_userdata_history`;

test.each([
  ['a large table', [fill(6_000, 'n')], true],
  ['one in falling order', [fill(6_000, '-n')], true],
  ['a small table', [fill(600, 'n')], false],
  ['one in no order', [fill(6_000, 'md5(n::text)')], false],
  ['one without statistics', [fill(6_000, 'md5(n::text)').replace('analyze', 'select from')], true],
  ['one with a child', [fill(6_000, 'n'), 'create table part () inherits (g_userdata_history)'], false],
  [
    'a partitioned table',
    [
      fill(6_000, 'n'),
      `alter table g_userdata_history rename to part;
       create table g_userdata_history (like part) partition by range (id);
       alter table g_userdata_history attach partition part for values from (0) to (1000000)`,
    ],
    false,
  ],
] as const)('%s is read by blocks, or by ids', async (_, statements, isByBlocks) => {
  const idbUrl = await freshIdb();
  for (const statement of statements) await query(idbUrl, statement);
  const blocks = await withConnection({ url: idbUrl, applicationName: 'test' }, async (idb) =>
    findBlocks(idb, await findIdbTable(idb, 'public', undefined)),
  );
  expect(blocks !== null).toBe(isByBlocks);
});
