import type { Statement } from '../db/connection.js';
import type { SourceState } from './source-window.js';

/** The row of CTL_DS of a source that was never seen. Looked up first, because an insert that conflicts uses up a key. */
export const insertDataSource = (sourceName: string, tableName: string): Statement => ({
  text: `
    insert into ctl_ds (source_name, description)
    select $1::varchar, $2::varchar
    where not exists (select from ctl_ds where source_name = $1::varchar)
    on conflict (source_name) do nothing`,
  values: [sourceName, tableName],
});

export const insertSource = (sourceName: string, tableName: string): Statement => ({
  text: `
    insert into chatmart_source (source_name, data_source_key, table_name)
    select source_name, data_source_key, $2::varchar
    from ctl_ds
    where source_name = $1::varchar
    on conflict (source_name) do update set table_name = excluded.table_name`,
  values: [sourceName, tableName],
});

export const selectSource = (sourceName: string): Statement => ({
  text: `
    select
      source_name,
      data_source_key,
      table_name,
      last_ceiling::text as last_ceiling,
      window_ceiling::text as window_ceiling,
      window_position,
      window_end_id,
      window_from::text as window_from,
      window_is_whole,
      window_file,
      marks,
      complete_until,
      whole_ceiling::text as whole_ceiling,
      whole_at,
      unread_from::text as unread_from,
      identity,
      id_order,
      revision
    from chatmart_source
    where source_name = $1`,
  values: [sourceName],
});

/** Transaction numbers as text: JSON's numbers lack the precision. */
const toJson = (value: unknown): string => JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part));

/** Moves the watermark if it is still where this run left it. */
export const updateSource = (state: SourceState, now: Date): Statement => ({
  text: `
    update chatmart_source
    set last_ceiling = $3::numeric,
      window_ceiling = $4::numeric,
      window_position = $5,
      window_end_id = $6,
      marks = $7::jsonb,
      complete_until = $8::timestamptz at time zone 'UTC',
      last_run_at = $9::timestamptz at time zone 'UTC',
      window_from = $10::numeric,
      window_is_whole = $11,
      whole_ceiling = $12::numeric,
      whole_at = $13::timestamptz at time zone 'UTC',
      identity = $14::jsonb,
      id_order = $15::jsonb,
      window_file = $16,
      unread_from = $17::numeric,
      revision = revision + 1
    where source_name = $1 and revision = $2`,
  values: [
    state.sourceName,
    state.revision,
    state.lastCeiling?.toString() ?? null,
    state.window?.ceiling.toString() ?? null,
    state.window?.position ?? null,
    state.window?.endId ?? null,
    toJson(state.marks),
    state.completeUntil?.toISOString() ?? null,
    now.toISOString(),
    state.window?.from?.toString() ?? null,
    state.window?.isWhole ?? false,
    state.wholeCeiling?.toString() ?? null,
    state.wholeAt?.toISOString() ?? null,
    state.identity === null ? null : toJson(state.identity),
    state.idOrder == null ? null : toJson(state.idOrder),
    state.window?.file ?? null,
    state.unreadFrom?.toString() ?? null,
  ],
});

/** Sources for which ADDED_TS, not the id, decides which of two rows of a key is the newer. */
export const selectSourcesByTime: Statement = {
  text: `
    select source_name
    from chatmart_source
    where id_order @> '{"isByTime": true}'`,
};
