-- The very first marts had a column that nothing reads: it left the text of 010 again before the other marts were made.
alter table chatmart_source drop column if exists window_mark;
