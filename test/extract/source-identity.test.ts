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
    [{ systemIdentifier: '7' }, 'its system identifier is 7, and was 7400000000000000001'],
    [{ timeline: 2 }, 'its WAL timeline is 2, and was 1'],
    [{ database: 'other' }, 'its database is other, and was idb'],
    [{ tableOid: 16_401 }, 'its table oid is 16401, and was 16400'],
    [{ nextTransaction: 999n }, 'its next transaction is 999, and was 1000 already'],
    [
      { nextTransaction: 1_000n + 2n ** 31n },
      'its next transaction is 2147484648, and was 1000: too far apart to tell old rows from new ones',
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
    ).toBe('its row with id 10 is another one now');
  });

  it('not when it has only grown', () => {
    expect(change({ nextTransaction: 5_000n, newestRows: [{ id: 90, hash: 'z' }] })).toBeNull();
  });

  it('not when this role may not ask', () => {
    expect(change({ systemIdentifier: null, timeline: null })).toBeNull();
  });
});
