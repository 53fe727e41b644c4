copy chat_session_fact (media_server_ixn_guid, start_date_time_key, end_date_time_key, start_ts, end_ts, media_type_key, chat_session_dim_key, active_flag, kvp_present, tenant_key, chat_session_id, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration, create_audit_key) from stdin;

  copy (
    select media_server_ixn_guid, start_date_time_key, end_date_time_key, start_ts, end_ts, media_type_key, chat_session_dim_key, active_flag, kvp_present, tenant_key, chat_session_id, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration
    from chat_session_fact
    where media_server_ixn_guid = any ((select array['0001KaFQ3U8X0001']::text[])::text[])
      and not exists (
        select from stg_transform_discards
        where stg_transform_discards.guid = chat_session_fact.media_server_ixn_guid
      )
  ) to stdout;

-- $1 = 7
    insert into chat_session_fact (media_server_ixn_guid, start_date_time_key, end_date_time_key, start_ts, end_ts, media_type_key, chat_session_dim_key, active_flag, kvp_present, tenant_key, chat_session_id, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration, create_audit_key)
    select stg_chat_session.guid, stg_chat_session.start_date_time_key, stg_chat_session.end_date_time_key, stg_chat_session.start_ts, stg_chat_session.end_ts, media_type.media_type_key, chat_session_dim.id, stg_chat_session.verdict, stg_chat_session.present, stg_chat_session.tenant_key, stg_chat_session.chat_session_id, stg_chat_session.session_duration, stg_chat_session.until_first_agent_duration, stg_chat_session.until_first_reply_duration, stg_chat_session.agents_count, stg_chat_session.msg_from_agents_count, stg_chat_session.agent_reply_count, stg_chat_session.agent_reply_max_duration, stg_chat_session.handle_duration, stg_chat_session.bots_count, stg_chat_session.msg_from_bots_count, stg_chat_session.until_first_bot_duration, $1::numeric
    from pg_temp.stg_chat_session
    join media_type on media_type.media_name_code = stg_chat_session.media_name_code
    join chat_session_dim on chat_session_dim.ended_by = stg_chat_session.ended_by
      and chat_session_dim.async_mode = stg_chat_session.async_mode
      and chat_session_dim.ended_agent = stg_chat_session.ended_agent
    where stg_chat_session.verdict <> 2;

-- $1 = 7
-- $2 = ["0001KaFQ3U8X0001"]
    update chat_session_fact
    set start_date_time_key = stg_chat_session.start_date_time_key,
      end_date_time_key = stg_chat_session.end_date_time_key,
      start_ts = stg_chat_session.start_ts,
      end_ts = stg_chat_session.end_ts,
      media_type_key = media_type.media_type_key,
      chat_session_dim_key = chat_session_dim.id,
      active_flag = stg_chat_session.verdict,
      kvp_present = stg_chat_session.present,
      tenant_key = stg_chat_session.tenant_key,
      chat_session_id = stg_chat_session.chat_session_id,
      session_duration = stg_chat_session.session_duration,
      until_first_agent_duration = stg_chat_session.until_first_agent_duration,
      until_first_reply_duration = stg_chat_session.until_first_reply_duration,
      agents_count = stg_chat_session.agents_count,
      msg_from_agents_count = stg_chat_session.msg_from_agents_count,
      agent_reply_count = stg_chat_session.agent_reply_count,
      agent_reply_max_duration = stg_chat_session.agent_reply_max_duration,
      handle_duration = stg_chat_session.handle_duration,
      bots_count = stg_chat_session.bots_count,
      msg_from_bots_count = stg_chat_session.msg_from_bots_count,
      until_first_bot_duration = stg_chat_session.until_first_bot_duration,
      update_audit_key = $1::numeric
    from pg_temp.stg_chat_session
    join media_type on media_type.media_name_code = stg_chat_session.media_name_code
    join chat_session_dim on chat_session_dim.ended_by = stg_chat_session.ended_by
      and chat_session_dim.async_mode = stg_chat_session.async_mode
      and chat_session_dim.ended_agent = stg_chat_session.ended_agent
    where chat_session_fact.media_server_ixn_guid = stg_chat_session.guid
      and stg_chat_session.is_complete
      and stg_chat_session.guid = any ($2::text[]);

-- $1 = ["0001KaFQ3U8X0001"]
    select distinct
      stg_chat_session.start_date_time_key,
      stg_chat_session.tenant_key,
      media_type.media_type_key,
      chat_session_dim.id as chat_session_dim_key
    from pg_temp.stg_chat_session
    join media_type on media_type.media_name_code = stg_chat_session.media_name_code
    join chat_session_dim on chat_session_dim.ended_by = stg_chat_session.ended_by
      and chat_session_dim.async_mode = stg_chat_session.async_mode
      and chat_session_dim.ended_agent = stg_chat_session.ended_agent
    where guid = any ($1);

-- $1 = 7
-- $2 = [1772409600]
-- $3 = [1]
-- $4 = [2]
-- $5 = [3]
-- $6 = [1772410500]
    with changed as materialized (
      select
      stg_chat_session.start_date_time_key,
      stg_chat_session.tenant_key,
      media_type.media_type_key,
      chat_session_dim.id as chat_session_dim_key,
        0 as is_addition
      from pg_temp.stg_chat_session
    join media_type on media_type.media_name_code = stg_chat_session.media_name_code
    join chat_session_dim on chat_session_dim.ended_by = stg_chat_session.ended_by
      and chat_session_dim.async_mode = stg_chat_session.async_mode
      and chat_session_dim.ended_agent = stg_chat_session.ended_agent
      where stg_chat_session.verdict <> 2
      union
      select *, 0 from unnest($2::int[], $3::int[], $4::int[], $5::int[])
      union
      select *, null, null, null, 1 from unnest($6::int[])
    ),
    written as (
      insert into chatmart_pending_agg (start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, is_addition, audit_key)
      select
        start_date_time_key,
        tenant_key,
        media_type_key,
        chat_session_dim_key,
        is_addition,
        $1::numeric
      from changed
      returning start_date_time_key
    )
    select
      (select count(*) from changed) as wanted,
      array(select start_date_time_key from written) as start_keys;
