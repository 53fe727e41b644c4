import type { Statement } from '../db/connection.js';
import type { KvpMap } from '../model/mapped-key.js';
import { stagedColumns } from './staged-columns.js';

/** The staging tables live as long as the session and are empty at the start of every transaction. */
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

/** Tells the planner how many rows are staged. One column is enough for that; all fifty cost more than the load itself. */
export const ANALYZE_STAGING = `analyze pg_temp.stg_chat_session (guid); analyze pg_temp.stg_discard (guid)`;

/** Takes sessions out of the staging table. */
export const deleteStaged = (guids: readonly string[]): Statement => ({
  text: `delete from pg_temp.stg_chat_session where guid = any ($1)`,
  values: [guids],
});

export const deleteStagedDiscards = (guids: readonly string[]): Statement => ({
  text: `delete from pg_temp.stg_discard where guid = any ($1)`,
  values: [guids],
});

/** How many sessions are staged as facts, and their span for the calendar: nulls when none is. */
export const selectStagedSpan: Statement = {
  text: `
    select
      count(*) as sessions,
      min(start_ts) as from_ts,
      max(greatest(start_ts, end_ts)) as to_ts
    from pg_temp.stg_chat_session
    where verdict <> 2`,
};
