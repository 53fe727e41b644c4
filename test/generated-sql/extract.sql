set enable_indexscan to off; set max_parallel_workers_per_gather to 0; copy (
    select 
      (callid)::text,
      (keyname)::text,
      case when changetype = 3 then null else coalesce(value::text, '') end,
      case when keyname = 'ChatServerSessionStartedAt' and added_ts between 946684800 and 2147483647 then added_ts::integer end
    from "public"."g_userdata_history"
    where id > 1000
      and id <= 2000
      and age(xmin) > age('900'::xid)
      and age(xmin) <= age('800'::xid)
  ) to stdout (format binary); set enable_indexscan to default; set max_parallel_workers_per_gather to default;

copy (
    select 
      (callid)::text,
      (keyname)::text,
      case when changetype = 3 then null else coalesce(value::text, '') end,
      case when keyname = 'ChatServerSessionStartedAt' and added_ts between 946684800 and 2147483647 then added_ts::integer end
    from "public"."g_userdata_history"
    where callid = any (array['0001KaFQ3U8X0001']::text[])
    order by id
  ) to stdout (format binary);
