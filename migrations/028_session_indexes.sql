-- Analysts look for sessions by their start and end as instants, and by Chat Server's own identifier.
create index i_chat_session_fact_started on chat_session_fact (to_timestamp(start_ts));
create index i_chat_session_fact_ended on chat_session_fact ((case when active_flag = 0 then to_timestamp(end_ts) end));
create index i_chat_session_fact_session on chat_session_fact (chat_session_id);
