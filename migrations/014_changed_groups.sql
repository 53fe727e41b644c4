-- Which groups of an interval changed, so that a correction does not cost its whole day. Hours become a view on the facts: they have
-- nearly as many groups as there are sessions; an index finds the facts of an hour.
alter table chatmart_pending_agg add column tenant_key integer;
comment on column chatmart_pending_agg.tenant_key is 'Tenant of the changed session: TENANT.TENANT_KEY. Unit: key. Extension of chatmart. NULL: all groups of the interval are to be rebuilt.';
alter table chatmart_pending_agg add column media_type_key integer;
comment on column chatmart_pending_agg.media_type_key is 'Media type of the changed session: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Extension of chatmart. NULL: all groups of the interval are to be rebuilt.';
alter table chatmart_pending_agg add column chat_session_dim_key integer;
comment on column chatmart_pending_agg.chat_session_dim_key is 'Origin, language, end and mode of the changed session: CHAT_SESSION_DIM.ID. Unit: key. Extension of chatmart. NULL: all groups of the interval are to be rebuilt.';
drop table if exists agt_chat_stats_hour cascade;
create index i_chat_session_fact_hour on chat_session_fact ((start_date_time_key - start_date_time_key % 3600));
