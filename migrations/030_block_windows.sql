-- A window of all rows is read block by block.
alter table chatmart_source add column window_file bigint;
comment on column chatmart_source.window_file is 'File of the table (pg_relation_filenode) whose blocks WINDOW_POSITION and WINDOW_END_ID count. Unit: number. Extension of chatmart. NULL: they are ids, or no window is open.';
