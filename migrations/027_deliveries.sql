-- Reports that chatmart schedule delivers: what is done and what is left, so that no period is lost or sent again after a restart.
create table chatmart_delivery (
  delivery_name varchar(80) not null,
  period_from integer not null,
  period_to integer not null,
  due_ts integer not null,
  attempts integer not null,
  next_attempt_ts integer not null,
  delivered_ts integer,
  problem text,
  constraint pk_chatmart_delivery primary key (delivery_name, period_from, period_to)
);
comment on table chatmart_delivery is 'Reports that chatmart schedule delivers, as the setting reports names them: one row for each period. Extension of chatmart.';
comment on column chatmart_delivery.delivery_name is 'Name of the entry of the setting reports. Extension of chatmart.';
comment on column chatmart_delivery.period_from is 'First instant of the period. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.period_to is 'End of the period, not included. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.due_ts is 'From when it was to be delivered. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.attempts is 'How often its delivery has failed. Unit: attempt. Extension of chatmart.';
comment on column chatmart_delivery.next_attempt_ts is 'It is not tried again before. Unit: epoch seconds. Extension of chatmart.';
comment on column chatmart_delivery.delivered_ts is 'When it was delivered. Unit: epoch seconds. Extension of chatmart. NULL: it waits for its sessions, or for the next attempt.';
comment on column chatmart_delivery.problem is 'Why the last attempt failed. Extension of chatmart. NULL: none has failed.';
