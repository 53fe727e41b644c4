import { describe, expect, test } from 'vitest';
import { createTextDecode, decodeDiscardedText } from '../../src/transform/decode-text.js';
import { MOST_ROWS } from '../../src/transform/session-pivot.js';
import { problemOf } from '../support/problem-of.js';
import { closed, keysWithBit, pivotOf, pivotWith, push, toBytes, toRow, valuesOf, type Row } from '../support/pivot-rows.js';

const TIME = 'csg_SessionTotalTime';
const LANGUAGE = 'csg_LanguageName';
const START = 'ChatServerSessionStartedAt';

describe('what a pivot tells of its rows', () => {
  test('how many there are, how many have no key of the map, and their bytes', () => {
    const rows: Row[] = [...closed(), ['G1', 'Subject', 'x'], ['G2', TIME, '1']];
    const pivot = pivotWith(rows);
    expect([pivot.rows, pivot.ignoredRows, pivot.sessions]).toEqual([4, 1, 2]);
    expect(pivot.bytes).toBe(Buffer.concat(rows.map(toBytes)).length);
    push(pivot, [toBytes(['G3', TIME, '1'])]);
    expect([pivot.rows, pivot.sessions]).toEqual([5, 3]);
  });

  test('when the newest start was stored', () => {
    const start = (guid: string, added?: number): Row => [
      guid,
      START,
      '2026-03-01T10:00:00Z',
      ...((added === undefined ? [] : [added]) as [number?]),
    ];
    expect(pivotWith([start('G1')]).newestAddedTs).toBeUndefined();
    expect(pivotWith([start('G1', 50), start('G2', 70), start('G3', 60)]).newestAddedTs).toBe(70);
  });

  test('how much memory its texts take: two bytes a character', () => {
    const bytesOf = (...rows: Row[]): number => pivotWith(rows).keptBytes;
    expect(bytesOf(['G1', TIME, '12345'])).toBe(0);
    expect(bytesOf(['G1', LANGUAGE, 'x'.repeat(200)])).toBe(400);
    expect(bytesOf(['G1', TIME, 'x'.repeat(30)])).toBe(60);
    expect(bytesOf(['y'.repeat(51), TIME, '1'])).toBe(102);
  });
});

describe('an interaction of many rows', () => {
  const rows: Row[] = [...closed('long'), ['long', TIME, '1'], ...closed('short')];

  test('up to the limit is like any other', () => {
    expect([...pivotOf(rows, { mostRows: 3 }).needsReread]).toEqual([0, 0]);
    expect(valuesOf(pivotOf(rows, { mostRows: 3 }))[TIME]).toBe(1);
    expect(pivotWith(rows, { mostRows: 3 }).tooLong).toEqual([]);
    expect(MOST_ROWS).toBe(100_000);
    expect(pivotWith(rows).tooLong).toEqual([]);
  });

  test('beyond it is read again, and left out when it is', () => {
    expect(pivotWith(rows, { mostRows: 2 }).tooLong).toEqual(['long']);
    expect([...pivotOf(rows, { mostRows: 2 }).needsReread]).toEqual([1, 0]);
    expect(pivotOf(rows, { mostRows: 2, isOrdered: true }).guid).toEqual(['short']);
    expect(pivotOf(rows, { mostRows: 3, isOrdered: true }).guid).toEqual(['long', 'short']);
  });

  test('counts the rows of mapped keys, those of the newest source alone', () => {
    const pivot = pivotWith([...closed(), ['G1', 'Subject', 'x']], { mostRows: 2 });
    expect(pivot.tooLong).toEqual([]);
    pivot.readOver('UTF8');
    push(pivot, closed().map(toBytes));
    expect(pivot.tooLong).toEqual([]);
  });
});

describe('an interaction', () => {
  const isRead = (callid: string | Buffer | null): boolean => {
    const pivot = pivotWith([]);
    push(pivot, [toRow(typeof callid === 'string' ? Buffer.from(callid) : callid, TIME, Buffer.from('1'))]);
    return pivot.finish().count === 1;
  };

  test('has an id of 1 to 50 characters that are text', () => {
    for (const callid of ['x', 'x'.repeat(50), 'é'.repeat(50), '😀'.repeat(50)]) expect(isRead(callid)).toBe(true);
    for (const callid of ['', 'x'.repeat(51), 'x'.repeat(65), 'é'.repeat(51), '😀'.repeat(51), null, Buffer.from([0x66, 0xff])])
      expect(isRead(callid)).toBe(false);
  });

  test('that has none is set aside once', () => {
    const none: Row = [null, TIME, '1'];
    expect(pivotOf([none, ['G1', TIME, '1'], none, ...closed('G1'), none]).discards).toEqual([
      { guid: '', name: 'BAD_CALLID', kvp: null, raw: null },
    ]);
  });

  test('is kept apart from one whose id differs in any place, and from one that begins with its id', () => {
    const ids = ['abc', 'abd', 'bbc', 'abcd', 'ab', 'abc'];
    const batch = pivotOf(ids.map((callid, at): Row => [callid, TIME, String(at)]));
    expect(batch.guid).toEqual(['abc', 'abd', 'bbc', 'abcd', 'ab']);
    expect(batch.guid.map((_, at) => valuesOf(batch, at)[TIME])).toEqual([5, 1, 2, 3, 4]);
  });

  test('is one of many', () => {
    const ids = Array.from({ length: 2_100 }, (_, at) => `G${at}`);
    const rows = ids.flatMap((guid, at): Row[] => [...closed(guid), [guid, TIME, String(at)], [guid, LANGUAGE, `L${at}`]]);
    const batch = pivotOf(rows, { countsRows: true });
    for (const at of [0, 1_023, 1_024, 2_047, 2_048, 2_099]) {
      expect(valuesOf(batch, at)).toMatchObject({ [TIME]: at, [LANGUAGE]: `L${at}`, verdict: 0 });
      expect(keysWithBit(batch.present, at)).toHaveLength(4);
      expect(keysWithBit(batch.absent, at)).toEqual([]);
      expect(batch.needsReread[at]).toBe(0);
    }
    expect([batch.count, batch.present.length, batch.absent.length, batch.needsReread.length]).toEqual([2_100, 4_200, 4_200, 2_100]);
  });
});

describe('rows of a newer source', () => {
  const olderAnd = (...newer: Row[]) => {
    const pivot = pivotWith([
      ...closed(),
      ['G1', TIME, '5'],
      ['G1', LANGUAGE, 'de'],
      ['G1', 'csg_MessagesFromAgentsCount', 'x'],
      ['G1', 'csg_TenantId', ''],
    ]);
    pivot.readOver('LATIN1');
    push(
      pivot,
      newer.map(([callid, key, value]) => toRow(Buffer.from(callid!), key, value === null ? null : Buffer.from(value, 'latin1'))),
    );
    return { batch: pivot.finish(), kept: pivot.keptValues };
  };

  test('replace what there was, and the other keys keep what they had', () => {
    const { batch, kept } = olderAnd(['G1', TIME, '7'], ['G2', LANGUAGE, 'fr']);
    expect(valuesOf(batch)).toMatchObject({ [TIME]: 7, [LANGUAGE]: 'de', verdict: 0 });
    expect(batch.needsReread[0]).toBe(0);
    expect(kept).toBe(3);
    expect(keysWithBit(batch.present)).toEqual(expect.arrayContaining([START, TIME, LANGUAGE]));
    expect(keysWithBit(batch.absent)).toEqual(['csg_TenantId', 'csg_MessagesFromAgentsCount']);
    expect(batch.discards).toContainEqual({ guid: 'G1', name: 'BAD_MEASURE', kvp: 'csg_MessagesFromAgentsCount', raw: 'x' });
    expect(valuesOf(batch, 1)[LANGUAGE]).toBe('fr');
  });

  test('a deletion, an empty value and a better one replace as well', () => {
    const { batch, kept } = olderAnd(['G1', TIME, null], ['G1', LANGUAGE, ''], ['G1', 'csg_MessagesFromAgentsCount', '4']);
    expect(valuesOf(batch)).toMatchObject({ [TIME]: 0, [LANGUAGE]: 'NO_VALUE', csg_MessagesFromAgentsCount: 4 });
    expect(keysWithBit(batch.absent)).toEqual(expect.arrayContaining([TIME, LANGUAGE, 'csg_TenantId']));
    expect(batch.discards).toEqual([]);
    expect(kept).toBe(2);
  });

  test('are read in their encoding', () => {
    expect(valuesOf(olderAnd(['G1', LANGUAGE, 'français']).batch)[LANGUAGE]).toBe('français');
  });

  test('a text with bad bytes stays one, unless it is replaced', () => {
    for (const [newer, names] of [
      [[], ['BAD_TEXT']],
      [[['G1', LANGUAGE, 'de']], []],
    ] as const) {
      const pivot = pivotWith(closed());
      push(pivot, [toRow(Buffer.from('G1'), LANGUAGE, Buffer.from([0x66, 0xff]))]);
      pivot.readOver('UTF8');
      push(pivot, newer.map(toBytes));
      expect(pivot.finish().discards.map(({ name }) => name)).toEqual(names);
    }
  });

  test('values of discards are in the encoding of the mart', () => {
    const pivot = pivotWith([], { encoding: 'LATIN1' });
    pivot.readDiscards();
    push(pivot, [...closed(), ['G1', LANGUAGE, 'français'] as Row].map(toBytes));
    expect(valuesOf(pivot.finish())[LANGUAGE]).toBe('français');
  });
});

describe('the IDBs of a pair', () => {
  const of = (...rows: Row[]) => pivotWith(rows, { countsRows: true, mostRows: 6 });
  const merge = (older: readonly Row[], ...pair: ReturnType<typeof of>[]) => {
    const pivot = pivotWith(older);
    pivot.takeOver(pair);
    return pivot;
  };

  test('for each key, the one with more of its rows wins; then the one with more rows; then the first', () => {
    const two = (key: string, value: string): Row[] => [
      ['G1', key, 'earlier'],
      ['G1', key, value],
    ];
    const first = of(...closed(), ['G1', LANGUAGE, 'de'], ['G1', TIME, '1']);
    const second = of(...closed(), ...two(LANGUAGE, 'fr'), ['G1', TIME, '2']);
    const batch = merge([], first, second).finish();
    expect(valuesOf(batch)).toMatchObject({ [LANGUAGE]: 'fr', [TIME]: 2, verdict: 0 });
    expect(batch.discards).toEqual([
      { guid: 'G1', name: 'TWINS_DISAGREE', kvp: TIME, raw: '1' },
      { guid: 'G1', name: 'TWINS_DISAGREE', kvp: LANGUAGE, raw: 'de' },
    ]);
    const tie = merge([], of(...closed(), ['G1', TIME, '1']), of(...closed(), ['G1', TIME, '2'])).finish();
    expect(valuesOf(tie)[TIME]).toBe(1);
    expect(tie.discards).toEqual([{ guid: 'G1', name: 'TWINS_DISAGREE', kvp: TIME, raw: '2' }]);
  });

  test('what only one of them has counts, over what there was before', () => {
    const older: Row[] = [...closed(), ['G1', LANGUAGE, 'de'], ['G1', TIME, '1']];
    const pivot = merge(older, of(['G1', TIME, '2'], ['G1', 'Subject', 'x']), of(...closed('G2'), ['G1', 'csg_TenantId', 'x']));
    const batch = pivot.finish();
    expect(valuesOf(batch)).toMatchObject({ [LANGUAGE]: 'de', [TIME]: 2, csg_TenantId: '-1' });
    expect(batch.guid).toEqual(['G1', 'G2']);
    expect(batch.discards).toEqual([{ guid: 'G1', name: 'BAD_KEY', kvp: 'csg_TenantId', raw: 'x' }]);
    expect([pivot.rows, pivot.ignoredRows]).toEqual([4 + 2 + 3, 1]);
  });

  test('unreadable, deleted and bad texts come over as what they are', () => {
    const first = of(...closed(), ['G1', TIME, 'x'], ['G1', 'csg_TenantId', null]);
    push(first, [toRow(Buffer.from('G1'), LANGUAGE, Buffer.from([0x66, 0xff]))]);
    const batch = merge([], first, of(...closed())).finish();
    expect(batch.discards.map(({ name, kvp }) => [name, kvp])).toEqual([
      ['BAD_MEASURE', TIME],
      ['BAD_TEXT', LANGUAGE],
    ]);
    expect(valuesOf(batch)).toMatchObject({ [TIME]: 0, [LANGUAGE]: 'f\ufffd' });
    expect(keysWithBit(batch.absent)).toEqual(['csg_TenantId', TIME]);
  });

  test('an interaction that is too long in one of them is too long', () => {
    const long = of(...Array.from({ length: 7 }, (_, at): Row => ['G1', TIME, String(at)]));
    expect(merge([], of(...closed()), long).tooLong).toEqual(['G1']);
    expect(merge([], of(...closed()), of(...closed())).tooLong).toEqual([]);
  });

  test('the start counts as stored when the IDB that wins stored it', () => {
    const start = (added: number): Row => ['G1', START, '2026-03-01T10:00:00Z', added];
    expect(merge([], of(start(70)), of(start(50))).newestAddedTs).toBe(70);
    expect(merge([], of(start(70)), of(start(50), ['G1', LANGUAGE, 'de'])).newestAddedTs).toBe(50);
    expect(merge([], of(start(70), start(70)), of(start(50), ['G1', LANGUAGE, 'de'])).newestAddedTs).toBe(70);
  });
});

describe('bytes', () => {
  const read = (encoding: string, ...bytes: number[]): [string, boolean] => {
    const bad = { found: false };
    return [createTextDecode(encoding)(Uint8Array.from(bytes), () => (bad.found = true)), bad.found];
  };

  test.each([
    ['UTF8', [0xc3, 0xa9], 'é'],
    ['UTF8', [0xef, 0xbb, 0xbf, 0x61], '\ufeffa'],
    ['SQL_ASCII', [0xc3, 0xa9], 'é'],
    ['EUC_JP', [0xa4, 0xa2], 'あ'],
    ['EUC_KR', [0xb0, 0xa1], '가'],
    ['EUC_CN', [0xb0, 0xa1], '啊'],
    ['LATIN1', [0xe9], 'é'],
    ['UTF8', [0x7f], '\x7f'],
    ['UTF8', Array<number>(70).fill(0x61), 'a'.repeat(70)],
    ['UTF8', [...Array<number>(70).fill(0x61), 0xc3, 0xa9], `${'a'.repeat(70)}é`],
  ])('of %s are what they are there', (encoding, bytes, text) => {
    expect(read(encoding, ...bytes)).toEqual([text, false]);
  });

  test('that are no text are told, and shown as U+FFFD', () => {
    expect(read('UTF8', 0x66, 0xff)).toEqual(['f\ufffd', true]);
    expect(read('UTF8', 0xef, 0xbb, 0xbf, 0xff)).toEqual(['\ufeff\ufffd', true]);
    expect(read('WIN1252', 0x81)).toEqual(['\ufffd', true]);
    const bad = { found: false };
    const decodeDiscard = (...bytes: number[]): string => decodeDiscardedText(Uint8Array.from(bytes), () => (bad.found = true));
    expect(decodeDiscard(0xc3, 0xa9)).toBe('é');
    expect(bad.found).toBe(false);
    expect(decodeDiscard(0xff)).toBe('\ufffd');
    expect(bad.found).toBe(true);
  });

  test('of an encoding that is not known are refused', async () => {
    expect(await problemOf(() => createTextDecode('MULE_INTERNAL'))).toContain('idb-encoding-unknown');
  });
});
