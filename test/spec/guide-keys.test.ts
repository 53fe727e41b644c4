import { beforeAll, describe, expect, test } from 'vitest';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { freshDatabases } from '../support/databases.js';
import { runCycle } from '../support/histories.js';
import { readFacts, type Row } from '../support/mart-content.js';
import { GUIDE_KEYS, MAPPED_KEYS, type ExpectedKey } from '../oracle/kvps.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';

const TIMES = { ChatServerSessionStartedAt: '2026-03-01T10:07:00Z', ChatServerSessionClosedAt: '2026-03-01T10:37:42Z' };

/** A value that is not the default and differs from that of every other key. */
function valueOf({ kind, number, kvp }: ExpectedKey): string {
  if (kind === 'time') return TIMES[kvp as keyof typeof TIMES];
  if (kind === 'flag') return '1';
  return kind === 'tenant' || kind === 'sum' || kind === 'max' ? String(1000 + number) : `VALUE ${number}`;
}

const optional = MAPPED_KEYS.filter(({ kind }) => kind !== 'time');
const rowsOf = (guid: string, keys: readonly ExpectedKey[]): UserDataRow[] => keys.map((key) => [guid, key.kvp, valueOf(key)]);
const ALL_BITS = MAPPED_KEYS.reduce((bits, { number }) => bits + 2 ** (number - 1), 0);
const mandatory = MAPPED_KEYS.filter(({ kind }) => kind === 'time');

let facts: ReadonlyMap<unknown, Row>;

beforeAll(async () => {
  const urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ...rowsOf('all', MAPPED_KEYS),
    ...rowsOf('none', mandatory),
    ...optional.flatMap((key) => rowsOf(`only ${key.kvp}`, [...mandatory, key])),
    ...optional.flatMap((key) =>
      rowsOf(
        `but ${key.kvp}`,
        MAPPED_KEYS.filter((other) => other !== key),
      ),
    ),
  ]);
  await runCycle(urls);
  facts = new Map((await readFacts(urls.martUrl)).map(({ media_server_ixn_guid: guid, ...fact }) => [guid, fact]));
});

test('the guide names 50 keys, and the map has these and those of our own, under these numbers', () => {
  expect(GUIDE_KEYS).toHaveLength(50);
  const toNumbers = (keys: readonly { kvp: string; number: number }[]) => Object.fromEntries(keys.map(({ kvp, number }) => [kvp, number]));
  expect(toNumbers(readKvpMap().keys)).toEqual(toNumbers(MAPPED_KEYS));
});

describe.each(optional)('$kvp', (key) => {
  const { kvp, column, absent, number } = key;
  const value = ['flag', 'tenant', 'sum', 'max'].includes(key.kind) ? Number(valueOf(key)) : valueOf(key);
  const bit = 2 ** (number - 1);

  test(`fills ${column}, and nothing else`, () => {
    expect(facts.get(`only ${kvp}`)).toEqual({ ...facts.get('none'), [column]: value, kvp_present: 3 + bit });
  });

  test(`leaves ${column} at ${String(absent)} when it is absent, and nothing else`, () => {
    expect(facts.get('none')).toMatchObject({ [column]: absent });
    expect(facts.get(`but ${kvp}`)).toEqual({ ...facts.get('all'), [column]: absent, kvp_present: ALL_BITS - bit });
  });
});
