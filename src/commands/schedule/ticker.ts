import nodeCron from 'node-cron';
import { systemClock, type Clock } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import type { Ticker, Scheduler } from './scheduler.js';
import type { CronTimes } from './triggers.js';

/** Always UTC: in a zone with daylight saving time node-cron skips the repeated hour. */
const UTC = { timezone: 'UTC' } as const;

const MINUTE_MS = 60_000;

/**
 * Ticks every minute, and at the seconds at which a cron expression can match. Each tick is planned from the current time, at most a minute
 * ahead: node-cron plans the next tick by the clock alone, so after a clock that was a year ahead it would be silent for that year.
 */
export const createTicker =
  (cron: string | undefined, clock: Clock = systemClock): Ticker =>
  (onTick) => {
    const seconds = cron === undefined ? [] : parseCron(cron).seconds;
    let timer: NodeJS.Timeout;
    const arm = (): void => void (timer = setTimeout(tick, toNextTick(clock(), seconds)));
    const tick = (): void => {
      arm();
      onTick(clock());
    };
    arm();
    return { stop: () => clearTimeout(timer) };
  };

/** Milliseconds to the next whole minute, or to one of these seconds before it. */
function toNextTick(now: Date, seconds: readonly number[]): number {
  const passedMs = now.getTime() % MINUTE_MS;
  return Math.min(MINUTE_MS, ...seconds.map((second) => second * 1_000).filter((ms) => ms > passedMs)) - passedMs;
}

/** Parses a cron expression of five fields, or six with seconds first. Errors: `ConfigError`. */
export function parseCron(expression: string): CronTimes {
  const { valid, fields, errors } = nodeCron.validateDetailed(expression);
  if (!valid || fields === undefined)
    throw new ConfigError(
      'bad-cron',
      `${JSON.stringify(expression)} is not a valid cron expression: ${errors.map(({ message }) => message).join('; ')}`,
      {
        state: 'nothing-done',
        next: 'Write minute, hour, day of the month, month and day of the week, such as "*/5 * * * *". A sixth field before them holds seconds.',
      },
    );
  const task = nodeCron.createTask(expression, () => undefined, UTC);
  const minutesOfDay = fields.hour.flatMap((hour) => fields.minute.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  return { seconds: fields.second, minutesOfDay, matches: (at) => task.match(at) };
}

/**
 * Looks for due jobs at once and at each tick until `stop` is aborted; resolves when all started jobs have ended. Errors: those of
 * `Scheduler.tick`, after waiting for the other running jobs.
 */
export async function tickUntilStopped(scheduler: Scheduler, options: { ticker: Ticker; clock: Clock; stop: AbortSignal }): Promise<void> {
  const { ticker, clock, stop } = options;
  const atWork = new Set<Promise<void>>();
  await new Promise<void>((resolve, reject) => {
    const look = (at: Date): void => {
      const tick: Promise<void> = scheduler.tick(at).then(
        () => void atWork.delete(tick),
        (error: unknown) => {
          atWork.delete(tick);
          end(() => reject(toError(error)));
        },
      );
      atWork.add(tick);
    };
    const ticking = ticker(look);
    const end = (settle: () => void): void => {
      ticking.stop();
      stop.removeEventListener('abort', onStop);
      void Promise.all(atWork).then(settle);
    };
    const onStop = (): void => end(resolve);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    // Catches up on what was missed while there were no ticks.
    else look(clock());
  });
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
