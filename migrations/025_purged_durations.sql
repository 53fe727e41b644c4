-- What the distributions of durations need of facts that maintain purges, and functions that read percentiles from counts by bucket.
create table chatmart_purged_durations (
  start_date_time_key integer not null,
  tenant_key integer not null,
  media_type_key integer not null,
  chat_session_dim_key integer not null,
  outcome varchar(32) not null,
  has_bot boolean not null,
  until_first_agent_bucket smallint not null,
  until_first_reply_bucket smallint not null,
  session_bucket smallint not null,
  handle_bucket smallint not null,
  longest_agent_reply_bucket smallint not null,
  longest_customer_wait_bucket smallint not null,
  end_ts integer not null,
  sessions integer not null,
  create_audit_key numeric(19) not null,
  constraint pk_chatmart_purged_durations primary key (
    start_date_time_key, tenant_key, media_type_key, chat_session_dim_key, outcome, has_bot,
    until_first_agent_bucket, until_first_reply_bucket, session_bucket, handle_bucket,
    longest_agent_reply_bucket, longest_customer_wait_bucket, end_ts
  )
);
comment on table chatmart_purged_durations is 'Durations of sessions whose facts are purged, as counts by bucket, so that percentiles stay available: how many sessions of a quarter of an hour had the same keys, outcome and buckets. Extension of chatmart.';
comment on column chatmart_purged_durations.start_date_time_key is 'Quarter of an hour in which the sessions began: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Extension of chatmart.';
comment on column chatmart_purged_durations.tenant_key is 'Tenant of the sessions: TENANT.TENANT_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.media_type_key is 'Media type of the sessions: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.chat_session_dim_key is 'Origin, language, end and mode of the sessions: CHAT_SESSION_DIM.ID. Unit: key. Extension of chatmart.';
comment on column chatmart_purged_durations.outcome is 'Outcome of the sessions when their facts were purged. Extension of chatmart.';
comment on column chatmart_purged_durations.has_bot is 'Whether a bot took part in the sessions. Extension of chatmart.';
comment on column chatmart_purged_durations.until_first_agent_bucket is 'Bucket of the duration: until the first agent. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.until_first_reply_bucket is 'Bucket of the duration: until the first reply. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.session_bucket is 'Bucket of the duration: session. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.handle_bucket is 'Bucket of the duration: with an agent. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.longest_agent_reply_bucket is 'Bucket of the duration: longest agent reply. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.longest_customer_wait_bucket is 'Bucket of the duration: longest customer wait. Unit: bucket. Extension of chatmart. -1: the sessions do not count.';
comment on column chatmart_purged_durations.end_ts is 'When the sessions ended, if the facts of that time are kept; of open sessions, when their facts were purged. Unit: epoch seconds. Extension of chatmart. 0: before the facts that are kept.';
comment on column chatmart_purged_durations.sessions is 'How many sessions these are. Unit: sessions. Extension of chatmart.';
comment on column chatmart_purged_durations.create_audit_key is 'Transaction that purged the facts: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column.';
-- An older program purged facts without keeping their durations.
insert into ctl_schema_info (property, value, updated_ts)
select 'durations-kept-from', value, updated_ts
from ctl_schema_info
where property = 'facts-kept-from';
-- Counts of sessions by bucket, as an array in which bucket 0 comes first; 498 holds the largest integer.
create function chat_count_bucket(counts bigint[], bucket integer, sessions bigint) returns bigint[]
language sql immutable parallel safe as $$
  select case
    when bucket between 0 and 499 and sessions is not null
      then counts[1:bucket] operator(pg_catalog.||) (counts[bucket + 1] operator(pg_catalog.+) sessions) operator(pg_catalog.||) counts[bucket + 2:500]
    else counts
  end
$$;
create function chat_add_counts(one bigint[], other bigint[]) returns bigint[]
language sql immutable parallel safe set search_path = pg_catalog as $$
  select array_agg(one[place] + other[place] order by place)
  from generate_series(1, 500) as place
$$;
create aggregate chat_histogram(bucket integer, sessions bigint) (
  sfunc = chat_count_bucket,
  stype = bigint[],
  initcond = '{0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0}',
  combinefunc = chat_add_counts,
  parallel = safe
);
create function chat_percentile(histogram bigint[], fraction double precision) returns double precision
language sql immutable parallel safe set search_path = pg_catalog as $$
  with bucket as (
    select
      case when place <= 51 then place - 1 else 100 * 1.04::float8 ^ (place - 51) / 2.04 end as seconds,
      sum(sessions) over (order by place) as up_to
    from unnest(histogram) with ordinality as counted (sessions, place)
    where sessions > 0
  ),
  target as (
    select (max(up_to)::float8 - 1) * fraction as place
    from bucket
    where fraction between 0 and 1
  ),
  neighbours as (
    select
      place - floor(place) as part,
      (select min(seconds) from bucket where up_to > floor(place)) as below,
      (select min(seconds) from bucket where up_to > ceil(place)) as above
    from target
  )
  select round((below + (above - below) * part)::numeric, 6)::float8
  from neighbours
$$;
comment on function chat_percentile(bigint[], double precision) is 'Duration in seconds that a fraction of the sessions do not exceed, at most 2 % or 1 s from what percentile_cont gives: chat_percentile(chat_histogram(bucket, sessions), 0.9). NULL without sessions. Extension of chatmart.';
comment on aggregate chat_histogram(integer, bigint) is 'Counts of sessions by bucket, for chat_percentile: AG2_CHAT_DURATIONS_SUBHR.BUCKET and SESSIONS. Extension of chatmart.';
comment on function chat_count_bucket(bigint[], integer, bigint) is 'Step of chat_histogram. Extension of chatmart.';
comment on function chat_add_counts(bigint[], bigint[]) is 'Sum of two results of chat_histogram. Extension of chatmart.';
