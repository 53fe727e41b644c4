import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/simulate/random.js';
import { freshIdb, freshMart, query, testClock } from '../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../support/depth.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { workerServer } from '../support/worker-server.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { reconcile, run } from '../support/jobs.js';

const START: readonly [string, string] = ['ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'];
const END: readonly [string, string] = ['ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'];
const ORIGIN = 'csg_MediaOrigin';
const LANGUAGE = 'csg_LanguageName';

/** Two IDBs of an HA pair and one mart. Their ids are unrelated. */
async function startTwins() {
  const idbs = [await freshIdb(), await freshIdb()] as const;
  const martUrl = await freshMart();
  await query(idbs[1], `select setval(pg_get_serial_sequence('g_userdata_history', 'id'), 900000)`);
  const options = {
    idbUrl: idbs[0],
    otherIdbUrls: [idbs[1]],
    martUrl,
    martSchema: 'infomart',
    idbSchema: 'public',
    clock: testClock,
    settleMs: 0,
    retryDelaysMs: [1, 1],
  };
  const admin = (await workerServer()).url('postgres');
  const nameOf = (url: string): string => new URL(url).pathname.slice(1);
  return {
    idbs,
    martUrl,
    options,
    run: (more: Partial<typeof options> = {}) => run({ ...options, ...more }),
    write: (twin: number, rows: readonly UserDataRow[]) => writeUserData(idbs[twin]!, rows),
    /** Nobody can open a session on an IDB that is down. */
    setDown: (twin: number, isDown: boolean) =>
      query(admin, `alter database ${nameOf(idbs[twin]!)} allow_connections ${isDown ? 'false' : 'true'}`),
    facts: () =>
      query<{ guid: string; origin: string; language: string }>(
        martUrl,
        `select media_server_ixn_guid as guid, media_origin as origin, language_name as language
         from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key order by 1`,
      ),
    openDiscards: () =>
      query<{ guid: string; code: number; keyname: string | null; raw_value: string | null }>(
        martUrl,
        'select guid, code, keyname, raw_value from infomart.stg_transform_discards where resolved_ts is null order by 1, 2, 3, 4',
      ),
    revisits: () => query(martUrl, 'select guid, source_name from infomart.chatmart_revisit order by 1, 2'),
  };
}

const rows = (guid: string, ...keys: readonly (readonly [string, string | null])[]): UserDataRow[] =>
  keys.map(([key, value]) => [guid, key, value]);

describe('the IDBs of an HA pair', () => {
  it('fill the gaps of each other, whichever is read first', async () => {
    const { run: cycle, write, facts, openDiscards } = await startTwins();
    await write(0, [...rows('G1', START, [ORIGIN, 'web']), ...rows('G2', END, [LANGUAGE, 'fr']), ...rows('G3', START, END)]);
    await write(1, [...rows('G1', END, [LANGUAGE, 'de']), ...rows('G2', START, [ORIGIN, 'mobile']), ...rows('G4', START, END)]);
    const summary = await cycle();
    expect(await facts()).toEqual([
      { guid: 'G1', origin: 'web', language: 'de' },
      { guid: 'G2', origin: 'mobile', language: 'fr' },
      { guid: 'G3', origin: 'NO_VALUE', language: 'NO_VALUE' },
      { guid: 'G4', origin: 'NO_VALUE', language: 'NO_VALUE' },
    ]);
    expect(await openDiscards()).toEqual([]);
    expect(summary.sources).toMatchObject([
      { name: 'idb', rows: 6, unreachable: null },
      { name: 'idb2', rows: 6, unreachable: null },
    ]);
    expect(summary.completeUntil).not.toBeNull();
    expect((await cycle()).rows).toBe(0);
  });

  it('count once what both have', async () => {
    const { run: cycle, write, facts } = await startTwins();
    for (const twin of [0, 1]) await write(twin, rows('G1', START, END, [ORIGIN, 'web']));
    expect(await cycle()).toMatchObject({ sessions: { inserted: 1, unchanged: 1, reread: 0 } });
    expect(await facts()).toHaveLength(1);
  });

  it('where they disagree, the one with more rows of the key wins, and the other value is on record', async () => {
    const { run: cycle, write, facts, openDiscards } = await startTwins();
    await write(0, rows('G1', START, END, [ORIGIN, 'web']));
    await write(1, rows('G1', START, END, [ORIGIN, 'web'], [ORIGIN, 'mobile']));
    await cycle();
    expect(await facts()).toEqual([{ guid: 'G1', origin: 'mobile', language: 'NO_VALUE' }]);
    expect(await openDiscards()).toEqual([{ guid: 'G1', code: 17, keyname: ORIGIN, raw_value: 'web' }]);
    // The first one catches up.
    await write(0, rows('G1', [ORIGIN, 'mobile']));
    await cycle();
    expect(await openDiscards()).toEqual([]);
    // Both have two rows; the fuller one wins.
    await write(0, rows('G1', [LANGUAGE, 'de']));
    await write(1, rows('G1', [LANGUAGE, 'fr'], [LANGUAGE, 'it']));
    await write(0, rows('G1', [LANGUAGE, 'es'], ['csg_ChatAsyncMode', '0']));
    await cycle();
    expect(await facts()).toEqual([{ guid: 'G1', origin: 'mobile', language: 'es' }]);
  });

  deepTest('a row of any key can change whose word counts about another', async () => {
    const { run: cycle, write, facts } = await startTwins();
    await write(0, rows('G1', START, END, [ORIGIN, 'web']));
    await write(1, rows('G1', START, END, [ORIGIN, 'mobile']));
    await cycle();
    expect((await facts())[0]?.origin).toBe('web');
    await write(1, rows('G1', [START[0], START[1]]));
    await cycle();
    expect((await facts())[0]?.origin).toBe('mobile');
  });

  it('a start is compared with the clock of its own twin, not with that of another', async () => {
    const { run: cycle, write, facts, openDiscards } = await startTwins();
    const right = Date.UTC(2026, 2, 1, 10) / 1000;
    const yearBehind = right - 365 * 86_400;
    await write(
      0,
      rows('G1', START, START, END).map(([guid, key, value]) => [guid, key, value, right]),
    );
    await cycle();
    await write(
      1,
      rows('G1', START, [LANGUAGE, 'de']).map(([guid, key, value]) => [guid, key, value, yearBehind]),
    );
    await cycle();
    expect(await facts()).toEqual([{ guid: 'G1', origin: 'NO_VALUE', language: 'de' }]);
    expect(await openDiscards()).toEqual([]);
  });

  it('one that is down is read when it is back, and what was written without it is read again', async () => {
    const { run: cycle, write, setDown, facts, revisits } = await startTwins();
    await write(0, rows('G1', START, END, [ORIGIN, 'web']));
    await write(1, rows('G1', START, END, [ORIGIN, 'web'], [ORIGIN, 'mobile'], [LANGUAGE, 'de']));
    await cycle();
    await setDown(1, true);
    try {
      await write(0, [...rows('G1', ['csg_ChatAsyncMode', '0']), ...rows('G2', START, END)]);
      const summary = await cycle();
      expect(summary.sources[1]).toMatchObject({
        name: 'idb2',
        unreachable: expect.stringContaining('is not currently accepting connections') as string,
      });
      // It still shows how far the IDB that is down was complete.
      expect(summary.completeUntil).not.toBeNull();
      // What only the other IDB knew stays; where the two disagree, the reachable one wins.
      expect(await facts()).toEqual([
        { guid: 'G1', origin: 'web', language: 'de' },
        { guid: 'G2', origin: 'NO_VALUE', language: 'NO_VALUE' },
      ]);
      expect(await revisits()).toEqual([{ guid: 'G1', source_name: 'idb2' }]);
    } finally {
      await setDown(1, false);
    }
    await write(1, rows('G2', [ORIGIN, 'tv']));
    await cycle();
    expect(await facts()).toEqual([
      { guid: 'G1', origin: 'mobile', language: 'de' },
      { guid: 'G2', origin: 'tv', language: 'NO_VALUE' },
    ]);
    expect(await revisits()).toEqual([]);
  });

  deepTest('have clocks that are minutes apart: the times of a session are of one of them, and it counts once', async () => {
    const { run: cycle, options, write, martUrl, openDiscards } = await startTwins();
    const instant = (time: string): number => Date.parse(`2026-03-${time}Z`) / 1000;
    // The second IDB's clock is ten minutes behind: another quarter, hour and day; by that clock, G2 was stored before it began.
    const day = (guid: string, start: string, end: string, added: number): UserDataRow[] => [
      [guid, START[0], start, added],
      [guid, END[0], end, added],
    ];
    await write(0, day('G1', '2026-03-02T00:04:00Z', '2026-03-02T00:09:00Z', instant('02T00:09:00')));
    await write(1, day('G1', '2026-03-01T23:54:00Z', '2026-03-01T23:59:00Z', instant('01T23:59:00')));
    await write(0, day('G2', '2026-03-01T10:04:00Z', '2026-03-01T10:09:00Z', instant('01T10:09:00')));
    await write(1, day('G2', '2026-03-01T10:04:00Z', '2026-03-01T10:09:00Z', instant('01T09:59:00')));
    await cycle();
    const sessions = () =>
      query(
        martUrl,
        `select media_server_ixn_guid as guid, start_ts, end_ts, (select sum(sessions)::int from infomart.ag2_chat_stats_day) as counted
         from infomart.chat_session_fact order by 1`,
      );
    const expected = [
      { guid: 'G1', start_ts: instant('02T00:04:00'), end_ts: instant('02T00:09:00'), counted: 2 },
      { guid: 'G2', start_ts: instant('01T10:04:00'), end_ts: instant('01T10:09:00'), counted: 2 },
    ];
    expect(await sessions()).toEqual(expected);
    expect((await openDiscards()).map(({ guid, code, raw_value }) => ({ guid, code, raw_value }))).toEqual([
      { guid: 'G1', code: 17, raw_value: '2026-03-01T23:59:00Z' },
      { guid: 'G1', code: 17, raw_value: '2026-03-01T23:54:00Z' },
    ]);
    await reconcile({ ...options, from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') });
    expect(await sessions()).toEqual(expected);
  });

  it.each(
    sampleOf(
      [
        ['the first', 'extract', 0],
        ['the second', 'extract', 1],
        ['the first', 're-read', 0],
        ['the second', 're-read', 1],
      ] as const,
      4,
    ),
  )('%s is lost in the middle of its %s: the other goes on, and what is missing is read later', async (_, stage, lost) => {
    const { run: cycle, idbs, write, facts, revisits } = await startTwins();
    const written = [rows('G1', START, END, [ORIGIN, 'web']), rows('G1', START, END, [ORIGIN, 'web'])] as const;
    for (const twin of [0, 1]) await write(twin, written[twin]!);
    await cycle();
    const later = [
      rows('G1', [ORIGIN, 'mobile'], [LANGUAGE, 'de']).concat(rows('G2', START, END, [ORIGIN, 'tv'])),
      rows('G1', [ORIGIN, 'app'], [ORIGIN, 'app']).concat(rows('G2', START, END, [LANGUAGE, 'fr'], [LANGUAGE, 'fr'])),
    ] as const;
    for (const twin of [0, 1]) await write(twin, later[twin]!);
    const proxy = await startPostgresProxy(idbs[lost]);
    proxy.setFault({ kind: 'kill', at: /^server CopyData/, session: new RegExp(stage), nth: 3, times: 1_000 });
    const summary = await cycle(lost === 0 ? { idbUrl: proxy.url } : { otherIdbUrls: [proxy.url] });
    expect(proxy.happened()).toBeGreaterThan(0);
    expect(summary.sources.map(({ unreachable }) => unreachable !== null)).toEqual(
      [0, 1].map((twin) => stage === 'extract' && twin === lost),
    );
    expect((await facts()).map(({ guid }) => guid)).toEqual(['G1', 'G2']);
    if (stage === 're-read') expect(await revisits()).toContainEqual({ guid: 'G1', source_name: ['idb', 'idb2'][lost] });
    await cycle();
    expect(await facts()).toEqual(readNaively([0, 1].map((twin) => [...written[twin]!, ...later[twin]!])));
    expect(await revisits()).toEqual([]);
    expect(await cycle()).toMatchObject({ rows: 0, intervals: 0 });
  });

  it('both down is an error', async () => {
    const { run: cycle, setDown } = await startTwins();
    await setDown(0, true);
    await setDown(1, true);
    try {
      await expect(cycle()).rejects.toMatchObject({ name: 'UnavailableError' });
    } finally {
      await setDown(0, false);
      await setDown(1, false);
    }
  });

  it.each(sampleOf([1, 2, 3, 4], 4))('agree with the naive reading of all rows, however they came (seed %i)', async (seed) => {
    const { run: cycle, write, setDown, facts } = await startTwins();
    const random = createRandom(seed, 0);
    const { pick, chance } = random;
    const written: [UserDataRow[], UserDataRow[]] = [[], []];
    let down: number | undefined;
    const guids = Array.from({ length: 12 }, (_, i) => `S${i}`);
    try {
      for (let step = 0; step < (isWhole ? 30 : 14); step++) {
        const action = random.next();
        if (action < 0.65) {
          const twin = down === undefined ? pick([0, 1]) : 1 - down;
          const key = pick([
            START,
            END,
            [ORIGIN, pick(['a', 'b', 'c'])],
            [ORIGIN, pick(['a', 'b', 'c'])],
            [LANGUAGE, pick(['x', 'y'])],
          ] as const);
          const some = guids.filter(() => chance(0.4)).map((guid): UserDataRow => [guid, key[0], key[1]]);
          written[twin]!.push(...some);
          await write(twin, some);
        } else if (action < 0.9) await cycle();
        else if (down === undefined) await setDown((down = pick([0, 1])), true);
        else {
          await setDown(down, false);
          down = undefined;
        }
      }
    } finally {
      if (down !== undefined) await setDown(down, false);
    }
    await cycle();
    expect(await facts()).toEqual(readNaively(written));
  });
});

/** Per key the IDB with more rows of it, then the one with more rows of the interaction, then the first; of its rows the newest. */
function readNaively(written: readonly (readonly UserDataRow[])[]): { guid: string; origin: string; language: string }[] {
  const all = [...new Set(written.flat().map(([guid]) => guid))].sort();
  return all.flatMap((guid) => {
    const twins = written.map((rowsOfTwin) => rowsOfTwin.filter((row) => row[0] === guid));
    const valueOf = (key: string): string | null | undefined => {
      const ranked = twins
        .map((twin) => ({ own: twin.filter((row) => row[1] === key), size: twin.length }))
        .filter(({ own }) => own.length > 0)
        .sort((left, right) => right.own.length - left.own.length || right.size - left.size);
      return ranked[0]?.own.at(-1)?.[2];
    };
    if (valueOf(START[0]) === undefined || valueOf(END[0]) === undefined) return [];
    return [{ guid, origin: valueOf(ORIGIN) ?? 'NO_VALUE', language: valueOf(LANGUAGE) ?? 'NO_VALUE' }];
  });
}
