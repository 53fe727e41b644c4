import type { Statement } from '../../db/connection.js';
import { selectOwnKeys } from '../attached-keys.sql.js';
import { selectSilentAdditions } from './mart-additions.sql.js';

/** One row: the role's rights in the connection's schema. PostgreSQL hides the contents of a schema from roles without usage. */
export const selectMartAccess = (): Statement => ({
  text: `select
  coalesce(nspname::text, current_setting('search_path')) as schema,
  current_database()::text as database,
  current_user::text as role,
  nspname is not null as exists,
  coalesce(pg_get_userbyid(nspowner), pg_get_userbyid(datdba))::text as owner,
  coalesce(has_schema_privilege(pg_namespace.oid, 'usage'), false) as usable,
  coalesce(pg_has_role(nspowner, 'usage'), has_database_privilege(pg_database.oid, 'create')) as may_migrate
from pg_database
left join pg_namespace on pg_namespace.oid = to_regnamespace(current_setting('search_path'))
where datname = current_database()`,
});

/** Schemas of this database that hold a mart, whether or not this role may use them. */
export const selectMartSchemas = (migrationTable: string): Statement => ({
  text: `select nspname::text as schema
from pg_class
join pg_namespace on pg_namespace.oid = relnamespace
where relname = $1 and relkind = 'r'
order by 1`,
  values: [migrationTable],
});

/** One row: whether the connection's role may write facts. */
export const selectMayWrite = (): Statement => ({ text: `select has_table_privilege('chat_session_fact', 'insert') as may_write` });

/** Some roles with a login that may write facts, the owner of the mart last. */
export const selectWriters = (): Statement => ({
  text: `select rolname::text as role
from pg_roles
join pg_class on pg_class.oid = 'chat_session_fact'::regclass
where rolcanlogin
  and not rolsuper
  and has_table_privilege(pg_roles.oid, pg_class.oid, 'insert')
order by pg_roles.oid = relowner, rolname
limit 3`,
});

/**
 * One row, of a mart that is as this program left it: its migrations, its properties as JSON, its own keys in the order of
 * `selectAttachedColumns`, and its views; whether Citus is there, whether the role may write facts, and whether any table has a rule or an
 * inheriting table. Without a mart, or without rights to it, an error.
 */
export const selectMartAtOnce = (migrationTable: string): Statement => ({
  text: `select
  array(select name::text from ${migrationTable} order by id) as migrations,
  (select json_object_agg(property, value) from ctl_schema_info) as properties,
  (${selectOwnKeys}) as own_keys,
  array(
    select relname::text
    from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and relkind = 'v'
  ) as views,
  exists (select from pg_extension where extname = 'citus') as has_citus,
  has_table_privilege('chat_session_fact', 'insert') as may_write,
  (${selectSilentAdditions.text}) as is_altered`,
});
