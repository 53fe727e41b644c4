-- A site's own user-data keys: which ones there are, the values of each session, and the interactions that may still become one.
create table chatmart_attached_key (
  column_name varchar(63) not null,
  key_name varchar(255) not null,
  kind varchar(9) not null,
  is_filled smallint not null,
  since_ts integer not null,
  constraint pk_chatmart_attached_key primary key (column_name)
);
comment on table chatmart_attached_key is 'Own user-data keys of the site, one row for each column of CHAT_SESSION_ATTACHED_DATA, as chatmart migrate copied them from the setting attached-data. Extension of chatmart.';
comment on column chatmart_attached_key.column_name is 'Column of CHAT_SESSION_ATTACHED_DATA, upper case. Extension of chatmart.';
comment on column chatmart_attached_key.key_name is 'User-data key that fills it. Extension of chatmart.';
comment on column chatmart_attached_key.kind is 'What its values are: attribute, measure, flag or time. Extension of chatmart.';
comment on column chatmart_attached_key.is_filled is 'Whether the setting names the key still. Unit: flag. Extension of chatmart. 0: it does not; the column keeps its values and gets no further ones.';
comment on column chatmart_attached_key.since_ts is 'Since when the column has been filled from this key, or no longer. Unit: epoch seconds. Extension of chatmart.';
create table chat_session_attached_data (
  media_server_ixn_guid varchar(50) not null,
  create_audit_key numeric(19) not null,
  update_audit_key numeric(19),
  constraint pk_chat_session_attached_data primary key (media_server_ixn_guid)
);
comment on table chat_session_attached_data is 'Own user data of the site: one row for each chat session that has any, with a column for each key of the setting attached-data. Join it to CHAT_SESSION_FACT with a left join. Extension of chatmart.';
comment on column chat_session_attached_data.media_server_ixn_guid is 'Interaction ID of the session: CHAT_SESSION_FACT.MEDIA_SERVER_IXN_GUID. Extension of chatmart.';
comment on column chat_session_attached_data.create_audit_key is 'Transaction that inserted the own values of the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column chat_session_attached_data.update_audit_key is 'Transaction that last changed own values of the session: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';
create table chatmart_attached_waiting (
  guid varchar(50) not null,
  seen_ts integer not null,
  create_audit_key numeric(19) not null,
  constraint pk_chatmart_attached_waiting primary key (guid)
);
create index i_chatmart_attached_waiting_seen on chatmart_attached_waiting (seen_ts);
comment on table chatmart_attached_waiting is 'Interactions of which only own user-data keys have come: calls, e-mails, and chats that Chat Server has not described yet. When it does, all rows of the interaction are read again. Maintenance deletes old rows. Extension of chatmart.';
comment on column chatmart_attached_waiting.guid is 'Interaction ID: CALLID of the source. Extension of chatmart.';
comment on column chatmart_attached_waiting.seen_ts is 'When a run last saw such a row of it, to the day. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_attached_waiting.create_audit_key is 'Transaction that first saw such a row of it: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
