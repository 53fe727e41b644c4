import type { Discard } from '../model/discard.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { SessionStore } from './session-store.js';

/** What one twin says of an interaction. */
interface Witness {
  readonly store: SessionStore;
  readonly session: number;
  /** Rows that it has of the interaction. */
  readonly rows: number;
}

/**
 * Puts into `target` what the IDBs of an HA pair say of their interactions. Ids and clocks of different IDBs cannot be compared, so of each
 * key the twin with more rows of that key wins, then the one with more rows of the interaction, then the first. Returns a discard for each
 * value that another twin says otherwise.
 */
export function mergeTwins(map: KvpMap, target: SessionStore, twins: readonly SessionStore[]): Discard[] {
  const discards: Discard[] = [];
  for (const guid of new Set(twins.flatMap((twin) => twin.guids))) {
    const session = target.indexOfSession(guid);
    const witnesses = twins.flatMap((store): Witness[] => {
      const found = store.findSession(guid);
      return found === undefined ? [] : [{ store, session: found, rows: store.rowsOfSession(found) }];
    });
    map.keys.forEach((key, slot) => {
      const rowsOf = (witness: Witness): number => witness.store.rowsOf(witness.session, slot);
      // Sorting is stable: of equals the first twin leads.
      const [winner, ...others] = witnesses
        .filter((witness) => rowsOf(witness) > 0)
        .sort((left, right) => rowsOf(right) - rowsOf(left) || right.rows - left.rows);
      if (winner === undefined) return;
      target.copySlot(winner.store, winner.session, slot, session);
      const said = winner.store.textOf(winner.session, slot);
      for (const raw of new Set(others.map((other) => other.store.textOf(other.session, slot))))
        if (raw !== said) discards.push({ guid, name: 'TWINS_DISAGREE', kvp: key.kvp, raw });
    });
  }
  return discards;
}
