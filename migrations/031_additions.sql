-- Sessions that are new to the mart are added to their groups, so that what comes each minute does not cost the whole day.
alter table chatmart_pending_agg add column is_addition smallint not null default 0;
comment on column chatmart_pending_agg.is_addition is 'Whether the sessions of the interval that AUDIT_KEY created are added to the rows of their groups: 1 yes; 0: the group, or all groups of the interval, are rebuilt from all their sessions. Unit: flag. Extension of chatmart.';
