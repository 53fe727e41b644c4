-- DATE_TIME with the row of the open end; its years come with chatmart migrate and with the sessions that need them.
create table date_time (
  date_time_key integer not null,
  date_time_next_key integer not null,
  date_time_30mins_key integer not null,
  date_time_next_30mins_key integer not null,
  date_time_hour_key integer not null,
  date_time_next_hour_key integer not null,
  date_time_day_key integer not null,
  date_time_next_day_key integer not null,
  date_time_week_key integer not null,
  date_time_next_week_key integer not null,
  date_time_month_key integer not null,
  date_time_next_month_key integer not null,
  date_time_quarter_key integer not null,
  date_time_next_quarter_key integer not null,
  date_time_year_key integer not null,
  date_time_next_year_key integer not null,
  cal_date date not null,
  cal_day_name varchar(32) not null,
  cal_month_name varchar(32) not null,
  cal_day_num_in_week integer not null,
  cal_day_num_in_month integer not null,
  cal_day_num_in_year integer not null,
  cal_last_day_in_week integer not null,
  cal_last_day_in_month integer not null,
  cal_week_num_in_year integer not null,
  cal_week_start_date date not null,
  cal_week_end_date date not null,
  cal_month_num_in_year integer not null,
  cal_quarter_num_in_year integer not null,
  cal_half_num_in_year integer not null,
  cal_year_num integer not null,
  week_year integer not null,
  ampm_indicator varchar(32) not null,
  cal_hour_num_in_day integer not null,
  cal_hour_24_num_in_day integer not null,
  cal_minute_num_in_hour integer not null,
  cal_30minute_num_in_hour integer not null,
  label_yyyy varchar(32) not null,
  label_yyyy_qq varchar(32) not null,
  label_yyyy_mm varchar(32) not null,
  label_yyyy_we varchar(32) not null,
  label_yyyy_we_d varchar(32) not null,
  label_yyyy_mm_dd varchar(32) not null,
  label_yyyy_mm_dd_hh varchar(32) not null,
  label_yyyy_mm_dd_hh24 varchar(32) not null,
  label_yyyy_mm_dd_hh_30int varchar(32) not null,
  label_yyyy_mm_dd_hh24_30int varchar(32) not null,
  label_yyyy_mm_dd_hh_15int varchar(32) not null,
  label_yyyy_mm_dd_hh24_15int varchar(32) not null,
  label_qq varchar(32) not null,
  label_mm varchar(32) not null,
  label_we varchar(32) not null,
  label_dd varchar(32) not null,
  label_hh varchar(32) not null,
  label_hh24 varchar(32) not null,
  label_30int varchar(32) not null,
  label_15int varchar(32) not null,
  label_tz varchar(32) not null,
  create_audit_key numeric(19) not null,
  update_audit_key numeric(19),
  constraint pk_date_time primary key (date_time_key)
);
comment on table date_time is 'Calendar in UTC: one row for each 15-minute interval, in whole years without gaps. Row 2147482800 is the open end of sessions that are still active. Weeks begin on Sunday and are cut at 1 January. Genesys table.';
comment on column date_time.date_time_key is 'Start of the 15-minute interval, to which facts refer. 0 is 1970-01-01 00:00 UTC. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_next_key is 'Start of the next 15-minute interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_30mins_key is 'Start of the half hour that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_30mins_key is 'Start of the half hour after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_hour_key is 'Start of the hour that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_hour_key is 'Start of the hour after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_day_key is 'Start of the day that holds the interval. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_next_day_key is 'Start of the day after it. Unit: key, epoch seconds. Genesys column.';
comment on column date_time.date_time_week_key is 'Start of the week (from Sunday, cut at 1 January) that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_week_key is 'Start of the week (from Sunday, cut at 1 January) after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_month_key is 'Start of the month that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_month_key is 'Start of the month after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_quarter_key is 'Start of the quarter that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_quarter_key is 'Start of the quarter after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_year_key is 'Start of the year that holds the interval. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.date_time_next_year_key is 'Start of the year after it. Unit: key, epoch seconds. Genesys column, name assumed.';
comment on column date_time.cal_date is 'Calendar day of the interval. Genesys column.';
comment on column date_time.cal_day_name is 'English name of the day, such as Monday. Genesys column.';
comment on column date_time.cal_month_name is 'English name of the month, such as January. Genesys column.';
comment on column date_time.cal_day_num_in_week is 'Day of the week, from 1 for Sunday to 7 for Saturday. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_day_num_in_month is 'Day of the month, from 1 to 31. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_day_num_in_year is 'Day of the year, from 1 to 366. Unit: day. Genesys column, name assumed.';
comment on column date_time.cal_last_day_in_week is 'Whether the day ends its week: 1 on Saturdays and on 31 December. Unit: flag. Genesys column, name assumed.';
comment on column date_time.cal_last_day_in_month is 'Whether the day ends its month: 1 yes, 0 no. Unit: flag. Genesys column, name assumed.';
comment on column date_time.cal_week_num_in_year is 'Week of the year, from 1 to 54; week 1 begins on 1 January and ends on the first Saturday. Unit: week. Genesys column, name assumed.';
comment on column date_time.cal_week_start_date is 'First day of the week: its Sunday, or 1 January. Genesys column, name assumed.';
comment on column date_time.cal_week_end_date is 'Last day of the week: its Saturday, or 31 December. Genesys column, name assumed.';
comment on column date_time.cal_month_num_in_year is 'Month of the year, from 1 to 12. Unit: month. Genesys column, name assumed.';
comment on column date_time.cal_quarter_num_in_year is 'Quarter of the year, from 1 to 4. Unit: quarter. Genesys column.';
comment on column date_time.cal_half_num_in_year is 'Half of the year, 1 or 2. Unit: half year. Genesys column, name assumed.';
comment on column date_time.cal_year_num is 'Calendar year, such as 2026. Unit: year. Genesys column, name assumed.';
comment on column date_time.week_year is 'Year that the week belongs to: the calendar year, as weeks are cut at 1 January. Unit: year. Genesys column, name assumed.';
comment on column date_time.ampm_indicator is 'Half of the day on a 12-hour clock, AM or PM. Genesys column, name assumed.';
comment on column date_time.cal_hour_num_in_day is 'Hour on a 12-hour clock, from 1 to 12; see AMPM_INDICATOR. Unit: hour. Genesys column, name assumed.';
comment on column date_time.cal_hour_24_num_in_day is 'Hour of the day, from 0 to 23. Unit: hour. Genesys column.';
comment on column date_time.cal_minute_num_in_hour is 'Minute at which the interval begins: 0, 15, 30 or 45. Unit: minute. Genesys column, name assumed.';
comment on column date_time.cal_30minute_num_in_hour is 'Half of the hour, 1 or 2. Unit: half hour. Genesys column, name assumed.';
comment on column date_time.label_yyyy is 'Label of the year: 2026. Genesys column, name assumed.';
comment on column date_time.label_yyyy_qq is 'Label of the quarter with its year: 2026-Q1. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm is 'Label of the month with its year: 2026-01. Genesys column, name assumed.';
comment on column date_time.label_yyyy_we is 'Label of the week with its year: 2026-W05. Genesys column, name assumed.';
comment on column date_time.label_yyyy_we_d is 'Label of the day by its week: 2026-W05-7, where 1 is Sunday. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd is 'Label of the day: 2026-01-31. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh is 'Label of the hour on a 12-hour clock with its day: 2026-01-31 01 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24 is 'Label of the hour with its day: 2026-01-31 13. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh_30int is 'Label of the half hour on a 12-hour clock with its day: 2026-01-31 01:30-02:00 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24_30int is 'Label of the half hour with its day: 2026-01-31 13:30-14:00. Genesys column.';
comment on column date_time.label_yyyy_mm_dd_hh_15int is 'Label of the interval on a 12-hour clock with its day: 2026-01-31 01:30-01:45 PM. Genesys column, name assumed.';
comment on column date_time.label_yyyy_mm_dd_hh24_15int is 'Label of the interval with its day: 2026-01-31 13:30-13:45. Genesys column.';
comment on column date_time.label_qq is 'Label of the quarter alone: Q1. Genesys column, name assumed.';
comment on column date_time.label_mm is 'Label of the month alone: 01. Genesys column, name assumed.';
comment on column date_time.label_we is 'Label of the week alone: W05. Genesys column, name assumed.';
comment on column date_time.label_dd is 'Label of the day of the month alone: 31. Genesys column, name assumed.';
comment on column date_time.label_hh is 'Label of the hour on a 12-hour clock alone: 01 PM. Genesys column, name assumed.';
comment on column date_time.label_hh24 is 'Label of the hour alone: 13. Genesys column.';
comment on column date_time.label_30int is 'Label of the half hour by its minutes alone: 30-00. Genesys column, name assumed.';
comment on column date_time.label_15int is 'Label of the interval by its minutes alone: 30-45. Genesys column, name assumed.';
comment on column date_time.label_tz is 'Time zone of the calendar: UTC. Genesys column, name assumed.';
comment on column date_time.create_audit_key is 'Transaction that inserted the interval: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. 0: the row came with the schema.';
comment on column date_time.update_audit_key is 'Transaction that last changed the interval: CTL_AUDIT_LOG.AUDIT_KEY. Unit: key. Genesys column. NULL: not changed since it was inserted.';
with zone as (
  select 'UTC'::text as name
), slot_key as (
  select 2147482800::bigint as key
), slot as materialized (
  select slot_key.key, to_timestamp(slot_key.key) at time zone zone.name as local
  from slot_key
  cross join zone
), calendar_day as materialized (
  select
    day,
    new_year,
    greatest(day - extract(dow from day)::integer, new_year) as week_start,
    least(day - extract(dow from day)::integer + 6, (new_year + interval '1 year')::date - 1) as week_end,
    (extract(doy from day) - 1 + extract(dow from new_year))::integer / 7 + 1 as week
  from (select distinct slot.local::date as day, date_trunc('year', slot.local)::date as new_year from slot) as slot_day
), day as materialized (
  select
    calendar_day.day,
    (extract(epoch from (day)::timestamp at time zone zone.name))::integer as date_time_day_key,
    (least(extract(epoch from (day + 1)::timestamp at time zone zone.name), 2147483647))::integer as date_time_next_day_key,
    (extract(epoch from (week_start)::timestamp at time zone zone.name))::integer as date_time_week_key,
    (least(extract(epoch from (week_end + 1)::timestamp at time zone zone.name), 2147483647))::integer as date_time_next_week_key,
    (extract(epoch from (date_trunc('month', day))::timestamp at time zone zone.name))::integer as date_time_month_key,
    (least(extract(epoch from (date_trunc('month', day) + interval '1 month')::timestamp at time zone zone.name), 2147483647))::integer as date_time_next_month_key,
    (extract(epoch from (date_trunc('quarter', day))::timestamp at time zone zone.name))::integer as date_time_quarter_key,
    (least(extract(epoch from (date_trunc('quarter', day) + interval '3 months')::timestamp at time zone zone.name), 2147483647))::integer as date_time_next_quarter_key,
    (extract(epoch from (new_year)::timestamp at time zone zone.name))::integer as date_time_year_key,
    (least(extract(epoch from (new_year + interval '1 year')::timestamp at time zone zone.name), 2147483647))::integer as date_time_next_year_key,
    day as cal_date,
    to_char(day, 'FMDay') as cal_day_name,
    to_char(day, 'FMMonth') as cal_month_name,
    (extract(dow from day) + 1)::integer as cal_day_num_in_week,
    (extract(day from day))::integer as cal_day_num_in_month,
    (extract(doy from day))::integer as cal_day_num_in_year,
    ((day = week_end)::integer)::integer as cal_last_day_in_week,
    ((extract(day from day + 1) = 1)::integer)::integer as cal_last_day_in_month,
    (week)::integer as cal_week_num_in_year,
    week_start as cal_week_start_date,
    week_end as cal_week_end_date,
    (extract(month from day))::integer as cal_month_num_in_year,
    (extract(quarter from day))::integer as cal_quarter_num_in_year,
    ((extract(month from day)::integer + 5) / 6)::integer as cal_half_num_in_year,
    (extract(year from day))::integer as cal_year_num,
    (extract(year from day))::integer as week_year,
    to_char(day, 'YYYY') as label_yyyy,
    to_char(day, 'YYYY-"Q"Q') as label_yyyy_qq,
    to_char(day, 'YYYY-MM') as label_yyyy_mm,
    to_char(day, 'YYYY') || to_char(week, '"-W"FM00') as label_yyyy_we,
    to_char(day, 'YYYY') || to_char(week, '"-W"FM00') || to_char(day, '-D') as label_yyyy_we_d,
    to_char(day, 'YYYY-MM-DD') as label_yyyy_mm_dd,
    to_char(day, '"Q"Q') as label_qq,
    to_char(day, 'MM') as label_mm,
    to_char(week, '"W"FM00') as label_we,
    to_char(day, 'DD') as label_dd
  from calendar_day
  cross join zone
), clock as materialized (
  select
    time,
    minute,
    to_char(moment, 'AM') as ampm_indicator,
    ((hour + 11) % 12 + 1)::integer as cal_hour_num_in_day,
    (hour)::integer as cal_hour_24_num_in_day,
    (minute)::integer as cal_minute_num_in_hour,
    (minute / 30 + 1)::integer as cal_30minute_num_in_hour,
    to_char(moment, 'HH12 AM') as label_hh,
    to_char(moment, 'HH24') as label_hh24,
    to_char(moment - minute % 30 * interval '1 minute', 'MI') || '-' || to_char(moment - minute % 30 * interval '1 minute' + interval '30 minutes', 'MI') as label_30int,
    to_char(moment - minute % 15 * interval '1 minute', 'MI') || '-' || to_char(moment - minute % 15 * interval '1 minute' + interval '15 minutes', 'MI') as label_15int,
    to_char(moment - minute % 30 * interval '1 minute', 'HH12:MI') || '-' || to_char(moment - minute % 30 * interval '1 minute' + interval '30 minutes', 'HH12:MI') || to_char(moment, ' AM') as half_hour_12,
    to_char(moment - minute % 30 * interval '1 minute', 'HH24:MI') || '-' || to_char(moment - minute % 30 * interval '1 minute' + interval '30 minutes', 'HH24:MI') as half_hour_24,
    to_char(moment - minute % 15 * interval '1 minute', 'HH12:MI') || '-' || to_char(moment - minute % 15 * interval '1 minute' + interval '15 minutes', 'HH12:MI') || to_char(moment, ' AM') as interval_12,
    to_char(moment - minute % 15 * interval '1 minute', 'HH24:MI') || '-' || to_char(moment - minute % 15 * interval '1 minute' + interval '15 minutes', 'HH24:MI') as interval_24
  from (
    select
      slot_time.time,
      date '2000-01-01' + slot_time.time as moment,
      extract(hour from slot_time.time)::integer as hour,
      extract(minute from slot_time.time)::integer as minute
    from (select distinct slot.local::time as time from slot) as slot_time
  ) as time_of_day
)
insert into date_time (
  date_time_key,
  date_time_next_key,
  date_time_30mins_key,
  date_time_next_30mins_key,
  date_time_hour_key,
  date_time_next_hour_key,
  date_time_day_key,
  date_time_next_day_key,
  date_time_week_key,
  date_time_next_week_key,
  date_time_month_key,
  date_time_next_month_key,
  date_time_quarter_key,
  date_time_next_quarter_key,
  date_time_year_key,
  date_time_next_year_key,
  cal_date,
  cal_day_name,
  cal_month_name,
  cal_day_num_in_week,
  cal_day_num_in_month,
  cal_day_num_in_year,
  cal_last_day_in_week,
  cal_last_day_in_month,
  cal_week_num_in_year,
  cal_week_start_date,
  cal_week_end_date,
  cal_month_num_in_year,
  cal_quarter_num_in_year,
  cal_half_num_in_year,
  cal_year_num,
  week_year,
  ampm_indicator,
  cal_hour_num_in_day,
  cal_hour_24_num_in_day,
  cal_minute_num_in_hour,
  cal_30minute_num_in_hour,
  label_yyyy,
  label_yyyy_qq,
  label_yyyy_mm,
  label_yyyy_we,
  label_yyyy_we_d,
  label_yyyy_mm_dd,
  label_yyyy_mm_dd_hh,
  label_yyyy_mm_dd_hh24,
  label_yyyy_mm_dd_hh_30int,
  label_yyyy_mm_dd_hh24_30int,
  label_yyyy_mm_dd_hh_15int,
  label_yyyy_mm_dd_hh24_15int,
  label_qq,
  label_mm,
  label_we,
  label_dd,
  label_hh,
  label_hh24,
  label_30int,
  label_15int,
  label_tz,
  create_audit_key
)
select
  (slot.key)::integer,
  (least(slot.key + 900, 2147483647))::integer,
  (slot.key - clock.minute % 30 * 60)::integer,
  (least(slot.key - clock.minute % 30 * 60 + 1800, 2147483647))::integer,
  (slot.key - clock.minute * 60)::integer,
  (least(slot.key - clock.minute * 60 + 3600, 2147483647))::integer,
  day.date_time_day_key,
  day.date_time_next_day_key,
  day.date_time_week_key,
  day.date_time_next_week_key,
  day.date_time_month_key,
  day.date_time_next_month_key,
  day.date_time_quarter_key,
  day.date_time_next_quarter_key,
  day.date_time_year_key,
  day.date_time_next_year_key,
  day.cal_date,
  day.cal_day_name,
  day.cal_month_name,
  day.cal_day_num_in_week,
  day.cal_day_num_in_month,
  day.cal_day_num_in_year,
  day.cal_last_day_in_week,
  day.cal_last_day_in_month,
  day.cal_week_num_in_year,
  day.cal_week_start_date,
  day.cal_week_end_date,
  day.cal_month_num_in_year,
  day.cal_quarter_num_in_year,
  day.cal_half_num_in_year,
  day.cal_year_num,
  day.week_year,
  clock.ampm_indicator,
  clock.cal_hour_num_in_day,
  clock.cal_hour_24_num_in_day,
  clock.cal_minute_num_in_hour,
  clock.cal_30minute_num_in_hour,
  day.label_yyyy,
  day.label_yyyy_qq,
  day.label_yyyy_mm,
  day.label_yyyy_we,
  day.label_yyyy_we_d,
  day.label_yyyy_mm_dd,
  day.label_yyyy_mm_dd || ' ' || clock.label_hh,
  day.label_yyyy_mm_dd || ' ' || clock.label_hh24,
  day.label_yyyy_mm_dd || ' ' || clock.half_hour_12,
  day.label_yyyy_mm_dd || ' ' || clock.half_hour_24,
  day.label_yyyy_mm_dd || ' ' || clock.interval_12,
  day.label_yyyy_mm_dd || ' ' || clock.interval_24,
  day.label_qq,
  day.label_mm,
  day.label_we,
  day.label_dd,
  clock.label_hh,
  clock.label_hh24,
  clock.label_30int,
  clock.label_15int,
  zone.name,
  0
from slot
join day on day.day = slot.local::date
join clock on clock.time = slot.local::time
cross join zone
on conflict (date_time_key) do nothing;
