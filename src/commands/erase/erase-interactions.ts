import { execute, queryRow, queryRows, type Connection } from '../../db/connection.js';
import { executeAll, executeCounted, requireWritten } from '../../mart/written-rows.js';
import {
  deleteAttachedData,
  deleteDiscards,
  deleteFactsWithMembers,
  deleteFromRevisits,
  deleteFromWaiting,
  deleteMembers,
  insertGroupsOfFacts,
  insertTombstones,
  selectHeld,
  selectMembersOutOfUse,
  selectMessagesNaming,
  updateMessage,
  type TextDimension,
} from './erase-interactions.sql.js';

/** What the mart holds of the interactions. */
export interface HeldOfInteractions {
  readonly facts: number;
  /** Rows of own values, and interactions of which only such have come. */
  readonly attached: number;
  readonly waiting: number;
  readonly discards: number;
  readonly revisits: number;
  /** Interactions that already have a tombstone. */
  readonly erased: number;
}

/** What erasing has deleted so far. */
export interface ErasedRows {
  /** Interactions that have just got a tombstone. */
  readonly tombstones: number;
  readonly facts: number;
  readonly discards: number;
  readonly revisits: number;
  /** Messages of jobs that named an interaction. */
  readonly messages: number;
  /** Dimension members that the facts referred to, for `eraseMembersOutOfUse`. */
  readonly sessionDimKeys: readonly number[];
  readonly mediaTypeKeys: readonly number[];
}

/** Replaces the interaction's ID in messages. */
const ERASED_TEXT = '(erased)';

const SESSION_DIM: TextDimension = { table: 'chat_session_dim', key: 'id', reference: 'chat_session_dim_key', isUnnamed: 'true' };
const MEDIA_TYPE: TextDimension = {
  ...{ table: 'media_type', key: 'media_type_key', reference: 'media_type_key' },
  isUnnamed: 'media_name = media_name_code',
};

/** Counts what the mart holds of the interactions. */
export const countHeld = (connection: Connection, guids: readonly string[]): Promise<HeldOfInteractions> =>
  queryRow<HeldOfInteractions>(connection, selectHeld(guids));

/**
 * Deletes every row of the interactions, marks their groups for aggregation, and leaves a tombstone for each, even if the mart does not
 * know it. Call it in the caller's transaction, under the writer lock, before the aggregation.
 */
export async function eraseInteractions(
  connection: Connection,
  { guids, auditKey, nowTs }: { readonly guids: readonly string[]; readonly auditKey: number; readonly nowTs: number },
): Promise<ErasedRows> {
  const tombstones = await execute(connection, insertTombstones(guids, auditKey, nowTs));
  await executeCounted(connection, insertGroupsOfFacts(guids, auditKey), { table: 'chatmart_pending_agg', verb: 'inserted' });
  const facts = await queryRows<{ chat_session_dim_key: number; media_type_key: number }>(connection, deleteFactsWithMembers(guids));
  const attached = await execute(connection, deleteAttachedData(guids));
  const waiting = await execute(connection, deleteFromWaiting(guids));
  const discards = await execute(connection, deleteDiscards(guids));
  const revisits = await execute(connection, deleteFromRevisits(guids));
  await requireErased(connection, guids, { tombstones, facts: facts.length, attached, waiting, discards, revisits });
  return {
    tombstones,
    facts: facts.length,
    discards,
    revisits,
    messages: await eraseFromMessages(connection, guids),
    sessionDimKeys: [...new Set(facts.map((fact) => fact.chat_session_dim_key))],
    mediaTypeKeys: [...new Set(facts.map((fact) => fact.media_type_key))],
  };
}

/** Throws if anything but the tombstones is left of the interactions. */
async function requireErased(
  connection: Connection,
  guids: readonly string[],
  { tombstones, facts, attached, waiting, discards, revisits }: Omit<HeldOfInteractions, 'erased'> & { readonly tombstones: number },
): Promise<void> {
  const left = await countHeld(connection, guids);
  for (const [table, written, more] of [
    ['chat_session_fact', facts, left.facts],
    ['chat_session_attached_data', attached, left.attached],
    ['chatmart_attached_waiting', waiting, left.waiting],
    ['stg_transform_discards', discards, left.discards],
    ['chatmart_revisit', revisits, left.revisits],
  ] as const)
    await requireWritten(connection, { table, verb: 'deleted', wanted: written + more, written });
  const wanted = tombstones + guids.length - left.erased;
  await requireWritten(connection, { table: 'chatmart_erased', verb: 'inserted', wanted, written: tombstones });
}

/** Deletes dimension members that only erased facts used: they copy the facts' texts. Call it after the aggregation, in its transaction. */
export async function eraseMembersOutOfUse(connection: Connection, { sessionDimKeys, mediaTypeKeys }: ErasedRows): Promise<number> {
  let deleted = 0;
  for (const [dimension, keys] of [
    [SESSION_DIM, sessionDimKeys],
    [MEDIA_TYPE, mediaTypeKeys],
  ] as const) {
    const outOfUse = await queryRows<{ key: number }>(connection, selectMembersOutOfUse(dimension, keys));
    if (outOfUse.length === 0) continue;
    const keysOutOfUse = outOfUse.map(({ key }) => key);
    deleted += await executeCounted(connection, deleteMembers(dimension, keysOutOfUse), { table: dimension.table, verb: 'deleted' });
  }
  return deleted;
}

/** Removes the interactions' IDs from the messages of jobs: an error may have named one. */
async function eraseFromMessages(connection: Connection, guids: readonly string[]): Promise<number> {
  const rows = await queryRows<{ job_id: string; job_name: string; message: string }>(connection, selectMessagesNaming(guids));
  let changed = 0;
  for (const { job_id: jobId, job_name: jobName, message } of rows) {
    const without = guids.reduce((text, guid) => text.replace(wholeWord(guid), ERASED_TEXT), message);
    if (without !== message)
      changed += await executeAll(connection, updateMessage(jobId, jobName, without), {
        table: 'ctl_etl_history',
        verb: 'updated',
        wanted: 1,
      });
  }
  return changed;
}

/** An ID inside a longer word is a different ID. */
const wholeWord = (guid: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${guid.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'gu');
