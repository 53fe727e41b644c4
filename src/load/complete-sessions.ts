import { execute, queryRows, type Connection } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { deleteFacts, updateFacts } from './facts.sql.js';
import { selectCompleteActions } from './judge-sessions.sql.js';
import { deleteStaged, selectStagedKeys } from './staging.sql.js';

/** What the completely read sessions did to the mart; those to be inserted are left in the staging table. */
export interface CompleteSessions {
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  readonly discarded: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** Start keys of facts that were updated or deleted, old and new. */
  readonly changedKeys: readonly number[];
}

interface ActionRow {
  readonly guid: string;
  readonly verdict: number;
  readonly held_key: number | null;
  readonly action: 'insert' | 'update' | 'delete' | 'same' | 'none';
}

/** Updates and deletes facts as the completely read sessions say; what is left in the staging table is to be inserted. */
export async function applyCompleteSessions(
  connection: Connection,
  map: KvpMap,
  auditKey: number,
  staged: number,
): Promise<CompleteSessions> {
  if (staged === 0) return { updated: 0, deleted: 0, unchanged: 0, discarded: 0, active: 0, changedKeys: [] };
  const rows = await queryRows<ActionRow>(connection, selectCompleteActions(map));
  const withAction = (...actions: ActionRow['action'][]): ActionRow[] => rows.filter((row) => actions.includes(row.action));
  const guidsOf = (some: readonly ActionRow[]): string[] => some.map(({ guid }) => guid);

  await execute(connection, deleteStaged(guidsOf(withAction('same', 'none', 'delete'))));
  const deleted = await execute(connection, deleteFacts(guidsOf(withAction('delete'))));
  const updated = guidsOf(withAction('update'));
  const newKeys = await queryRows<{ start_date_time_key: number }>(connection, selectStagedKeys(updated));
  await execute(connection, updateFacts(map, auditKey, updated));
  await execute(connection, deleteStaged(updated));
  return {
    updated: updated.length,
    deleted,
    unchanged: withAction('same').length,
    discarded: withAction('none', 'delete').length,
    active: withAction('insert', 'update').filter(({ verdict }) => verdict === 1).length,
    changedKeys: [
      ...withAction('update', 'delete').flatMap(({ held_key: key }) => (key === null ? [] : [key])),
      ...newKeys.map(({ start_date_time_key: key }) => key),
    ],
  };
}
