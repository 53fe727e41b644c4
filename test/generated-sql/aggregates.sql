with
taken as (
  select start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, audit_key, is_addition
  from chatmart_pending_agg
  where start_date_time_key >= coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0)
),
day_taken as (
  select
    taken.start_date_time_key - taken.start_date_time_key % 86400 as date_time_key,
    taken.*
  from taken
),
day_period as (
  select date_time_key
  from day_taken
  where tenant_key is null
    and is_addition = 0
  union
  select date_time_key
  from (select distinct date_time_key from day_taken where is_addition = 1) as period
  where not exists (select from agt_chat_stats_day where agt_chat_stats_day.date_time_key = period.date_time_key)
),
day_group as (
  select distinct date_time_key, tenant_key, media_type_key, chat_session_dim_key
  from day_taken
  where tenant_key is not null
    and date_time_key not in (select date_time_key from day_period)
),
day_addition as (
  select distinct date_time_key, start_date_time_key, audit_key
  from day_taken
  where is_addition = 1
    and date_time_key not in (select date_time_key from day_period)
),
month_taken as (
  select
    extract(epoch from date_trunc('month', to_timestamp(taken.start_date_time_key) at time zone 'UTC'))::integer as date_time_key,
    taken.*
  from taken
),
month_period as (
  select date_time_key
  from month_taken
  where tenant_key is null
    and is_addition = 0
  union
  select date_time_key
  from (select distinct date_time_key from month_taken where is_addition = 1) as period
  where not exists (select from agt_chat_stats_month where agt_chat_stats_month.date_time_key = period.date_time_key)
),
month_group as (
  select distinct date_time_key, tenant_key, media_type_key, chat_session_dim_key
  from month_taken
  where tenant_key is not null
    and date_time_key not in (select date_time_key from month_period)
),
month_addition as (
  select distinct date_time_key, start_date_time_key, audit_key
  from month_taken
  where is_addition = 1
    and date_time_key not in (select date_time_key from month_period)
),
day_berlin_taken as (
  select
    greatest(date_time_berlin.date_time_day_key, coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0)) as date_time_key,
    taken.*
  from taken
  join date_time_berlin on date_time_berlin.date_time_key = taken.start_date_time_key
),
day_berlin_period as (
  select date_time_key
  from day_berlin_taken
  where tenant_key is null
    and is_addition = 0
  union
  select date_time_key
  from (select distinct date_time_key from day_berlin_taken where is_addition = 1) as period
  where not exists (select from agt_chat_stats_day_berlin where agt_chat_stats_day_berlin.date_time_key = period.date_time_key)
),
day_berlin_group as (
  select distinct date_time_key, tenant_key, media_type_key, chat_session_dim_key
  from day_berlin_taken
  where tenant_key is not null
    and date_time_key not in (select date_time_key from day_berlin_period)
),
day_berlin_addition as (
  select distinct date_time_key, start_date_time_key, audit_key
  from day_berlin_taken
  where is_addition = 1
    and date_time_key not in (select date_time_key from day_berlin_period)
)
select
  (select count(distinct start_date_time_key) from taken) as intervals,
  (select count(*) from chatmart_pending_agg) as queued,
  (select min(start_date_time_key) from taken) as first_key,
  (select max(start_date_time_key) from taken) as last_key,
  json_build_object('day', json_build_object(
    'periods', json_build_array(
      array(select date_time_key from day_period as period order by date_time_key),
      array(select period.date_time_key::bigint + 86400 from day_period as period order by date_time_key)
    ),
    'groups', json_build_array(
      array(select date_time_key from day_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select tenant_key from day_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select media_type_key from day_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select chat_session_dim_key from day_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key)
    ),
    'groupPeriods', json_build_array(
      array(select date_time_key from (select distinct date_time_key from day_group) as period order by date_time_key),
      array(select period.date_time_key::bigint + 86400 from (select distinct date_time_key from day_group) as period order by date_time_key)
    ),
    'addedIntervals', json_build_array(
      array(select date_time_key from (select distinct date_time_key, start_date_time_key from day_addition) as interval order by date_time_key, start_date_time_key),
      array(select start_date_time_key from (select distinct date_time_key, start_date_time_key from day_addition) as interval order by date_time_key, start_date_time_key)
    ),
    'additions', json_build_array(
      array(select start_date_time_key from (select distinct start_date_time_key, audit_key from day_addition) as interval order by start_date_time_key, audit_key),
      array(select audit_key from (select distinct start_date_time_key, audit_key from day_addition) as interval order by start_date_time_key, audit_key)
    )
  ), 'month', json_build_object(
    'periods', json_build_array(
      array(select date_time_key from month_period as period order by date_time_key),
      array(select extract(epoch from to_timestamp(period.date_time_key) at time zone 'UTC' + interval '1 month')::bigint from month_period as period order by date_time_key)
    ),
    'groups', json_build_array(
      array(select date_time_key from month_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select tenant_key from month_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select media_type_key from month_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select chat_session_dim_key from month_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key)
    ),
    'groupPeriods', json_build_array(
      array(select date_time_key from (select distinct date_time_key from month_group) as period order by date_time_key),
      array(select extract(epoch from to_timestamp(period.date_time_key) at time zone 'UTC' + interval '1 month')::bigint from (select distinct date_time_key from month_group) as period order by date_time_key)
    ),
    'addedIntervals', json_build_array(
      array(select date_time_key from (select distinct date_time_key, start_date_time_key from month_addition) as interval order by date_time_key, start_date_time_key),
      array(select start_date_time_key from (select distinct date_time_key, start_date_time_key from month_addition) as interval order by date_time_key, start_date_time_key)
    ),
    'additions', json_build_array(
      array(select start_date_time_key from (select distinct start_date_time_key, audit_key from month_addition) as interval order by start_date_time_key, audit_key),
      array(select audit_key from (select distinct start_date_time_key, audit_key from month_addition) as interval order by start_date_time_key, audit_key)
    )
  ), 'day_berlin', json_build_object(
    'periods', json_build_array(
      array(select date_time_key from day_berlin_period as period order by date_time_key),
      array(select (select date_time_berlin.date_time_next_day_key from date_time_berlin where date_time_berlin.date_time_key = period.date_time_key) from day_berlin_period as period order by date_time_key)
    ),
    'groups', json_build_array(
      array(select date_time_key from day_berlin_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select tenant_key from day_berlin_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select media_type_key from day_berlin_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key),
      array(select chat_session_dim_key from day_berlin_group order by date_time_key, tenant_key, media_type_key, chat_session_dim_key)
    ),
    'groupPeriods', json_build_array(
      array(select date_time_key from (select distinct date_time_key from day_berlin_group) as period order by date_time_key),
      array(select (select date_time_berlin.date_time_next_day_key from date_time_berlin where date_time_berlin.date_time_key = period.date_time_key) from (select distinct date_time_key from day_berlin_group) as period order by date_time_key)
    ),
    'addedIntervals', json_build_array(
      array(select date_time_key from (select distinct date_time_key, start_date_time_key from day_berlin_addition) as interval order by date_time_key, start_date_time_key),
      array(select start_date_time_key from (select distinct date_time_key, start_date_time_key from day_berlin_addition) as interval order by date_time_key, start_date_time_key)
    ),
    'additions', json_build_array(
      array(select start_date_time_key from (select distinct start_date_time_key, audit_key from day_berlin_addition) as interval order by start_date_time_key, audit_key),
      array(select audit_key from (select distinct start_date_time_key, audit_key from day_berlin_addition) as interval order by start_date_time_key, audit_key)
    )
  )) as levels;

-- $1 = 7
-- $2 = [1772409600]
-- $3 = [1772496000]
-- $4 = [1772409600]
with built as materialized (
select
  $1::numeric as agr_set_key,
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
from unnest($2::integer[], $3::bigint[]) as period (date_time_key, end_key)
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
),
stale as materialized (
  select agt_chat_stats_day.date_time_key, agt_chat_stats_day.tenant_key, agt_chat_stats_day.media_type_key, agt_chat_stats_day.chat_session_dim_key
  from agt_chat_stats_day
  join unnest($4::integer[]) as concerned(date_time_key) on concerned.date_time_key = agt_chat_stats_day.date_time_key
  where (agt_chat_stats_day.date_time_key, agt_chat_stats_day.tenant_key, agt_chat_stats_day.media_type_key, agt_chat_stats_day.chat_session_dim_key) not in (select built.date_time_key, built.tenant_key, built.media_type_key, built.chat_session_dim_key from built)
),
fresh as materialized (
  select built.*
  from built
  where not exists (
    select from agt_chat_stats_day
    where agt_chat_stats_day.date_time_key = built.date_time_key and agt_chat_stats_day.tenant_key = built.tenant_key and agt_chat_stats_day.media_type_key = built.media_type_key and agt_chat_stats_day.chat_session_dim_key = built.chat_session_dim_key
      and (agt_chat_stats_day.sessions, agt_chat_stats_day.sessions_active, agt_chat_stats_day.sessions_handled, agt_chat_stats_day.sessions_abandoned, agt_chat_stats_day.sessions_unknown, agt_chat_stats_day.sessions_replied, agt_chat_stats_day.abandoned_duration, agt_chat_stats_day.abandoned_max_duration, agt_chat_stats_day.outcome_handled, agt_chat_stats_day.outcome_agent_never_wrote, agt_chat_stats_day.outcome_abandoned, agt_chat_stats_day.outcome_short_abandoned, agt_chat_stats_day.outcome_left_with_bot, agt_chat_stats_day.outcome_closed_by_bot, agt_chat_stats_day.outcome_closed_by_system, agt_chat_stats_day.outcome_unknown, agt_chat_stats_day.outcome_open, agt_chat_stats_day.sessions_abandoned_alone, agt_chat_stats_day.sessions_left_with_bot, agt_chat_stats_day.sessions_closed_by_bot, agt_chat_stats_day.abandoned_alone_duration, agt_chat_stats_day.abandoned_alone_max_duration, agt_chat_stats_day.sessions_with_bot, agt_chat_stats_day.sessions_handed_over, agt_chat_stats_day.sessions_offered, agt_chat_stats_day.sessions_answered, agt_chat_stats_day.sessions_with_first_reply, agt_chat_stats_day.sessions_ended_within_a_day, agt_chat_stats_day.sessions_ended, agt_chat_stats_day.answered_until_first_agent_duration, agt_chat_stats_day.ended_session_duration, agt_chat_stats_day.ended_handle_duration, agt_chat_stats_day.answered_within_20_seconds, agt_chat_stats_day.abandoned_within_20_seconds, agt_chat_stats_day.answered_within_60_seconds, agt_chat_stats_day.abandoned_within_60_seconds, agt_chat_stats_day.session_duration, agt_chat_stats_day.until_first_agent_duration, agt_chat_stats_day.until_first_reply_duration, agt_chat_stats_day.agents_count, agt_chat_stats_day.msg_from_agents_count, agt_chat_stats_day.agent_reply_count, agt_chat_stats_day.agent_reply_max_duration, agt_chat_stats_day.handle_duration, agt_chat_stats_day.bots_count, agt_chat_stats_day.msg_from_bots_count, agt_chat_stats_day.until_first_bot_duration) is not distinct from (built.sessions, built.sessions_active, built.sessions_handled, built.sessions_abandoned, built.sessions_unknown, built.sessions_replied, built.abandoned_duration, built.abandoned_max_duration, built.outcome_handled, built.outcome_agent_never_wrote, built.outcome_abandoned, built.outcome_short_abandoned, built.outcome_left_with_bot, built.outcome_closed_by_bot, built.outcome_closed_by_system, built.outcome_unknown, built.outcome_open, built.sessions_abandoned_alone, built.sessions_left_with_bot, built.sessions_closed_by_bot, built.abandoned_alone_duration, built.abandoned_alone_max_duration, built.sessions_with_bot, built.sessions_handed_over, built.sessions_offered, built.sessions_answered, built.sessions_with_first_reply, built.sessions_ended_within_a_day, built.sessions_ended, built.answered_until_first_agent_duration, built.ended_session_duration, built.ended_handle_duration, built.answered_within_20_seconds, built.abandoned_within_20_seconds, built.answered_within_60_seconds, built.abandoned_within_60_seconds, built.session_duration, built.until_first_agent_duration, built.until_first_reply_duration, built.agents_count, built.msg_from_agents_count, built.agent_reply_count, built.agent_reply_max_duration, built.handle_duration, built.bots_count, built.msg_from_bots_count, built.until_first_bot_duration)
  )
),
deleted as (
  delete from agt_chat_stats_day
  using stale
  where agt_chat_stats_day.date_time_key = stale.date_time_key and agt_chat_stats_day.tenant_key = stale.tenant_key and agt_chat_stats_day.media_type_key = stale.media_type_key and agt_chat_stats_day.chat_session_dim_key = stale.chat_session_dim_key
  returning 1
),
written as (
  insert into agt_chat_stats_day (agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration)
  select agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration
  from fresh
  on conflict (date_time_key, tenant_key, media_type_key, chat_session_dim_key) do update set
    agr_set_key = excluded.agr_set_key,
    sessions = excluded.sessions,
    sessions_active = excluded.sessions_active,
    sessions_handled = excluded.sessions_handled,
    sessions_abandoned = excluded.sessions_abandoned,
    sessions_unknown = excluded.sessions_unknown,
    sessions_replied = excluded.sessions_replied,
    abandoned_duration = excluded.abandoned_duration,
    abandoned_max_duration = excluded.abandoned_max_duration,
    outcome_handled = excluded.outcome_handled,
    outcome_agent_never_wrote = excluded.outcome_agent_never_wrote,
    outcome_abandoned = excluded.outcome_abandoned,
    outcome_short_abandoned = excluded.outcome_short_abandoned,
    outcome_left_with_bot = excluded.outcome_left_with_bot,
    outcome_closed_by_bot = excluded.outcome_closed_by_bot,
    outcome_closed_by_system = excluded.outcome_closed_by_system,
    outcome_unknown = excluded.outcome_unknown,
    outcome_open = excluded.outcome_open,
    sessions_abandoned_alone = excluded.sessions_abandoned_alone,
    sessions_left_with_bot = excluded.sessions_left_with_bot,
    sessions_closed_by_bot = excluded.sessions_closed_by_bot,
    abandoned_alone_duration = excluded.abandoned_alone_duration,
    abandoned_alone_max_duration = excluded.abandoned_alone_max_duration,
    sessions_with_bot = excluded.sessions_with_bot,
    sessions_handed_over = excluded.sessions_handed_over,
    sessions_offered = excluded.sessions_offered,
    sessions_answered = excluded.sessions_answered,
    sessions_with_first_reply = excluded.sessions_with_first_reply,
    sessions_ended_within_a_day = excluded.sessions_ended_within_a_day,
    sessions_ended = excluded.sessions_ended,
    answered_until_first_agent_duration = excluded.answered_until_first_agent_duration,
    ended_session_duration = excluded.ended_session_duration,
    ended_handle_duration = excluded.ended_handle_duration,
    answered_within_20_seconds = excluded.answered_within_20_seconds,
    abandoned_within_20_seconds = excluded.abandoned_within_20_seconds,
    answered_within_60_seconds = excluded.answered_within_60_seconds,
    abandoned_within_60_seconds = excluded.abandoned_within_60_seconds,
    session_duration = excluded.session_duration,
    until_first_agent_duration = excluded.until_first_agent_duration,
    until_first_reply_duration = excluded.until_first_reply_duration,
    agents_count = excluded.agents_count,
    msg_from_agents_count = excluded.msg_from_agents_count,
    agent_reply_count = excluded.agent_reply_count,
    agent_reply_max_duration = excluded.agent_reply_max_duration,
    handle_duration = excluded.handle_duration,
    bots_count = excluded.bots_count,
    msg_from_bots_count = excluded.msg_from_bots_count,
    until_first_bot_duration = excluded.until_first_bot_duration
  returning 1
)
select
  (select count(*) from stale) as stale,
  (select count(*) from deleted) as deleted,
  (select count(*) from fresh) as fresh,
  (select count(*) from written) as written;

-- $1 = 7
-- $2 = [1772323200]
-- $3 = [1775001600]
-- $4 = [1772323200]
-- $5 = [1]
-- $6 = [2]
-- $7 = [3]
-- $8 = [1772323200]
-- $9 = [1]
-- $10 = [2]
-- $11 = [3]
with built as materialized (
select
  $1::numeric as agr_set_key,
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
from unnest($2::integer[], $3::bigint[]) as period (date_time_key, end_key)
cross join lateral (
select
  max(agt_chat_stats_day.agr_set_key) as agr_set_key,
  agt_chat_stats_day.tenant_key,
  agt_chat_stats_day.media_type_key,
  agt_chat_stats_day.chat_session_dim_key,
  (sum(agt_chat_stats_day.sessions))::bigint as sessions,
  (sum(agt_chat_stats_day.sessions_active))::bigint as sessions_active,
  (sum(agt_chat_stats_day.sessions_handled))::bigint as sessions_handled,
  (sum(agt_chat_stats_day.sessions_abandoned))::bigint as sessions_abandoned,
  (sum(agt_chat_stats_day.sessions_unknown))::bigint as sessions_unknown,
  (sum(agt_chat_stats_day.sessions_replied))::bigint as sessions_replied,
  (sum(agt_chat_stats_day.abandoned_duration))::bigint as abandoned_duration,
  (max(agt_chat_stats_day.abandoned_max_duration))::bigint as abandoned_max_duration,
  (case when count(agt_chat_stats_day.outcome_handled) = count(*) then sum(agt_chat_stats_day.outcome_handled) end)::bigint as outcome_handled,
  (case when count(agt_chat_stats_day.outcome_agent_never_wrote) = count(*) then sum(agt_chat_stats_day.outcome_agent_never_wrote) end)::bigint as outcome_agent_never_wrote,
  (case when count(agt_chat_stats_day.outcome_abandoned) = count(*) then sum(agt_chat_stats_day.outcome_abandoned) end)::bigint as outcome_abandoned,
  (case when count(agt_chat_stats_day.outcome_short_abandoned) = count(*) then sum(agt_chat_stats_day.outcome_short_abandoned) end)::bigint as outcome_short_abandoned,
  (case when count(agt_chat_stats_day.outcome_left_with_bot) = count(*) then sum(agt_chat_stats_day.outcome_left_with_bot) end)::bigint as outcome_left_with_bot,
  (case when count(agt_chat_stats_day.outcome_closed_by_bot) = count(*) then sum(agt_chat_stats_day.outcome_closed_by_bot) end)::bigint as outcome_closed_by_bot,
  (case when count(agt_chat_stats_day.outcome_closed_by_system) = count(*) then sum(agt_chat_stats_day.outcome_closed_by_system) end)::bigint as outcome_closed_by_system,
  (case when count(agt_chat_stats_day.outcome_unknown) = count(*) then sum(agt_chat_stats_day.outcome_unknown) end)::bigint as outcome_unknown,
  (case when count(agt_chat_stats_day.outcome_open) = count(*) then sum(agt_chat_stats_day.outcome_open) end)::bigint as outcome_open,
  (case when count(agt_chat_stats_day.sessions_abandoned_alone) = count(*) then sum(agt_chat_stats_day.sessions_abandoned_alone) end)::bigint as sessions_abandoned_alone,
  (case when count(agt_chat_stats_day.sessions_left_with_bot) = count(*) then sum(agt_chat_stats_day.sessions_left_with_bot) end)::bigint as sessions_left_with_bot,
  (case when count(agt_chat_stats_day.sessions_closed_by_bot) = count(*) then sum(agt_chat_stats_day.sessions_closed_by_bot) end)::bigint as sessions_closed_by_bot,
  (case when count(agt_chat_stats_day.abandoned_alone_duration) = count(*) then sum(agt_chat_stats_day.abandoned_alone_duration) end)::bigint as abandoned_alone_duration,
  (case when count(agt_chat_stats_day.abandoned_alone_max_duration) = count(*) then max(agt_chat_stats_day.abandoned_alone_max_duration) end)::bigint as abandoned_alone_max_duration,
  (case when count(agt_chat_stats_day.sessions_with_bot) = count(*) then sum(agt_chat_stats_day.sessions_with_bot) end)::bigint as sessions_with_bot,
  (case when count(agt_chat_stats_day.sessions_handed_over) = count(*) then sum(agt_chat_stats_day.sessions_handed_over) end)::bigint as sessions_handed_over,
  (case when count(agt_chat_stats_day.sessions_offered) = count(*) then sum(agt_chat_stats_day.sessions_offered) end)::bigint as sessions_offered,
  (case when count(agt_chat_stats_day.sessions_answered) = count(*) then sum(agt_chat_stats_day.sessions_answered) end)::bigint as sessions_answered,
  (case when count(agt_chat_stats_day.sessions_with_first_reply) = count(*) then sum(agt_chat_stats_day.sessions_with_first_reply) end)::bigint as sessions_with_first_reply,
  (case when count(agt_chat_stats_day.sessions_ended_within_a_day) = count(*) then sum(agt_chat_stats_day.sessions_ended_within_a_day) end)::bigint as sessions_ended_within_a_day,
  (case when count(agt_chat_stats_day.sessions_ended) = count(*) then sum(agt_chat_stats_day.sessions_ended) end)::bigint as sessions_ended,
  (case when count(agt_chat_stats_day.answered_until_first_agent_duration) = count(*) then sum(agt_chat_stats_day.answered_until_first_agent_duration) end)::bigint as answered_until_first_agent_duration,
  (case when count(agt_chat_stats_day.ended_session_duration) = count(*) then sum(agt_chat_stats_day.ended_session_duration) end)::bigint as ended_session_duration,
  (case when count(agt_chat_stats_day.ended_handle_duration) = count(*) then sum(agt_chat_stats_day.ended_handle_duration) end)::bigint as ended_handle_duration,
  (case when count(agt_chat_stats_day.answered_within_20_seconds) = count(*) then sum(agt_chat_stats_day.answered_within_20_seconds) end)::bigint as answered_within_20_seconds,
  (case when count(agt_chat_stats_day.abandoned_within_20_seconds) = count(*) then sum(agt_chat_stats_day.abandoned_within_20_seconds) end)::bigint as abandoned_within_20_seconds,
  (case when count(agt_chat_stats_day.answered_within_60_seconds) = count(*) then sum(agt_chat_stats_day.answered_within_60_seconds) end)::bigint as answered_within_60_seconds,
  (case when count(agt_chat_stats_day.abandoned_within_60_seconds) = count(*) then sum(agt_chat_stats_day.abandoned_within_60_seconds) end)::bigint as abandoned_within_60_seconds,
  (sum(agt_chat_stats_day.session_duration))::bigint as session_duration,
  (sum(agt_chat_stats_day.until_first_agent_duration))::bigint as until_first_agent_duration,
  (sum(agt_chat_stats_day.until_first_reply_duration))::bigint as until_first_reply_duration,
  (sum(agt_chat_stats_day.agents_count))::bigint as agents_count,
  (sum(agt_chat_stats_day.msg_from_agents_count))::bigint as msg_from_agents_count,
  (sum(agt_chat_stats_day.agent_reply_count))::bigint as agent_reply_count,
  (max(agt_chat_stats_day.agent_reply_max_duration))::bigint as agent_reply_max_duration,
  (sum(agt_chat_stats_day.handle_duration))::bigint as handle_duration,
  (sum(agt_chat_stats_day.bots_count))::bigint as bots_count,
  (sum(agt_chat_stats_day.msg_from_bots_count))::bigint as msg_from_bots_count,
  (sum(agt_chat_stats_day.until_first_bot_duration))::bigint as until_first_bot_duration
from agt_chat_stats_day
where agt_chat_stats_day.date_time_key >= period.date_time_key and agt_chat_stats_day.date_time_key < period.end_key
  and ((period.date_time_key, agt_chat_stats_day.tenant_key, agt_chat_stats_day.media_type_key, agt_chat_stats_day.chat_session_dim_key) in (select * from unnest($4::integer[], $5::integer[], $6::integer[], $7::integer[]) as changed_group (date_time_key, tenant_key, media_type_key, chat_session_dim_key))) is true
group by agt_chat_stats_day.tenant_key, agt_chat_stats_day.media_type_key, agt_chat_stats_day.chat_session_dim_key
) as of_period
),
stale as materialized (
  select agt_chat_stats_month.date_time_key, agt_chat_stats_month.tenant_key, agt_chat_stats_month.media_type_key, agt_chat_stats_month.chat_session_dim_key
  from agt_chat_stats_month
  join unnest($8::integer[], $9::integer[], $10::integer[], $11::integer[]) as concerned (date_time_key, tenant_key, media_type_key, chat_session_dim_key) on concerned.date_time_key = agt_chat_stats_month.date_time_key and concerned.tenant_key = agt_chat_stats_month.tenant_key and concerned.media_type_key = agt_chat_stats_month.media_type_key and concerned.chat_session_dim_key = agt_chat_stats_month.chat_session_dim_key
  where (agt_chat_stats_month.date_time_key, agt_chat_stats_month.tenant_key, agt_chat_stats_month.media_type_key, agt_chat_stats_month.chat_session_dim_key) not in (select built.date_time_key, built.tenant_key, built.media_type_key, built.chat_session_dim_key from built)
),
fresh as materialized (
  select built.*
  from built
),
deleted as (
  delete from agt_chat_stats_month
  using stale
  where agt_chat_stats_month.date_time_key = stale.date_time_key and agt_chat_stats_month.tenant_key = stale.tenant_key and agt_chat_stats_month.media_type_key = stale.media_type_key and agt_chat_stats_month.chat_session_dim_key = stale.chat_session_dim_key
  returning 1
),
written as (
  insert into agt_chat_stats_month (agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration)
  select agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration
  from fresh
  on conflict (date_time_key, tenant_key, media_type_key, chat_session_dim_key) do update set
    agr_set_key = excluded.agr_set_key,
    sessions = excluded.sessions,
    sessions_active = excluded.sessions_active,
    sessions_handled = excluded.sessions_handled,
    sessions_abandoned = excluded.sessions_abandoned,
    sessions_unknown = excluded.sessions_unknown,
    sessions_replied = excluded.sessions_replied,
    abandoned_duration = excluded.abandoned_duration,
    abandoned_max_duration = excluded.abandoned_max_duration,
    outcome_handled = excluded.outcome_handled,
    outcome_agent_never_wrote = excluded.outcome_agent_never_wrote,
    outcome_abandoned = excluded.outcome_abandoned,
    outcome_short_abandoned = excluded.outcome_short_abandoned,
    outcome_left_with_bot = excluded.outcome_left_with_bot,
    outcome_closed_by_bot = excluded.outcome_closed_by_bot,
    outcome_closed_by_system = excluded.outcome_closed_by_system,
    outcome_unknown = excluded.outcome_unknown,
    outcome_open = excluded.outcome_open,
    sessions_abandoned_alone = excluded.sessions_abandoned_alone,
    sessions_left_with_bot = excluded.sessions_left_with_bot,
    sessions_closed_by_bot = excluded.sessions_closed_by_bot,
    abandoned_alone_duration = excluded.abandoned_alone_duration,
    abandoned_alone_max_duration = excluded.abandoned_alone_max_duration,
    sessions_with_bot = excluded.sessions_with_bot,
    sessions_handed_over = excluded.sessions_handed_over,
    sessions_offered = excluded.sessions_offered,
    sessions_answered = excluded.sessions_answered,
    sessions_with_first_reply = excluded.sessions_with_first_reply,
    sessions_ended_within_a_day = excluded.sessions_ended_within_a_day,
    sessions_ended = excluded.sessions_ended,
    answered_until_first_agent_duration = excluded.answered_until_first_agent_duration,
    ended_session_duration = excluded.ended_session_duration,
    ended_handle_duration = excluded.ended_handle_duration,
    answered_within_20_seconds = excluded.answered_within_20_seconds,
    abandoned_within_20_seconds = excluded.abandoned_within_20_seconds,
    answered_within_60_seconds = excluded.answered_within_60_seconds,
    abandoned_within_60_seconds = excluded.abandoned_within_60_seconds,
    session_duration = excluded.session_duration,
    until_first_agent_duration = excluded.until_first_agent_duration,
    until_first_reply_duration = excluded.until_first_reply_duration,
    agents_count = excluded.agents_count,
    msg_from_agents_count = excluded.msg_from_agents_count,
    agent_reply_count = excluded.agent_reply_count,
    agent_reply_max_duration = excluded.agent_reply_max_duration,
    handle_duration = excluded.handle_duration,
    bots_count = excluded.bots_count,
    msg_from_bots_count = excluded.msg_from_bots_count,
    until_first_bot_duration = excluded.until_first_bot_duration
  returning 1
)
select
  (select count(*) from stale) as stale,
  (select count(*) from deleted) as deleted,
  (select count(*) from fresh) as fresh,
  (select count(*) from written) as written;

-- $1 = 7
-- $2 = [1772409600]
-- $3 = [1772410500]
-- $4 = [1772410500]
-- $5 = [7]
-- $6 = [1772409600]
-- $7 = [1]
-- $8 = [2]
-- $9 = [3]
    with wanted as materialized (
select
  $1::numeric as agr_set_key,
  added.date_time_key,
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
from unnest($2::integer[], $3::integer[]) as added (date_time_key, start_date_time_key)
cross join lateral (
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
  where chat_session_fact.start_date_time_key = added.start_date_time_key
  and ((chat_session_fact.start_date_time_key, chat_session_fact.create_audit_key) in (select * from unnest($4::integer[], $5::numeric[]))) is true
  and ((added.date_time_key, chat_session_fact.tenant_key, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key) in (select * from unnest($6::integer[], $7::integer[], $8::integer[], $9::integer[]) as rebuilt (date_time_key, tenant_key, media_type_key, chat_session_dim_key))) is not true
  offset 0
) as chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select chat_session_fact.outcome) as session
group by added.date_time_key, chat_session_fact.tenant_key, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key
    ),
    written as (
      insert into agt_chat_stats_day (agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration)
      select agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration, outcome_handled, outcome_agent_never_wrote, outcome_abandoned, outcome_short_abandoned, outcome_left_with_bot, outcome_closed_by_bot, outcome_closed_by_system, outcome_unknown, outcome_open, sessions_abandoned_alone, sessions_left_with_bot, sessions_closed_by_bot, abandoned_alone_duration, abandoned_alone_max_duration, sessions_with_bot, sessions_handed_over, sessions_offered, sessions_answered, sessions_with_first_reply, sessions_ended_within_a_day, sessions_ended, answered_until_first_agent_duration, ended_session_duration, ended_handle_duration, answered_within_20_seconds, abandoned_within_20_seconds, answered_within_60_seconds, abandoned_within_60_seconds, session_duration, until_first_agent_duration, until_first_reply_duration, agents_count, msg_from_agents_count, agent_reply_count, agent_reply_max_duration, handle_duration, bots_count, msg_from_bots_count, until_first_bot_duration
      from wanted
      on conflict (date_time_key, tenant_key, media_type_key, chat_session_dim_key) do update set
        agr_set_key = excluded.agr_set_key,
        sessions = agt_chat_stats_day.sessions + excluded.sessions,
        sessions_active = agt_chat_stats_day.sessions_active + excluded.sessions_active,
        sessions_handled = agt_chat_stats_day.sessions_handled + excluded.sessions_handled,
        sessions_abandoned = agt_chat_stats_day.sessions_abandoned + excluded.sessions_abandoned,
        sessions_unknown = agt_chat_stats_day.sessions_unknown + excluded.sessions_unknown,
        sessions_replied = agt_chat_stats_day.sessions_replied + excluded.sessions_replied,
        abandoned_duration = agt_chat_stats_day.abandoned_duration + excluded.abandoned_duration,
        abandoned_max_duration = case when agt_chat_stats_day.abandoned_max_duration is not null then greatest(agt_chat_stats_day.abandoned_max_duration, excluded.abandoned_max_duration) end,
        outcome_handled = agt_chat_stats_day.outcome_handled + excluded.outcome_handled,
        outcome_agent_never_wrote = agt_chat_stats_day.outcome_agent_never_wrote + excluded.outcome_agent_never_wrote,
        outcome_abandoned = agt_chat_stats_day.outcome_abandoned + excluded.outcome_abandoned,
        outcome_short_abandoned = agt_chat_stats_day.outcome_short_abandoned + excluded.outcome_short_abandoned,
        outcome_left_with_bot = agt_chat_stats_day.outcome_left_with_bot + excluded.outcome_left_with_bot,
        outcome_closed_by_bot = agt_chat_stats_day.outcome_closed_by_bot + excluded.outcome_closed_by_bot,
        outcome_closed_by_system = agt_chat_stats_day.outcome_closed_by_system + excluded.outcome_closed_by_system,
        outcome_unknown = agt_chat_stats_day.outcome_unknown + excluded.outcome_unknown,
        outcome_open = agt_chat_stats_day.outcome_open + excluded.outcome_open,
        sessions_abandoned_alone = agt_chat_stats_day.sessions_abandoned_alone + excluded.sessions_abandoned_alone,
        sessions_left_with_bot = agt_chat_stats_day.sessions_left_with_bot + excluded.sessions_left_with_bot,
        sessions_closed_by_bot = agt_chat_stats_day.sessions_closed_by_bot + excluded.sessions_closed_by_bot,
        abandoned_alone_duration = agt_chat_stats_day.abandoned_alone_duration + excluded.abandoned_alone_duration,
        abandoned_alone_max_duration = case when agt_chat_stats_day.abandoned_alone_max_duration is not null then greatest(agt_chat_stats_day.abandoned_alone_max_duration, excluded.abandoned_alone_max_duration) end,
        sessions_with_bot = agt_chat_stats_day.sessions_with_bot + excluded.sessions_with_bot,
        sessions_handed_over = agt_chat_stats_day.sessions_handed_over + excluded.sessions_handed_over,
        sessions_offered = agt_chat_stats_day.sessions_offered + excluded.sessions_offered,
        sessions_answered = agt_chat_stats_day.sessions_answered + excluded.sessions_answered,
        sessions_with_first_reply = agt_chat_stats_day.sessions_with_first_reply + excluded.sessions_with_first_reply,
        sessions_ended_within_a_day = agt_chat_stats_day.sessions_ended_within_a_day + excluded.sessions_ended_within_a_day,
        sessions_ended = agt_chat_stats_day.sessions_ended + excluded.sessions_ended,
        answered_until_first_agent_duration = agt_chat_stats_day.answered_until_first_agent_duration + excluded.answered_until_first_agent_duration,
        ended_session_duration = agt_chat_stats_day.ended_session_duration + excluded.ended_session_duration,
        ended_handle_duration = agt_chat_stats_day.ended_handle_duration + excluded.ended_handle_duration,
        answered_within_20_seconds = agt_chat_stats_day.answered_within_20_seconds + excluded.answered_within_20_seconds,
        abandoned_within_20_seconds = agt_chat_stats_day.abandoned_within_20_seconds + excluded.abandoned_within_20_seconds,
        answered_within_60_seconds = agt_chat_stats_day.answered_within_60_seconds + excluded.answered_within_60_seconds,
        abandoned_within_60_seconds = agt_chat_stats_day.abandoned_within_60_seconds + excluded.abandoned_within_60_seconds,
        session_duration = agt_chat_stats_day.session_duration + excluded.session_duration,
        until_first_agent_duration = agt_chat_stats_day.until_first_agent_duration + excluded.until_first_agent_duration,
        until_first_reply_duration = agt_chat_stats_day.until_first_reply_duration + excluded.until_first_reply_duration,
        agents_count = agt_chat_stats_day.agents_count + excluded.agents_count,
        msg_from_agents_count = agt_chat_stats_day.msg_from_agents_count + excluded.msg_from_agents_count,
        agent_reply_count = agt_chat_stats_day.agent_reply_count + excluded.agent_reply_count,
        agent_reply_max_duration = case when agt_chat_stats_day.agent_reply_max_duration is not null then greatest(agt_chat_stats_day.agent_reply_max_duration, excluded.agent_reply_max_duration) end,
        handle_duration = agt_chat_stats_day.handle_duration + excluded.handle_duration,
        bots_count = agt_chat_stats_day.bots_count + excluded.bots_count,
        msg_from_bots_count = agt_chat_stats_day.msg_from_bots_count + excluded.msg_from_bots_count,
        until_first_bot_duration = agt_chat_stats_day.until_first_bot_duration + excluded.until_first_bot_duration
      returning 1
    )
    select
      (select count(*) from wanted) as wanted,
      (select count(*) from written) as written;

select
  of_period.agr_set_key as agr_set_key,
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
  select date_time_key, date_time_next_hour_key as end_key
  from date_time
  where date_time_key = date_time_hour_key
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
  where chat_session_fact.start_date_time_key = any (array[period.date_time_key::bigint + 0, period.date_time_key::bigint + 900, period.date_time_key::bigint + 1800, period.date_time_key::bigint + 2700]) and chat_session_fact.start_date_time_key < period.end_key
  offset 0
) as chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select chat_session_fact.outcome) as session
group by chat_session_fact.tenant_key, chat_session_fact.media_type_key, chat_session_fact.chat_session_dim_key
) as of_period;

select
  max(agt_chat_stats_day_berlin.agr_set_key) as agr_set_key,
  date_time_berlin.date_time_week_key as date_time_key,
  agt_chat_stats_day_berlin.tenant_key,
  agt_chat_stats_day_berlin.media_type_key,
  agt_chat_stats_day_berlin.chat_session_dim_key,
  (sum(agt_chat_stats_day_berlin.sessions))::bigint as sessions,
  (sum(agt_chat_stats_day_berlin.sessions_active))::bigint as sessions_active,
  (sum(agt_chat_stats_day_berlin.sessions_handled))::bigint as sessions_handled,
  (sum(agt_chat_stats_day_berlin.sessions_abandoned))::bigint as sessions_abandoned,
  (sum(agt_chat_stats_day_berlin.sessions_unknown))::bigint as sessions_unknown,
  (sum(agt_chat_stats_day_berlin.sessions_replied))::bigint as sessions_replied,
  (sum(agt_chat_stats_day_berlin.abandoned_duration))::bigint as abandoned_duration,
  (max(agt_chat_stats_day_berlin.abandoned_max_duration))::bigint as abandoned_max_duration,
  (case when count(agt_chat_stats_day_berlin.outcome_handled) = count(*) then sum(agt_chat_stats_day_berlin.outcome_handled) end)::bigint as outcome_handled,
  (case when count(agt_chat_stats_day_berlin.outcome_agent_never_wrote) = count(*) then sum(agt_chat_stats_day_berlin.outcome_agent_never_wrote) end)::bigint as outcome_agent_never_wrote,
  (case when count(agt_chat_stats_day_berlin.outcome_abandoned) = count(*) then sum(agt_chat_stats_day_berlin.outcome_abandoned) end)::bigint as outcome_abandoned,
  (case when count(agt_chat_stats_day_berlin.outcome_short_abandoned) = count(*) then sum(agt_chat_stats_day_berlin.outcome_short_abandoned) end)::bigint as outcome_short_abandoned,
  (case when count(agt_chat_stats_day_berlin.outcome_left_with_bot) = count(*) then sum(agt_chat_stats_day_berlin.outcome_left_with_bot) end)::bigint as outcome_left_with_bot,
  (case when count(agt_chat_stats_day_berlin.outcome_closed_by_bot) = count(*) then sum(agt_chat_stats_day_berlin.outcome_closed_by_bot) end)::bigint as outcome_closed_by_bot,
  (case when count(agt_chat_stats_day_berlin.outcome_closed_by_system) = count(*) then sum(agt_chat_stats_day_berlin.outcome_closed_by_system) end)::bigint as outcome_closed_by_system,
  (case when count(agt_chat_stats_day_berlin.outcome_unknown) = count(*) then sum(agt_chat_stats_day_berlin.outcome_unknown) end)::bigint as outcome_unknown,
  (case when count(agt_chat_stats_day_berlin.outcome_open) = count(*) then sum(agt_chat_stats_day_berlin.outcome_open) end)::bigint as outcome_open,
  (case when count(agt_chat_stats_day_berlin.sessions_abandoned_alone) = count(*) then sum(agt_chat_stats_day_berlin.sessions_abandoned_alone) end)::bigint as sessions_abandoned_alone,
  (case when count(agt_chat_stats_day_berlin.sessions_left_with_bot) = count(*) then sum(agt_chat_stats_day_berlin.sessions_left_with_bot) end)::bigint as sessions_left_with_bot,
  (case when count(agt_chat_stats_day_berlin.sessions_closed_by_bot) = count(*) then sum(agt_chat_stats_day_berlin.sessions_closed_by_bot) end)::bigint as sessions_closed_by_bot,
  (case when count(agt_chat_stats_day_berlin.abandoned_alone_duration) = count(*) then sum(agt_chat_stats_day_berlin.abandoned_alone_duration) end)::bigint as abandoned_alone_duration,
  (case when count(agt_chat_stats_day_berlin.abandoned_alone_max_duration) = count(*) then max(agt_chat_stats_day_berlin.abandoned_alone_max_duration) end)::bigint as abandoned_alone_max_duration,
  (case when count(agt_chat_stats_day_berlin.sessions_with_bot) = count(*) then sum(agt_chat_stats_day_berlin.sessions_with_bot) end)::bigint as sessions_with_bot,
  (case when count(agt_chat_stats_day_berlin.sessions_handed_over) = count(*) then sum(agt_chat_stats_day_berlin.sessions_handed_over) end)::bigint as sessions_handed_over,
  (case when count(agt_chat_stats_day_berlin.sessions_offered) = count(*) then sum(agt_chat_stats_day_berlin.sessions_offered) end)::bigint as sessions_offered,
  (case when count(agt_chat_stats_day_berlin.sessions_answered) = count(*) then sum(agt_chat_stats_day_berlin.sessions_answered) end)::bigint as sessions_answered,
  (case when count(agt_chat_stats_day_berlin.sessions_with_first_reply) = count(*) then sum(agt_chat_stats_day_berlin.sessions_with_first_reply) end)::bigint as sessions_with_first_reply,
  (case when count(agt_chat_stats_day_berlin.sessions_ended_within_a_day) = count(*) then sum(agt_chat_stats_day_berlin.sessions_ended_within_a_day) end)::bigint as sessions_ended_within_a_day,
  (case when count(agt_chat_stats_day_berlin.sessions_ended) = count(*) then sum(agt_chat_stats_day_berlin.sessions_ended) end)::bigint as sessions_ended,
  (case when count(agt_chat_stats_day_berlin.answered_until_first_agent_duration) = count(*) then sum(agt_chat_stats_day_berlin.answered_until_first_agent_duration) end)::bigint as answered_until_first_agent_duration,
  (case when count(agt_chat_stats_day_berlin.ended_session_duration) = count(*) then sum(agt_chat_stats_day_berlin.ended_session_duration) end)::bigint as ended_session_duration,
  (case when count(agt_chat_stats_day_berlin.ended_handle_duration) = count(*) then sum(agt_chat_stats_day_berlin.ended_handle_duration) end)::bigint as ended_handle_duration,
  (case when count(agt_chat_stats_day_berlin.answered_within_20_seconds) = count(*) then sum(agt_chat_stats_day_berlin.answered_within_20_seconds) end)::bigint as answered_within_20_seconds,
  (case when count(agt_chat_stats_day_berlin.abandoned_within_20_seconds) = count(*) then sum(agt_chat_stats_day_berlin.abandoned_within_20_seconds) end)::bigint as abandoned_within_20_seconds,
  (case when count(agt_chat_stats_day_berlin.answered_within_60_seconds) = count(*) then sum(agt_chat_stats_day_berlin.answered_within_60_seconds) end)::bigint as answered_within_60_seconds,
  (case when count(agt_chat_stats_day_berlin.abandoned_within_60_seconds) = count(*) then sum(agt_chat_stats_day_berlin.abandoned_within_60_seconds) end)::bigint as abandoned_within_60_seconds,
  (sum(agt_chat_stats_day_berlin.session_duration))::bigint as session_duration,
  (sum(agt_chat_stats_day_berlin.until_first_agent_duration))::bigint as until_first_agent_duration,
  (sum(agt_chat_stats_day_berlin.until_first_reply_duration))::bigint as until_first_reply_duration,
  (sum(agt_chat_stats_day_berlin.agents_count))::bigint as agents_count,
  (sum(agt_chat_stats_day_berlin.msg_from_agents_count))::bigint as msg_from_agents_count,
  (sum(agt_chat_stats_day_berlin.agent_reply_count))::bigint as agent_reply_count,
  (max(agt_chat_stats_day_berlin.agent_reply_max_duration))::bigint as agent_reply_max_duration,
  (sum(agt_chat_stats_day_berlin.handle_duration))::bigint as handle_duration,
  (sum(agt_chat_stats_day_berlin.bots_count))::bigint as bots_count,
  (sum(agt_chat_stats_day_berlin.msg_from_bots_count))::bigint as msg_from_bots_count,
  (sum(agt_chat_stats_day_berlin.until_first_bot_duration))::bigint as until_first_bot_duration
from agt_chat_stats_day_berlin
join date_time_berlin on date_time_berlin.date_time_key = agt_chat_stats_day_berlin.date_time_key
group by date_time_berlin.date_time_week_key, agt_chat_stats_day_berlin.tenant_key, agt_chat_stats_day_berlin.media_type_key, agt_chat_stats_day_berlin.chat_session_dim_key;
