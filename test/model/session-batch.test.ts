import { expect, test } from 'vitest';
import {
  addSessions,
  countUnknownCode,
  discardOnly,
  divideBatch,
  interactionsOf,
  NO_SESSIONS,
  pickInteractions,
  type SessionBatch,
  type SessionCounts,
} from '../../src/model/session-batch.js';
import { closed, keysWithBit, map, pivotOf, valuesOf } from '../support/pivot-rows.js';

/** Of four sessions, one more that is only a discard. */
const batch = pivotOf([
  ...['G1', 'G2', 'G3', 'G4'].flatMap((guid, at) => [
    ...closed(guid),
    [guid, 'csg_SessionTotalTime', String(at)] as const,
    [guid, 'csg_LanguageName', `L${at}`] as const,
    [guid, 'csg_TenantId', at % 2 === 0 ? '' : '7'] as const,
  ]),
  ['G2', 'csg_SessionTotalTime', 'x'],
  ['y'.repeat(51), 'csg_SessionTotalTime', '1'],
]);

const ofSession = (of: SessionBatch, guid: string): unknown => {
  const at = of.guid.indexOf(guid);
  const [present, absent] = [keysWithBit(of.present, at), keysWithBit(of.absent, at)];
  return {
    values: valuesOf(of, at),
    present,
    absent,
    needsReread: of.needsReread[at],
    discards: of.discards.filter((one) => one.guid === guid),
  };
};

test('a part of a batch holds all of some interactions, and nothing of the others', () => {
  const part = pickInteractions(map, batch, (guid) => guid === 'G2' || guid === 'G4');
  expect([part.count, part.guid]).toEqual([2, ['G2', 'G4']]);
  for (const guid of part.guid) expect(ofSession(part, guid)).toEqual(ofSession(batch, guid));
  expect(part.discards.map(({ guid }) => guid)).toEqual(['G2']);
  expect(part.needsReread).toEqual(Uint8Array.of(1, 0));
  expect([part.measures.length, part.attributes.length, part.present.length]).toEqual(
    [batch.measures.length, batch.attributes.length, batch.present.length].map((length) => length / 2),
  );
});

test('halves of a batch hold each interaction once, those of discards too', () => {
  const [first, second] = divideBatch(map, batch);
  const all = interactionsOf(batch);
  expect(all).toHaveLength(5);
  expect([interactionsOf(first), interactionsOf(second)]).toEqual([all.slice(0, 3), all.slice(3)]);
  expect([first.count, second.count]).toEqual([3, 1]);
});

test('an interaction that PostgreSQL refuses is a discard and no session', () => {
  expect(discardOnly('G1', 'why')).toMatchObject({ count: 0, discards: [{ guid: 'G1', name: 'DATABASE_ERROR', kvp: null, raw: 'why' }] });
});

test('counts of sessions are added one by one', () => {
  const counts: SessionCounts = { inserted: 1, updated: 2, unchanged: 3, deleted: 4, active: 5, discarded: 6, reread: 7 };
  expect(addSessions(counts, NO_SESSIONS)).toEqual(counts);
  expect(Object.values(addSessions(counts, counts))).toEqual([2, 4, 6, 8, 10, 12, 14]);
});

test('codes that no specification names are counted by name, those beyond a hundred together', () => {
  const counts = new Map<string, number>();
  for (let at = 0; at < 101; at++) countUnknownCode(counts, `code ${at}`, 2);
  countUnknownCode(counts, 'code 5', 1);
  expect([counts.size, counts.get('code 5'), counts.get('code 99'), counts.get('code 100'), counts.get('others')]).toEqual([
    101,
    3,
    2,
    undefined,
    2,
  ]);
});
