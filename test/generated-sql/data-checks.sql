select
  'AGT_CHAT_STATS_DAY of ' || to_timestamp(date_time_key) at time zone 'UTC'
    || ', tenant ' || tenant_key || ', media type ' || media_type_key || ', dimension ' || chat_session_dim_key
    || case
      when stored.sessions is null then ': missing'
      when built.sessions is null then ': of no session'
      else ': ' || concat_ws(', ', case when stored.sessions is distinct from built.sessions then 'SESSIONS' end, case when stored.sessions_active is distinct from built.sessions_active then 'SESSIONS_ACTIVE' end, case when stored.sessions_handled is distinct from built.sessions_handled then 'SESSIONS_HANDLED' end, case when stored.sessions_abandoned is distinct from built.sessions_abandoned then 'SESSIONS_ABANDONED' end, case when stored.sessions_abandoned_alone is distinct from built.sessions_abandoned_alone then 'SESSIONS_ABANDONED_ALONE' end, case when stored.sessions_left_with_bot is distinct from built.sessions_left_with_bot then 'SESSIONS_LEFT_WITH_BOT' end, case when stored.sessions_closed_by_bot is distinct from built.sessions_closed_by_bot then 'SESSIONS_CLOSED_BY_BOT' end, case when stored.sessions_unknown is distinct from built.sessions_unknown then 'SESSIONS_UNKNOWN' end, case when stored.sessions_replied is distinct from built.sessions_replied then 'SESSIONS_REPLIED' end, case when stored.abandoned_duration is distinct from built.abandoned_duration then 'ABANDONED_DURATION' end, case when stored.abandoned_max_duration is distinct from built.abandoned_max_duration then 'ABANDONED_MAX_DURATION' end, case when stored.abandoned_alone_duration is distinct from built.abandoned_alone_duration then 'ABANDONED_ALONE_DURATION' end, case when stored.abandoned_alone_max_duration is distinct from built.abandoned_alone_max_duration then 'ABANDONED_ALONE_MAX_DURATION' end, case when stored.session_duration is distinct from built.session_duration then 'SESSION_DURATION' end, case when stored.agents_count is distinct from built.agents_count then 'AGENTS_COUNT' end, case when stored.agent_reply_count is distinct from built.agent_reply_count then 'AGENT_REPLY_COUNT' end, case when stored.agent_reply_max_duration is distinct from built.agent_reply_max_duration then 'AGENT_REPLY_MAX_DURATION' end, case when stored.bots_count is distinct from built.bots_count then 'BOTS_COUNT' end, case when stored.msg_from_bots_count is distinct from built.msg_from_bots_count then 'MSG_FROM_BOTS_COUNT' end, case when stored.until_first_bot_duration is distinct from built.until_first_bot_duration then 'UNTIL_FIRST_BOT_DURATION' end)
    end as breach
from (
select
  0::numeric as agr_set_key,
  chat_session_fact.start_date_time_key - chat_session_fact.start_date_time_key % 86400 as date_time_key,
  chat_session_fact.tenant_key,
  chat_session_fact.media_type_key,
  chat_session_fact.chat_session_dim_key,
  count(*) as sessions,
  count(*) filter (where session.outcome = 'active') as sessions_active,
  count(*) filter (where session.outcome = 'handled') as sessions_handled,
  count(*) filter (where session.outcome in ('abandoned', 'left-with-bot', 'closed-by-bot')) as sessions_abandoned,
  count(*) filter (where session.outcome = 'abandoned') as sessions_abandoned_alone,
  count(*) filter (where session.outcome = 'left-with-bot') as sessions_left_with_bot,
  count(*) filter (where session.outcome = 'closed-by-bot') as sessions_closed_by_bot,
  count(*) filter (where session.outcome = 'unknown') as sessions_unknown,
  count(*) filter (where chat_session_fact.agent_reply_count > 0) as sessions_replied,
  coalesce(sum(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'left-with-bot', 'closed-by-bot')), 0)::bigint as abandoned_duration,
  coalesce(max(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'left-with-bot', 'closed-by-bot')), 0)::bigint as abandoned_max_duration,
  coalesce(sum(chat_session_fact.session_duration) filter (where session.outcome = 'abandoned'), 0)::bigint as abandoned_alone_duration,
  coalesce(max(chat_session_fact.session_duration) filter (where session.outcome = 'abandoned'), 0)::bigint as abandoned_alone_max_duration,
  sum(chat_session_fact.session_duration)::bigint as session_duration,
  sum(chat_session_fact.agents_count)::bigint as agents_count,
  sum(chat_session_fact.agent_reply_count)::bigint as agent_reply_count,
  max(chat_session_fact.agent_reply_max_duration)::bigint as agent_reply_max_duration,
  sum(chat_session_fact.bots_count)::bigint as bots_count,
  sum(chat_session_fact.msg_from_bots_count)::bigint as msg_from_bots_count,
  sum(chat_session_fact.until_first_bot_duration)::bigint as until_first_bot_duration
from chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select case
    when chat_session_fact.active_flag = 1 then 'active'
    when chat_session_dim.ended_agent = 'PRESENT' then 'handled'
    when chat_session_dim.ended_agent = 'VISITED' and coalesce((select ctl_schema_info.value from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as'), 'handled') <> 'abandoned' then 'handled'
    when chat_session_dim.ended_agent in ('ABSENT', 'VISITED') or chat_session_fact.kvp_present & 128 <> 0 and chat_session_fact.agents_count = 0 then case
      when chat_session_dim.ended_by = 'BOT' then 'closed-by-bot'
      when chat_session_fact.bots_count > 0 or chat_session_fact.msg_from_bots_count > 0 or chat_session_fact.until_first_bot_duration > 0 then 'left-with-bot'
      else 'abandoned'
    end
    when chat_session_fact.kvp_present & 128 = 0 then 'unknown'
    else 'handled'
  end as outcome offset 0) as session
group by chat_session_fact.start_date_time_key - chat_session_fact.start_date_time_key % 86400, chat_session_fact.tenant_key, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key
) as built
full join agt_chat_stats_day as stored using (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
where (stored.sessions, stored.sessions_active, stored.sessions_handled, stored.sessions_abandoned, stored.sessions_abandoned_alone, stored.sessions_left_with_bot, stored.sessions_closed_by_bot, stored.sessions_unknown, stored.sessions_replied, stored.abandoned_duration, stored.abandoned_max_duration, stored.abandoned_alone_duration, stored.abandoned_alone_max_duration, stored.session_duration, stored.agents_count, stored.agent_reply_count, stored.agent_reply_max_duration, stored.bots_count, stored.msg_from_bots_count, stored.until_first_bot_duration) is distinct from (built.sessions, built.sessions_active, built.sessions_handled, built.sessions_abandoned, built.sessions_abandoned_alone, built.sessions_left_with_bot, built.sessions_closed_by_bot, built.sessions_unknown, built.sessions_replied, built.abandoned_duration, built.abandoned_max_duration, built.abandoned_alone_duration, built.abandoned_alone_max_duration, built.session_duration, built.agents_count, built.agent_reply_count, built.agent_reply_max_duration, built.bots_count, built.msg_from_bots_count, built.until_first_bot_duration)
  and date_time_key not in (select start_date_time_key - start_date_time_key % 86400 from chatmart_pending_agg)
  and date_time_key >= coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0);
