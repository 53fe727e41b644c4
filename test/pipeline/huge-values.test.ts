import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { boundedText, mayBeCut } from '../../src/db/bounded-text.sql.js';
import { queryRows, withConnection } from '../../src/db/connection.js';
import { queryPages } from '../../src/db/query-pages.js';
import { withTransaction } from '../../src/db/transaction.js';
import { extractInteractions, extractRows, isTooFull } from '../../src/extract/extract-chunk.js';
import { findIdbTable } from '../../src/extract/idb-table.js';
import { selectNewestKeys } from '../../src/extract/newest-keys.sql.js';
import { listDiscards } from '../../src/commands/discards/list.js';
import { findBeginning, MOST_CHARACTERS, toBoundedText } from '../../src/model/bounded-text.js';
import { cutToWidth, displayWidth } from '../../src/model/text.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { SessionPivot } from '../../src/transform/session-pivot.js';
import { sampleOf } from '../support/depth.js';
import { encodedIdb } from '../support/encoded-idb.js';
import { freshDatabases, freshIdb, query } from '../support/databases.js';
import { playHistories, runCycle, type AfterRun, type Urls } from '../support/histories.js';
import { countsOf, reconcileAll } from '../support/reconciliation.js';
import { writeUserData } from '../support/user-data.js';

const MIB = 1024 * 1024;
const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const TIMES = [
  [START, '2026-03-01T10:00:00Z'],
  [END, '2026-03-01T10:05:00Z'],
] as const;

/** Lets the columns hold texts of any length; no b-tree index can hold such an id. */
const widen = (idbUrl: string) =>
  query(
    idbUrl,
    `drop index idx_g_ud_h_callid;
     alter table g_userdata_history alter callid type text, alter keyname type text, alter value type text;
     create index on g_userdata_history using hash (callid)`,
  );

/** Processor time of this process, in milliseconds. */
function cpuOf(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const median = (values: readonly number[]): number => [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!;

describe('a text of any length', () => {
  const piece = fc.constantFrom('a', 'ä', '日', '🙂', ' ', 'é'.normalize('NFD'));
  const anyText = fc
    .tuple(piece, fc.integer({ min: MOST_CHARACTERS - 3, max: MOST_CHARACTERS + 3 }), fc.string({ unit: piece, maxLength: 4 }))
    .map(([one, count, end]) => one.repeat(Math.ceil(count / Array.from(one).length)) + end);

  test('is cut by SQL as by this program, by code points, and tells its whole length', async () => {
    const texts = fc.sample(anyText, { seed: 1, numRuns: 100 });
    const rows = await query<{ bounded: string }>(
      await freshIdb(),
      `select ${boundedText('each')} as bounded from unnest($1::text[]) with ordinality as texts (each, at) order by at`,
      [texts],
    );
    texts.forEach((text, at) => {
      const bounded = rows[at]!.bounded;
      expect(bounded).toBe(toBoundedText(text));
      const points = Array.from(text);
      const isLong = points.length > MOST_CHARACTERS;
      const beginning = points.slice(0, MOST_CHARACTERS).join('');
      expect(bounded).toBe(isLong ? `${beginning} [cut: ${Buffer.byteLength(text)} bytes in all]` : text);
      expect(findBeginning(bounded)).toBe(isLong ? beginning : undefined);
    });
  });

  test('that only ends like one that was cut is whole', () => {
    const mark = ' [cut: 9999 bytes in all]';
    expect(findBeginning(mark)).toBeUndefined();
    expect(findBeginning('x'.repeat(MOST_CHARACTERS - mark.length) + mark)).toBeUndefined();
    expect(findBeginning('🙂'.repeat(MOST_CHARACTERS - mark.length) + mark)).toBeUndefined();
    expect(findBeginning('x'.repeat(MOST_CHARACTERS) + mark)).toBe('x'.repeat(MOST_CHARACTERS));
  });

  test('is asked for where the column can hold it', () => {
    const types = [
      'character varying(1024)',
      'character varying(4096)',
      'character(50)',
      'character varying(4097)',
      'text',
      'citext',
      'character varying',
    ];
    expect(types.map(mayBeCut)).toEqual([false, false, false, true, true, true, true]);
  });
});

describe('values of 4 MiB and more', () => {
  let urls: Urls;
  let first: AfterRun;
  let second: AfterRun;
  const huge = 'abcdefgh'.repeat((4 * MIB) / 8);
  const cut = (text: string, bytes = text.length): string =>
    `${Array.from(text).slice(0, MOST_CHARACTERS).join('')} [cut: ${bytes} bytes in all]`;

  beforeAll(async () => {
    urls = await freshDatabases();
    await widen(urls.idbUrl);
    [first, second] = (await playHistories(urls, {
      text: [[...TIMES, ['csg_MediaOrigin', huge], ['csg_LanguageName', 'English']], [['csg_MediaOrigin', 'x' + huge]]],
      repaired: [[...TIMES, ['csg_MediaOrigin', huge]], [['csg_MediaOrigin', 'web']]],
      measure: [[...TIMES, ['csg_SessionTotalTime', '1'.repeat(4 * MIB)]]],
      'measure-with-blanks': [[...TIMES, ['csg_SessionTotalTime', '7' + ' '.repeat(4 * MIB)]]],
      tenant: [[...TIMES, ['csg_TenantId', huge]]],
      flag: [[...TIMES, ['csg_ChatAsyncMode', huge]]],
      code: [[...TIMES, ['csg_SessionEndedBy', huge]]],
      start: [[[START, '2026-03-01T10:00:00Z' + ' '.repeat(4 * MIB)], TIMES[1]]],
      blanks: [[...TIMES, ['csg_MediaOrigin', ' '.repeat(4 * MIB) + 'x']]],
      'a word after blanks': [[...TIMES, ['csg_MediaOrigin', 'web'.padStart(MOST_CHARACTERS) + 'x'.repeat(4 * MIB)]]],
      'a long key': [[...TIMES, [huge, 'x']]],
      astral: [[...TIMES, ['csg_MediaOrigin', '🙂'.repeat(MIB)]]],
      just: [[...TIMES, ['csg_MediaOrigin', 'y'.repeat(MOST_CHARACTERS)]]],
      [huge]: [TIMES],
    })) as [AfterRun, AfterRun];
  });

  const rawsOf = (run: AfterRun, guid: string) =>
    run
      .discards(guid)
      .filter((row) => row['resolved_ts'] === null)
      .map((row) => [row['code'], row['raw_value']]);

  test('are loaded as far as their columns go, and on record to a bound, with their length', () => {
    const { facts } = first.mart;
    expect(facts.get('text')).toMatchObject({ media_origin: huge.slice(0, 1024), language_name: 'English' });
    expect(rawsOf(first, 'text')).toEqual([[12, cut(huge)]]);
    expect(facts.get('measure')).toMatchObject({ session_duration: 0 });
    expect(rawsOf(first, 'measure')).toEqual([[9, cut('1'.repeat(5000), 4 * MIB)]]);
    expect(rawsOf(first, 'measure-with-blanks')).toEqual([[9, cut('7'.padEnd(5000), 4 * MIB + 1)]]);
    expect(facts.get('tenant')).toMatchObject({ tenant_key: -1 });
    expect(rawsOf(first, 'tenant')).toEqual([[10, cut(huge)]]);
    expect(facts.get('flag')).toMatchObject({ async_mode: 0 });
    expect(rawsOf(first, 'flag')).toEqual([[11, cut(huge)]]);
    expect(facts.get('code')).toMatchObject({ ended_by: huge.slice(0, 50).toUpperCase() });
    expect(rawsOf(first, 'code')).toEqual([[12, cut(huge)]]);
    expect(facts.has('start')).toBe(false);
    expect(rawsOf(first, 'start')).toEqual([[2, cut('2026-03-01T10:00:00Z'.padEnd(5000), 4 * MIB + 20)]]);
    expect(facts.get('blanks')).toMatchObject({ media_origin: 'NO_VALUE', kvp_present: 3 });
    expect(rawsOf(first, 'blanks')).toEqual([[12, cut(' '.repeat(5000), 4 * MIB + 1)]]);
    expect(facts.get('a word after blanks')).toMatchObject({ media_origin: 'web' });
    expect(rawsOf(first, 'a word after blanks')).toEqual([[12, cut('web'.padStart(MOST_CHARACTERS), 4 * MIB + MOST_CHARACTERS)]]);
    expect(facts.get('a long key')).toMatchObject({ media_origin: 'NO_VALUE' });
    expect(facts.get('astral')).toMatchObject({ media_origin: '🙂'.repeat(1024) });
    expect(rawsOf(first, 'astral')).toEqual([[12, cut('🙂'.repeat(5000), 4 * MIB)]]);
    expect(rawsOf(first, 'just')).toEqual([[12, 'y'.repeat(MOST_CHARACTERS)]]);
    expect(rawsOf(first, `${huge.slice(0, 49)}…`)).toEqual([[14, cut(huge)]]);
  });

  test('are corrected like any other, and what does not hold any more is resolved', () => {
    expect(second.mart.facts.get('text')).toMatchObject({ media_origin: ('x' + huge).slice(0, 1024) });
    expect(rawsOf(second, 'text')).toEqual([[12, cut('x' + huge)]]);
    expect(second.mart.facts.get('repaired')).toMatchObject({ media_origin: 'web' });
    expect(rawsOf(second, 'repaired')).toEqual([]);
  });

  test('are compared by what was read of them', async () => {
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 13, right: 13, missing: 0, different: 0 });
  });

  test('never leave the server whole', async () => {
    await withConnection({ url: urls.idbUrl, applicationName: 'test' }, async (idb) => {
      const table = await findIdbTable(idb, 'public', undefined);
      const lengths: number[] = [];
      const onRow = (_: Buffer, from: number, to: number): unknown => lengths.push(to - from);
      await extractRows(idb, table, START, { afterId: 0 }, { are: 'any' }, onRow);
      await extractInteractions(idb, table, START, { callids: ['text', 'measure'], order: 'id' }, onRow);
      expect(lengths.length).toBeGreaterThan(40);
      expect(Math.max(...lengths)).toBeLessThan(MOST_CHARACTERS * 4 + 200);
      const names = await queryRows<{ keyname: string }>(idb, selectNewestKeys(table, []));
      expect(Math.max(...names.map(({ keyname }) => keyname.length))).toBe(258);
    });
  });

  test('that an older chatmart put on record whole are listed to the bound, and replaced when they are read again', async () => {
    await query(urls.martUrl, `update infomart.stg_transform_discards set raw_value = $1 where guid = 'tenant'`, [huge]);
    const mart = { martUrl: urls.martUrl, martSchema: 'infomart' };
    const { discards } = await listDiscards({ ...mart, guids: ['tenant'], limit: 10 });
    expect(discards.map(({ rawValue }) => rawValue)).toEqual([cut(huge)]);
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ missing: 0, different: 1 });
    const [row] = await query<{ raw_value: string }>(
      urls.martUrl,
      `select raw_value from infomart.stg_transform_discards where guid = 'tenant' and resolved_ts is null`,
    );
    expect(row!.raw_value).toBe(cut(huge));
  });
});

test.each(sampleOf(['LATIN1', 'SQL_ASCII'], 2))('in an IDB in %s as well', async (encoding) => {
  const { martUrl } = await freshDatabases();
  const idbUrl = await encodedIdb(encoding);
  await widen(idbUrl);
  await writeUserData(
    idbUrl,
    [...TIMES, ['csg_MediaOrigin', 'ü'.repeat(MIB)] as const].map(([key, value]) => ['G', key, value] as const),
  );
  await runCycle({ idbUrl, martUrl });
  const [fact] = await query<{ origin: string; raw: string }>(
    martUrl,
    `select media_origin as origin, raw_value as raw from infomart.chat_session_fact
     join infomart.chat_session_dim on id = chat_session_dim_key join infomart.stg_transform_discards on guid = media_server_ixn_guid`,
  );
  const [bytes, characters] = encoding === 'LATIN1' ? [MIB, MOST_CHARACTERS] : [2 * MIB, MOST_CHARACTERS / 2];
  expect(fact).toEqual({ origin: 'ü'.repeat(1024), raw: `${'ü'.repeat(characters)} [cut: ${bytes} bytes in all]` });
});

describe('time grows with the length, not with its square', () => {
  test('of a text in a table', () => {
    const text = (length: number): string => 'äbcdefgh'.repeat(length / 8);
    displayWidth(text(8_192));
    const small = median([1, 2, 3].map(() => cpuOf(() => displayWidth(text(16_384)))));
    const large = median([1, 2, 3].map(() => cpuOf(() => displayWidth(text(65_536)))));
    expect(large).toBeLessThan(Math.max(small, 1) * 4 * 2.5);
    expect(cpuOf(() => cutToWidth(text(4 * MIB), 60))).toBeLessThan(100);
    expect(cutToWidth(text(4 * MIB), 6)).toBe('äbcde…');
  });

  test('characters are not torn apart where a long text is divided', () => {
    for (const character of ['👩‍👩‍👧‍👦', '🇩🇪', 'e\u0301', '각', 'ab'])
      for (const shift of [0, 1, 2, 3, 4, 5]) {
        const text = 'x'.repeat(1_020 + shift) + character.repeat(400) + 'ü';
        const alone = displayWidth(`${character}ü`) - 1;
        expect(displayWidth(text)).toBe(1_020 + shift + alone * 400 + 1);
      }
    expect(displayWidth(`ü${'a\u0301'.repeat(3_000)}`)).toBe(3_001);
    expect(displayWidth(`a${'\u0301'.repeat(5_000)}`)).toBe(1);
  });
});

describe('memory has a bound', () => {
  test('a chunk is full when its texts are, whatever they are of', () => {
    const pivot = new SessionPivot(readKvpMap());
    const field = (text: string): Buffer => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(text.length);
      return Buffer.concat([length, Buffer.from(text)]);
    };
    const push = (callid: string, key: string, value: string): void => {
      const row = Buffer.concat([Buffer.from([0, 4]), field(callid), field(key), field(value), Buffer.from([255, 255, 255, 255])]);
      pivot.push(row, 0, row.length);
    };
    const kept = (): number => pivot.keptBytes;
    for (const [key, callid] of [
      ['csg_MediaOrigin', 'text'],
      ['csg_SessionTotalTime', 'measure'],
      ['csg_MediaOrigin', 'x'.repeat(MOST_CHARACTERS)],
    ] as const) {
      const before = kept();
      push(callid, key, 'y'.repeat(MOST_CHARACTERS));
      expect(kept() - before, callid.slice(0, 10)).toBeGreaterThanOrEqual(MOST_CHARACTERS * 2);
    }
    expect(isTooFull({ sessions: 1, keptBytes: 50 * MIB })).toBe(true);
  });

  test('a page of a result holds fewer rows where they are wide', async () => {
    const url = await freshIdb();
    const pagesOf = (text: string): Promise<number[]> =>
      withConnection({ url, applicationName: 'test' }, (connection) =>
        withTransaction(connection, async () => {
          const pages: number[] = [];
          for await (const { rows } of queryPages(connection, text)) pages.push(rows.length);
          return pages;
        }),
      );
    const wide = await pagesOf(`select repeat('x', ${MIB}) from generate_series(1, 40)`);
    expect(wide.reduce((sum, rows) => sum + rows)).toBe(40);
    expect(Math.max(...wide)).toBeLessThanOrEqual(4);
    expect(await pagesOf('select n from generate_series(1, 5000) as n')).toEqual([1, 8, 64, 512, 1000, 1000, 1000, 1000, 415]);
  });
});
