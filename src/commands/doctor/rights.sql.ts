import type { Statement } from '../../db/connection.js';

/** One row: the rights of the session's role in the schema of the mart. Only the owner may write the tables of migrations. */
export const selectMartRights = (): Statement => ({
  text: `with relations as (
  select
    oid,
    relname::text as name,
    relkind
  from pg_class
  where relnamespace = (select oid from pg_namespace where nspname = current_schema())
    and relkind in ('r', 'v', 'S')
    and relname not like 'chatmart_migration%'
),
writable as (
  select
    name,
    case relkind
      when 'S' then has_sequence_privilege(oid, 'usage')
      else has_table_privilege(oid, 'insert') and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete')
    end as is_allowed
  from relations
  where relkind in ('r', 'S')
)
select
  current_user::text as role,
  (select rolsuper from pg_roles where rolname = current_user) as is_superuser,
  has_database_privilege(current_database(), 'temporary') as may_stage,
  array(select name from relations where relkind <> 'S' and not has_table_privilege(oid, 'select') order by name) as unreadable,
  array(select name from writable where not is_allowed order by name) as unwritable,
  (select count(*) from writable) as relations`,
});

/** One row: what the session's role may do with a table of the IDB beyond reading it, and the role's limits. */
export const selectIdbRole = (table: string): Statement => ({
  text: `select
  current_user::text as role,
  current_database()::text as database,
  rolsuper as is_superuser,
  rolconnlimit as connection_limit,
  array(
    select privilege
    from unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) as privilege
    where has_table_privilege($1, privilege)
  ) as may_write,
  array(
    select json_build_array(name, setting, unit)
    from (
      select
        name,
        reset_val as setting,
        coalesce(unit, '') as unit
      from pg_settings
      where name in (
          'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout',
          'temp_file_limit', 'default_transaction_read_only'
        )
        and reset_val is distinct from boot_val
      order by name
    ) as limits
  ) as limits
from pg_roles
where rolname = current_user`,
  values: [table],
});

/** Logins that only read the mart, or its schema for people if it has one, and begin otherwise than deploy/roles-mart.sql has them begin. */
export const selectUnsetLogins = (chatSchema: string | undefined): Statement => ({
  text: `with login as (
  select
    rolname::text as name,
    array(
      select setting
      from pg_db_role_setting
      cross join unnest(setconfig) as setting
      where setrole in (0, pg_roles.oid)
        and setdatabase in (0, (select oid from pg_database where datname = current_database()))
    ) as settings
  from pg_roles
  where rolcanlogin
    and not rolsuper
    and exists (
      select
      from pg_class
      join pg_namespace on pg_namespace.oid = relnamespace
      where nspname in (current_schema(), $1)
        and relkind in ('r', 'v')
        and has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'usage')
        and has_table_privilege(pg_roles.oid, pg_class.oid, 'select')
    )
    and not has_table_privilege(pg_roles.oid, 'chat_session_fact', 'insert')
)
select
  name,
  array_remove(array[
    case when not exists (select from unnest(settings) as setting where setting like 'search_path=%') then 'a search path' end,
    case when not exists (select from unnest(settings) as setting where setting like 'statement_timeout=%') then 'a limit for statements' end,
    case
      when not exists (select from unnest(settings) as setting where setting ~ '^(default_transaction_read_only|role)=')
        and not exists (
          select
          from pg_class
          where relkind in ('r', 'p', 'f')
            and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
            and has_table_privilege(name, pg_class.oid, 'insert, update, delete')
        )
        and not exists (
          select
          from pg_shdepend
          where deptype = 'o'
            and dbid = (select oid from pg_database where datname = current_database())
            and refclassid = 'pg_authid'::regclass
            and pg_has_role(to_regrole(quote_ident(name)), refobjid, 'member')
        )
        then 'read-only'
    end
  ], null) as lacks
from login
order by name`,
  values: [chatSchema ?? null],
});

/** Roles of tenants: which tenants each sees, and what is wrong with it. */
export const selectTenantRoles = (): Statement => ({
  text: `select
  role_name::text as name,
  string_agg(coalesce(gidb_gc_tenant.name || ' (' || gidb_gc_tenant.id || ')', case tenant_key when 0 then 'all tenants' else tenant_key::text end), ', ' order by tenant_key) as tenants,
  bool_or(role is not null) as exists,
  bool_or(has_schema_privilege(role, current_schema(), 'usage')) as reads_mart
from (select role_name, tenant_key, to_regrole(quote_ident(role_name))::oid as role from chatmart_role_tenant) as role_tenant
left join gidb_gc_tenant on gidb_gc_tenant.id = tenant_key
group by role_name
order by role_name`,
});
