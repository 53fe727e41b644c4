-- Active sessions are few, and status asks for them again and again: without an index it would read all facts.
create index i_chat_session_fact_active on chat_session_fact (media_server_ixn_guid) where active_flag = 1;
