import type { Statement } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import { DISCARD } from '../model/discard.js';
import { attachedKeys, withoutAttachedKeys } from '../model/attached-key.js';
import type { KvpMap } from '../model/mapped-key.js';
import { heldRows, joinAttached } from './attached-data.sql.js';
import { SAME_DISCARD } from './discards.sql.js';
import { bitLiteral, factColumns, heldValue, STAGED_GUIDS, stagedMask, stagedValue } from './staging.sql.js';

/** Discards for a missing time. It may be in another chunk, so it is not a bad value. */
const MISSING_TIMES = `(${DISCARD.NO_START.code}, ${DISCARD.NO_END.code})`;

const joinHeld = `
      left join ${heldRows('chat_session_fact', STAGED_GUIDS)} on chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
      left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
      left join media_type on media_type.media_type_key = chat_session_fact.media_type_key`;

/**
 * Which staged sessions are not simply new: `same` if the mart holds every key of the chunk with the same value and the same recorded
 * problems for these keys; `reread` if all rows of the interaction are needed to decide.
 */
export const selectJudgedSessions = (map: KvpMap): Statement => ({
  text: `
    with contradicted as materialized (
      -- The chunk shows a problem that is not recorded.
      select stg_discard.guid
      from pg_temp.stg_discard
      left join stg_transform_discards on ${SAME_DISCARD} and stg_transform_discards.resolved_ts is null
      where stg_discard.code not in ${MISSING_TIMES} and stg_transform_discards.guid is null
      union
      -- A recorded problem is about a key in the chunk, and the chunk does not show it.
      select stg_chat_session.guid
      from pg_temp.stg_chat_session
      join stg_transform_discards on stg_transform_discards.guid = stg_chat_session.guid and stg_transform_discards.resolved_ts is null
      join (values ${withoutAttachedKeys(map)
        .keys.map((key) => `(${quoteLiteral(key.kvp)}, ${bitLiteral(key)})`)
        .join(', ')}) as mapped (keyname, bit)
        on mapped.keyname = stg_transform_discards.keyname
      left join pg_temp.stg_discard on ${SAME_DISCARD}
      where (stg_chat_session.present | stg_chat_session.absent) & mapped.bit <> 0 and stg_discard.guid is null${contradictedOwn(map)}
      union
      -- The IDBs of the HA pair disagree: any further row can change which one wins.
      select stg_chat_session.guid
      from pg_temp.stg_chat_session
      join stg_transform_discards on stg_transform_discards.guid = stg_chat_session.guid and stg_transform_discards.resolved_ts is null
      where stg_transform_discards.code = ${DISCARD.TWINS_DISAGREE.code}
    )
    select guid, verdict_of_chunk
    from (
      select
        stg_chat_session.guid,
        case
          -- An interaction recorded as too long is not reread for further rows, only on request (no row staged).
          when ${sawAny(map)} <> 0 and exists (
            select from stg_transform_discards
            where stg_transform_discards.guid = stg_chat_session.guid
              and stg_transform_discards.code = ${DISCARD.TOO_MANY_ROWS.code}
              and stg_transform_discards.resolved_ts is null
          ) then 'same'
          when stg_chat_session.needs_reread = 1 then 'reread'
          when chat_session_fact.media_server_ixn_guid is null then
            case
              when stg_chat_session.verdict <> 0 then 'reread'
              when exists (
                select from stg_transform_discards
                where stg_transform_discards.guid = stg_chat_session.guid
              ) then 'reread'${waitsForChat(map)}
              else 'new'
            end
          when
            stg_chat_session.present & ~chat_session_fact.kvp_present = 0
            and stg_chat_session.absent & chat_session_fact.kvp_present = 0
            and stg_chat_session.guid not in (select guid from contradicted)
            ${map.keys
              .map((key) => `and (${stagedMask(key, 'present')} & ${bitLiteral(key)} = 0 or ${stagedValue(key)} = ${heldValue(key)})`)
              .join('\n            ')}${isAbsentAlike(map)}
            then 'same'
          else 'reread'
        end as verdict_of_chunk
      from pg_temp.stg_chat_session${joinHeld}${joinAttached(map, STAGED_GUIDS)}
    ) as judged
    where verdict_of_chunk <> 'new'`,
});

/** The rest of these clauses is there only for a map with own keys, whose bits are in masks of their own. */
const whereOwn = (map: KvpMap, clause: string): string => (attachedKeys(map).length === 0 ? '' : clause);

const sawAny = (map: KvpMap): string =>
  `stg_chat_session.present | stg_chat_session.absent${whereOwn(map, ' | stg_chat_session.own_present | stg_chat_session.own_absent')}`;

const contradictedOwn = (map: KvpMap): string =>
  whereOwn(
    map,
    `
      union
      -- The same for own keys.
      select stg_chat_session.guid
      from pg_temp.stg_chat_session
      join stg_transform_discards on stg_transform_discards.guid = stg_chat_session.guid and stg_transform_discards.resolved_ts is null
      join (values ${attachedKeys(map)
        .map((key) => `(${quoteLiteral(key.kvp)}, ${bitLiteral(key)})`)
        .join(', ')}) as mapped (keyname, bit)
        on mapped.keyname = stg_transform_discards.keyname
      left join pg_temp.stg_discard on ${SAME_DISCARD}
      where (stg_chat_session.own_present | stg_chat_session.own_absent) & mapped.bit <> 0 and stg_discard.guid is null`,
  );

const waitsForChat = (map: KvpMap): string =>
  whereOwn(
    map,
    `
              -- Own keys of it came before any key of Chat Server.
              when exists (
                select from chatmart_attached_waiting
                where chatmart_attached_waiting.guid = stg_chat_session.guid
              ) then 'reread'`,
  );

const isAbsentAlike = (map: KvpMap): string =>
  attachedKeys(map)
    .map((key) => `\n            and (${stagedMask(key, 'absent')} & ${bitLiteral(key)} = 0 or ${heldValue(key)} is null)`)
    .join('');

/**
 * Which of the given interactions have a fact or a discard in the mart. The sub-select hides the array from the planner, which would weigh
 * each of its thousands of texts; a join would read the whole key of a mart that is not much larger than a chunk.
 */
export const selectKnownInteractions = (guids: readonly string[], andWaiting = false): Statement => ({
  text: `
    select media_server_ixn_guid as guid
    from chat_session_fact
    where media_server_ixn_guid = any ((select $1::text[])::text[])
    union all
    select guid
    from stg_transform_discards
    where guid = any ((select $1::text[])::text[])${
      andWaiting
        ? `
    union all
    select guid
    from chatmart_attached_waiting
    where guid = any ((select $1::text[])::text[])`
        : ''
    }`,
  values: [guids],
});

/** What writing each fully read session changes in the mart. */
export const selectCompleteActions = (map: KvpMap): Statement => {
  const columns = factColumns(map);
  return {
    text: `
    select
      stg_chat_session.guid,
      stg_chat_session.verdict,
      chat_session_fact.start_date_time_key as held_start_key,
      chat_session_fact.tenant_key as held_tenant_key,
      chat_session_fact.media_type_key as held_media_type_key,
      chat_session_fact.chat_session_dim_key as held_session_dim_key,
      chat_session_fact.active_flag as held_active_flag,
      case
        when stg_chat_session.verdict = 2 then
          case
            when chat_session_fact.media_server_ixn_guid is not null then 'delete'
            when exists (
              select from stg_transform_discards
              where stg_transform_discards.guid = stg_chat_session.guid
                and stg_transform_discards.resolved_ts is null
            ) then 'still none'
            else 'none'
          end
        when chat_session_fact.media_server_ixn_guid is null then 'insert'
        when (${columns.map(({ name }) => `chat_session_fact.${name}`).join(', ')})
          is distinct from (${columns.map(({ staged }) => staged).join(', ')}) then 'update'
        else 'same'
      end as action
    from ${stagedWithKeys(map, 'left join')}
    left join ${heldRows('chat_session_fact', STAGED_GUIDS)} on chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
    where stg_chat_session.is_complete`,
  };
};

/** The staged sessions joined to their dimension members; every member of a fact exists by now. */
export const stagedWithKeys = (map: KvpMap, join: 'join' | 'left join' = 'join'): string => `pg_temp.stg_chat_session
    ${join} media_type on media_type.media_name_code = stg_chat_session.media_name_code
    ${join} chat_session_dim on ${map.keys
      .filter((key) => key.table === 'CHAT_SESSION_DIM')
      .map((key) => `${heldValue(key)} = ${stagedValue(key)}`)
      .join('\n      and ')}`;
