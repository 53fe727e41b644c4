  copy (
    select media_server_ixn_guid::text, held.keyname, held.value, null::integer
    from chat_session_fact
    join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
    join media_type on media_type.media_type_key = chat_session_fact.media_type_key
    cross join lateral (values
      ('ChatServerSessionStartedAt', case when kvp_present & 1::bigint <> 0 then chat_session_fact.start_ts::text end),
      ('ChatServerSessionClosedAt', case when kvp_present & 2::bigint <> 0 then chat_session_fact.end_ts::text end),
      ('csg_TenantId', case when kvp_present & 4::bigint <> 0 then chat_session_fact.tenant_key::text end),
      ('csg_MediaType', case when kvp_present & 8::bigint <> 0 then media_type.media_name_code::text end),
      ('csg_SessionTotalTime', case when kvp_present & 16::bigint <> 0 then chat_session_fact.session_duration::text end),
      ('csg_SessionUntilFirstAgentTime', case when kvp_present & 32::bigint <> 0 then chat_session_fact.until_first_agent_duration::text end),
      ('csg_SessionUntilFirstReplyTime', case when kvp_present & 64::bigint <> 0 then chat_session_fact.until_first_reply_duration::text end),
      ('csg_PartiesAsAgentCount', case when kvp_present & 128::bigint <> 0 then chat_session_fact.agents_count::text end),
      ('csg_MessagesFromAgentsCount', case when kvp_present & 256::bigint <> 0 then chat_session_fact.msg_from_agents_count::text end),
      ('cse_AgentReplyTotalCount', case when kvp_present & 4096::bigint <> 0 then chat_session_fact.agent_reply_count::text end),
      ('cse_AgentReplyMaxTime', case when kvp_present & 16384::bigint <> 0 then chat_session_fact.agent_reply_max_duration::text end),
      ('cse_SessionHandleTotalTime', case when kvp_present & 33554432::bigint <> 0 then chat_session_fact.handle_duration::text end),
      ('csg_SessionEndedBy', case when kvp_present & 17179869184::bigint <> 0 then chat_session_dim.ended_by::text end),
      ('csg_ChatAsyncMode', case when kvp_present & 68719476736::bigint <> 0 then chat_session_dim.async_mode::text end),
      ('csg_SessionEndedAgent', case when kvp_present & 137438953472::bigint <> 0 then chat_session_dim.ended_agent::text end),
      ('csg_ChatSessionID', case when kvp_present & 274877906944::bigint <> 0 then chat_session_fact.chat_session_id::text end),
      ('csg_PartiesAsBotCount', case when kvp_present & 70368744177664::bigint <> 0 then chat_session_fact.bots_count::text end),
      ('csg_MessagesFromBotsCount', case when kvp_present & 140737488355328::bigint <> 0 then chat_session_fact.msg_from_bots_count::text end),
      ('csg_SessionUntilFirstBotTime', case when kvp_present & 562949953421312::bigint <> 0 then chat_session_fact.until_first_bot_duration::text end)
    ) as held (keyname, value)
    where media_server_ixn_guid = any (array['0001KaFQ3U8X0001']::text[]) and held.value is not null
  ) to stdout (format binary);
