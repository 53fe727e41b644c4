import { describe, expect, test } from 'vitest';
import { withIdb } from '../../src/extract/connect-idb.js';
import { findIdbTable } from '../../src/extract/idb-table.js';
import { readSlices, type SliceChunk } from '../../src/commands/backfill/read-slices.js';
import { cutSlices } from '../../src/commands/backfill/slices.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { runBackfill } from '../support/backfill-histories.js';
import { freshDatabases, freshIdb, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';

const FROM = '2026-02-10T00:00:00Z';
const TO = '2026-02-13T00:00:00Z';
const NOON = Date.parse('2026-02-11T12:00:00Z') / 1000;

const session = (guid: string, stored: number | null): UserDataRow[] =>
  ['ChatServerSessionStartedAt', 'ChatServerSessionClosedAt'].map(
    (key) => [guid, key, '2026-02-11T11:00:00Z', stored] as unknown as UserDataRow,
  );

describe('what ADDED_TS cannot tell', () => {
  test('rows without it are counted, and are in no slice', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [...session('timed', NOON), ...session('untimed', NOON), ...session('too', NOON)]);
    await query(urls.idbUrl, `update g_userdata_history set added_ts = null where callid <> 'timed'`);
    const log: string[] = [];
    const { notices, sessions } = await runBackfill(urls, '2026-02-11T00:00:00Z', TO, { log: (line) => log.push(line) });
    expect(notices).toEqual([
      'rows of public.g_userdata_history without ADDED_TS: 4. They belong to no slice of a backfill; chatmart run reads them regardless of their time. ' +
        'To list their interactions, run: select distinct callid from "public"."g_userdata_history" where added_ts is null;',
    ]);
    expect(log).toContain(notices[0]);
    expect(sessions).toMatchObject({ inserted: 1 });
  });

  test('a missing index is named, with the statement that makes it', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('G', NOON));
    await query(urls.idbUrl, 'drop index idx_g_ud_h_ats; create index on g_userdata_history (added_ts) where added_ts > 0');
    const { notices, sessions } = await runBackfill(urls, '2026-02-11T00:00:00Z', TO);
    expect(notices).toEqual([
      'public.g_userdata_history has no index on ADDED_TS; each chunk reads every row. As the owner of the IDB, run: create index concurrently on public.g_userdata_history (added_ts);',
    ]);
    expect(sessions).toMatchObject({ inserted: 1 });
  });

  test('of a partitioned table the partitions are looked at', async () => {
    const urls = await freshDatabases();
    await query(
      urls.idbUrl,
      `create table parts (id bigserial, callid text, keyname text, value text, changetype int, added_ts int, type int) partition by range (added_ts);
       create table parts_old partition of parts for values from (0) to (${NOON});
       create table "Parts New" partition of parts for values from (${NOON}) to (2000000000);
       create index on parts_old (added_ts)`,
    );
    await writeUserData(urls.idbUrl, session('G', NOON), 'parts');
    const { notices, sessions } = await runBackfill(urls, '2026-02-11T00:00:00Z', TO, { idbTable: 'parts' });
    expect(notices).toEqual([expect.stringContaining('create index concurrently on public."Parts New" (added_ts);')]);
    expect(sessions).toMatchObject({ inserted: 1 });
  });

  test('slices before the oldest row, and a range after the newest, are told', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('G', NOON));
    expect((await runBackfill(urls, '2026-02-08T00:00:00Z', TO)).notices).toEqual([
      'the oldest row of public.g_userdata_history was stored at 2026-02-11T12:00:00Z: 3 of 5 slices end before it and hold nothing',
    ]);
    expect((await runBackfill(urls, '2026-02-12T00:00:00Z', TO)).notices).toEqual([
      'the newest row of public.g_userdata_history was stored at 2026-02-11T12:00:00Z, before the range',
    ]);
  });
});

describe('chunks', () => {
  async function readAll(idbUrl: string, seconds: number): Promise<SliceChunk[]> {
    return withIdb({ url: idbUrl }, { applicationName: 'test', masker: undefined }, async (idb) => {
      const table = await findIdbTable(idb, 'public', undefined);
      const context = { idb, table, map: readKvpMap(), earliestStartTs: undefined, masker: undefined, clock: testClock };
      const slices = cutSlices({ from: new Date(FROM), to: new Date(TO) }, 86_400);
      const chunks: SliceChunk[] = [];
      for await (const chunk of readSlices(context, slices, { ids: seconds })) chunks.push(chunk);
      return chunks;
    });
  }

  const guidsOf = (chunks: readonly SliceChunk[]): string[] => chunks.flatMap(({ chunk }) => [...chunk.batch.guid]);

  /** Closed sessions that ICON stored in the same second, except for every fiftieth, stored a second later. */
  const crowd = (idbUrl: string, sessions: number): Promise<unknown> =>
    query(
      idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       select n::text, key, '2026-02-11T11:00:00Z', 1, ${NOON} + (n % 50 = 0)::int
       from generate_series(1, ${sessions}) as n
       cross join unnest(array['ChatServerSessionStartedAt', 'ChatServerSessionClosedAt']) as key
       order by n`,
    );

  test('an empty slice is one chunk a step, and ends', async () => {
    const chunks = await readAll(await freshIdb(), 86_400);
    expect(chunks.map(({ isLast, chunk }) => [isLast, chunk.rows])).toEqual([
      [true, 0],
      [true, 0],
      [true, 0],
    ]);
  });

  test('cover each second of a slice once', async () => {
    const idbUrl = await freshIdb();
    await query(
      idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       select second::text, 'ChatServerSessionStartedAt', '2026-02-11T11:00:00Z', 1, ${Date.parse(FROM) / 1000} + second
       from generate_series(0, 10799) as second`,
    );
    const chunks = await readAll(idbUrl, 60);
    expect(chunks.filter(({ chunk }) => chunk.rows > 0).map(({ chunk }) => chunk.rows)).toEqual([60, 240, 960, 3_840, 5_700]);
    const guids = guidsOf(chunks);
    expect({ read: guids.length, different: new Set(guids).size }).toEqual({ read: 10_800, different: 10_800 });
  });

  deepTest('have a bound: a second that holds too much is read by its ids, and no row is lost or read twice', async () => {
    const idbUrl = await freshIdb();
    await crowd(idbUrl, 62_000);
    const chunks = await readAll(idbUrl, 86_400);
    expect(chunks.filter(({ isLast }) => isLast)).toHaveLength(3);
    expect(Math.max(...chunks.map(({ chunk }) => chunk.batch.count))).toBeLessThanOrEqual(60_000);
    expect(chunks.reduce((rows, { chunk }) => rows + chunk.rows, 0)).toBe(124_000);
    expect(guidsOf(chunks).length).toBeLessThan(62_000 + chunks.length);
    expect(new Set(guidsOf(chunks)).size).toBe(62_000);
  });
});
