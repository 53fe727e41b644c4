import { execute, queryRows, type Connection } from '../db/connection.js';
import { FED_FACT_COLUMNS, type AttachedKey } from '../model/attached-key.js';
import { ConfigError } from '../model/errors.js';
import type { KvpMap } from '../model/mapped-key.js';
import { executeAll } from './written-rows.js';
import {
  addAttachedColumn,
  commentOnAttached,
  selectAttachedColumns,
  selectAttachedKeys,
  updatePersonalKeys,
  upsertAttachedKey,
} from './attached-keys.sql.js';

/** The own keys that the mart loads. All jobs ask the mart, so that they agree whatever their configurations say. */
export const readAttachedKeys = (mart: Connection): Promise<AttachedKey[]> => queryRows<AttachedKey>(mart, selectAttachedKeys);

/** What became of the own keys of a mart. */
export interface AttachedChange {
  /** Have a column that is new, or is filled again, or from another key. */
  readonly filled: readonly AttachedKey[];
  /** Keep their columns, which are no longer filled. */
  readonly stopped: readonly AttachedKey[];
  /** How many may identify a person now, or no longer. */
  readonly marked: number;
}

/** Columns of the side table itself. */
const OWN_COLUMNS = ['MEDIA_SERVER_IXN_GUID', 'CREATE_AUDIT_KEY', 'UPDATE_AUDIT_KEY'];

/** Columns of the fact that no key fills; a column of that name in the side table would be mistaken for them. */
const FACT_COLUMNS =
  'START_DATE_TIME_KEY END_DATE_TIME_KEY TENANT_KEY MEDIA_TYPE_KEY CHAT_SESSION_DIM_KEY PRODUCER_BATCH_ID START_TS END_TS ACTIVE_FLAG KVP_PRESENT'.split(
    ' ',
  );

/**
 * Makes the own keys of a mart those of the setting: adds columns, and stops and resumes filling them. It never renames, retypes or drops a
 * column. Call it in a transaction, under the writer lock. Errors: `ConfigError` for keys that cannot be own keys of this mart.
 */
export async function applyAttachedKeys(
  mart: Connection,
  map: KvpMap,
  wanted: readonly AttachedKey[],
  nowTs: number,
): Promise<AttachedChange> {
  const present = await queryRows<AttachedKey & { readonly is_filled: boolean }>(mart, selectAttachedColumns);
  const problems = wanted.flatMap((own) => toProblem(own, map, present) ?? []);
  if (problems.length > 0)
    throw new ConfigError('bad-attached-data', `The setting attached-data does not fit this mart:\n${problems.join('\n')}`, {
      state: 'nothing-changed',
      next: 'Correct the setting.',
      again: 'then',
    });
  const held = new Map(present.map((own) => [own.column, own]));
  const filled = wanted.filter(({ key, column }) => held.get(column)?.key !== key || held.get(column)?.is_filled !== true);
  const names = new Set(wanted.map(({ column }) => column));
  const stopped = present.filter(({ column, is_filled: isFilled }) => isFilled && !names.has(column));
  for (const own of filled) {
    if (!held.has(own.column)) await execute(mart, { text: addAttachedColumn(own) });
    await record(mart, own, true, nowTs);
  }
  for (const own of stopped) await record(mart, own, false, nowTs);
  return { filled, stopped, marked: await execute(mart, updatePersonalKeys(wanted)) };
}

async function record(mart: Connection, own: AttachedKey, isFilled: boolean, nowTs: number): Promise<void> {
  await execute(mart, { text: commentOnAttached(own, isFilled) });
  await executeAll(mart, upsertAttachedKey(own, isFilled, nowTs), { table: 'chatmart_attached_key', verb: 'inserted', wanted: 1 });
}

function toProblem({ key, column, kind }: AttachedKey, map: KvpMap, present: readonly AttachedKey[]): string | undefined {
  const mapped = map.keys.find(({ kvp }) => kvp === key);
  if (mapped !== undefined) return `key ${JSON.stringify(key)} is one of Chat Server's; ${mapped.table}.${mapped.column} has it`;
  if (OWN_COLUMNS.includes(column) || FACT_COLUMNS.includes(column) || map.keys.some((other) => other.column === column))
    return `as ${column}: the mart has a column of that name; choose another`;
  const needed = FED_FACT_COLUMNS[column];
  if (needed !== undefined && kind !== needed) return `as ${column}: the column of CHAT_SESSION_FACT needs the kind ${needed}, not ${kind}`;
  const other = present.find((own) => own.column === column);
  return other === undefined || other.kind === kind
    ? undefined
    : `as ${column}: the column exists with the kind ${other.kind}, not ${kind}; choose another name`;
}
