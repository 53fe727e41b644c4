import { describe, expect, it } from 'vitest';
import { findSourceChange, type SourceIdentity } from '../../src/mart/source-identity.js';

const known: SourceIdentity = {
  systemIdentifier: '7400000000000000001',
  timeline: 1,
  database: 'idb',
  tableOid: 16_400,
  nextTransaction: 1_000n,
  newestRows: [
    { id: 20, hash: 'b' },
    { id: 10, hash: 'a' },
  ],
};

describe('a source is another one', () => {
  const change = (now: Partial<SourceIdentity>, found = known.newestRows): string | null =>
    findSourceChange(known, { ...known, ...now }, found);

  it.each([
    [{ systemIdentifier: '7' }, 'its system identifier is now 7; it was 7400000000000000001'],
    [{ timeline: 2 }, 'its WAL timeline is now 2; it was 1'],
    [{ database: 'other' }, 'its database is now other; it was idb'],
    [{ tableOid: 16_401 }, 'its table oid is now 16401; it was 16400'],
    [{ nextTransaction: 999n }, 'its next transaction is now 999; it was 1000 before'],
    [
      { nextTransaction: 1_000n + 2n ** 31n },
      'its next transaction is now 2147484648; it was 1000, too far apart to tell old rows from new ones',
    ],
  ])('when %o', (now, clause) => {
    expect(change(now)).toBe(clause);
  });

  it('when a row is gone, or its id has been given again', () => {
    expect(change({}, [{ id: 20, hash: 'b' }])).toBe('its row with id 10 is gone');
    expect(
      change({}, [
        { id: 20, hash: 'b' },
        { id: 10, hash: 'c' },
      ]),
    ).toBe('its row with id 10 has changed');
  });

  it('not when it has only grown', () => {
    expect(change({ nextTransaction: 5_000n, newestRows: [{ id: 90, hash: 'z' }] })).toBeNull();
  });

  it('not when this role may not ask', () => {
    expect(change({ systemIdentifier: null, timeline: null })).toBeNull();
  });
});
