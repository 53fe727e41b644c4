import { execute, queryRows, type Connection } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { deleteFacts, updateFacts } from './facts.sql.js';
import { selectCompleteActions } from './judge-sessions.sql.js';
import { deleteStaged } from './staging.sql.js';

/** What the completely read sessions did to the mart; those to be inserted are left in the staging table. */
export interface CompleteSessions {
  readonly updated: readonly string[];
  readonly deleted: number;
  readonly unchanged: number;
  readonly discarded: number;
  /** Of those inserted or updated: not ended yet. */
  readonly active: number;
  /** Old start keys of facts that were updated or deleted. */
  readonly oldKeys: readonly number[];
}

interface ActionRow {
  readonly guid: string;
  readonly verdict: number;
  readonly held_key: number | null;
  readonly action: 'insert' | 'update' | 'delete' | 'same' | 'none';
}

/** Updates and deletes facts as the completely read sessions say, and takes out of the staging table what needs no insert. */
export async function applyCompleteSessions(
  connection: Connection,
  map: KvpMap,
  auditKey: number,
  staged: number,
): Promise<CompleteSessions> {
  if (staged === 0) return { updated: [], deleted: 0, unchanged: 0, discarded: 0, active: 0, oldKeys: [] };
  const rows = await queryRows<ActionRow>(connection, selectCompleteActions(map));
  const withAction = (...actions: ActionRow['action'][]): ActionRow[] => rows.filter((row) => actions.includes(row.action));
  const guidsOf = (some: readonly ActionRow[]): string[] => some.map(({ guid }) => guid);

  await execute(connection, deleteStaged(guidsOf(withAction('same', 'none', 'delete'))));
  const deleted = await execute(connection, deleteFacts(guidsOf(withAction('delete'))));
  const updated = guidsOf(withAction('update'));
  await execute(connection, updateFacts(map, auditKey, updated));
  return {
    updated,
    deleted,
    unchanged: withAction('same').length,
    discarded: withAction('none', 'delete').length,
    active: withAction('insert', 'update').filter(({ verdict }) => verdict === 1).length,
    oldKeys: withAction('update', 'delete').flatMap(({ held_key: key }) => (key === null ? [] : [key])),
  };
}
