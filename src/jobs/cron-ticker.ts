import nodeCron from 'node-cron';
import { ConfigError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import type { CronTimes } from './schedule-trigger.js';
import type { Ticker } from './scheduler.js';

/**
 * Always UTC: in a zone with summer time node-cron leaves out the hour that comes twice. It says of a tick that it missed, and does nothing
 * about it; what is due is found at the next one.
 */
const UTC = { timezone: 'UTC', suppressMissedWarning: true } as const;

/** Often enough for times of the day and frequencies, which are whole minutes. */
const EVERY_MINUTE = '* * * * *';

/** Ticks at each minute, and at the instants of a cron expression if there is one. */
export const createCronTicker =
  (cron: string | undefined, log: Log): Ticker =>
  (onTick) => {
    const say = (message: string | Error): void =>
      log(`node-cron: ${message instanceof Error ? message.message : message}`, { level: 'debug' });
    const logger = { info: say, warn: say, error: say, debug: say };
    const tasks = [EVERY_MINUTE, ...(cron === undefined ? [] : [cron])].map((expression) =>
      nodeCron.schedule(expression, ({ date }) => onTick(date), { ...UTC, logger }),
    );
    return {
      stop: () => {
        for (const task of tasks) void task.destroy();
      },
    };
  };

/** Reads a cron expression of five fields, or six with seconds first. Errors: `ConfigError`. */
export function parseCron(expression: string): CronTimes {
  const { valid, fields, errors } = nodeCron.validateDetailed(expression);
  if (!valid || fields === undefined)
    throw new ConfigError(
      'bad-cron',
      `${JSON.stringify(expression)} is no cron expression: ${errors.map(({ message }) => message).join('; ')}`,
      {
        hint: 'Nothing was done. Write minute, hour, day of the month, month and day of the week, as "*/5 * * * *"; before them seconds, if you like.',
      },
    );
  const task = nodeCron.createTask(expression, () => undefined, UTC);
  return { seconds: fields.second, matches: (at) => task.match(at) };
}
