    with contradicted as materialized (
      -- The chunk shows a problem that is not recorded.
      select stg_discard.guid
      from pg_temp.stg_discard
      left join stg_transform_discards on stg_discard.guid = stg_transform_discards.guid
        and stg_discard.code = stg_transform_discards.code
        and stg_discard.keyname is not distinct from stg_transform_discards.keyname
        and stg_discard.raw_value is not distinct from stg_transform_discards.raw_value and stg_transform_discards.resolved_ts is null
      where stg_discard.code not in (1, 5) and stg_transform_discards.guid is null
      union
      -- A recorded problem is about a key in the chunk, and the chunk does not show it.
      select stg_chat_session.guid
      from pg_temp.stg_chat_session
      join stg_transform_discards on stg_transform_discards.guid = stg_chat_session.guid and stg_transform_discards.resolved_ts is null
      join (values ('ChatServerSessionStartedAt', 1::bigint), ('ChatServerSessionClosedAt', 2::bigint), ('csg_TenantId', 4::bigint), ('csg_MediaType', 8::bigint), ('csg_SessionTotalTime', 16::bigint), ('csg_SessionUntilFirstAgentTime', 32::bigint), ('csg_SessionUntilFirstReplyTime', 64::bigint), ('csg_PartiesAsAgentCount', 128::bigint), ('csg_MessagesFromAgentsCount', 256::bigint), ('cse_AgentReplyTotalCount', 4096::bigint), ('cse_AgentReplyMaxTime', 16384::bigint), ('cse_SessionHandleTotalTime', 33554432::bigint), ('csg_SessionEndedBy', 17179869184::bigint), ('csg_ChatAsyncMode', 68719476736::bigint), ('csg_SessionEndedAgent', 137438953472::bigint), ('csg_ChatSessionID', 274877906944::bigint), ('csg_PartiesAsBotCount', 70368744177664::bigint), ('csg_MessagesFromBotsCount', 140737488355328::bigint), ('csg_SessionUntilFirstBotTime', 562949953421312::bigint)) as mapped (keyname, bit)
        on mapped.keyname = stg_transform_discards.keyname
      left join pg_temp.stg_discard on stg_discard.guid = stg_transform_discards.guid
        and stg_discard.code = stg_transform_discards.code
        and stg_discard.keyname is not distinct from stg_transform_discards.keyname
        and stg_discard.raw_value is not distinct from stg_transform_discards.raw_value
      where (stg_chat_session.present | stg_chat_session.absent) & mapped.bit <> 0 and stg_discard.guid is null
      union
      -- The IDBs of the HA pair disagree: any further row can change which one wins.
      select stg_chat_session.guid
      from pg_temp.stg_chat_session
      join stg_transform_discards on stg_transform_discards.guid = stg_chat_session.guid and stg_transform_discards.resolved_ts is null
      where stg_transform_discards.code = 17
    )
    select guid, verdict_of_chunk
    from (
      select
        stg_chat_session.guid,
        case
          -- An interaction recorded as too long is not reread for further rows, only on request (no row staged).
          when stg_chat_session.present | stg_chat_session.absent <> 0 and exists (
            select from stg_transform_discards
            where stg_transform_discards.guid = stg_chat_session.guid
              and stg_transform_discards.code = 18
              and stg_transform_discards.resolved_ts is null
          ) then 'same'
          when stg_chat_session.needs_reread = 1 then 'reread'
          when chat_session_fact.media_server_ixn_guid is null then
            case
              when stg_chat_session.verdict <> 0 then 'reread'
              when exists (
                select from stg_transform_discards
                where stg_transform_discards.guid = stg_chat_session.guid
              ) then 'reread'
              else 'new'
            end
          when
            stg_chat_session.present & ~chat_session_fact.kvp_present = 0
            and stg_chat_session.absent & chat_session_fact.kvp_present = 0
            and stg_chat_session.guid not in (select guid from contradicted)
            and (stg_chat_session.present & 1::bigint = 0 or stg_chat_session.start_ts = chat_session_fact.start_ts)
            and (stg_chat_session.present & 2::bigint = 0 or stg_chat_session.end_ts = chat_session_fact.end_ts)
            and (stg_chat_session.present & 4::bigint = 0 or stg_chat_session.tenant_key = chat_session_fact.tenant_key)
            and (stg_chat_session.present & 8::bigint = 0 or stg_chat_session.media_name_code = media_type.media_name_code)
            and (stg_chat_session.present & 16::bigint = 0 or stg_chat_session.session_duration = chat_session_fact.session_duration)
            and (stg_chat_session.present & 32::bigint = 0 or stg_chat_session.until_first_agent_duration = chat_session_fact.until_first_agent_duration)
            and (stg_chat_session.present & 64::bigint = 0 or stg_chat_session.until_first_reply_duration = chat_session_fact.until_first_reply_duration)
            and (stg_chat_session.present & 128::bigint = 0 or stg_chat_session.agents_count = chat_session_fact.agents_count)
            and (stg_chat_session.present & 256::bigint = 0 or stg_chat_session.msg_from_agents_count = chat_session_fact.msg_from_agents_count)
            and (stg_chat_session.present & 4096::bigint = 0 or stg_chat_session.agent_reply_count = chat_session_fact.agent_reply_count)
            and (stg_chat_session.present & 16384::bigint = 0 or stg_chat_session.agent_reply_max_duration = chat_session_fact.agent_reply_max_duration)
            and (stg_chat_session.present & 33554432::bigint = 0 or stg_chat_session.handle_duration = chat_session_fact.handle_duration)
            and (stg_chat_session.present & 17179869184::bigint = 0 or stg_chat_session.ended_by = chat_session_dim.ended_by)
            and (stg_chat_session.present & 68719476736::bigint = 0 or stg_chat_session.async_mode = chat_session_dim.async_mode)
            and (stg_chat_session.present & 137438953472::bigint = 0 or stg_chat_session.ended_agent = chat_session_dim.ended_agent)
            and (stg_chat_session.present & 274877906944::bigint = 0 or stg_chat_session.chat_session_id = chat_session_fact.chat_session_id)
            and (stg_chat_session.present & 70368744177664::bigint = 0 or stg_chat_session.bots_count = chat_session_fact.bots_count)
            and (stg_chat_session.present & 140737488355328::bigint = 0 or stg_chat_session.msg_from_bots_count = chat_session_fact.msg_from_bots_count)
            and (stg_chat_session.present & 562949953421312::bigint = 0 or stg_chat_session.until_first_bot_duration = chat_session_fact.until_first_bot_duration)
            then 'same'
          else 'reread'
        end as verdict_of_chunk
      from pg_temp.stg_chat_session
      left join (select * from chat_session_fact where media_server_ixn_guid in (select guid from pg_temp.stg_chat_session)) as chat_session_fact on chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
      left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
      left join media_type on media_type.media_type_key = chat_session_fact.media_type_key
    ) as judged
    where verdict_of_chunk <> 'new';

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
        when (chat_session_fact.media_server_ixn_guid, chat_session_fact.start_date_time_key, chat_session_fact.end_date_time_key, chat_session_fact.start_ts, chat_session_fact.end_ts, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key, chat_session_fact.active_flag, chat_session_fact.kvp_present, chat_session_fact.tenant_key, chat_session_fact.chat_session_id, chat_session_fact.session_duration, chat_session_fact.until_first_agent_duration, chat_session_fact.until_first_reply_duration, chat_session_fact.agents_count, chat_session_fact.msg_from_agents_count, chat_session_fact.agent_reply_count, chat_session_fact.agent_reply_max_duration, chat_session_fact.handle_duration, chat_session_fact.bots_count, chat_session_fact.msg_from_bots_count, chat_session_fact.until_first_bot_duration)
          is distinct from (stg_chat_session.guid, stg_chat_session.start_date_time_key, stg_chat_session.end_date_time_key, stg_chat_session.start_ts, stg_chat_session.end_ts, media_type.media_type_key, chat_session_dim.id, stg_chat_session.verdict, stg_chat_session.present, stg_chat_session.tenant_key, stg_chat_session.chat_session_id, stg_chat_session.session_duration, stg_chat_session.until_first_agent_duration, stg_chat_session.until_first_reply_duration, stg_chat_session.agents_count, stg_chat_session.msg_from_agents_count, stg_chat_session.agent_reply_count, stg_chat_session.agent_reply_max_duration, stg_chat_session.handle_duration, stg_chat_session.bots_count, stg_chat_session.msg_from_bots_count, stg_chat_session.until_first_bot_duration) then 'update'
        else 'same'
      end as action
    from pg_temp.stg_chat_session
    left join media_type on media_type.media_name_code = stg_chat_session.media_name_code
    left join chat_session_dim on chat_session_dim.ended_by = stg_chat_session.ended_by
      and chat_session_dim.async_mode = stg_chat_session.async_mode
      and chat_session_dim.ended_agent = stg_chat_session.ended_agent
    left join (select * from chat_session_fact where media_server_ixn_guid in (select guid from pg_temp.stg_chat_session)) as chat_session_fact on chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
    where stg_chat_session.is_complete;
