-- STG_TRANSFORM_DISCARDS: nothing is dropped in silence.
create table stg_transform_discards (
  table_name varchar(255) not null,
  interaction_id numeric(19) not null default -2,
  guid varchar(50),
  create_audit_key numeric(19) not null,
  code integer not null,
  reason varchar(255) not null,
  etl_ts integer not null,
  etl_date_time_key integer not null,
  keyname varchar(255),
  raw_value text,
  resolved_ts integer
);
create index i_stg_transform_discards_guid on stg_transform_discards (guid);
create index i_stg_transform_discards_open on stg_transform_discards (etl_ts) where resolved_ts is null;
comment on table stg_transform_discards is 'What could not be taken over as it came: one row for each problem of an interaction. The rows of an interaction are replaced as a set whenever it is written again; those that no longer hold become resolved and are kept. Genesys table.';
comment on column stg_transform_discards.table_name is 'Source table that the discarded rows stand in. Genesys column.';
comment on column stg_transform_discards.interaction_id is 'Key of the interaction in INTERACTION_FACT. Unit: key. Genesys column. Always -2 here: this mart has no INTERACTION_FACT.';
comment on column stg_transform_discards.guid is 'Interaction that the problem belongs to: the CALLID of the source, MEDIA_SERVER_IXN_GUID of the fact. Genesys column. NULL: the source row had none.';
comment on column stg_transform_discards.create_audit_key is 'Transaction that inserted the discard: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column stg_transform_discards.code is 'Number of the reason, stable over releases. Unit: code. Genesys column.';
comment on column stg_transform_discards.reason is 'The reason, as code name and sentence. Genesys column.';
comment on column stg_transform_discards.etl_ts is 'When the problem was first seen. Unit: epoch seconds. Genesys column.';
comment on column stg_transform_discards.etl_date_time_key is '15-minute interval of ETL_TS: DATE_TIME.DATE_TIME_KEY. Unit: key, epoch seconds. Genesys column.';
comment on column stg_transform_discards.keyname is 'User-data key whose value is the problem. Extension of chatmart. NULL: the problem is not one value.';
comment on column stg_transform_discards.raw_value is 'The value as the source had it. Extension of chatmart. NULL: there was no value.';
comment on column stg_transform_discards.resolved_ts is 'When the problem was found to hold no longer. Unit: epoch seconds. Extension of chatmart. NULL: open.';
