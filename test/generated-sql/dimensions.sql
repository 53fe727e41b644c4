-- $1 = 7
-- $2 = ["AGENT"]
-- $3 = ["PRESENT"]
-- $4 = ["0"]
    insert into chat_session_dim (ended_by, async_mode, ended_agent, create_audit_key)
    select member.ended_by, member.async_mode, member.ended_agent, $1::numeric
    from unnest($2::text[], $3::integer[], $4::text[]) with ordinality as member (ended_by, async_mode, ended_agent, number)
    left join chat_session_dim on chat_session_dim.ended_by = member.ended_by
        and chat_session_dim.async_mode = member.async_mode
        and chat_session_dim.ended_agent = member.ended_agent
    where chat_session_dim.id is null;
