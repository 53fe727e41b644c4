import type { Statement } from '../../db/connection.js';
import { countWritten } from '../../mart/written-rows.js';
import { INTERVAL_SECONDS } from '../../model/date-time-key.js';

/** The start of a key's month (UTC), or of the month after it, in epoch seconds. */
const monthOf = (key: string, months: 0 | 1): string =>
  `extract(epoch from date_trunc('month', to_timestamp(${key}) at time zone 'UTC') + interval '${months} months')::integer`;

/** Facts that began before a key, one row per month. */
export const selectMonthsBefore = (keptFromKey: number): Statement => ({
  text: `
    select
      ${monthOf('start_date_time_key', 0)} as month_ts,
      count(*) as facts
    from chat_session_fact
    where start_date_time_key < $1
    group by 1
    order by 1`,
  values: [keptFromKey],
});

/** One row: the oldest key of a fact from a key on and before another one; null: there is none. */
export const selectOldestKey = (fromKey: number, keptFromKey: number): Statement => ({
  text: `
    select min(start_date_time_key) as from_key
    from chat_session_fact
    where start_date_time_key >= $1 and start_date_time_key < $2`,
  values: [fromKey, keptFromKey],
});

/** One row: the facts to purge from the oldest key on: about `limit` of its month, in whole intervals. */
export const selectNextPurge = (fromKey: number, limit: number): Statement => ({
  text: `
    with month as (
      select
        ${monthOf('$1::integer', 0)} as month_ts,
        ${monthOf('$1::integer', 1)} as month_end_ts
    )
    select
      month_ts,
      month_end_ts,
      greatest(
        $1::integer + ${INTERVAL_SECONDS},
        coalesce(
          (
            select start_date_time_key
            from chat_session_fact
            where start_date_time_key >= $1::integer and start_date_time_key < (select month_end_ts from month)
            order by start_date_time_key
            offset $2
            limit 1
          ),
          month_end_ts
        )
      ) as to_key
    from month`,
  values: [fromKey, limit],
});

/** Resolves open discards of purged facts: there is nothing left to repair. For `executeCounted`, like the next one. */
export const resolveDiscardsOfFacts = (fromKey: number, toKey: number, nowTs: number): Statement => ({
  text: countWritten(
    `
      select discard_id
      from stg_transform_discards
      where resolved_ts is null
        and guid in (
          select media_server_ixn_guid
          from chat_session_fact
          where start_date_time_key >= $1 and start_date_time_key < $2
        )`,
    `
      update stg_transform_discards
      set resolved_ts = $3
      from wanted
      where stg_transform_discards.discard_id = wanted.discard_id`,
  ),
  values: [fromKey, toKey, nowTs],
});

export const countFactsBetween = (fromKey: number, toKey: number): Statement => ({
  text: `select count(*) as facts from chat_session_fact where start_date_time_key >= $1 and start_date_time_key < $2`,
  values: [fromKey, toKey],
});

/** Deletes the own values of facts, before these. */
export const deleteAttachedBetween = (fromKey: number, toKey: number): Statement => ({
  text: countWritten(
    `
      select media_server_ixn_guid as guid
      from chat_session_attached_data
      join chat_session_fact using (media_server_ixn_guid)
      where start_date_time_key >= $1 and start_date_time_key < $2`,
    `
      delete from chat_session_attached_data
      using wanted
      where chat_session_attached_data.media_server_ixn_guid = wanted.guid`,
  ),
  values: [fromKey, toKey],
});

/** Deletes up to `limit` interactions of which only own keys came, none since an instant. */
export const deleteWaitingBefore = (keptFromTs: number, limit: number): Statement => ({
  text: countWritten(
    `
      select guid
      from chatmart_attached_waiting
      where seen_ts < $1
      limit $2`,
    `
      delete from chatmart_attached_waiting
      using wanted
      where chatmart_attached_waiting.guid = wanted.guid`,
  ),
  values: [keptFromTs, limit],
});

export const deleteFactsBetween = (fromKey: number, toKey: number): Statement => ({
  text: `delete from chat_session_fact where start_date_time_key >= $1 and start_date_time_key < $2`,
  values: [fromKey, toKey],
});
