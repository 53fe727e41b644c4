import { withConnection } from '../../src/db/connection.js';
import { query } from './databases.js';
import { readMart, type Row } from './mart-content.js';
import { pollUntil } from './poll-until.js';

/** The tables of a mart except the calendar, which no run of these tests extends. */
const TABLES = `select table_name from information_schema.tables
  where table_schema = 'infomart' and table_type = 'BASE TABLE' and table_name <> 'date_time'`;

/** Saves a mart's content in the same database, for `restoreMart`. */
export const keepMart = (martUrl: string): Promise<unknown> =>
  query(
    martUrl,
    `drop schema if exists kept cascade; create schema kept;
     do $$ declare name text; begin
       for name in ${TABLES} loop
         execute format('create table kept.%1$I as table infomart.%1$I', name);
       end loop;
     end $$`,
  );

/** Restores what `keepMart` saved. */
export const restoreMart = (martUrl: string): Promise<unknown> =>
  query(
    martUrl,
    `do $$ declare name text; begin
       execute (select format('truncate %s', string_agg(format('infomart.%I', table_name), ', ')) from (${TABLES}) as tables);
       for name in ${TABLES} loop
         execute format('insert into infomart.%1$I overriding system value table kept.%1$I', name);
       end loop;
     end $$`,
  );

/** Waits until the server has noticed that a process is gone and its sessions have ended. */
export async function untilAlone(martUrl: string): Promise<void> {
  const sessions = `select from pg_stat_activity where datname = current_database() and application_name like 'chatmart%'`;
  await withConnection({ url: martUrl, applicationName: 'test' }, (watcher) =>
    pollUntil(async () => (await query(watcher, sessions)).length === 0),
  );
}

/** All rows of a mart, without audit keys and job history. */
export const readWholeMart = (martUrl: string): Promise<object> =>
  withConnection({ url: martUrl, applicationName: 'test' }, async (mart) => {
    const { facts, levels } = await readMart(mart);
    const rows = (text: string): Promise<Row[]> => query<Row>(mart, text);
    return {
      facts,
      levels,
      discards: await rows(
        `select guid, code, keyname, raw_value, resolved_ts is null as is_open, count(*) as times
         from infomart.stg_transform_discards group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5`,
      ),
      members: await rows(
        `select concat_ws(', ', media_origin, language_name, ended_by, ended_reason, ended_agent, async_mode) as member
         from infomart.chat_session_dim
         union all select media_name_code from infomart.media_type
         union all select tenant_key::text from infomart.tenant
         order by 1`,
      ),
      left: await rows('select start_date_time_key from infomart.chatmart_pending_agg'),
      revisits: await rows('select guid from infomart.chatmart_revisit'),
      running: await rows(`select distinct job_name from infomart.ctl_etl_history where status = 'RUNNING'`),
    };
  });
