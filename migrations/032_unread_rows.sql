-- Sessions are added to the rows of their groups only if none of their rows was ever read before.
alter table chatmart_source add column unread_from numeric(20);
comment on column chatmart_source.unread_from is 'No row of this transaction, or of a later one, has been read (xid8): no session of which only such rows tell was ever counted. Unit: transaction id. Extension of chatmart. NULL: unknown.';
comment on column chatmart_pending_agg.is_addition is 'Whether the sessions of the interval that AUDIT_KEY created are added to the rows of their groups, but for groups that are rebuilt: 1 yes; 0: the group, or all groups of the interval, are rebuilt from all their sessions. Unit: flag. Extension of chatmart.';
comment on table chatmart_pending_agg is 'Intervals whose facts changed and whose aggregates are out of date. Loads only append, the same interval may stand here often; the aggregation takes the rows away. Extension of chatmart.';
comment on column chatmart_pending_agg.tenant_key is 'Tenant of the changed session: TENANT.TENANT_KEY. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
comment on column chatmart_pending_agg.media_type_key is 'Media type of the changed session: MEDIA_TYPE.MEDIA_TYPE_KEY. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
comment on column chatmart_pending_agg.chat_session_dim_key is 'Origin, language, end and mode of the changed session: CHAT_SESSION_DIM.ID. Unit: key. Extension of chatmart. NULL: the whole interval is meant.';
