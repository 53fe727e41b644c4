import type { Slice } from '../../model/time-span.js';
import type { Statement } from '../../db/connection.js';

/** Rows of a range by slice, and how many of them hold a session's start. */
export const countRowsBySlice = (table: string, range: Slice, sliceSeconds: number, startKey: string): Statement => ({
  text: `
    select
      floor((added_ts - $1::int8) / $3::float8)::int8 as slice,
      count(*) as rows,
      count(*) filter (where keyname = $4) as sessions
    from ${table}
    where added_ts >= $1::int8 and added_ts < $2::int8
    group by 1`,
  values: [range.fromTs, range.toTs, sliceSeconds, startKey],
});

/** How many rows of a range PostgreSQL expects; with a key: how many of that key. Takes no parameters. */
export const explainRows = (table: string, { fromTs, toTs }: Slice, keyLiteral?: string): Statement => ({
  text: `
    explain (format json)
    select
    from ${table}
    where added_ts >= ${fromTs} and added_ts < ${toTs}${keyLiteral === undefined ? '' : ` and keyname = ${keyLiteral}`}`,
});

/** Facts of sessions that began in a range, and the number of days of aggregates they lie in. */
export const countHeldFacts = (range: Slice): Statement => ({
  text: `
    select
      count(*) as facts,
      count(distinct start_date_time_key / 86400) as days
    from chat_session_fact
    where start_date_time_key >= $1 and start_date_time_key < $2`,
  values: [range.fromTs, range.toTs],
});

/** Disk space of the mart, and its number of facts. */
export const selectMartSize: Statement = {
  text: `
    select
      (
        select sum(pg_total_relation_size(pg_class.oid))
        from pg_class
        where relnamespace = (select oid from pg_namespace where nspname = current_schema())
          and relkind = 'r'
          and relname in ('chat_session_fact', 'chat_session_dim', 'agt_chat_stats_day', 'agt_chat_stats_month', 'stg_transform_discards')
      )::bigint as bytes,
      (select count(*) from chat_session_fact) as facts`,
};

/** The rate of the newest job that read enough rows to measure it. */
export const selectLastRate = (leastRows: number): Statement => ({
  text: `
    select
      row_count::double precision / duration as rows_per_second,
      start_time
    from ctl_etl_history
    where job_name = 'Job_ExtractICON'
      and status = 'COMPLETED'
      and row_count >= $1
      and duration > 0
    order by start_time desc
    limit 1`,
  values: [leastRows],
});

/** The time from which facts are kept, epoch seconds; no row: all are kept. */
export const selectRetentionStart: Statement = {
  text: `
    select extract(epoch from value::timestamptz)::integer as kept_from
    from ctl_schema_info
    where property = 'facts-kept-from'`,
};
