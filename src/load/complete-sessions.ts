import { execute, queryRows, type Connection } from '../db/connection.js';
import { executeAll } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import { selectStagedGroups, deleteFacts, updateFacts, type ChangedGroup } from './facts.sql.js';
import { selectCompleteActions } from './judge.sql.js';
import { deleteStaged } from './staging.sql.js';

/** What the completely read sessions did to the mart; those to be inserted are left in the staging table. */
export interface CompleteSessions {
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** No fact any more, or none though they are new. */
  readonly discarded: number;
  /** No fact, as an earlier chunk has put on record. */
  readonly stillDiscarded: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** Of those updated or deleted: had ended already. */
  readonly late: number;
  /** Where facts that were updated or deleted lie in the aggregates, and lay before. */
  readonly changedGroups: readonly ChangedGroup[];
}

interface ActionRow {
  readonly guid: string;
  readonly verdict: number;
  readonly held_start_key: number | null;
  readonly held_tenant_key: number;
  readonly held_media_type_key: number;
  readonly held_session_dim_key: number;
  readonly held_active_flag: number | null;
  readonly action: 'insert' | 'update' | 'delete' | 'same' | 'none' | 'still none';
}

/**
 * Updates and deletes facts as the completely read sessions say; what is left in the staging table is to be inserted. Expired ones do not count
 * as discarded.
 */
export async function applyCompleteSessions(
  connection: Connection,
  map: KvpMap,
  auditKey: number,
  { staged, expired }: { readonly staged: number; readonly expired: readonly string[] },
): Promise<CompleteSessions> {
  if (staged === 0) return { updated: 0, deleted: 0, unchanged: 0, discarded: 0, stillDiscarded: 0, active: 0, late: 0, changedGroups: [] };
  const rows = await queryRows<ActionRow>(connection, selectCompleteActions(map));
  const withAction = (...actions: ActionRow['action'][]): ActionRow[] => rows.filter((row) => actions.includes(row.action));
  const left = new Set(expired);
  const isKept = ({ guid }: ActionRow): boolean => !left.has(guid);
  const guidsOf = (some: readonly ActionRow[]): string[] => some.map(({ guid }) => guid);

  await execute(connection, deleteStaged(guidsOf(withAction('same', 'none', 'still none', 'delete'))));
  const gone = guidsOf(withAction('delete'));
  const deleted = await executeAll(connection, deleteFacts(gone), { table: 'chat_session_fact', verb: 'deleted', wanted: gone.length });
  const updated = guidsOf(withAction('update'));
  const newGroups = updated.length === 0 ? [] : await queryRows<ChangedGroup>(connection, selectStagedGroups(map, updated));
  await executeAll(connection, updateFacts(map, auditKey, updated), {
    ...{ table: 'chat_session_fact', verb: 'updated', wanted: updated.length },
  });
  await execute(connection, deleteStaged(updated));
  return {
    updated: updated.length,
    deleted,
    unchanged: withAction('same').length,
    discarded: withAction('none', 'delete').filter(isKept).length,
    stillDiscarded: withAction('still none').filter(isKept).length,
    active: withAction('insert', 'update').filter(({ verdict }) => verdict === 1).length,
    late: withAction('update', 'delete').filter(({ held_active_flag: active }) => active === 0).length,
    changedGroups: [
      ...withAction('update', 'delete').flatMap((row) => (row.held_start_key === null ? [] : [toHeldGroup(row, row.held_start_key)])),
      ...newGroups,
    ],
  };
}

const toHeldGroup = (row: ActionRow, startKey: number): ChangedGroup => ({
  start_date_time_key: startKey,
  tenant_key: row.held_tenant_key,
  media_type_key: row.held_media_type_key,
  chat_session_dim_key: row.held_session_dim_key,
});
