import { beforeAll, expect, test } from 'vitest';
import { ensureCalendarYears, readCalendarYears } from '../../src/mart/calendar/calendar.js';
import { insertIntervals, selectIntervals } from '../../src/mart/calendar/calendar.sql.js';
import { execute, queryRow, queryRows, withConnection, type Connection } from '../../src/db/connection.js';
import { freshMart } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';

let martUrl: string;
beforeAll(async () => {
  martUrl = await freshMart();
});

const inMart = <T>(work: (connection: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, work);

const seconds = (iso: string): number => Date.parse(iso) / 1000;

test('migrate fills whole years to a year ahead; more are added without a gap, and only once', () =>
  inMart(async (connection) => {
    await connection.query('begin');
    expect(await readCalendarYears(connection)).toEqual([2026, 2027]);
    const within = { firstTs: seconds('2026-01-01T00:00:00Z'), lastTs: seconds('2027-12-31T23:59:59Z') };
    expect(await ensureCalendarYears(connection, within)).toBe(0);
    const leapYear = (366 + 365) * 96;
    const early = { firstTs: seconds('2024-06-01T00:00:00Z'), lastTs: seconds('2024-06-01T00:00:00Z') };
    expect(await ensureCalendarYears(connection, early)).toBe(leapYear);
    expect(await ensureCalendarYears(connection, early)).toBe(0);
    expect(await readCalendarYears(connection)).toEqual([2024, 2027]);
    await connection.query('rollback');
  }));

test('a span that reaches beyond both ends fills both', () =>
  inMart(async (connection) => {
    await connection.query('begin');
    const [first, last] = await readCalendarYears(connection);
    await ensureCalendarYears(connection, {
      firstTs: seconds(`${first - 1}-12-31T23:59:59Z`),
      lastTs: seconds(`${last + 1}-01-01T00:00:00Z`),
    });
    expect(await readCalendarYears(connection)).toEqual([first - 1, last + 1]);
    const gaps = await queryRows(connection, {
      text: `select date_time_key from date_time where date_time_key < 2147482800
             and not exists (select from date_time as following where following.date_time_key = date_time.date_time_next_key)`,
    });
    expect(gaps).toEqual([{ date_time_key: Date.UTC(last + 2, 0, 1) / 1000 - 900 }]);
    await connection.query('rollback');
  }));

test('an empty calendar is filled up to 2037: what lies after has no integer keys', () =>
  inMart(async (connection) => {
    await connection.query('begin; delete from date_time');
    await ensureCalendarYears(connection, { firstTs: seconds('2037-12-31T00:00:00Z'), lastTs: seconds('2039-01-01T00:00:00Z') });
    expect(await readCalendarYears(connection)).toEqual([2037, 2037]);
    await connection.query('rollback');
  }));

const pad = (value: number): string => String(value).padStart(2, '0');
const DAY = 86_400;

/** The DATE_TIME row expected for an interval, computed independently, day by day. */
function expectedRow(key: number) {
  const at = new Date(key * 1000);
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const [hour, minute] = [at.getUTCHours(), at.getUTCMinutes()];
  const midnight = Date.UTC(year, month, day) / 1000;
  // Find the week by walking from New Year: each Sunday begins a new one.
  const newYear = Date.UTC(year, 0, 1) / 1000;
  const nextYear = Date.UTC(year + 1, 0, 1) / 1000;
  let [week, weekStart] = [1, newYear];
  for (let walked = newYear + DAY; walked <= midnight; walked += DAY)
    if (new Date(walked * 1000).getUTCDay() === 0) [week, weekStart] = [week + 1, walked];
  let nextWeek = midnight + DAY;
  while (nextWeek < nextYear && new Date(nextWeek * 1000).getUTCDay() !== 0) nextWeek += DAY;
  const quarter = Math.floor(month / 3);
  const date = at.toISOString().slice(0, 10);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  const amPm = hour < 12 ? 'AM' : 'PM';
  const time = (minutes: number): string => new Date((midnight + minutes * 60) * 1000).toISOString().slice(11, 16);
  const time12 = (minutes: number): string => {
    const [hours, rest] = time(minutes).split(':') as [string, string];
    return `${pad(Number(hours) % 12 === 0 ? 12 : Number(hours) % 12)}:${rest}`;
  };
  const minutes = hour * 60 + minute;
  const half = minutes - (minute % 30);
  const weekday = at.getUTCDay() + 1;
  return {
    date_time_key: key,
    date_time_next_key: key + 900,
    date_time_30mins_key: midnight + half * 60,
    date_time_next_30mins_key: midnight + half * 60 + 1800,
    date_time_hour_key: midnight + hour * 3600,
    date_time_next_hour_key: midnight + hour * 3600 + 3600,
    date_time_day_key: midnight,
    date_time_next_day_key: midnight + DAY,
    date_time_week_key: weekStart,
    date_time_next_week_key: nextWeek,
    date_time_month_key: Date.UTC(year, month, 1) / 1000,
    date_time_next_month_key: Date.UTC(year, month + 1, 1) / 1000,
    date_time_quarter_key: Date.UTC(year, quarter * 3, 1) / 1000,
    date_time_next_quarter_key: Date.UTC(year, quarter * 3 + 3, 1) / 1000,
    date_time_year_key: newYear,
    date_time_next_year_key: nextYear,
    cal_date: date,
    cal_day_name: at.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' }),
    cal_month_name: at.toLocaleDateString('en', { month: 'long', timeZone: 'UTC' }),
    cal_day_num_in_week: weekday,
    cal_day_num_in_month: day,
    cal_day_num_in_year: (midnight - newYear) / DAY + 1,
    cal_last_day_in_week: Number(nextWeek === midnight + DAY),
    cal_last_day_in_month: Number(new Date((midnight + DAY) * 1000).getUTCDate() === 1),
    cal_week_num_in_year: week,
    cal_week_start_date: new Date(weekStart * 1000).toISOString().slice(0, 10),
    cal_week_end_date: new Date((nextWeek - DAY) * 1000).toISOString().slice(0, 10),
    cal_month_num_in_year: month + 1,
    cal_quarter_num_in_year: quarter + 1,
    cal_half_num_in_year: month < 6 ? 1 : 2,
    cal_year_num: year,
    week_year: year,
    ampm_indicator: amPm,
    cal_hour_num_in_day: hour12,
    cal_hour_24_num_in_day: hour,
    cal_minute_num_in_hour: minute,
    cal_30minute_num_in_hour: minute < 30 ? 1 : 2,
    label_yyyy: `${year}`,
    label_yyyy_qq: `${year}-Q${quarter + 1}`,
    label_yyyy_mm: date.slice(0, 7),
    label_yyyy_we: `${year}-W${pad(week)}`,
    label_yyyy_we_d: `${year}-W${pad(week)}-${weekday}`,
    label_yyyy_mm_dd: date,
    label_yyyy_mm_dd_hh: `${date} ${pad(hour12)} ${amPm}`,
    label_yyyy_mm_dd_hh24: `${date} ${pad(hour)}`,
    label_yyyy_mm_dd_hh_30int: `${date} ${time12(half)}-${time12(half + 30)} ${amPm}`,
    label_yyyy_mm_dd_hh24_30int: `${date} ${time(half)}-${time(half + 30)}`,
    label_yyyy_mm_dd_hh_15int: `${date} ${time12(minutes)}-${time12(minutes + 15)} ${amPm}`,
    label_yyyy_mm_dd_hh24_15int: `${date} ${time(minutes)}-${time(minutes + 15)}`,
    label_qq: `Q${quarter + 1}`,
    label_mm: pad(month + 1),
    label_we: `W${pad(week)}`,
    label_dd: pad(day),
    label_hh: `${pad(hour12)} ${amPm}`,
    label_hh24: pad(hour),
    label_30int: minute < 30 ? '00-30' : '30-00',
    label_15int: { 0: '00-15', 15: '15-30', 30: '30-45', 45: '45-00' }[minute],
    label_tz: 'UTC',
    create_audit_key: 0,
    update_audit_key: null,
  };
}

test('DATE_TIME at awkward places: around New Year on each weekday, leap days, ends of weeks, months, quarters and half days', () =>
  inMart(async (connection) => {
    const years = Array.from({ length: 38 }, (_, index) => 2000 + index);
    const keys = years.flatMap((year) =>
      [
        ...[1, 2, 3, 4, 5, 6, 7, 8].map((day) => `${year}-01-0${day}T00:00:00Z`),
        `${year}-02-28T12:30:00Z`,
        ...(year % 4 === 0 ? [`${year}-02-29T00:00:00Z`, `${year}-02-29T23:45:00Z`] : []),
        `${year}-03-01T11:45:00Z`,
        `${year}-06-30T23:30:00Z`,
        `${year}-07-01T00:15:00Z`,
        ...[24, 25, 26, 27, 28, 29, 30, 31].map((day) => `${year}-12-${day}T23:45:00Z`),
      ].map(seconds),
    );
    await connection.query('begin; delete from date_time');
    await execute(connection, insertIntervals(keys.map((key) => ({ fromKey: key, toKey: key + 900 }))));
    expect(await queryRows(connection, { text: 'select * from date_time order by date_time_key' })).toEqual(keys.map(expectedRow));
    await connection.query('rollback');
  }));

test('every interval of a day, and every 31st of a year, is as worked out', () =>
  inMart(async (connection) => {
    const rows = await queryRows<{ date_time_key: number }>(connection, {
      text: `select * from date_time
             where cal_year_num = 2026 and (date_time_key / 900 % 31 = 0 or label_yyyy_mm_dd = '2026-03-29') order by date_time_key`,
    });
    expect(rows.length).toBeGreaterThan(1100);
    expect(rows).toEqual(rows.map((row) => expectedRow(row.date_time_key)));
  }));

/** Key, key of what follows, and label of each period of DATE_TIME. */
const PERIODS = [
  ['date_time_key', 'date_time_next_key', 'label_yyyy_mm_dd_hh24_15int'],
  ['date_time_key', 'date_time_next_key', 'label_yyyy_mm_dd_hh_15int'],
  ['date_time_30mins_key', 'date_time_next_30mins_key', 'label_yyyy_mm_dd_hh24_30int'],
  ['date_time_30mins_key', 'date_time_next_30mins_key', 'label_yyyy_mm_dd_hh_30int'],
  ['date_time_hour_key', 'date_time_next_hour_key', 'label_yyyy_mm_dd_hh24'],
  ['date_time_hour_key', 'date_time_next_hour_key', 'label_yyyy_mm_dd_hh'],
  ['date_time_day_key', 'date_time_next_day_key', 'label_yyyy_mm_dd'],
  ['date_time_week_key', 'date_time_next_week_key', 'label_yyyy_we'],
  ['date_time_month_key', 'date_time_next_month_key', 'label_yyyy_mm'],
  ['date_time_quarter_key', 'date_time_next_quarter_key', 'label_yyyy_qq'],
  ['date_time_year_key', 'date_time_next_year_key', 'label_yyyy'],
] as const;

test.each(
  sampleOf(['Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'America/Havana'], 6),
)('in %s each period is the intervals from its key to that of the next, and has a label of its own', (zone) =>
  inMart(async (connection) => {
    const [from, to] = [seconds('2018-01-01T00:00:00Z'), seconds('2019-01-01T00:00:00Z')];
    const rows = await queryRows<Record<string, number | string>>(connection, {
      text: selectIntervals({ zone: '$1', spans: '(values ($2::bigint, $3::bigint))' }),
      values: [zone, from, to],
    });
    expect(rows.length).toBe((to - from) / 900);
    const tooLong = rows.flatMap((row) => Object.values(row).filter((value) => String(value).length > 32));
    expect(tooLong).toEqual([]);
    const breaches: string[] = [];
    for (const [key, next, label] of PERIODS) {
      const [labels, keys, ends] = [new Map<number, string>(), new Map<string, number>(), new Map<number, number>()];
      for (const row of rows) {
        const [at, start, end, name] = [Number(row['date_time_key']), Number(row[key]), Number(row[next]), String(row[label])];
        const isRight = start <= at && at < end && (labels.get(start) ?? name) === name && (keys.get(name) ?? start) === start;
        if (!isRight || (ends.get(start) ?? end) !== end) breaches.push(`${label} ${at}`);
        labels.set(start, name);
        keys.set(name, start);
        ends.set(start, end);
      }
      // Each ends where another one begins, but for the last.
      if ([...ends.values()].filter((end) => !ends.has(end)).length !== 1) breaches.push(`${label} leaves gaps`);
    }
    expect(breaches).toEqual([]);
  }),
);

test('the open end of active sessions is a row of its own, minutes before the last integer', () =>
  inMart(async (connection) => {
    const row = await queryRow(connection, {
      text: 'select cal_date, label_yyyy_mm_dd_hh24_15int, date_time_next_key, date_time_next_year_key from date_time where date_time_key = 2147482800',
    });
    expect(row).toEqual({
      cal_date: '2038-01-19',
      label_yyyy_mm_dd_hh24_15int: '2038-01-19 03:00-03:15',
      date_time_next_key: 2147483647,
      date_time_next_year_key: 2147483647,
    });
  }));
