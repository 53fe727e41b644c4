import type { Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionStore } from './session-store.js';

/** The rows that one IDB holds of an interaction. */
interface SourceSession {
  readonly store: SessionStore;
  readonly session: number;
  /** Number of rows of the interaction in this IDB. */
  readonly rows: number;
}

/**
 * Merges the sessions of the IDBs of an HA pair into `target`. Ids and clocks of different IDBs cannot be compared. For each key, the IDB
 * with more rows of that key wins; then the one with more rows of the interaction; then the first. Returns a discard for each value that
 * differs.
 */
export function mergePair(map: KvpMap, target: SessionStore, pair: readonly SessionStore[]): Discard[] {
  const discards: Discard[] = [];
  for (const guid of new Set(pair.flatMap((idb) => idb.guids))) {
    const session = target.indexOfSession(guid);
    const candidates = pair.flatMap((store): SourceSession[] => {
      const found = store.findSession(guid);
      return found === undefined ? [] : [{ store, session: found, rows: store.rowsOfSession(found) }];
    });
    map.keys.forEach((key, slot) => {
      const rowsOf = (candidate: SourceSession): number => candidate.store.rowsOf(candidate.session, slot);
      // The sort is stable: on a tie the first IDB wins.
      const [winner, ...others] = candidates
        .filter((candidate) => rowsOf(candidate) > 0)
        .sort((left, right) => rowsOf(right) - rowsOf(left) || right.rows - left.rows);
      if (winner === undefined) return;
      target.copySlot(winner.store, winner.session, slot, session);
      const winning = winner.store.textOf(winner.session, slot);
      for (const raw of new Set(others.map((other) => other.store.textOf(other.session, slot))))
        if (raw !== winning) discards.push({ guid, name: 'TWINS_DISAGREE', kvp: key.kvp, raw });
    });
  }
  return discards;
}
