/** What became of the sessions that a load or a whole cycle touched. */
export interface SessionCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** No fact could be made, and an earlier chunk had not put that on record; STG_TRANSFORM_DISCARDS says why. */
  readonly discarded: number;
  /** Read again whole, because their chunk alone could not tell. */
  readonly reread: number;
}

export const NO_SESSIONS: SessionCounts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0, active: 0, discarded: 0, reread: 0 };

export const addSessions = (left: SessionCounts, right: SessionCounts): SessionCounts => ({
  inserted: left.inserted + right.inserted,
  updated: left.updated + right.updated,
  unchanged: left.unchanged + right.unchanged,
  deleted: left.deleted + right.deleted,
  active: left.active + right.active,
  discarded: left.discarded + right.discarded,
  reread: left.reread + right.reread,
});
