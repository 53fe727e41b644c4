import { isTimeZone, parseTimeOfDay, parseMinuteSchedule, type LocalWindow, type MinuteSchedule } from '../model/local-time.js';

/** The times of `chatmart schedule`. */
export interface ScheduleConfig {
  /** Cron expression of the runs in UTC, unchecked, instead of frequency and window. */
  readonly cron: string | undefined;
  /** When runs may begin. */
  readonly window: LocalWindow;
  readonly frequencyMinutes: number;
  /** `each-run`: each run brings the aggregates up to date. */
  readonly aggregates: 'each-run' | 'never' | { readonly at: MinuteSchedule };
  readonly runMaintain: boolean;
  /** Minutes since midnight. */
  readonly maintainMinute: number;
  /** IANA name of the zone whose clocks all times of the day are read on. */
  readonly zone: string;
}

/** All day, every five minutes, aggregating in each run, maintenance at three in the morning of UTC. */
export const DEFAULT_SCHEDULE: ScheduleConfig = {
  cron: undefined,
  window: { fromMinute: 0, toMinute: 0, zone: 'UTC' },
  frequencyMinutes: 5,
  aggregates: 'each-run',
  runMaintain: true,
  maintainMinute: 180,
  zone: 'UTC',
};

/** Names of the settings, Info Mart's but for `cron`. */
export type ScheduleSetting =
  | 'cron'
  | 'etl-start-time'
  | 'etl-end-time'
  | 'etl-frequency'
  | 'run-aggregates'
  | 'aggregate-schedule'
  | 'run-maintain'
  | 'maintain-start-time'
  | 'timezone';

interface FoundText {
  readonly text: string;
  readonly place: string;
}

const MOST_MINUTES = 1_440;

/** Reads the settings of the schedule; adds their problems, with the place of each, to `problems`. */
export function toScheduleConfig(find: (name: ScheduleSetting) => FoundText | undefined, problems: string[]): ScheduleConfig {
  const read = <T>(name: ScheduleSetting, otherwise: T, parse: (text: string) => T | undefined, expected: string): T => {
    const found = find(name);
    if (found === undefined) return otherwise;
    const value = parse(found.text);
    if (value === undefined) problems.push(`${found.place}: ${JSON.stringify(found.text)} is not a ${expected}`);
    return value ?? otherwise;
  };
  const readTime = (name: ScheduleSetting, otherwise: number): number =>
    read(name, otherwise, parseTimeOfDay, 'time of day from 00:00 to 24:00 (HH:mm)');
  const readFlag = (name: ScheduleSetting): boolean => read(name, true, parseFlag, 'flag (true or false)');

  const zone = read('timezone', DEFAULT_SCHEDULE.zone, (text) => (isTimeZone(text) ? text : undefined), 'time zone, such as Europe/Berlin');
  const cron = find('cron');
  if (cron !== undefined)
    for (const name of ['etl-start-time', 'etl-end-time', 'etl-frequency'] as const) {
      const other = find(name);
      if (other !== undefined) problems.push(`${cron.place} and ${other.place} both set when runs start; remove one of them`);
    }
  const runAggregates = readFlag('run-aggregates');
  const at = read('aggregate-schedule', undefined, parseMinuteSchedule, 'schedule of a minute and an hour, such as "0 1" or "20 0/8"');
  if (at !== undefined && !runAggregates)
    problems.push(
      `${find('aggregate-schedule')!.place} sets when to aggregate, but ${find('run-aggregates')!.place} turns aggregation off`,
    );
  return {
    cron: cron?.text,
    window: {
      fromMinute: readTime('etl-start-time', DEFAULT_SCHEDULE.window.fromMinute),
      toMinute: readTime('etl-end-time', DEFAULT_SCHEDULE.window.toMinute),
      zone,
    },
    frequencyMinutes: read('etl-frequency', DEFAULT_SCHEDULE.frequencyMinutes, parseMinutes, `number of minutes from 1 to ${MOST_MINUTES}`),
    aggregates: !runAggregates ? 'never' : at === undefined ? 'each-run' : { at },
    runMaintain: readFlag('run-maintain'),
    maintainMinute: readTime('maintain-start-time', DEFAULT_SCHEDULE.maintainMinute),
    zone,
  };
}

const parseFlag = (text: string): boolean | undefined => (text === 'true' ? true : text === 'false' ? false : undefined);

function parseMinutes(text: string): number | undefined {
  const minutes = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return minutes >= 1 && minutes <= MOST_MINUTES ? minutes : undefined;
}
