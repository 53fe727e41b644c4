-- The roles of an Info Mart, each with the privileges that it needs:
--
--   owner    creates and upgrades the mart: chatmart migrate
--   writer   loads it: chatmart run, backfill, aggregate, reconcile, discards, name; it can create and change no table
--   analyst  reads it: chatmart report, status, sql, and any other client; it can write nothing
--   bi       reads it as the analyst does, and owns a schema to write models in, as dbt does; it can write nothing else
--
-- Run it in the database of the mart before the first chatmart migrate, as a superuser:
--
--   psql --dbname=infomart --file=deploy/roles-mart.sql
--   psql --dbname=infomart --command='\password chatmart_owner'       and so on for the others
--   chatmart migrate                                                  with CHATMART_OWNER_URL=postgres://chatmart_owner@…
--
-- Other names: --set=mart_schema=… --set=owner=… --set=writer=… --set=analyst=… --set=bi=… --set=bi_schema=…
-- Objects that migrations create later are granted automatically. The script is safe to repeat; repeat it after each upgrade of chatmart.
-- Logins of people and tools: deploy/roles-login.sql; of tenants: deploy/roles-tenant.sql.
-- The database belongs to the mart alone: afterwards nobody else may log in to it, or create anything in it.

\set ON_ERROR_STOP on
\if :{?mart_schema}
\else
  \set mart_schema infomart
\endif
\if :{?owner}
\else
  \set owner chatmart_owner
\endif
\if :{?writer}
\else
  \set writer chatmart_writer
\endif
\if :{?analyst}
\else
  \set analyst chatmart_analyst
\endif
\if :{?bi}
\else
  \set bi chatmart_bi
\endif
\if :{?bi_schema}
\else
  \set bi_schema bi
\endif

begin;
-- On a repetition, this session may begin as the script has all others begin.
set transaction read write;
set local search_path to pg_catalog;

select format('create role %I login', name)
from unnest(array[:'owner', :'writer', :'analyst', :'bi']) as name
where not exists (select from pg_roles where rolname = name)
\gexec

revoke all on database :"DBNAME" from public;
revoke all on schema public from public;
-- Everybody may create large objects otherwise.
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;
grant connect on database :"DBNAME" to :"owner", :"writer", :"analyst", :"bi";
-- A chunk is staged in temporary tables, and so is an incremental model.
grant temporary on database :"DBNAME" to :"writer", :"bi";

create schema if not exists :"mart_schema" authorization :"owner";
grant usage on schema :"mart_schema" to :"writer", :"analyst";

-- What is there, and what the owner's migrations will create.
grant select, insert, update, delete on all tables in schema :"mart_schema" to :"writer";
grant usage on all sequences in schema :"mart_schema" to :"writer";
grant select on all tables in schema :"mart_schema" to :"analyst";
alter default privileges for role :"owner" in schema :"mart_schema" grant select, insert, update, delete on tables to :"writer";
alter default privileges for role :"owner" in schema :"mart_schema" grant usage on sequences to :"writer";
alter default privileges for role :"owner" in schema :"mart_schema" grant select on tables to :"analyst";

-- The views for people have a schema of their own, which chatmart migrate finds by the same rule: the recorded one, if its views read this
-- mart; else chat, unless somebody else has that; else one that is named after the mart.
select format('set local chatmart.mark to %L', format('Views for people and BI tools over the Info Mart in schema %s, made by chatmart migrate.', :'mart_schema'))
\gexec
set local chatmart.recorded to '';
select format(
    'do $do$ begin perform set_config(''chatmart.recorded'', value, true) from %I.ctl_schema_info where property = ''chat-schema''; end $do$',
    :'mart_schema'
  )
where to_regclass(format('%I.ctl_schema_info', :'mart_schema')) is not null
\gexec
with candidate as (
  select
    named.name,
    pg_namespace.oid is not null as exists,
    pg_namespace.oid is null
      or (
        not exists (select from pg_class where relnamespace = pg_namespace.oid)
        and has_schema_privilege(:'owner', pg_namespace.oid, 'create')
        and coalesce(obj_description(pg_namespace.oid, 'pg_namespace'), current_setting('chatmart.mark')) = current_setting('chatmart.mark')
      ) as is_free,
    exists (
      select
      from pg_class as view
      join pg_rewrite on ev_class = view.oid
      join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
      join pg_class as source on source.oid = refobjid
      where view.relnamespace = pg_namespace.oid
        and view.relname ~ '^(sessions|concurrency|discards|freshness|stats_.+)$'
        and source.relnamespace::regnamespace::text = quote_ident(:'mart_schema')
    ) as reads
  from unnest(array[current_setting('chatmart.recorded'), 'chat_' || :'mart_schema', 'chat']) as named (name)
  left join pg_namespace on nspname = named.name
)
select format('set local chatmart.chat_schema to %L', name)
from candidate
order by
  name = current_setting('chatmart.recorded') and reads desc,
  name = 'chat_' || :'mart_schema' and exists and is_free desc,
  name = 'chat' and is_free desc,
  name = 'chat_' || :'mart_schema' desc
limit 1
\gexec
select format('create schema %I authorization %I', current_setting('chatmart.chat_schema'), :'owner')
where not exists (select from pg_namespace where nspname = current_setting('chatmart.chat_schema'))
\gexec
select format(command, current_setting('chatmart.chat_schema'), :'owner', :'writer', :'analyst', current_setting('chatmart.mark'))
from unnest(array[
    'comment on schema %1$I is %5$L',
    'grant usage on schema %1$I to %3$I, %4$I',
    'grant select on all tables in schema %1$I to %3$I, %4$I',
    'alter default privileges for role %2$I in schema %1$I grant select on tables to %3$I, %4$I'
  ]) as command
\gexec

-- The schema of the models. Analysts read what is in it.
select format(
    'do $do$ begin raise exception %L using hint = %L; end $do$',
    format('schema %I belongs to %s, not to %s', nspname, nspowner::regrole, quote_ident(:'bi')),
    'Name another schema for models: --set=bi_schema=...'
  )
from pg_namespace
where nspname = :'bi_schema' and pg_get_userbyid(nspowner) <> :'bi'
\gexec
select format('grant %I to %I', :'analyst', :'bi')
where not exists (select from pg_auth_members where roleid::regrole::text = quote_ident(:'analyst') and member::regrole::text = quote_ident(:'bi'))
\gexec
select format('create schema %I authorization %I', :'bi_schema', :'bi')
where not exists (select from pg_namespace where nspname = :'bi_schema')
\gexec
grant usage on schema :"bi_schema" to :"analyst";
grant select on all tables in schema :"bi_schema" to :"analyst";
alter default privileges for role :"bi" in schema :"bi_schema" grant select on tables to :"analyst";

-- How sessions begin: defaults, against mistakes; what each role may do is said above. PostgreSQL applies the settings of the role that logs
-- in, not those of the roles that it is a member of. So the path and the limits are the database's: they reach each login that is a member of
-- the analyst, whoever makes it. Read-only is not: managed services set a database so before its disk is full, and then the writer has to
-- stop as well. Each login that only reads has it for itself, from roles-login.sql, or from here if it was made by hand. Nothing that is set
-- already is changed, by a further mart neither.
-- First, whoever is not to begin so. Logins that write models work as the role bi, so that the models belong to it.
select format('alter role %I in database %I set %s to %s', rolname, :'DBNAME', name, value)
from pg_roles
cross join (
  values
    ('statement_timeout', quote_literal('1h')),
    ('search_path', format('%I, %I, %I', :'bi_schema', current_setting('chatmart.chat_schema'), :'mart_schema')),
    ('role', quote_ident(:'bi'))
) as wanted (name, value)
where rolcanlogin
  and not rolsuper
  and pg_has_role(pg_roles.oid, :'bi', 'member')
  and (name <> 'role' or rolname <> :'bi')
  and not exists (
    select
    from pg_db_role_setting
    cross join unnest(setconfig) as setting
    where setrole = pg_roles.oid
      and setdatabase = (select oid from pg_database where datname = :'DBNAME')
      and setting like name || '=%'
  )
\gexec
-- Logins that load the mart or own something in this database, such as its owner and superusers, keep what PostgreSQL begins with.
select format('alter role %I in database %I set %s to %s', rolname, :'DBNAME', name, value)
from pg_roles
cross join (values ('statement_timeout', '0'), ('search_path', '"$user", public')) as wanted (name, value)
where rolcanlogin
  and (
    rolname = session_user
    or pg_has_role(pg_roles.oid, :'writer', 'member')
    or exists (
      select
      from pg_shdepend
      where deptype = 'o'
        and dbid = (select oid from pg_database where datname = :'DBNAME')
        and refclassid = 'pg_authid'::regclass
        and pg_has_role(pg_roles.oid, refobjid, 'member')
    )
  )
  and not exists (
    select
    from pg_db_role_setting
    cross join unnest(setconfig) as setting
    where setrole = pg_roles.oid
      and setdatabase in (0, (select oid from pg_database where datname = :'DBNAME'))
      and setting like name || '=%'
  )
\gexec

-- Schemas that a role may not use count for nothing in its path: so one path serves analysts and the roles of tenants. A further mart leaves
-- the path of the database alone.
select format('set local chatmart.path to %L', format('%I, %I, %I, %I', chat, :'mart_schema', chat || '_tenant', chat || '_impersonal'))
from (select current_setting('chatmart.chat_schema') as chat) as named
\gexec
select format('alter database %I set %s to %s', :'DBNAME', name, value)
from (
  values
    ('statement_timeout', quote_literal('15min')),
    ('idle_in_transaction_session_timeout', quote_literal('10min')),
    ('search_path', current_setting('chatmart.path'))
) as wanted (name, value)
where not exists (
    select
    from pg_db_role_setting
    cross join unnest(setconfig) as setting
    where setrole = 0
      and setdatabase = (select oid from pg_database where datname = :'DBNAME')
      and setting like name || '=%'
  )
  and (
    name <> 'search_path'
    or not exists (
      select
      from pg_class
      where relname = 'chatmart_migration' and relkind = 'r' and relnamespace::regnamespace::text <> quote_ident(:'mart_schema')
    )
  )
\gexec

-- Whoever reads the mart or the views for people, and neither writes nor owns anything in this database.
select format('alter role %I in database %I set default_transaction_read_only to on', rolname, :'DBNAME')
from pg_roles
where rolcanlogin
  and not rolsuper
  and exists (
    select
    from pg_class
    join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in (:'mart_schema', current_setting('chatmart.chat_schema'))
      and relkind in ('r', 'v')
      and has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'usage')
      and has_table_privilege(pg_roles.oid, pg_class.oid, 'select')
    union all
    select
    where pg_has_role(pg_roles.oid, :'analyst', 'member')
  )
  and not pg_has_role(pg_roles.oid, :'writer', 'member')
  and not exists (
    select
    from pg_class
    where relkind in ('r', 'p', 'f')
      and relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
      and has_table_privilege(pg_roles.oid, pg_class.oid, 'insert, update, delete')
  )
  and not exists (
    select
    from pg_shdepend
    where deptype = 'o'
      and dbid = (select oid from pg_database where datname = :'DBNAME')
      and refclassid = 'pg_authid'::regclass
      and pg_has_role(pg_roles.oid, refobjid, 'member')
  )
  and not exists (
    select
    from pg_db_role_setting
    cross join unnest(setconfig) as setting
    where setrole = pg_roles.oid
      and setdatabase = (select oid from pg_database where datname = :'DBNAME')
      and (setting like 'default_transaction_read_only=%' or setting = 'statement_timeout=0' or setting like 'role=%')
  )
  and rolname <> :'bi'
\gexec

-- Former releases set these for the analyst alone.
select format('alter role %I in database %I reset %s', rolname, :'DBNAME', split_part(setting, '=', 1))
from pg_db_role_setting
join pg_roles on pg_roles.oid = setrole
cross join unnest(setconfig) as setting
where rolname = :'analyst'
  and setdatabase = (select oid from pg_database where datname = :'DBNAME')
  and setting in ('statement_timeout=15min', 'idle_in_transaction_session_timeout=10min', 'search_path=' || quote_ident(:'mart_schema'))
\gexec
-- The analyst of a further mart has a path of its own, if it is a role of its own.
select case
    when path is null and not is_shared
      then format('alter role %I in database %I set search_path to %s', :'analyst', :'DBNAME', current_setting('chatmart.path'))
    else format(
      'do $do$ begin raise notice %L; end $do$',
      format('%s still finds %s without a schema: write %I.chat_session_fact, or make a role for this mart with --set=analyst=...',
        :'analyst', coalesce(path, of_database), :'mart_schema'))
  end
from (
  select
    (
      select substr(setting, length('search_path=') + 1)
      from pg_db_role_setting
      cross join unnest(setconfig) as setting
      where setrole = pg_roles.oid and setdatabase = pg_database.oid and setting like 'search_path=%'
    ) as path,
    (
      select substr(setting, length('search_path=') + 1)
      from pg_db_role_setting
      cross join unnest(setconfig) as setting
      where setrole = 0 and setdatabase = pg_database.oid and setting like 'search_path=%'
    ) as of_database,
    -- It reads another mart too.
    exists (
      select
      from pg_namespace
      where nspname <> :'mart_schema'
        and has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'usage')
        and exists (select from pg_class where relnamespace = pg_namespace.oid and relname = 'chat_session_fact' and relkind = 'r')
    ) as is_shared
  from pg_roles
  cross join pg_database
  where rolname = :'analyst' and datname = :'DBNAME'
) as analyst
where coalesce(path, of_database) is distinct from current_setting('chatmart.path')
\gexec

commit;
