    create temporary table if not exists stg_chat_session (
      guid text not null,
      verdict smallint not null,
      needs_reread smallint not null,
      is_complete boolean not null,
      start_ts integer not null,
      end_ts integer not null,
      start_date_time_key integer not null,
      end_date_time_key integer not null,
      present bigint not null,
      absent bigint not null,
      tenant_key integer not null,
      media_name_code text not null,
      ended_by text not null,
      async_mode integer not null,
      ended_agent text not null,
      chat_session_id text,
      session_duration integer not null,
      until_first_agent_duration integer not null,
      until_first_reply_duration integer not null,
      agents_count integer not null,
      msg_from_agents_count integer not null,
      agent_reply_count integer not null,
      agent_reply_max_duration integer not null,
      handle_duration integer not null,
      bots_count integer not null,
      msg_from_bots_count integer not null,
      until_first_bot_duration integer not null
    ) on commit delete rows;
    create temporary table if not exists stg_discard (
      guid text not null,
      code integer not null,
      reason text not null,
      keyname text,
      raw_value text
    ) on commit delete rows;
    create index if not exists stg_discard_guid on pg_temp.stg_discard (guid);

copy pg_temp.stg_chat_session (guid, verdict, needs_reread, is_complete, start_ts, end_ts, start_date_time_key, end_date_time_key, present, absent, tenant_key, media_name_code, ended_by, async_mode, ended_agent, chat_session_id, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration) from stdin;
