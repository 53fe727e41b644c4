-- What an exact window needs beyond its ceiling: its lower bound, the last one without an id bound, and by what the source is known again.
alter table chatmart_source add column window_from numeric(20);
comment on column chatmart_source.window_from is 'Lower bound of the window that is being read (xid8). Unit: transaction id. Extension of chatmart. NULL: no window is open, or it has no lower bound.';
alter table chatmart_source add column window_is_whole boolean not null default false;
comment on column chatmart_source.window_is_whole is 'The window that is being read began at the smallest id, so that rows updated under old ids are found. Extension of chatmart.';
alter table chatmart_source add column whole_ceiling numeric(20);
comment on column chatmart_source.whole_ceiling is 'Upper bound of the last window that left out no id (xid8). Unit: transaction id. Extension of chatmart. NULL: there was none.';
alter table chatmart_source add column whole_at timestamp(3);
comment on column chatmart_source.whole_at is 'When the last window that left out no id was done, UTC. One is due every day. Extension of chatmart. NULL: there was none.';
alter table chatmart_source add column identity jsonb;
comment on column chatmart_source.identity is 'By what the source is known again: system identifier, timeline, table, next transaction, newest rows. A change means reading all again. Extension of chatmart. NULL: it was never read.';
alter table chatmart_source add column reconciled_at timestamp(3);
comment on column chatmart_source.reconciled_at is 'When the last days of the source were last compared with the mart, UTC. That is due every day. Extension of chatmart. NULL: never.';
