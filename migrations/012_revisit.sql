-- What is to be done when an IDB that was out of reach is back.
create table chatmart_revisit (
  guid varchar(50) not null,
  source_name varchar(64) not null,
  audit_key numeric(19) not null,
  constraint pk_chatmart_revisit primary key (guid, source_name)
);
comment on table chatmart_revisit is 'Interactions that were read again while an IDB of the HA pair was out of reach: they are read once more when it is back. Extension of chatmart.';
comment on column chatmart_revisit.guid is 'Interaction to be read again: MEDIA_SERVER_IXN_GUID of its fact. Extension of chatmart.';
comment on column chatmart_revisit.source_name is 'Source that was out of reach: CTL_DS.SOURCE_NAME. Extension of chatmart.';
comment on column chatmart_revisit.audit_key is 'Transaction that wrote the interaction without that source: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Extension of chatmart.';
