/** What to try after the demo, as it can be typed in this folder. */
export const toNextSteps = (chatmart: string): string => `
What to try next
  ${chatmart} report chat-message-statistics --demo --preset last-7-days --by day
  ${chatmart} report chat-termination --demo --preset last-7-days --by day,ended-by --format csv
  ${chatmart} sql --demo "select language_name, count(*) as sessions, round(avg(session_duration)) as seconds
    from chat_session_fact join chat_session_dim on id = chat_session_dim_key group by 1 order by 2 desc"
  ${chatmart} status --demo
  ${chatmart} db stop        (ends the server; the data stays)

Your own IDB in five steps
  1. A role that may only read it. As a role that may create roles, in the IDB:
       create role chatmart login password '...'; grant usage on schema public to chatmart;
       grant select on g_userdata_history to chatmart;
  2. Say where the IDB and the mart are (passwords: in these variables, or in a file that PGPASSFILE names;
     a host that is not this one needs TLS, see README.md):
       export CHATMART_IDB_URL=postgres://chatmart@idb-host/idb CHATMART_MART_URL=postgres://me@mart-host/mart
  3. Create the mart (the role needs the right to create a schema in that database):
       ${chatmart} migrate
  4. Load; the first run reads everything, each later one what is new:
       ${chatmart} run
  5. Read:
       ${chatmart} report chat-termination --preset last-month --by ended-by,ended-reason
`;
