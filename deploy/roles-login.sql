-- A login for a person or a tool. It may do what its role may, and its sessions begin as they should: with a search path and limits, and
-- read-only unless it writes models.
--
--   psql --dbname=infomart --file=deploy/roles-login.sql --set=login=superset --set=like=analyst
--   psql --dbname=infomart --file=deploy/roles-login.sql --set=login=dbt --set=like=bi
--   psql --dbname=infomart --command='\password superset'
--
-- like=analyst reads the mart, the views for people and the models; like=bi also writes models, in the schema bi. A login for the sessions of
-- one tenant: deploy/roles-tenant.sql.
--
-- Run it as a superuser in the database of the mart, after deploy/roles-mart.sql. Other names: --set=analyst=… --set=bi=…
-- It is safe to repeat. A login that exists already gets only what stands below.

\set ON_ERROR_STOP on
\if :{?analyst}
\else
  \set analyst chatmart_analyst
\endif
\if :{?bi}
\else
  \set bi chatmart_bi
\endif

begin;
set transaction read write;
set local search_path to pg_catalog;

select format(
    'do $do$ begin raise exception %L using hint = %L; end $do$',
    format('%s is neither analyst nor bi', quote_literal(:'like')),
    'A login is like one of them: --set=like=analyst'
  )
where :'like' not in ('analyst', 'bi')
\gexec
select format('set local chatmart.like_role to %L', case :'like' when 'bi' then :'bi' else :'analyst' end)
\gexec

select format('create role %I login', :'login')
where not exists (select from pg_roles where rolname = :'login')
\gexec
grant connect on database :"DBNAME" to :"login";
select format('grant %I to %I', current_setting('chatmart.like_role'), :'login')
where not exists (
  select
  from pg_auth_members
  where roleid::regrole::text = quote_ident(current_setting('chatmart.like_role')) and member::regrole::text = quote_ident(:'login')
)
\gexec

-- PostgreSQL applies the settings of the role that logs in, not those of its group. What is set for the database reaches the login as it is.
select format(
    'alter role %I in database %I set %s to %s',
    :'login',
    :'DBNAME',
    split_part(setting, '=', 1),
    -- A path is a list of names, and is kept quoted.
    case when setting like 'search_path=%' then substr(setting, 13) else quote_literal(substr(setting, strpos(setting, '=') + 1)) end
  )
from pg_db_role_setting
join pg_roles on pg_roles.oid = setrole
cross join unnest(setconfig) as setting
where rolname = current_setting('chatmart.like_role')
  and setdatabase = (select oid from pg_database where datname = :'DBNAME')
\gexec
-- The models belong to the group, so that any login of it can replace them, and analysts can read them.
select format('alter role %I in database %I set role to %I', :'login', :'DBNAME', :'bi')
where :'like' = 'bi'
\gexec

commit;
