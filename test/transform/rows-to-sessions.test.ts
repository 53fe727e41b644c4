import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MappedKey } from '../../src/model/mapped-key.js';
import type { SessionBatch } from '../../src/model/session-batch.js';
import { decideSession } from '../../src/transform/decide-session.js';
import { closed, keysWithBit, map, pivotOf, valuesOf, type Row } from '../support/pivot-rows.js';

/** A raw text, the value that it is for the mart, and why it is set aside. A value of undefined counts as none. */
type Reading = readonly [raw: string, value: number | string | undefined, discard?: string];

const numbers = (absent: number | string, discard: string, of: (value: number) => number | string): Reading[] => [
  ...[0, 1, 7, 12, 2_147_483_647].map((value): Reading => [String(value), of(value)]),
  ['0012', of(12)],
  [' 12 ', of(12)],
  ...['2147483648', '12345678901', '-1', '1x', 'x1', '1 2', '/', ':', '5/', '5:'].map((raw): Reading => [raw, absent, discard]),
];

/** For each type of key, worked out by hand. */
const READINGS: Readonly<Record<'measure' | 'tenant' | 'flag' | 'code' | 'media-type' | 'text', readonly Reading[]>> = {
  measure: numbers(0, 'BAD_MEASURE', (value) => value),
  tenant: numbers('-1', 'BAD_KEY', String),
  flag: [['0', '0'], ['1', '1'], [' 1 ', '1'], ...['2', '10', 'yes', '-'].map((raw): Reading => [raw, '0', 'BAD_FLAG'])],
  code: [
    ['agent', 'AGENT'],
    ['AGENT', 'AGENT'],
    ['Straße', 'STRASSE'],
    ['quit ', 'QUIT'],
  ],
  'media-type': [
    ['chat', 'CHAT'],
    ['Chat', 'CHAT'],
  ],
  text: [
    ['de', 'de'],
    ['DE', 'DE'],
    [' d e ', 'd e'],
    ['x'.repeat(64), 'x'.repeat(64)],
    ['y'.repeat(65), 'y'.repeat(65)],
    ['Ünïcode', 'Ünïcode'],
  ],
};
const EMPTY = ['', ' ', '\t'];

const absentOf = (key: MappedKey): number | string | null =>
  key.type === 'measure' ? 0 : key.type === 'media-type' ? 'NO_VALUE' : key.default === null ? null : String(key.default);
const isTime = (key: MappedKey): boolean => key.type === 'start' || key.type === 'end';
const readingOf = (key: MappedKey, raw: string): Reading => READINGS[key.type as 'text'].find((reading) => reading[0] === raw)!;

/** What rows say of one session: the last row of a key counts. */
function readPlainly(guid: string, rows: readonly Row[]): Record<string, unknown> {
  const last = new Map(rows.map(([, kvp, value]) => [kvp, value]));
  const textOf = (kvp: string): string | undefined => {
    const text = last.get(kvp) ?? undefined;
    return text === undefined || text.trim() === '' ? undefined : text;
  };
  const [startKey, endKey] = ['ChatServerSessionStartedAt', 'ChatServerSessionClosedAt'];
  const decision = decideSession({
    start: textOf(startKey),
    end: textOf(endKey),
    startAddedTs: undefined,
    isAsync: textOf('csg_ChatAsyncMode')?.trim() === '1',
  });
  const discards: unknown[] = [];
  if (decision.discard !== undefined) {
    const kvp = decision.discard.about === 'start' ? startKey : endKey;
    discards.push({ guid, name: decision.discard.name, kvp, raw: textOf(kvp) ?? null });
  }
  const values: Record<string, unknown> = { start: decision.startTs, end: decision.endTs, verdict: decision.verdict };
  const present: string[] = [];
  const absent: string[] = [];
  for (const key of map.keys) {
    const raw = textOf(key.kvp);
    const [, value, discard] = isTime(key) || raw === undefined ? [] : readingOf(key, raw);
    if (!isTime(key)) values[key.kvp] = value ?? absentOf(key);
    if (discard !== undefined) discards.push({ guid, name: discard, kvp: key.kvp, raw });
    if (raw !== undefined && discard === undefined) present.push(key.kvp);
    else if (last.has(key.kvp)) absent.push(key.kvp);
  }
  return {
    values,
    present,
    absent,
    discards: inOrder(discards),
    needsReread: Number(isUnclear(rows) || isDoubted(decision.discard?.name)),
  };
}

/** A time that is there and wrong: another row may be right. */
const isDoubted = (discard: string | undefined): boolean =>
  discard !== undefined && !['NO_START', 'NO_END', 'CLOCK_SKEW'].includes(discard);

/** Whether a key has two rows that say different things, or one was deleted. */
function isUnclear(rows: readonly Row[]): boolean {
  const said = new Map<string, Set<unknown>>();
  for (const [, kvp, value] of rows) {
    const key = map.keys.find((each) => each.kvp === kvp)!;
    const number = key.type === 'measure' && value !== null && value.trim() !== '' ? readingOf(key, value) : undefined;
    const meant = value?.trim() === '' ? '' : number?.[2] === undefined ? (number?.[1] ?? value) : value;
    said.set(kvp, (said.get(kvp) ?? new Set()).add(meant));
  }
  return [...said.values()].some((meanings) => meanings.size > 1 || meanings.has(null));
}

const inOrder = (discards: readonly unknown[]): string[] => discards.map((discard) => JSON.stringify(discard)).sort();

const ofBatch = (batch: SessionBatch, guid: string): Record<string, unknown> => {
  const session = batch.guid.indexOf(guid);
  return {
    values: valuesOf(batch, session),
    present: keysWithBit(batch.present, session),
    absent: keysWithBit(batch.absent, session),
    discards: inOrder(batch.discards.filter((discard) => discard.guid === guid)),
    needsReread: batch.needsReread[session],
  };
};

describe('any rows', () => {
  const times = ['2026-03-01T10:00:00Z', '2026-03-01T10:05:00Z', '2026-03-01T09:59:30Z', '2026-03-01 10:00', 'yesterday', '1969-01-01'];
  const row = fc.constantFrom(...map.keys).chain((key) => {
    const raws = isTime(key) ? times : READINGS[key.type as 'text'].map(([raw]) => raw);
    const value = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...raws) }, { weight: 1, arbitrary: fc.constantFrom(null, ...EMPTY) });
    return value.map((text): Row => ['', key.kvp, text]);
  });
  const guid = fc.constantFrom('G1', 'G2', 'G22', 'Ünïcode', 'x'.repeat(50), '😀'.repeat(50));

  test('of any sessions say what a plain reading of them says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(guid, row, fc.boolean()), { maxLength: 60 }), fc.boolean(), (parts, isClosed) => {
        const rows = parts.flatMap(([callid, [, kvp, value], isTwice]): Row[] => Array<Row>(isTwice ? 2 : 1).fill([callid, kvp, value]));
        const all = [...(isClosed ? closed() : []), ...rows];
        const batch = pivotOf(all);
        const guids = [...new Set(all.map(([callid]) => callid!))];
        expect(batch.guid).toEqual(guids);
        for (const each of guids)
          expect(ofBatch(batch, each)).toEqual(
            readPlainly(
              each,
              all.filter(([callid]) => callid === each),
            ),
          );
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});

describe('each text', () => {
  const cases = map.keys
    .filter((key) => !isTime(key))
    .flatMap((key) => READINGS[key.type as 'text'].map((reading) => [key, reading] as const));

  test('is read as its type says', () => {
    const rows = cases.map(([key, [raw]], at): Row => [`G${at}`, key.kvp, raw]);
    const batch = pivotOf(rows.flatMap((each) => [...closed(each[0]!), each]));
    expect(cases.map(([key], at) => valuesOf(batch, at)[key.kvp])).toEqual(cases.map(([, [, value]]) => value));
    expect(batch.discards.map(({ guid, name, kvp, raw }) => [guid, name, kvp, raw]).sort()).toEqual(
      cases.flatMap(([key, [raw, , discard]], at) => (discard === undefined ? [] : [[`G${at}`, discard, key.kvp, raw]])).sort(),
    );
  });

  // The IDB's server cuts a long value and writes its length behind the beginning.
  test('of which only the beginning was read is set aside, even if that fits', () => {
    const cut = (beginning: string): string => `${beginning.padEnd(4_096)} [cut: 9000 bytes in all]`;
    const of = (raw: string) => pivotOf([...closed(), ['G1', 'csg_LanguageName', raw]]);
    const [text, blank] = [of(cut('de')), of(cut(''))];
    expect([text, blank].map((batch) => valuesOf(batch)['csg_LanguageName'])).toEqual(['de', 'NO_VALUE']);
    expect([text, blank].map(({ discards }) => discards.map(({ name }) => name))).toEqual([['TEXT_CUT'], ['TEXT_CUT']]);
    expect([text, blank].map(({ present }) => keysWithBit(present).includes('csg_LanguageName'))).toEqual([true, false]);
  });

  test('counts as an unknown code if no specification names it', () => {
    const reason = map.keys.find(({ kvp }) => kvp === 'csg_SessionEndedReason')!;
    const batch = pivotOf([...reason.values!, 'odd', 'ODD'].map((value, at): Row => [`G${at}`, reason.kvp, value.toLowerCase()]));
    expect([...batch.unknownCodes]).toEqual([['csg_SessionEndedReason=ODD', 2]]);
  });
});
