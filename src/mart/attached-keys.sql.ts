import type { Statement } from '../db/connection.js';
import { quoteIdentifier, quoteLiteral } from '../db/quote.js';
import type { AttachedKey, AttachedKind } from '../model/attached-key.js';
import type { MappedKey } from '../model/mapped-key.js';

/** The own keys that are loaded, in an order that does not change while they do not. */
export const selectAttachedKeys: Statement = {
  text: `
    select key_name as key, column_name as column, kind
    from chatmart_attached_key
    where is_filled = 1
    order by column_name`,
};

/** All columns of own keys, whether they are filled or not. */
export const selectAttachedColumns: Statement = {
  text: `
    select key_name as key, column_name as column, kind, is_filled = 1 as is_filled
    from chatmart_attached_key
    order by column_name`,
};

/** SQL for the same as one JSON value; null: there are none. */
export const selectOwnKeys = `select json_agg(own) from (${selectAttachedColumns.text}
  ) as own`;

const TYPE_OF_KIND: Readonly<Record<AttachedKind, string>> = {
  attribute: 'varchar(1024)',
  measure: 'bigint',
  flag: 'smallint',
  time: 'integer',
};

const UNIT_OF_KIND: Readonly<Record<AttachedKind, string>> = {
  attribute: '',
  measure: ' Unit: as the key has it.',
  flag: ' Unit: flag.',
  time: ' Unit: epoch seconds.',
};

/** Adds the column of an own key; its values are NULL, so that no row is rewritten. */
export const addAttachedColumn = ({ column, kind }: AttachedKey): string =>
  `alter table chat_session_attached_data add column ${quoteIdentifier(column.toLowerCase())} ${TYPE_OF_KIND[kind]}`;

/** Describes the column of an own key. */
export const commentOnAttached = ({ column, key, kind }: AttachedKey, isFilled: boolean): string =>
  `comment on column chat_session_attached_data.${quoteIdentifier(column.toLowerCase())} is ${quoteLiteral(
    `Own user data of the site, ${kind === 'attribute' ? 'an attribute' : `a ${kind}`}.${UNIT_OF_KIND[kind]} Source: user-data key ${key}. ` +
      `Extension of chatmart. NULL: the key is absent or has no such value.${isFilled ? '' : ' No longer filled: the setting attached-data does not name the key.'}`,
  )}`;

/** Records an own key and whether it is filled. */
export const upsertAttachedKey = ({ key, column, kind }: AttachedKey, isFilled: boolean, nowTs: number): Statement => ({
  text: `
    insert into chatmart_attached_key (column_name, key_name, kind, is_filled, since_ts)
    values ($1, $2, $3, $4, $5)
    on conflict (column_name) do update
    set key_name = excluded.key_name, is_filled = excluded.is_filled, since_ts = excluded.since_ts`,
  values: [column, key, kind, isFilled ? 1 : 0, nowTs],
});

/** Records whether the values of own keys may identify a person, where that changes. */
export const updatePersonalKeys = (own: readonly AttachedKey[]): Statement => ({
  text: `
    update chatmart_attached_key
    set is_personal = wanted.is_personal
    from unnest($1::text[], $2::smallint[]) as wanted (column_name, is_personal)
    where chatmart_attached_key.column_name = wanted.column_name
      and chatmart_attached_key.is_personal is distinct from wanted.is_personal`,
  values: [own.map(({ column }) => column), own.map(({ personal }) => (personal === undefined ? null : Number(personal)))],
});

/** Columns of own keys whose values may identify a person, lower case. Attributes may, unless the setting says otherwise. */
export const selectPersonalKeys: Statement = {
  text: `
    select lower(column_name) as name
    from chatmart_attached_key
    where coalesce(is_personal, (kind = 'attribute')::integer) = 1`,
};

/** The value of an own key as a column of the fact holds it: THREAD_ID has 64 characters, the others are integers from 0 on. */
export const fedValue = (key: MappedKey): string => {
  const value = `chat_session_attached_data.${key.column.toLowerCase()}`;
  return key.type === 'own-text' ? `left(${value}, 64)` : `case when ${value} between 0 and 2147483647 then ${value}::integer end`;
};
