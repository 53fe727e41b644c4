import type { Statement } from '../../../db/connection.js';
import { INTERVAL_SECONDS, OPEN_END_KEY } from '../../../model/date-time-key.js';
import { selectErased, toGuidHash } from '../../../mart/erased.sql.js';
import { DISCARD, NO_FACT, NOT_READ, type DiscardName } from '../../../model/discard.js';

const toCodes = (names: readonly DiscardName[]): number[] => names.map((name) => DISCARD[name].code);

/** Interactions that have both a session and a discard saying that there is none. */
export const sessionsDiscardedAsWell = (): Statement => ({
  text: `select
  'session ' || chat_session_fact.media_server_ixn_guid || ': open discard ' || stg_transform_discards.reason as breach
from stg_transform_discards
join chat_session_fact on chat_session_fact.media_server_ixn_guid = stg_transform_discards.guid
where stg_transform_discards.resolved_ts is null
  and stg_transform_discards.code in (${toCodes(NO_FACT).join(', ')})`,
});

const intervalOf = (column: string): string => `${column} - ${column} % ${INTERVAL_SECONDS}`;

/** Facts whose keys, times and state contradict each other. */
export const sessionsWithOddTimes = (): Statement => ({
  text: `select
  'session ' || media_server_ixn_guid
    || ': ' || concat_ws(', ', 'START_TS ' || start_ts, 'START_DATE_TIME_KEY ' || start_date_time_key, 'END_TS ' || end_ts,
      'END_DATE_TIME_KEY ' || end_date_time_key, 'ACTIVE_FLAG ' || active_flag) as breach
from chat_session_fact
where start_date_time_key <> ${intervalOf('start_ts')}
  or end_date_time_key <> case active_flag when 1 then ${OPEN_END_KEY} else ${intervalOf('end_ts')} end
  or case active_flag when 1 then end_ts <> 0 else end_ts < start_ts end`,
});

/** Those of the interactions for which the mart has neither a session nor a reason why not; erasure is such a reason. */
export const unknownInteractions = (guids: readonly string[]): Statement => ({
  text: `select seen.guid
from unnest($1::text[]) as seen (guid)
where seen.guid not in (select media_server_ixn_guid from chat_session_fact where media_server_ixn_guid = any ($1::text[]))
  and seen.guid not in (
    select guid
    from stg_transform_discards
    where guid = any ($1::text[])
      and resolved_ts is null
      and code = any ($2::int[])
  )
  and seen.guid not in (${selectErased(guids).text})`,
  values: [guids, toCodes([...NO_FACT, ...NOT_READ])],
});

/** Facts and discards of erased interactions: restored from a backup that is older than their tombstones. */
export const sessionsErasedAndThere = (): Statement => ({
  text: `with salts as materialized (
  select distinct salt
  from chatmart_erased
),
there as (
  select media_server_ixn_guid as guid, 'session ' || media_server_ixn_guid as what
  from chat_session_fact
  union
  select guid, 'discards of ' || guid
  from stg_transform_discards
  union
  select media_server_ixn_guid, 'own values of ' || media_server_ixn_guid
  from chat_session_attached_data
  union
  select guid, 'own keys of ' || guid
  from chatmart_attached_waiting
)
select what || ': it was erased' as breach
from salts
cross join there
join chatmart_erased on chatmart_erased.guid_hash = ${toGuidHash('salts.salt', 'there.guid')}`,
});
