import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { toStatusText } from '../../src/commands/status/text.js';
import { withConnection } from '../../src/db/connection.js';
import { findIdbTable } from '../../src/extract/idb-table.js';
import { checkIdSequence } from '../../src/commands/doctor/idb-table.js';
import type { RunSummary } from '../../src/pipeline/totals.js';
import { readStatus } from '../../src/commands/status/status.js';
import { findSourceState } from '../../src/mart/source-state.js';
import type { IdOrder } from '../../src/mart/id-order.js';
import { closeAfterFile } from '../support/closers.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import { workerServer } from '../support/worker-server.js';
import { reconcile, run } from '../support/jobs.js';

const START = '2026-03-01T10:00:00Z';
const SECOND = Date.parse(START) / 1000;

/** The rows of a session, with ids chosen by the writer or drawn by the column's default. */
const writeSession = (idbUrl: string, guid: string, firstId?: number, addedTs = SECOND + 300): Promise<unknown> =>
  query(
    idbUrl,
    `insert into g_userdata_history (${firstId === undefined ? '' : 'id, '}callid, keyname, value, changetype, type, added_ts)
     select ${firstId === undefined ? '' : '$4::bigint + position, '}$1, keyname, value, 1, 1, $2
     from (values
       (0, 'ChatServerSessionStartedAt', $3), (1, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'), (2, 'csg_MediaOrigin', 'web')
     ) as rows (position, keyname, value)`,
    [guid, addedTs, START, ...(firstId === undefined ? [] : [firstId])],
  );

/** A later row of a key, under a given id or the next one of the sequence. */
const correct = (idbUrl: string, guid: string, value: string, addedTs: number, id?: number): Promise<unknown> =>
  query(
    idbUrl,
    `insert into g_userdata_history (${id === undefined ? '' : 'id, '}callid, keyname, value, changetype, type, added_ts)
     values (${id === undefined ? '' : `${id}, `}$1, 'csg_MediaOrigin', $2, 2, 1, $3)`,
    [guid, value, addedTs],
  );

const setSequence = (idbUrl: string, value: number): Promise<unknown> =>
  query(idbUrl, `select setval('g_userdata_history_id_seq', $1)`, [value]);

let now = testClock();
const options = (urls: Urls) => ({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: () => now, settleMs: 0 });
const lines: { readonly code: string | undefined; readonly line: string }[] = [];
/** A run with the usual slack. */
const cycle = (urls: Urls): Promise<RunSummary> => {
  lines.length = 0;
  return run({ ...options(urls), log: (line, fields) => lines.push({ code: fields?.code, line }) });
};
const told = (): (string | undefined)[] => lines.map(({ code }) => code).filter((code) => code !== undefined);

/** The media origin of each fact, by guid. */
const facts = async ({ martUrl }: Urls): Promise<Record<string, string>> =>
  Object.fromEntries(
    (
      await query<{ guid: string; origin: string }>(
        martUrl,
        `select media_server_ixn_guid as guid, media_origin as origin
         from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key`,
      )
    ).map(({ guid, origin }) => [guid, origin]),
  );

const idOrder = async ({ martUrl }: Urls): Promise<IdOrder> =>
  (await query<{ id_order: IdOrder }>(martUrl, 'select id_order from infomart.chatmart_source'))[0]!.id_order;
const reasons = async (urls: Urls): Promise<string[]> => (await idOrder(urls)).doubts.map(({ reason }) => reason);

/** The lines of `status` about the IDB's ids. */
const statusLines = async (urls: Urls): Promise<string[]> =>
  toStatusText(await readStatus(options(urls)))
    .split('\n')
    .filter((line) => line.includes('its ids'));

/** The findings of `doctor` about the IDB's ids. */
const checkAll = ({ idbUrl, martUrl }: Urls): Promise<string[]> =>
  withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, async (mart) => {
    const state = await findSourceState(mart, 'idb');
    return withConnection({ url: idbUrl, applicationName: 'test' }, async (connection) => {
      const table = await findIdbTable(connection, 'public', undefined);
      const found = await checkIdSequence({ connection, table, state });
      return found.map(({ severity, found: sentence, next }) => `${severity}: ${sentence}${next === null ? '' : ` -> ${next}`}`);
    });
  });

/** An IDB whose first session has ids far above the slack, after a run has read it. */
async function readIdb(before = 'select'): Promise<Urls> {
  now = testClock();
  const urls = await freshDatabases();
  await query(urls.idbUrl, before);
  await setSequence(urls.idbUrl, 1_000_000);
  await writeSession(urls.idbUrl, 'FIRST');
  await cycle(urls);
  // The first run has no lower bound of ids; this one does.
  await cycle(urls);
  return urls;
}

describe('the sequence is set back', () => {
  let urls: Urls;
  beforeAll(async () => {
    urls = await readIdb();
    await setSequence(urls.idbUrl, 100);
  });

  test('what comes under small ids is loaded by the next run, and it is said once', async () => {
    await writeSession(urls.idbUrl, 'SMALL');
    expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    expect(lines.filter(({ code }) => code === 'ids-not-in-order').map(({ line }) => line)).toEqual([
      'the ids of source idb do not rise with its transactions: sequence public.g_userdata_history_id_seq stands at 103, below the ' +
        'largest id 1000003. Until they do, each run reads all its rows; of two rows of a key, the one with the later ADDED_TS counts',
    ]);
    await writeSession(urls.idbUrl, 'SMALL TOO');
    expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    expect(told()).toEqual([]);
  });

  test('status and doctor name it, and what it costs', async () => {
    expect(await statusLines(urls)).toEqual([
      expect.stringMatching(
        /^ +idb: its ids do not rise with its transactions: sequence public\.g_userdata_history_id_seq stands at 106, below the largest id 1000003; each run reads all rows, which took \d\.\d s the last time$/,
      ),
    ]);
    expect(await checkAll(urls)).toEqual([
      'warning: sequence public.g_userdata_history_id_seq stands at 106, below the largest id 1000003; as long as ids are drawn from it, each run ' +
        `has to read all rows of the table -> As the owner of the IDB, run: select setval('public.g_userdata_history_id_seq', 1000003);`,
    ]);
  });

  test.each(
    sampleOf(
      [
        ['later', 60],
        ['in the same second', 0],
      ] as const,
      2,
      1,
    ),
  )('a correction %s wins over the row with the greater id, in whatever reads them', async (_, seconds) => {
    const value = `corrected ${seconds}`;
    await correct(urls.idbUrl, 'FIRST', value, SECOND + 300 + seconds);
    await cycle(urls);
    expect(await facts(urls)).toMatchObject({ FIRST: value });
    const from = new Date((SECOND - 86_400) * 1000);
    const to = new Date((SECOND + 86_400) * 1000);
    expect(await reconcile({ ...options(urls), from, to })).toMatchObject({ missing: 0, different: 0, comparedInFull: 0 });
    expect(await facts(urls)).toMatchObject({ FIRST: value });
    await query(urls.idbUrl, `delete from g_userdata_history where value = $1`, [value]);
    await query(urls.martUrl, `update infomart.chat_session_fact set session_duration = 1`);
    await cycle(urls);
  });

  test('and put above all ids again: they are relied on two runs later', async () => {
    await setSequence(urls.idbUrl, 1_000_003);
    await cycle(urls);
    expect(told()).toEqual(['ids-in-order']);
    await writeSession(urls.idbUrl, 'LARGE');
    expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    expect(await reasons(urls)).toEqual([]);
    // Ids can no longer tell which of two rows is newer.
    expect(await idOrder(urls)).toMatchObject({ isByTime: true });
  });
});

/** The writer chooses the ids itself; the column no longer has a default. */
const OWN_IDS = 'alter table g_userdata_history alter id drop default; drop sequence g_userdata_history_id_seq cascade';

/** An IDB with ids chosen by the writer, after a run has read it; its first session has ids from one million on. */
async function readOwnIds(before = 'select'): Promise<Urls> {
  now = testClock();
  const urls = await freshDatabases();
  await query(urls.idbUrl, `${OWN_IDS}; ${before}`);
  await writeSession(urls.idbUrl, 'FIRST', 1_000_000);
  await cycle(urls);
  await cycle(urls);
  return urls;
}

describe('the writer draws the ids', () => {
  test.each(
    sampleOf(
      [
        ['from a block of its own, below', [100, 200, 2_000_000]],
        ['downwards', [900_000, 800_000, 700_000]],
        ['below zero', [-10, -20, -1_000_000_000]],
      ] as const,
      3,
    ),
  )('%s: each session is loaded by the next run', async (_, ids) => {
    const urls = await readOwnIds();
    for (const [index, id] of ids.entries()) {
      await writeSession(urls.idbUrl, `S ${index}`, id);
      expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
      expect(told()).toEqual(index === 0 ? ['ids-not-in-order'] : []);
    }
    expect(await reasons(urls)).toEqual(['late-rows']);
    const doubt = '3 rows arrived with smaller ids than earlier rows, at 2026-03-04T05:06:07.000Z; each run';
    expect(await statusLines(urls)).toEqual([expect.stringContaining(`${doubt} reads all rows`)]);
    expect(await checkAll(urls)).toEqual([
      expect.stringMatching(/^note: .* come from no sequence/),
      expect.stringContaining(`${doubt} has to read all rows`),
    ]);
  });

  deepTest('only what has come under small ids and what is new is read, not what lies between', async () => {
    const urls = await readOwnIds(
      `insert into g_userdata_history (id, callid, keyname, value, changetype, type, added_ts)
       select 1000 + n, 'between', 'key', 'x', 1, 1, 1772359620 from generate_series(1, 20000) as n`,
    );
    await writeSession(urls.idbUrl, 'SMALL', 10);
    await writeSession(urls.idbUrl, 'NEW', 2_000_000);
    await query(urls.idbUrl, 'vacuum (analyze) g_userdata_history');
    await query(urls.idbUrl, 'select pg_stat_reset()');
    expect(await cycle(urls)).toMatchObject({ rows: 6, sessions: { inserted: 2 } });
    const [read] = await query<{ rows: number }>(
      urls.idbUrl,
      `select idx_tup_fetch as rows from pg_stat_user_tables where relname = 'g_userdata_history'`,
    );
    expect(read!.rows).toBeLessThan(1_000);
  });

  test('in order: nothing is said, and a sequence that is not used says nothing', async () => {
    now = testClock();
    const urls = await freshDatabases();
    for (const [index, id] of [1_000_000, 2_000_000, 3_000_000].entries()) {
      await writeSession(urls.idbUrl, `S ${index}`, id);
      expect(await cycle(urls)).toMatchObject({ rows: 3 });
      expect(told()).toEqual([]);
    }
    expect(await idOrder(urls)).toMatchObject({ isByTime: false, doubts: [] });
  });

  deepTest('a week without a late row later they are relied on again', async () => {
    const urls = await readOwnIds();
    await writeSession(urls.idbUrl, 'SMALL', 10);
    await cycle(urls);
    now = new Date(now.getTime() + 7 * 86_400_000 - 1_000);
    await cycle(urls);
    expect(await reasons(urls)).toEqual(['late-rows']);
    now = new Date(now.getTime() + 2_000);
    await cycle(urls);
    expect(told()).toEqual(['ids-in-order']);
  });

  test('a little below the largest: nothing is missed, and the later row of a key wins', async () => {
    const urls = await readOwnIds();
    await correct(urls.idbUrl, 'FIRST', 'corrected', SECOND + 301, 999_990);
    await cycle(urls);
    expect(told()).toEqual(['rows-by-time']);
    expect(await facts(urls)).toEqual({ FIRST: 'corrected' });
    expect(await reasons(urls)).toEqual([]);
  });

  test('nothing is said of a row that is updated in place where nobody counts it, and the order stays', async () => {
    const urls = await readOwnIds();
    await query(urls.idbUrl, `set track_counts to off; update g_userdata_history set value = 'mended' where keyname = 'csg_MediaOrigin'`);
    expect(await cycle(urls)).toMatchObject({ rows: 1 });
    expect(told()).toEqual([]);
    expect(await facts(urls)).toEqual({ FIRST: 'mended' });
    expect(await idOrder(urls)).toMatchObject({ isByTime: false });
  });

  deepTest('a little below the largest, when all ids are looked through: the same', async () => {
    const urls = await readOwnIds();
    await correct(urls.idbUrl, 'FIRST', 'corrected', SECOND + 301, 999_990);
    now = new Date(now.getTime() + 86_400_000);
    await cycle(urls);
    expect(told()).toEqual(['rows-by-time']);
    expect(await facts(urls)).toEqual({ FIRST: 'corrected' });
  });
});

describe('sequences', () => {
  deepTest('of a large cache, drawn from by several sessions', async () => {
    const urls = await readIdb('alter sequence g_userdata_history_id_seq cache 100000');
    expect(await reasons(urls)).toEqual(['sequence-cache']);
    expect(await checkAll(urls)).toEqual([expect.stringMatching(/^warning: .* has a cache of 100000; .* -> .* cache 1;$/)]);
  });

  deepTest('that count down', async () => {
    const urls = await readIdb('alter sequence g_userdata_history_id_seq increment by -1 minvalue -1000000 start 1000000');
    expect(await reasons(urls)).toEqual(['sequence-down']);
    for (const guid of ['LOWER', 'LOWEST']) {
      await setSequence(urls.idbUrl, guid === 'LOWER' ? 500_000 : -500_000);
      await writeSession(urls.idbUrl, guid);
      expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    }
    expect(await checkAll(urls)).toEqual([expect.stringMatching(/^warning: .* counts down; each run/)]);
  });

  deepTest('of which this role may not ask, set back: what comes under small ids shows it', async () => {
    const urls = await readIdb();
    const role = `reader_${randomUUID().slice(0, 8)}`;
    const server = await workerServer();
    closeAfterFile(() => query(server.url('postgres'), `drop role if exists ${role}`));
    await query(urls.idbUrl, `create role ${role} login password 'secret'; grant select on g_userdata_history to ${role}`);
    closeAfterFile(() => query(urls.idbUrl, `drop owned by ${role}`));
    const asReader = { ...urls, idbUrl: Object.assign(new URL(urls.idbUrl), { username: role, password: 'secret' }).toString() };
    await setSequence(urls.idbUrl, 100);
    await writeSession(urls.idbUrl, 'SMALL');
    expect(await cycle(asReader)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    expect(await reasons(urls)).toEqual(['late-rows']);
    expect((await checkAll(asReader))[0]).toMatch(/^note: .* this role may not read its position -> .*: grant select on sequence /);
  });
});

describe('rows in the place of deleted ones', () => {
  /** Purges rows so that new ones take their place, and writes others after them. */
  const fillAndPurge = async (urls: Urls): Promise<void> => {
    const fill = (callid: string, firstId: number) =>
      query(
        urls.idbUrl,
        `insert into g_userdata_history (id, callid, keyname, value, changetype, type, added_ts)
         select $2::bigint + n, $1, 'key', repeat('x', 500), 1, 1, 1772359620 from generate_series(1, 100) as n`,
        [callid, firstId],
      );
    await fill('purged', 2_000_000);
    await fill('kept', 3_000_000);
    await query(urls.idbUrl, `delete from g_userdata_history where callid = 'purged'`);
    await query(urls.idbUrl, 'vacuum g_userdata_history');
    for (let runs = 0; runs < 2; runs++) await cycle(urls);
  };

  test('are noticed by what the server counts', async () => {
    const urls = await readOwnIds();
    await fillAndPurge(urls);
    // The purged rows were counted as well, and searched for in vain.
    expect(await idOrder(urls)).toMatchObject({ followedInVain: 1 });
    now = new Date(now.getTime() + 600_000);
    await writeSession(urls.idbUrl, 'SMALL', 10);
    expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
    expect(told()).toEqual(['ids-not-in-order']);
  });

  deepTest('are noticed within a day where it does not count; then at once', async () => {
    const urls = await readOwnIds(`do $$ begin execute format('alter database %I set track_counts to off', current_database()); end $$`);
    await fillAndPurge(urls);
    await writeSession(urls.idbUrl, 'SMALL', 10);
    await cycle(urls);
    expect(Object.keys(await facts(urls))).toEqual(['FIRST']);
    await correct(urls.idbUrl, 'FIRST', 'corrected', SECOND + 301, 20);
    now = new Date(now.getTime() + 86_400_000);
    await cycle(urls);
    expect(told()).toEqual(['ids-not-in-order']);
    expect(await facts(urls)).toEqual({ FIRST: 'corrected', SMALL: 'web' });
    await writeSession(urls.idbUrl, 'SMALL TOO', 30);
    expect(await cycle(urls)).toMatchObject({ rows: 3, sessions: { inserted: 1 } });
  });
});

deepTest('rows of a backup that are put back beside newer ones are loaded, and what has been corrected since stays so', async () => {
  const urls = await readOwnIds();
  await correct(urls.idbUrl, 'FIRST', 'corrected', SECOND + 360, 1_500_000);
  await writeSession(urls.idbUrl, 'SECOND', 2_000_000);
  await cycle(urls);
  await query(
    urls.idbUrl,
    `create table backup as select * from g_userdata_history where id < 1500000;
     delete from g_userdata_history where id < 1500000;
     insert into g_userdata_history select * from backup;
     insert into g_userdata_history (id, callid, keyname, value, changetype, type, added_ts)
     select id - 999000, 'LOST', keyname, value, changetype, type, added_ts from backup`,
  );
  await cycle(urls);
  expect(await facts(urls)).toEqual({ FIRST: 'corrected', SECOND: 'web', LOST: 'web' });
});
