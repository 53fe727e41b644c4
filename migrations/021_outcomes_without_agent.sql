-- What becomes of sessions without an agent is counted from now on: all that has facts is to be aggregated anew. The new columns come
-- with the generated schema, and are NULL until then; where facts are purged they stay so.
insert into chatmart_pending_agg (start_date_time_key, audit_key)
select distinct start_date_time_key, 0
from chat_session_fact
where start_date_time_key >= coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = 'facts-kept-from'
), 0);
