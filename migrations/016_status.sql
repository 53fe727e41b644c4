-- How far the aggregates follow the facts, and which keys the newest rows of a source had that nobody asked for.
-- If nothing waits, the aggregates of an older release are as far as the facts.
alter table chatmart_source add column aggregated_until timestamp(3);
comment on column chatmart_source.aggregated_until is 'Everything that the source had committed by then is in the aggregates as well, UTC: COMPLETE_UNTIL at the last aggregation. Extension of chatmart. NULL: no aggregation since a window was finished.';
alter table chatmart_source add column ignored_keys jsonb;
comment on column chatmart_source.ignored_keys is 'User-data keys that the KVP map does not name among the newest rows of the source: {"rows": rows looked at, "keys": [{"name", "rows"}]}, the fifty most frequent. Extension of chatmart. NULL: not looked at, or it took too long.';
alter table chatmart_source add column ignored_keys_at timestamp(3);
comment on column chatmart_source.ignored_keys_at is 'When the newest rows were last searched for keys without a name in the KVP map, UTC. That is due every day. Extension of chatmart. NULL: never.';
update chatmart_source set aggregated_until = complete_until where not exists (select from chatmart_pending_agg);
