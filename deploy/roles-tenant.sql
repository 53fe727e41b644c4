-- A role that sees the sessions of one tenant, and nothing of others:
--
--   psql --dbname=infomart --file=deploy/roles-tenant.sql --set=role=acme --set=tenant=101
--   psql --dbname=infomart --command='\password acme'
--   chatmart migrate                          the first time, with CHATMART_OWNER_URL: it makes the views of the schema chat_tenant
--
-- tenant is TENANT_KEY, the DBID of the tenant (chatmart name lists them), or all. Repeat the script to let the role see a further tenant.
-- With --set=personal=hidden, the role reads the schema chat_impersonal instead: columns that may identify a person are NULL there.
-- To take a tenant from a role: delete from infomart.chatmart_role_tenant where role_name = 'acme' and tenant_key = 101;
--
-- Run it as a superuser in the database of the mart, after deploy/roles-mart.sql and chatmart migrate.
-- Other names: --set=mart_schema=… --set=owner=…
-- It is safe to repeat.

\set ON_ERROR_STOP on
\if :{?mart_schema}
\else
  \set mart_schema infomart
\endif
\if :{?owner}
\else
  \set owner chatmart_owner
\endif
\if :{?personal}
\else
  \set personal shown
\endif

begin;
set transaction read write;
set local search_path to pg_catalog;

-- Nothing is done unless the role can be what it is to be.
select format('do $do$ begin raise exception %L using hint = %L; end $do$', problem, hint)
from (
  values
    (
      :'personal' not in ('shown', 'hidden'),
      format('personal is %L', :'personal'),
      'It is shown, or hidden: --set=personal=hidden'
    ),
    (
      to_regclass(format('%I.chatmart_role_tenant', :'mart_schema')) is null,
      format('the mart in schema %I has no table chatmart_role_tenant', :'mart_schema'),
      'As its owner, run chatmart migrate first.'
    )
) as checked (is_wrong, problem, hint)
where is_wrong
limit 1
\gexec
select format('do $do$ begin raise exception %L using hint = %L; end $do$', format('the mart has no tenant %s', :'tenant'), 'chatmart name lists those that it has.')
where :'tenant' <> 'all' and :'tenant' not in (select id::text from :"mart_schema".gidb_gc_tenant where id > 0)
\gexec

-- The schemas are named after that for people. A copy of a mart has the record of the original until it is migrated.
select format('set local chatmart.chat_schema to %L', coalesce(max(value), ''))
from :"mart_schema".ctl_schema_info
where property = 'chat-schema'
\gexec
select format(
    'do $do$ begin raise exception %L using hint = %L; end $do$',
    format('the mart in schema %I has no views for people', :'mart_schema'),
    'As its owner, run chatmart migrate first.'
  )
where not exists (
    select
    from pg_class as view
    join pg_rewrite on ev_class = view.oid
    join pg_depend on objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass
    join pg_class as source on source.oid = refobjid
    where view.relnamespace = (select oid from pg_namespace where nspname = current_setting('chatmart.chat_schema'))
      and view.relname ~ '^(sessions|concurrency|discards|freshness|stats_.+)$'
      and source.relnamespace::regnamespace::text = quote_ident(:'mart_schema')
  )
\gexec
select format(
    'do $do$ begin raise exception %L using hint = %L; end $do$',
    format('%I may read the whole mart, directly or as a member of another role', :'role'),
    'Name another role, or take that right from it.'
  )
from pg_roles
cross join pg_namespace
where rolname = :'role'
  and nspname in (:'mart_schema', current_setting('chatmart.chat_schema'))
  and has_schema_privilege(pg_roles.oid, pg_namespace.oid, 'usage')
limit 1
\gexec

select format('create role %I login', :'role')
where not exists (select from pg_roles where rolname = :'role')
\gexec
grant connect on database :"DBNAME" to :"role";

-- The views are the owner's, who alone may use the schema of the rows.
select format('create schema %I authorization %I', name, :'owner')
from unnest(array['_tenant_rows', '_tenant', '_impersonal']) as ending
cross join lateral (select current_setting('chatmart.chat_schema') || ending as name) as named
where not exists (select from pg_namespace where nspname = name)
\gexec
select format(
    case when (ending = '_impersonal') = (:'personal' = 'hidden')
      then 'grant usage on schema %I to %I'
      else 'revoke usage on schema %I from %I'
    end,
    current_setting('chatmart.chat_schema') || ending, :'role'
  )
from unnest(array['_tenant', '_impersonal']) as ending
\gexec
insert into :"mart_schema".chatmart_role_tenant (role_name, tenant_key)
select :'role', coalesce(nullif(:'tenant', 'all'), '0')::integer
on conflict do nothing;

-- How its sessions begin. Its members have the path and the limits of the database, in which schemas that they may not use count for nothing.
alter role :"role" in database :"DBNAME" set default_transaction_read_only to on;
select format(
    'alter role %I in database %I set search_path to %I',
    :'role', :'DBNAME', current_setting('chatmart.chat_schema') || case :'personal' when 'hidden' then '_impersonal' else '_tenant' end
  )
\gexec
select format('do $do$ begin raise notice %L; end $do$', 'Now run chatmart migrate as the owner of the mart: it makes the views that this role reads.')
where to_regclass(format('%I.chat_session_fact', current_setting('chatmart.chat_schema') || '_tenant')) is null
\gexec

commit;
