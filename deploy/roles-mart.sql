-- The roles of an Info Mart, each with the privileges that it needs:
--
--   owner    creates and upgrades the mart: chatmart migrate
--   writer   loads it: chatmart run, backfill, aggregate, reconcile, discards, name; it can create and change no table
--   analyst  reads it: chatmart report, status, sql, and any other client
--
-- Run it in the database of the mart before the first chatmart migrate, as a superuser:
--
--   psql --dbname=infomart --file=deploy/roles-mart.sql
--   psql --dbname=infomart --command='\password chatmart_owner'       and so on for the others
--   chatmart migrate                                                  with CHATMART_OWNER_URL=postgres://chatmart_owner@…
--
-- Other names: --set=mart_schema=… --set=owner=… --set=writer=… --set=analyst=…
-- Objects that migrations create later are granted automatically. The script is safe to repeat.
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

begin;

select format('create role %I login', name)
from unnest(array[:'owner', :'writer', :'analyst']) as name
where not exists (select from pg_roles where rolname = name)
\gexec

revoke all on database :"DBNAME" from public;
revoke all on schema public from public;
grant connect on database :"DBNAME" to :"owner", :"writer", :"analyst";
-- A chunk is staged in temporary tables.
grant temporary on database :"DBNAME" to :"writer";

create schema if not exists :"mart_schema" authorization :"owner";
grant usage on schema :"mart_schema" to :"writer", :"analyst";

-- What is there, and what the owner's migrations will create.
grant select, insert, update, delete on all tables in schema :"mart_schema" to :"writer";
grant usage on all sequences in schema :"mart_schema" to :"writer";
grant select on all tables in schema :"mart_schema" to :"analyst";
alter default privileges for role :"owner" in schema :"mart_schema" grant select, insert, update, delete on tables to :"writer";
alter default privileges for role :"owner" in schema :"mart_schema" grant usage on sequences to :"writer";
alter default privileges for role :"owner" in schema :"mart_schema" grant select on tables to :"analyst";

-- Defaults, against mistakes; what each may do is said above. The limits of the analyst hold for chatmart sql, report, status and
-- discards list as well; jobs set their own, since what a limit breaks off would run into it again.
alter role :"writer" in database :"DBNAME" set idle_in_transaction_session_timeout to '10min';
alter role :"analyst" in database :"DBNAME" set default_transaction_read_only to on;
alter role :"analyst" in database :"DBNAME" set statement_timeout to '15min';
alter role :"analyst" in database :"DBNAME" set idle_in_transaction_session_timeout to '10min';

-- What the analyst writes without a schema is looked up in the first mart of a database; a further one changes that for nobody.
select case
    when path is null
      then format('alter role %I in database %I set search_path to %I', :'analyst', :'DBNAME', :'mart_schema')
    else format(
      'do $do$ begin raise notice %L; end $do$',
      format('%s still finds %s without a schema: write %I.chat_session_fact, or make a role for this mart with --set=analyst=...',
        :'analyst', path, :'mart_schema'))
  end
from (
  select (
    select substr(setting, length('search_path=') + 1)
    from pg_db_role_setting
    join pg_roles on pg_roles.oid = setrole
    join pg_database on pg_database.oid = setdatabase
    cross join unnest(setconfig) as setting
    where rolname = :'analyst' and datname = :'DBNAME' and setting like 'search_path=%'
  ) as path
) as analyst
where path is distinct from quote_ident(:'mart_schema')
\gexec

commit;
