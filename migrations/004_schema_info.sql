-- CTL_SCHEMA_INFO with the settings that the numbers of a mart depend on.
create table ctl_schema_info (
  property varchar(64) not null,
  value varchar(1024) not null,
  updated_ts integer not null,
  constraint pk_ctl_schema_info primary key (property)
);
comment on table ctl_schema_info is 'What this mart is: its schema version and the settings that its numbers depend on, one row for each property. Genesys table, columns assumed.';
comment on column ctl_schema_info.property is 'Name of the property, such as schema-version or visited-counts-as. Genesys column, name assumed.';
comment on column ctl_schema_info.value is 'Value of the property, as text. Genesys column, name assumed.';
comment on column ctl_schema_info.updated_ts is 'When the property was last written. Unit: epoch seconds. Genesys column, name assumed.';
insert into ctl_schema_info (property, value, updated_ts) values ('visited-counts-as', 'handled', extract(epoch from now())::integer);
comment on table chatmart_migration is 'Migrations that this mart has been through, one row each. Written by chatmart migrate only; extension of chatmart.';
comment on column chatmart_migration.id is 'Running number of the migration row. Unit: number. Extension of chatmart.';
comment on column chatmart_migration.name is 'Name of the migration; the newest one is the schema version. Extension of chatmart. Never NULL in practice.';
comment on column chatmart_migration.batch is 'Number of the chatmart migrate that applied the migration. Unit: number. Extension of chatmart. Never NULL in practice.';
comment on column chatmart_migration.migration_time is 'When the migration was applied. Extension of chatmart. Never NULL in practice.';
comment on table chatmart_migration_lock is 'Mark of a migration at work. A mark that a killed process left is cleared by the next chatmart migrate; extension of chatmart.';
comment on column chatmart_migration_lock.index is 'Running number of the only lock row. Unit: number. Extension of chatmart.';
comment on column chatmart_migration_lock.is_locked is 'Whether a migration is at work, or was killed at work. Unit: flag. Extension of chatmart. 0: no.';
