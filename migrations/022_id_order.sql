-- Whether the ids of a source rise with its transactions is watched; what has been seen of it is kept from run to run.
alter table chatmart_source add column id_order jsonb;
comment on column chatmart_source.id_order is 'Whether the ids of the source rise with its transactions, as the last run found: doubts, what sequences and counters showed, bounds of the windows of a day. isByTime: of two rows of a key ADDED_TS tells which is the newer. Extension of chatmart. NULL: not looked at.';
