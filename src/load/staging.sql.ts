import type { Statement } from '../db/connection.js';
import { isAttachedKey, presenceWords } from '../model/attached-key.js';
import { quoteIdentifier } from '../db/quote.js';
import { isText, toPresenceBit, type KvpMap, type MappedKey } from '../model/mapped-key.js';
import { attributeKeys, measureKeys } from '../model/session-batch.js';

type StagedType = 'text' | 'integer' | 'smallint' | 'bigint' | 'boolean';

/** A column of the staging table. */
export interface StagedColumn {
  readonly name: string;
  readonly type: StagedType;
  readonly isNullable?: boolean;
}

/** Name of a mapped column as PostgreSQL folds it. */
export const columnName = (key: MappedKey): string => key.column.toLowerCase();

/** Name of a key's staged column; a site may give a column of its own any name. */
const stagedName = (key: MappedKey): string => (isAttachedKey(key) ? `own_${key.number}` : columnName(key));

const stagedType = (key: MappedKey): StagedType =>
  isText(key) ? 'text' : key.type === 'own-number' ? 'bigint' : key.type === 'own-flag' ? 'smallint' : 'integer';

const ownMasks: readonly StagedColumn[] = [
  { name: 'own_present', type: 'bigint' },
  { name: 'own_absent', type: 'bigint' },
];

/** The columns of the staging table, in COPY order. */
export const stagedColumns = (map: KvpMap): StagedColumn[] => [
  { name: 'guid', type: 'text' },
  { name: 'verdict', type: 'smallint' },
  { name: 'needs_reread', type: 'smallint' },
  { name: 'is_complete', type: 'boolean' },
  { name: 'start_ts', type: 'integer' },
  { name: 'end_ts', type: 'integer' },
  { name: 'start_date_time_key', type: 'integer' },
  { name: 'end_date_time_key', type: 'integer' },
  { name: 'present', type: 'bigint' },
  { name: 'absent', type: 'bigint' },
  ...(presenceWords(map) > 2 ? ownMasks : []),
  ...attributeKeys(map).map((key): StagedColumn => ({
    name: stagedName(key),
    type: stagedType(key),
    isNullable: key.default === null,
  })),
  ...measureKeys(map).map((key): StagedColumn => ({ name: columnName(key), type: 'integer' })),
];

/** A mapped column of the mart and the staged expression that fills it. */
export interface FactColumn {
  readonly name: string;
  readonly staged: string;
}

/** Mapped columns of CHAT_SESSION_FACT, without audit keys. `staged` is SQL over `stg_chat_session`, `media_type`, `chat_session_dim`. */
export const factColumns = (map: KvpMap): FactColumn[] => {
  const direct = (name: string): FactColumn => ({ name, staged: `stg_chat_session.${name}` });
  return [
    { name: 'media_server_ixn_guid', staged: 'stg_chat_session.guid' },
    direct('start_date_time_key'),
    direct('end_date_time_key'),
    direct('start_ts'),
    direct('end_ts'),
    { name: 'media_type_key', staged: 'media_type.media_type_key' },
    { name: 'chat_session_dim_key', staged: 'chat_session_dim.id' },
    { name: 'active_flag', staged: 'stg_chat_session.verdict' },
    { name: 'kvp_present', staged: 'stg_chat_session.present' },
    ...attributeKeys(map)
      .filter((key) => key.table === 'CHAT_SESSION_FACT')
      .map((key) => direct(columnName(key))),
    ...measureKeys(map).map((key) => direct(columnName(key))),
  ];
};

/** The columns that identify a member of CHAT_SESSION_DIM. */
export const dimensionKeys = (map: KvpMap): Pick<StagedColumn, 'name' | 'type'>[] =>
  attributeKeys(map)
    .filter((key) => key.table === 'CHAT_SESSION_DIM')
    .map((key) => ({ name: columnName(key), type: isText(key) ? 'text' : 'integer' }));

/** SQL for the value of a key in the mart, over the fact and its dimensions; times as epoch seconds. */
export function heldValue(key: MappedKey): string {
  if (key.type === 'start') return 'chat_session_fact.start_ts';
  if (key.type === 'end') return 'chat_session_fact.end_ts';
  return isAttachedKey(key)
    ? `chat_session_attached_data.${quoteIdentifier(columnName(key))}`
    : `${key.table.toLowerCase()}.${columnName(key)}`;
}

/** SQL for the staged value of a key, comparable with `heldValue`. */
export function stagedValue(key: MappedKey): string {
  if (key.type === 'start') return 'stg_chat_session.start_ts';
  if (key.type === 'end') return 'stg_chat_session.end_ts';
  return `stg_chat_session.${stagedName(key)}`;
}

/** The bit of a key as an SQL literal. */
export const bitLiteral = (key: MappedKey): string => `${toPresenceBit(key)}::bigint`;

/** SQL for the masks of staged keys that a key belongs to. */
export const stagedMask = (key: MappedKey, mask: 'present' | 'absent'): string =>
  `stg_chat_session.${isAttachedKey(key) ? 'own_' : ''}${mask}`;

/** Creates the staging tables, which live as long as the session and are empty at the start of every transaction. */
export const createStaging = (map: KvpMap): Statement => ({
  text: `
    create temporary table if not exists stg_chat_session (
      ${stagedColumns(map)
        .map(({ name, type, isNullable }) => `${name} ${type}${isNullable === true ? '' : ' not null'}`)
        .join(',\n      ')}
    ) on commit delete rows;
    create temporary table if not exists stg_discard (
      guid text not null,
      code integer not null,
      reason text not null,
      keyname text,
      raw_value text
    ) on commit delete rows;
    create index if not exists stg_discard_guid on pg_temp.stg_discard (guid)`,
});

export const copyIntoStaging = (map: KvpMap): string =>
  `copy pg_temp.stg_chat_session (${stagedColumns(map)
    .map(({ name }) => name)
    .join(', ')}) from stdin`;

export const COPY_INTO_DISCARDS = `copy pg_temp.stg_discard (guid, code, reason, keyname, raw_value) from stdin`;

/** Updates the planner's row counts of the staging tables. One column suffices; all fifty cost more than the load itself. */
export const ANALYZE_STAGING = `analyze pg_temp.stg_chat_session (guid); analyze pg_temp.stg_discard (guid)`;

/** The ids of the staged sessions. */
export const STAGED_GUIDS = 'select guid from pg_temp.stg_chat_session';

/** Removes sessions from the staging table. */
export const deleteStaged = (guids: readonly string[]): Statement => ({
  text: `delete from pg_temp.stg_chat_session where guid = any ($1)`,
  values: [guids],
});

export const deleteStagedDiscards = (guids: readonly string[]): Statement => ({
  text: `delete from pg_temp.stg_discard where guid = any ($1)`,
  values: [guids],
});

/** How many sessions are staged as facts, and their span for the calendar; nulls if there are none. */
export const selectStagedSpan: Statement = {
  text: `
    select
      count(*) as sessions,
      min(start_ts) as from_ts,
      max(greatest(start_ts, end_ts)) as to_ts
    from pg_temp.stg_chat_session
    where verdict <> 2`,
};
