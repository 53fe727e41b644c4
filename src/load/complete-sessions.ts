import { execute, queryRows, type Connection } from '../db/connection.js';
import { executeAll, executeCounted } from '../mart/written-rows.js';
import type { KvpMap } from '../model/mapped-key.js';
import { deleteAttached } from './attached-data.sql.js';
import { selectStagedGroups, deleteFacts, updateFacts, type ChangedGroup } from './facts.sql.js';
import { selectCompleteActions } from './judge.sql.js';
import { deleteStaged } from './staging.sql.js';

/** What the fully read sessions changed in the mart. Sessions to be inserted stay in the staging table. */
export interface CompleteSessions {
  /** A session of which only own values changed counts as well. */
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** Have no fact: theirs was deleted, or they are new and get none. */
  readonly discarded: number;
  /** Have no fact, and an earlier chunk has already recorded that. */
  readonly stillDiscarded: number;
  /** Inserted or updated sessions that have not ended yet. */
  readonly active: number;
  /** Updated or deleted sessions that had already ended. */
  readonly late: number;
  /** Aggregate groups of the updated or deleted facts, before and after. */
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
 * Updates and deletes facts to match the fully read sessions. Sessions left in the staging table are to be inserted. Expired sessions do
 * not count as discarded.
 */
export async function applyCompleteSessions(
  connection: Connection,
  map: KvpMap,
  auditKey: number,
  {
    staged,
    expired,
    attached,
  }: {
    readonly staged: number;
    readonly expired: readonly string[];
    /** Interactions whose own values have just been written. */
    readonly attached: ReadonlySet<string>;
  },
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
  if (gone.length > 0) await executeCounted(connection, deleteAttached(gone), { table: 'chat_session_attached_data', verb: 'deleted' });
  const updated = guidsOf(withAction('update'));
  const newGroups = updated.length === 0 ? [] : await queryRows<ChangedGroup>(connection, selectStagedGroups(map, updated));
  await executeAll(connection, updateFacts(map, auditKey, updated), {
    ...{ table: 'chat_session_fact', verb: 'updated', wanted: updated.length },
  });
  await execute(connection, deleteStaged(updated));
  const ownOnly = withAction('same').filter(({ guid }) => attached.has(guid));
  return {
    updated: updated.length + ownOnly.length,
    deleted,
    unchanged: withAction('same').length - ownOnly.length,
    discarded: withAction('none', 'delete').filter(isKept).length,
    stillDiscarded: withAction('still none').filter(isKept).length,
    active: withAction('insert', 'update').filter(({ verdict }) => verdict === 1).length,
    late: [...withAction('update', 'delete'), ...ownOnly].filter(({ held_active_flag: active }) => active === 0).length,
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
