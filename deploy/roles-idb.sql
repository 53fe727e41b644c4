-- The role with which chatmart reads an Interaction Database (IDB). It may read one table, and nothing else is granted to it. It may also do what the
-- database allows everybody (\l and \dn+ show it; usually to create temporary tables): this script takes nothing away from others.
--
-- Run it in the database of the IDB, as its owner with the right to create roles, or as a superuser:
--
--   psql --dbname=icon --file=deploy/roles-idb.sql
--   psql --dbname=icon --command='\password chatmart_reader'
--
-- Other names: --set=reader=… --set=idb_schema=… --set=idb_table=…; for an HA pair, run it in each IDB.
-- It is safe to repeat. A role that exists already gets only what stands below.

\set ON_ERROR_STOP on
\if :{?reader}
\else
  \set reader chatmart_reader
\endif
\if :{?idb_schema}
\else
  \set idb_schema public
\endif
\if :{?idb_table}
\else
  \set idb_table g_userdata_history
\endif

begin;

select format('create role %I login', :'reader')
where not exists (select from pg_roles where rolname = :'reader')
\gexec

grant connect on database :"DBNAME" to :"reader";
grant usage on schema :"idb_schema" to :"reader";
grant select on :"idb_schema".:"idb_table" to :"reader";

-- Defaults, against mistakes; what it may do is said above. A session that hangs holds back the server's vacuum.
alter role :"reader" connection limit 20;
alter role :"reader" in database :"DBNAME" set default_transaction_read_only to on;
alter role :"reader" in database :"DBNAME" set idle_in_transaction_session_timeout to '10min';
alter role :"reader" in database :"DBNAME" set lock_timeout to '1min';

commit;
