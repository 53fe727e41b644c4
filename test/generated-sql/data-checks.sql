select
  'AGT_CHAT_STATS_DAY_BERLIN of ' || to_timestamp(date_time_key) at time zone 'UTC'
    || ', tenant ' || tenant_key || ', media type ' || media_type_key || ', dimension ' || chat_session_dim_key
    || case
      when stored.sessions is null then ': missing'
      when built.sessions is null then ': of no session'
      else ': ' || concat_ws(', ', case when stored.sessions is distinct from built.sessions then 'SESSIONS' end, case when stored.sessions_active is distinct from built.sessions_active then 'SESSIONS_ACTIVE' end, case when stored.sessions_handled is distinct from built.sessions_handled then 'SESSIONS_HANDLED' end, case when stored.sessions_abandoned is distinct from built.sessions_abandoned then 'SESSIONS_ABANDONED' end, case when stored.sessions_unknown is distinct from built.sessions_unknown then 'SESSIONS_UNKNOWN' end, case when stored.sessions_replied is distinct from built.sessions_replied then 'SESSIONS_REPLIED' end, case when stored.abandoned_duration is distinct from built.abandoned_duration then 'ABANDONED_DURATION' end, case when stored.abandoned_max_duration is distinct from built.abandoned_max_duration then 'ABANDONED_MAX_DURATION' end, case when stored.outcome_handled is distinct from built.outcome_handled then 'OUTCOME_HANDLED' end, case when stored.outcome_agent_never_wrote is distinct from built.outcome_agent_never_wrote then 'OUTCOME_AGENT_NEVER_WROTE' end, case when stored.outcome_abandoned is distinct from built.outcome_abandoned then 'OUTCOME_ABANDONED' end, case when stored.outcome_short_abandoned is distinct from built.outcome_short_abandoned then 'OUTCOME_SHORT_ABANDONED' end, case when stored.outcome_left_with_bot is distinct from built.outcome_left_with_bot then 'OUTCOME_LEFT_WITH_BOT' end, case when stored.outcome_closed_by_bot is distinct from built.outcome_closed_by_bot then 'OUTCOME_CLOSED_BY_BOT' end, case when stored.outcome_closed_by_system is distinct from built.outcome_closed_by_system then 'OUTCOME_CLOSED_BY_SYSTEM' end, case when stored.outcome_unknown is distinct from built.outcome_unknown then 'OUTCOME_UNKNOWN' end, case when stored.outcome_open is distinct from built.outcome_open then 'OUTCOME_OPEN' end, case when stored.sessions_abandoned_alone is distinct from built.sessions_abandoned_alone then 'SESSIONS_ABANDONED_ALONE' end, case when stored.sessions_left_with_bot is distinct from built.sessions_left_with_bot then 'SESSIONS_LEFT_WITH_BOT' end, case when stored.sessions_closed_by_bot is distinct from built.sessions_closed_by_bot then 'SESSIONS_CLOSED_BY_BOT' end, case when stored.abandoned_alone_duration is distinct from built.abandoned_alone_duration then 'ABANDONED_ALONE_DURATION' end, case when stored.abandoned_alone_max_duration is distinct from built.abandoned_alone_max_duration then 'ABANDONED_ALONE_MAX_DURATION' end, case when stored.sessions_with_bot is distinct from built.sessions_with_bot then 'SESSIONS_WITH_BOT' end, case when stored.sessions_handed_over is distinct from built.sessions_handed_over then 'SESSIONS_HANDED_OVER' end, case when stored.sessions_offered is distinct from built.sessions_offered then 'SESSIONS_OFFERED' end, case when stored.sessions_answered is distinct from built.sessions_answered then 'SESSIONS_ANSWERED' end, case when stored.sessions_with_first_reply is distinct from built.sessions_with_first_reply then 'SESSIONS_WITH_FIRST_REPLY' end, case when stored.sessions_ended_within_a_day is distinct from built.sessions_ended_within_a_day then 'SESSIONS_ENDED_WITHIN_A_DAY' end, case when stored.sessions_ended is distinct from built.sessions_ended then 'SESSIONS_ENDED' end, case when stored.answered_until_first_agent_duration is distinct from built.answered_until_first_agent_duration then 'ANSWERED_UNTIL_FIRST_AGENT_DURATION' end, case when stored.ended_session_duration is distinct from built.ended_session_duration then 'ENDED_SESSION_DURATION' end, case when stored.ended_handle_duration is distinct from built.ended_handle_duration then 'ENDED_HANDLE_DURATION' end, case when stored.answered_within_20_seconds is distinct from built.answered_within_20_seconds then 'ANSWERED_WITHIN_20_SECONDS' end, case when stored.abandoned_within_20_seconds is distinct from built.abandoned_within_20_seconds then 'ABANDONED_WITHIN_20_SECONDS' end, case when stored.answered_within_60_seconds is distinct from built.answered_within_60_seconds then 'ANSWERED_WITHIN_60_SECONDS' end, case when stored.abandoned_within_60_seconds is distinct from built.abandoned_within_60_seconds then 'ABANDONED_WITHIN_60_SECONDS' end, case when stored.session_duration is distinct from built.session_duration then 'SESSION_DURATION' end, case when stored.until_first_agent_duration is distinct from built.until_first_agent_duration then 'UNTIL_FIRST_AGENT_DURATION' end, case when stored.until_first_reply_duration is distinct from built.until_first_reply_duration then 'UNTIL_FIRST_REPLY_DURATION' end, case when stored.agents_count is distinct from built.agents_count then 'AGENTS_COUNT' end, case when stored.msg_from_agents_count is distinct from built.msg_from_agents_count then 'MSG_FROM_AGENTS_COUNT' end, case when stored.agent_reply_count is distinct from built.agent_reply_count then 'AGENT_REPLY_COUNT' end, case when stored.agent_reply_max_duration is distinct from built.agent_reply_max_duration then 'AGENT_REPLY_MAX_DURATION' end, case when stored.handle_duration is distinct from built.handle_duration then 'HANDLE_DURATION' end, case when stored.bots_count is distinct from built.bots_count then 'BOTS_COUNT' end, case when stored.msg_from_bots_count is distinct from built.msg_from_bots_count then 'MSG_FROM_BOTS_COUNT' end, case when stored.until_first_bot_duration is distinct from built.until_first_bot_duration then 'UNTIL_FIRST_BOT_DURATION' end)
    end as breach
from (
select
  0::numeric as agr_set_key,
  period.date_time_key,
  of_period.tenant_key,
  of_period.media_type_key,
  of_period.chat_session_dim_key,
  of_period.sessions,
  of_period.sessions_active,
  of_period.sessions_handled,
  of_period.sessions_abandoned,
  of_period.sessions_unknown,
  of_period.sessions_replied,
  of_period.abandoned_duration,
  of_period.abandoned_max_duration,
  of_period.outcome_handled,
  of_period.outcome_agent_never_wrote,
  of_period.outcome_abandoned,
  of_period.outcome_short_abandoned,
  of_period.outcome_left_with_bot,
  of_period.outcome_closed_by_bot,
  of_period.outcome_closed_by_system,
  of_period.outcome_unknown,
  of_period.outcome_open,
  of_period.sessions_abandoned_alone,
  of_period.sessions_left_with_bot,
  of_period.sessions_closed_by_bot,
  of_period.abandoned_alone_duration,
  of_period.abandoned_alone_max_duration,
  of_period.sessions_with_bot,
  of_period.sessions_handed_over,
  of_period.sessions_offered,
  of_period.sessions_answered,
  of_period.sessions_with_first_reply,
  of_period.sessions_ended_within_a_day,
  of_period.sessions_ended,
  of_period.answered_until_first_agent_duration,
  of_period.ended_session_duration,
  of_period.ended_handle_duration,
  of_period.answered_within_20_seconds,
  of_period.abandoned_within_20_seconds,
  of_period.answered_within_60_seconds,
  of_period.abandoned_within_60_seconds,
  of_period.session_duration,
  of_period.until_first_agent_duration,
  of_period.until_first_reply_duration,
  of_period.agents_count,
  of_period.msg_from_agents_count,
  of_period.agent_reply_count,
  of_period.agent_reply_max_duration,
  of_period.handle_duration,
  of_period.bots_count,
  of_period.msg_from_bots_count,
  of_period.until_first_bot_duration
from (
  select date_time_key, date_time_next_day_key as end_key
  from date_time_berlin
  where date_time_key = greatest(date_time_day_key, coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0))
) as period
cross join lateral (
select
  max(coalesce(chat_session_fact.update_audit_key, chat_session_fact.create_audit_key)) as agr_set_key,
  chat_session_fact.tenant_key,
  chat_session_fact.media_type_key,
  chat_session_fact.chat_session_dim_key,
  count(*) as sessions,
  count(*) filter (where session.outcome = 'open') as sessions_active,
  count(*) filter (where session.outcome in ('handled', 'agent-never-wrote')) as sessions_handled,
  count(*) filter (where session.outcome in ('abandoned', 'short-abandoned', 'left-with-bot', 'closed-by-bot', 'closed-by-system')) as sessions_abandoned,
  count(*) filter (where session.outcome = 'unknown') as sessions_unknown,
  count(*) filter (where chat_session_fact.agent_reply_count > 0) as sessions_replied,
  coalesce(sum(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'short-abandoned', 'left-with-bot', 'closed-by-bot', 'closed-by-system')), 0)::bigint as abandoned_duration,
  coalesce(max(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'short-abandoned', 'left-with-bot', 'closed-by-bot', 'closed-by-system')), 0)::bigint as abandoned_max_duration,
  count(*) filter (where session.outcome = 'handled') as outcome_handled,
  count(*) filter (where session.outcome = 'agent-never-wrote') as outcome_agent_never_wrote,
  count(*) filter (where session.outcome = 'abandoned') as outcome_abandoned,
  count(*) filter (where session.outcome = 'short-abandoned') as outcome_short_abandoned,
  count(*) filter (where session.outcome = 'left-with-bot') as outcome_left_with_bot,
  count(*) filter (where session.outcome = 'closed-by-bot') as outcome_closed_by_bot,
  count(*) filter (where session.outcome = 'closed-by-system') as outcome_closed_by_system,
  count(*) filter (where session.outcome = 'unknown') as outcome_unknown,
  count(*) filter (where session.outcome = 'open') as outcome_open,
  count(*) filter (where session.outcome in ('abandoned', 'short-abandoned')) as sessions_abandoned_alone,
  count(*) filter (where session.outcome = 'left-with-bot') as sessions_left_with_bot,
  count(*) filter (where session.outcome = 'closed-by-bot') as sessions_closed_by_bot,
  coalesce(sum(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'short-abandoned')), 0)::bigint as abandoned_alone_duration,
  coalesce(max(chat_session_fact.session_duration) filter (where session.outcome in ('abandoned', 'short-abandoned')), 0)::bigint as abandoned_alone_max_duration,
  count(*) filter (where chat_session_fact.bots_count > 0 or chat_session_fact.msg_from_bots_count > 0 or chat_session_fact.until_first_bot_duration > 0) as sessions_with_bot,
  count(*) filter (where (chat_session_fact.bots_count > 0 or chat_session_fact.msg_from_bots_count > 0 or chat_session_fact.until_first_bot_duration > 0) and (session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0)) as sessions_handed_over,
  count(*) filter (where (session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0) or session.outcome in ('abandoned', 'short-abandoned', 'closed-by-system')) as sessions_offered,
  count(*) filter (where session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0) as sessions_answered,
  count(*) filter (where chat_session_fact.msg_from_agents_count > 0 or chat_session_fact.until_first_reply_duration > 0) as sessions_with_first_reply,
  count(*) filter (where session.outcome <> 'open' and chat_session_fact.end_ts - chat_session_fact.start_ts <= 86400) as sessions_ended_within_a_day,
  count(*) filter (where session.outcome <> 'open') as sessions_ended,
  coalesce(sum(chat_session_fact.until_first_agent_duration) filter (where session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0), 0)::bigint as answered_until_first_agent_duration,
  coalesce(sum(chat_session_fact.session_duration) filter (where session.outcome <> 'open'), 0)::bigint as ended_session_duration,
  coalesce(sum(chat_session_fact.handle_duration) filter (where session.outcome in ('handled', 'agent-never-wrote')), 0)::bigint as ended_handle_duration,
  count(*) filter (where (session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0) and chat_session_fact.agents_count > 0 and chat_session_fact.until_first_agent_duration <= 20) as answered_within_20_seconds,
  count(*) filter (where session.outcome in ('abandoned', 'short-abandoned') and coalesce(nullif(chat_session_fact.session_duration, 0), chat_session_fact.end_ts - chat_session_fact.start_ts) <= 20) as abandoned_within_20_seconds,
  count(*) filter (where (session.outcome in ('handled', 'agent-never-wrote') or session.outcome = 'open' and chat_session_fact.agents_count > 0) and chat_session_fact.agents_count > 0 and chat_session_fact.until_first_agent_duration <= 60) as answered_within_60_seconds,
  count(*) filter (where session.outcome in ('abandoned', 'short-abandoned') and coalesce(nullif(chat_session_fact.session_duration, 0), chat_session_fact.end_ts - chat_session_fact.start_ts) <= 60) as abandoned_within_60_seconds,
  sum(chat_session_fact.session_duration)::bigint as session_duration,
  sum(chat_session_fact.until_first_agent_duration)::bigint as until_first_agent_duration,
  sum(chat_session_fact.until_first_reply_duration)::bigint as until_first_reply_duration,
  sum(chat_session_fact.agents_count)::bigint as agents_count,
  sum(chat_session_fact.msg_from_agents_count)::bigint as msg_from_agents_count,
  sum(chat_session_fact.agent_reply_count)::bigint as agent_reply_count,
  max(chat_session_fact.agent_reply_max_duration)::bigint as agent_reply_max_duration,
  sum(chat_session_fact.handle_duration)::bigint as handle_duration,
  sum(chat_session_fact.bots_count)::bigint as bots_count,
  sum(chat_session_fact.msg_from_bots_count)::bigint as msg_from_bots_count,
  sum(chat_session_fact.until_first_bot_duration)::bigint as until_first_bot_duration
from (
  select
    chat_session_fact.*,
    case
    when chat_session_fact.active_flag = 1 then 'open'
    when (chat_session_dim.ended_agent = 'PRESENT' or chat_session_dim.ended_agent = 'VISITED' and coalesce((select ctl_schema_info.value::text from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as'), 'handled') <> 'abandoned' or coalesce(chat_session_dim.ended_agent, '') not in ('ABSENT', 'VISITED') and chat_session_fact.kvp_present & 128 <> 0 and chat_session_fact.agents_count > 0) and chat_session_fact.kvp_present & 256 <> 0 and chat_session_fact.msg_from_agents_count = 0 then 'agent-never-wrote'
    when chat_session_dim.ended_agent = 'PRESENT' or chat_session_dim.ended_agent = 'VISITED' and coalesce((select ctl_schema_info.value::text from ctl_schema_info where ctl_schema_info.property = 'visited-counts-as'), 'handled') <> 'abandoned' or coalesce(chat_session_dim.ended_agent, '') not in ('ABSENT', 'VISITED') and chat_session_fact.kvp_present & 128 <> 0 and chat_session_fact.agents_count > 0 then 'handled'
    when (chat_session_dim.ended_agent in ('ABSENT', 'VISITED') or chat_session_fact.kvp_present & 128 <> 0 and chat_session_fact.agents_count = 0) is not true then 'unknown'
    when chat_session_dim.ended_by = 'BOT' then 'closed-by-bot'
    when chat_session_fact.bots_count > 0 or chat_session_fact.msg_from_bots_count > 0 or chat_session_fact.until_first_bot_duration > 0 then 'left-with-bot'
    when chat_session_dim.ended_by in ('SYSTEM', 'AGENT', 'SUPERVISOR') then 'closed-by-system'
    when coalesce(nullif(chat_session_fact.session_duration, 0), chat_session_fact.end_ts - chat_session_fact.start_ts) <= coalesce((select ctl_schema_info.value::integer from ctl_schema_info where ctl_schema_info.property = 'short-abandon-seconds'), 10) then 'short-abandoned'
    else 'abandoned'
  end as outcome
  from chat_session_fact
  left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
  where chat_session_fact.start_date_time_key >= period.date_time_key and chat_session_fact.start_date_time_key < period.end_key
  offset 0
) as chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select chat_session_fact.outcome) as session
group by chat_session_fact.tenant_key, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key
) as of_period
) as built
full join agt_chat_stats_day_berlin as stored using (date_time_key, tenant_key, media_type_key, chat_session_dim_key)
where (stored.sessions, stored.sessions_active, stored.sessions_handled, stored.sessions_abandoned, stored.sessions_unknown, stored.sessions_replied, stored.abandoned_duration, stored.abandoned_max_duration, stored.outcome_handled, stored.outcome_agent_never_wrote, stored.outcome_abandoned, stored.outcome_short_abandoned, stored.outcome_left_with_bot, stored.outcome_closed_by_bot, stored.outcome_closed_by_system, stored.outcome_unknown, stored.outcome_open, stored.sessions_abandoned_alone, stored.sessions_left_with_bot, stored.sessions_closed_by_bot, stored.abandoned_alone_duration, stored.abandoned_alone_max_duration, stored.sessions_with_bot, stored.sessions_handed_over, stored.sessions_offered, stored.sessions_answered, stored.sessions_with_first_reply, stored.sessions_ended_within_a_day, stored.sessions_ended, stored.answered_until_first_agent_duration, stored.ended_session_duration, stored.ended_handle_duration, stored.answered_within_20_seconds, stored.abandoned_within_20_seconds, stored.answered_within_60_seconds, stored.abandoned_within_60_seconds, stored.session_duration, stored.until_first_agent_duration, stored.until_first_reply_duration, stored.agents_count, stored.msg_from_agents_count, stored.agent_reply_count, stored.agent_reply_max_duration, stored.handle_duration, stored.bots_count, stored.msg_from_bots_count, stored.until_first_bot_duration) is distinct from (built.sessions, built.sessions_active, built.sessions_handled, built.sessions_abandoned, built.sessions_unknown, built.sessions_replied, built.abandoned_duration, built.abandoned_max_duration, built.outcome_handled, built.outcome_agent_never_wrote, built.outcome_abandoned, built.outcome_short_abandoned, built.outcome_left_with_bot, built.outcome_closed_by_bot, built.outcome_closed_by_system, built.outcome_unknown, built.outcome_open, built.sessions_abandoned_alone, built.sessions_left_with_bot, built.sessions_closed_by_bot, built.abandoned_alone_duration, built.abandoned_alone_max_duration, built.sessions_with_bot, built.sessions_handed_over, built.sessions_offered, built.sessions_answered, built.sessions_with_first_reply, built.sessions_ended_within_a_day, built.sessions_ended, built.answered_until_first_agent_duration, built.ended_session_duration, built.ended_handle_duration, built.answered_within_20_seconds, built.abandoned_within_20_seconds, built.answered_within_60_seconds, built.abandoned_within_60_seconds, built.session_duration, built.until_first_agent_duration, built.until_first_reply_duration, built.agents_count, built.msg_from_agents_count, built.agent_reply_count, built.agent_reply_max_duration, built.handle_duration, built.bots_count, built.msg_from_bots_count, built.until_first_bot_duration)
  and date_time_key not in (select greatest(date_time_day_key, coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0))
    from chatmart_pending_agg
    join date_time_berlin on date_time_key = start_date_time_key)
  and date_time_key >= coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0);
