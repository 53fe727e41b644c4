-- Calendars of the site: DATE_TIME_<name> and the aggregates by its days. migrate makes and drops their tables and views.
create table chatmart_calendar (
  calendar_name varchar(30) not null,
  timezone varchar(64) not null,
  first_day_of_week varchar(9) not null,
  min_days_in_first_week smallint,
  fiscal_year_start smallint not null,
  facts_from integer not null,
  since_ts integer not null,
  constraint pk_chatmart_calendar primary key (calendar_name)
);
comment on table chatmart_calendar is 'Calendars of the site, as chatmart migrate copied them from the setting calendars. Each has a table DATE_TIME_<name> and views AG2_CHAT_STATS_<LEVEL>_<name>. Extension of chatmart.';
comment on column chatmart_calendar.calendar_name is 'Ending of its tables and views, lower case. Extension of chatmart.';
comment on column chatmart_calendar.timezone is 'Its time zone, as PostgreSQL spells it. Extension of chatmart.';
comment on column chatmart_calendar.first_day_of_week is 'English name of the day on which its weeks begin, lower case. Extension of chatmart.';
comment on column chatmart_calendar.min_days_in_first_week is 'Number of days that the first week of a year has in it at least. Unit: day. Extension of chatmart. NULL: weeks are cut at 1 January.';
comment on column chatmart_calendar.fiscal_year_start is 'Month in which its fiscal year begins, from 1 to 12. Unit: month. Extension of chatmart.';
comment on column chatmart_calendar.facts_from is 'Its aggregates hold the sessions that began from this instant on. Unit: epoch seconds. Extension of chatmart. 0: all sessions.';
comment on column chatmart_calendar.since_ts is 'When it was added, or last changed. Unit: epoch seconds. Extension of chatmart.';

-- Reports and analysts name days by their date.
create index i_date_time_cal_date on date_time (cal_date);

-- The view of hours looks up facts by START_DATE_TIME_KEY now.
drop index if exists i_chat_session_fact_hour;
