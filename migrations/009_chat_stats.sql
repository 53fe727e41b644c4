-- The aggregate tables; the views over them belong to the generated schema.
create table agt_chat_stats_hour (
  agr_set_key numeric(19) not null,
  date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  sessions bigint not null default 0,
  sessions_active bigint not null default 0,
  sessions_handled bigint not null default 0,
  sessions_abandoned bigint not null default 0,
  sessions_unknown bigint not null default 0,
  sessions_replied bigint not null default 0,
  abandoned_duration bigint not null default 0,
  abandoned_max_duration bigint not null default 0,
  session_duration bigint not null default 0,
  until_first_agent_duration bigint not null default 0,
  until_first_reply_duration bigint not null default 0,
  agents_count bigint not null default 0,
  msg_from_agents_count bigint not null default 0,
  msg_from_agents_size bigint not null default 0,
  msg_from_customers_count bigint not null default 0,
  msg_from_customers_size bigint not null default 0,
  agent_reply_count bigint not null default 0,
  agent_reply_duration bigint not null default 0,
  agent_reply_max_duration bigint not null default 0,
  agent_wait_count bigint not null default 0,
  agent_wait_duration bigint not null default 0,
  agent_wait_max_duration bigint not null default 0,
  customer_reply_count bigint not null default 0,
  customer_reply_duration bigint not null default 0,
  customer_reply_max_duration bigint not null default 0,
  customer_wait_count bigint not null default 0,
  customer_wait_duration bigint not null default 0,
  customer_wait_max_duration bigint not null default 0,
  handle_count bigint not null default 0,
  handle_duration bigint not null default 0,
  active_idle_count bigint not null default 0,
  active_idle_duration bigint not null default 0,
  async_dormant_count bigint not null default 0,
  async_dormant_duration bigint not null default 0,
  async_idle_count bigint not null default 0,
  async_idle_duration bigint not null default 0,
  coaches_count bigint not null default 0,
  monitors_count bigint not null default 0,
  with_customer_duration bigint not null default 0,
  handle_max_duration bigint not null default 0,
  active_idle_max_duration bigint not null default 0,
  async_dormant_max_duration bigint not null default 0,
  async_idle_max_duration bigint not null default 0,
  bots_count bigint not null default 0,
  msg_from_bots_count bigint not null default 0,
  msg_from_bots_size bigint not null default 0,
  until_first_bot_duration bigint not null default 0,
  constraint pk_agt_chat_stats_hour primary key (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
);
comment on table agt_chat_stats_hour is 'Aggregate of chat sessions by hour of their start (UTC), rebuilt where facts changed. Query the view AG2_CHAT_STATS_HOUR. Genesys name, columns assumed.';
comment on column agt_chat_stats_hour.agr_set_key is 'Transaction that last rebuilt the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the table of the hour level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.date_time_key is 'Start of the hour in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the table of the hour level.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the table of the hour level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the table of the hour level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the table of the hour level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_hour.sessions is 'Sessions that started in the period: active, handled, abandoned and unknown ones together. (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_handled is 'Ended sessions that reached an agent. (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_abandoned is 'Ended sessions that never reached an agent. (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_unknown is 'Ended sessions of which nothing tells whether they reached an agent. (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the table of the hour level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.abandoned_duration is 'Total time that customers waited in abandoned sessions: their session duration. (In the table of the hour level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.abandoned_max_duration is 'Longest time that a customer waited in one abandoned session: its session duration. (In the table of the hour level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the table of the hour level.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the table of the hour level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the table of the hour level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the table of the hour level.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the table of the hour level.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the table of the hour level.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the table of the hour level.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the table of the hour level.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the table of the hour level.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the table of the hour level.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the table of the hour level.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the table of the hour level.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the table of the hour level.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the table of the hour level.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the table of the hour level.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the table of the hour level.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the table of the hour level.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the table of the hour level.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the table of the hour level.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.active_idle_max_duration is 'Largest value of a session: Longest single stretch without activity, of those beyond the configured threshold, while an agent was connected. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the table of the hour level.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the table of the hour level.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent in the session. (In the table of the hour level.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent. (In the table of the hour level.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_hour.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the table of the hour level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';
create table agt_chat_stats_day (
  agr_set_key numeric(19) not null,
  date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  sessions bigint not null default 0,
  sessions_active bigint not null default 0,
  sessions_handled bigint not null default 0,
  sessions_abandoned bigint not null default 0,
  sessions_unknown bigint not null default 0,
  sessions_replied bigint not null default 0,
  abandoned_duration bigint not null default 0,
  abandoned_max_duration bigint not null default 0,
  session_duration bigint not null default 0,
  until_first_agent_duration bigint not null default 0,
  until_first_reply_duration bigint not null default 0,
  agents_count bigint not null default 0,
  msg_from_agents_count bigint not null default 0,
  msg_from_agents_size bigint not null default 0,
  msg_from_customers_count bigint not null default 0,
  msg_from_customers_size bigint not null default 0,
  agent_reply_count bigint not null default 0,
  agent_reply_duration bigint not null default 0,
  agent_reply_max_duration bigint not null default 0,
  agent_wait_count bigint not null default 0,
  agent_wait_duration bigint not null default 0,
  agent_wait_max_duration bigint not null default 0,
  customer_reply_count bigint not null default 0,
  customer_reply_duration bigint not null default 0,
  customer_reply_max_duration bigint not null default 0,
  customer_wait_count bigint not null default 0,
  customer_wait_duration bigint not null default 0,
  customer_wait_max_duration bigint not null default 0,
  handle_count bigint not null default 0,
  handle_duration bigint not null default 0,
  active_idle_count bigint not null default 0,
  active_idle_duration bigint not null default 0,
  async_dormant_count bigint not null default 0,
  async_dormant_duration bigint not null default 0,
  async_idle_count bigint not null default 0,
  async_idle_duration bigint not null default 0,
  coaches_count bigint not null default 0,
  monitors_count bigint not null default 0,
  with_customer_duration bigint not null default 0,
  handle_max_duration bigint not null default 0,
  active_idle_max_duration bigint not null default 0,
  async_dormant_max_duration bigint not null default 0,
  async_idle_max_duration bigint not null default 0,
  bots_count bigint not null default 0,
  msg_from_bots_count bigint not null default 0,
  msg_from_bots_size bigint not null default 0,
  until_first_bot_duration bigint not null default 0,
  constraint pk_agt_chat_stats_day primary key (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
);
comment on table agt_chat_stats_day is 'Aggregate of chat sessions by day of their start (UTC), rebuilt where facts changed. Query the view AG2_CHAT_STATS_DAY. Genesys name, columns assumed.';
comment on column agt_chat_stats_day.agr_set_key is 'Transaction that last rebuilt the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.date_time_key is 'Start of the day in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the table of the day level.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_day.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the table of the day level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_day.sessions is 'Sessions that started in the period: active, handled, abandoned and unknown ones together. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_handled is 'Ended sessions that reached an agent. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_abandoned is 'Ended sessions that never reached an agent. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_unknown is 'Ended sessions of which nothing tells whether they reached an agent. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the table of the day level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.abandoned_duration is 'Total time that customers waited in abandoned sessions: their session duration. (In the table of the day level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.abandoned_max_duration is 'Longest time that a customer waited in one abandoned session: its session duration. (In the table of the day level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the table of the day level.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the table of the day level.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the table of the day level.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the table of the day level.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the table of the day level.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the table of the day level.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the table of the day level.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the table of the day level.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the table of the day level.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.active_idle_max_duration is 'Largest value of a session: Longest single stretch without activity, of those beyond the configured threshold, while an agent was connected. (In the table of the day level.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the table of the day level.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the table of the day level.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent in the session. (In the table of the day level.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent. (In the table of the day level.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_day.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the table of the day level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';
create table agt_chat_stats_month (
  agr_set_key numeric(19) not null,
  date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  sessions bigint not null default 0,
  sessions_active bigint not null default 0,
  sessions_handled bigint not null default 0,
  sessions_abandoned bigint not null default 0,
  sessions_unknown bigint not null default 0,
  sessions_replied bigint not null default 0,
  abandoned_duration bigint not null default 0,
  abandoned_max_duration bigint not null default 0,
  session_duration bigint not null default 0,
  until_first_agent_duration bigint not null default 0,
  until_first_reply_duration bigint not null default 0,
  agents_count bigint not null default 0,
  msg_from_agents_count bigint not null default 0,
  msg_from_agents_size bigint not null default 0,
  msg_from_customers_count bigint not null default 0,
  msg_from_customers_size bigint not null default 0,
  agent_reply_count bigint not null default 0,
  agent_reply_duration bigint not null default 0,
  agent_reply_max_duration bigint not null default 0,
  agent_wait_count bigint not null default 0,
  agent_wait_duration bigint not null default 0,
  agent_wait_max_duration bigint not null default 0,
  customer_reply_count bigint not null default 0,
  customer_reply_duration bigint not null default 0,
  customer_reply_max_duration bigint not null default 0,
  customer_wait_count bigint not null default 0,
  customer_wait_duration bigint not null default 0,
  customer_wait_max_duration bigint not null default 0,
  handle_count bigint not null default 0,
  handle_duration bigint not null default 0,
  active_idle_count bigint not null default 0,
  active_idle_duration bigint not null default 0,
  async_dormant_count bigint not null default 0,
  async_dormant_duration bigint not null default 0,
  async_idle_count bigint not null default 0,
  async_idle_duration bigint not null default 0,
  coaches_count bigint not null default 0,
  monitors_count bigint not null default 0,
  with_customer_duration bigint not null default 0,
  handle_max_duration bigint not null default 0,
  active_idle_max_duration bigint not null default 0,
  async_dormant_max_duration bigint not null default 0,
  async_idle_max_duration bigint not null default 0,
  bots_count bigint not null default 0,
  msg_from_bots_count bigint not null default 0,
  msg_from_bots_size bigint not null default 0,
  until_first_bot_duration bigint not null default 0,
  constraint pk_agt_chat_stats_month primary key (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
);
comment on table agt_chat_stats_month is 'Aggregate of chat sessions by month of their start (UTC), rebuilt where facts changed. Query the view AG2_CHAT_STATS_MONTH. Genesys name, columns assumed.';
comment on column agt_chat_stats_month.agr_set_key is 'Transaction that last rebuilt the row: CTL_AUDIT_LOG.AUDIT_KEY. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.date_time_key is 'Start of the month in which the sessions began (UTC): DATE_TIME.DATE_TIME_KEY. (In the table of the month level.) Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column agt_chat_stats_month.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY; -2 absent, -1 unreadable. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY; -2 absent, -1 unreadable. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. (In the table of the month level.) Unit: key. Genesys column, name assumed.';
comment on column agt_chat_stats_month.sessions is 'Sessions that started in the period: active, handled, abandoned and unknown ones together. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_active is 'Sessions that have not ended yet (asynchronous chat). (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_handled is 'Ended sessions that reached an agent. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_abandoned is 'Ended sessions that never reached an agent. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_unknown is 'Ended sessions of which nothing tells whether they reached an agent. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.sessions_replied is 'Sessions in which an agent replied to the customer at least once. (In the table of the month level.) Unit: sessions. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.abandoned_duration is 'Total time that customers waited in abandoned sessions: their session duration. (In the table of the month level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.abandoned_max_duration is 'Longest time that a customer waited in one abandoned session: its session duration. (In the table of the month level.) Unit: seconds. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.session_duration is 'Sum over the sessions: Time from the creation of the session until Chat Server finished it. Work on the interaction after the chat has ended is not in it. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_agent_duration is 'Sum over the sessions: Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS_COUNT is above 0, and never when it is 0. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstAgentTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_reply_duration is 'Sum over the sessions: Time from the start of the session until the first message of an agent that the customer can see. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstReplyTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agents_count is 'Sum over the sessions: Distinct agents and supervisors visible to the customer who took part. One who comes back counts once. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsAgentCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_agents_count is 'Sum over the sessions: Messages that all agents sent and the customer could see. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromAgentsCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_agents_size is 'Sum over the sessions: Characters, blanks included, of the messages that agents sent and the customer could see. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromAgentsSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_customers_count is 'Sum over the sessions: Messages that the customer sent. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromCustomersCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_customers_size is 'Sum over the sessions: Characters, blanks included, of the messages that the customer sent. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromCustomersSize. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_count is 'Sum over the sessions: How often an agent replied to the customer; several messages in a row are one reply. (In the table of the month level.) Unit: replies. Source: user-data key cse_AgentReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_duration is 'Sum over the sessions: Total time agents took to reply, each from the first unanswered customer message to the next agent message. Dormant time of an async session is left out. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_reply_max_duration is 'Largest value of a session: Longest single time an agent took to reply to the customer. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_count is 'Sum over the sessions: How often an agent waited for an answer of the customer. (In the table of the month level.) Unit: waits. Source: user-data key cse_AgentWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_duration is 'Sum over the sessions: Total time agents waited for the customer, each from the last agent message of a run to the next customer message. Dormant time of an async session is left out. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.agent_wait_max_duration is 'Largest value of a session: Longest single time an agent waited for an answer of the customer. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AgentWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_count is 'Sum over the sessions: How often the customer replied to an agent; several messages in a row are one reply. (In the table of the month level.) Unit: replies. Source: user-data key cse_CustomerReplyTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_duration is 'Sum over the sessions: Total time the customer took to reply, each from the first unanswered agent message to the next customer message. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerReplyTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_reply_max_duration is 'Largest value of a session: Longest single time the customer took to reply to an agent. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerReplyMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_count is 'Sum over the sessions: How often the customer waited for an answer of an agent. (In the table of the month level.) Unit: waits. Source: user-data key cse_CustomerWaitTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_duration is 'Sum over the sessions: Total time the customer waited for an agent, each from the last customer message of a run to the next agent message. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerWaitTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.customer_wait_max_duration is 'Largest value of a session: Longest single time the customer waited for an answer of an agent. (In the table of the month level.) Unit: seconds. Source: user-data key cse_CustomerWaitMaxTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_count is 'Sum over the sessions: How often the session entered the state in which at least one agent was connected. (In the table of the month level.) Unit: phases. Source: user-data key cse_SessionHandleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_duration is 'Sum over the sessions: Total time in which at least one agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_SessionHandleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_count is 'Sum over the sessions: How often nothing happened for longer than the configured threshold while an agent was connected. (In the table of the month level.) Unit: phases. Source: user-data key cse_ActiveIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_ActiveIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_count is 'Sum over the sessions: How often an async session became dormant, that is, had no agent. (In the table of the month level.) Unit: phases. Source: user-data key cse_AsyncDormantTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_duration is 'Sum over the sessions: Total time an async session was dormant. Routing time is left out. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncDormantTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_count is 'Sum over the sessions: How often a dormant async session became idle. (In the table of the month level.) Unit: phases. Source: user-data key cse_AsyncIdleTotalCount. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_duration is 'Sum over the sessions: Total time beyond the configured threshold in which nothing happened while an async session was dormant. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncIdleTotalTime. Genesys column, name assumed. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.coaches_count is 'Sum over the sessions: Distinct parties that took part as coaches, visible to agents only. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsCoachCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.monitors_count is 'Sum over the sessions: Distinct parties that watched the session unseen. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsMonitorCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.with_customer_duration is 'Sum over the sessions: Time the customer was in the session. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionWithCustomerTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.handle_max_duration is 'Largest value of a session: Longest unbroken time in which at least one agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_SessionHandleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.active_idle_max_duration is 'Largest value of a session: Longest single stretch without activity, of those beyond the configured threshold, while an agent was connected. (In the table of the month level.) Unit: seconds. Source: user-data key cse_ActiveIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_dormant_max_duration is 'Largest value of a session: Longest single time an async session was dormant. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncDormantMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.async_idle_max_duration is 'Largest value of a session: Longest single time an async session was idle. (In the table of the month level.) Unit: seconds. Source: user-data key cse_AsyncIdleMaxTime. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.bots_count is 'Sum over the sessions: Distinct bots that took part in the session. (In the table of the month level.) Unit: parties. Source: user-data key csg_PartiesAsBotCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_bots_count is 'Sum over the sessions: Messages that bots sent in the session. (In the table of the month level.) Unit: messages. Source: user-data key csg_MessagesFromBotsCount. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.msg_from_bots_size is 'Sum over the sessions: Characters, blanks included, of the messages that bots sent. (In the table of the month level.) Unit: characters. Source: user-data key csg_MessagesFromBotsSize. Extension of chatmart. 0: none, or its key was absent.';
comment on column agt_chat_stats_month.until_first_bot_duration is 'Sum over the sessions: Time from the start of the session until the first bot joined. (In the table of the month level.) Unit: seconds. Source: user-data key csg_SessionUntilFirstBotTime. Extension of chatmart. 0: none, or its key was absent.';
