/** What to try after the demo. */
export const toNextSteps = (stopCommand: string): string => `
What to try next
  more of the reports     chatmart report chat-message-statistics --demo --preset last-7-days
                          chatmart report chat-termination --demo --preset last-7-days --format csv
  ask in SQL              chatmart sql --demo "select language_name, count(*), round(avg(session_duration)) as seconds
                            from chat_session_fact join chat_session_dim on id = chat_session_dim_key group by 1 order by 2 desc"
  how complete it is      chatmart status --demo
  end the server          ${stopCommand}

Your own IDB in five steps
  1. a role that may only read it   create role chatmart login password '…'; grant select on g_userdata_history to chatmart;
  2. tell chatmart where            export CHATMART_IDB_URL=postgres://chatmart@idb-host/idb CHATMART_MART_URL=postgres://me@mart-host/mart
                                    (passwords: PGPASSFILE, or in the two variables)
  3. create the mart                chatmart migrate
  4. load                           chatmart run
  5. read                           chatmart report chat-termination --preset last-month

In this folder, chatmart is: node dist/src/cli.js
`;
