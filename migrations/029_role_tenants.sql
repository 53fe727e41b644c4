-- Which role sees the sessions of which tenants, and which own keys may identify a person.
create table chatmart_role_tenant (
  role_name varchar(63) not null,
  tenant_key integer not null,
  constraint pk_chatmart_role_tenant primary key (role_name, tenant_key)
);
comment on table chatmart_role_tenant is 'Which roles see which tenants in the schema for tenants, one row for each role and tenant; deploy/roles-tenant.sql writes it. Extension of chatmart.';
comment on column chatmart_role_tenant.role_name is 'Role of PostgreSQL; its members see the same. Extension of chatmart.';
comment on column chatmart_role_tenant.tenant_key is 'Tenant whose sessions it sees: TENANT.TENANT_KEY. Unit: key. Extension of chatmart. 0: all tenants, the unknown ones too.';
alter table chatmart_attached_key add column is_personal smallint;
comment on column chatmart_attached_key.is_personal is 'Whether its values may identify a person; the schema without such columns leaves them out. Unit: flag. Extension of chatmart. NULL: as the kind says; attributes may.';
