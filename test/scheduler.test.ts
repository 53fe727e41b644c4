import { describe, expect, test } from 'vitest';
import { Scheduler, type ScheduledJob, type SchedulerOptions } from '../src/jobs/scheduler.js';
import { everyMinutes } from '../src/jobs/schedule-trigger.js';
import { tickUntilStopped } from '../src/jobs/tick-until-stopped.js';
import { BusyError, ConfigError, StoppedError, UnavailableError } from '../src/model/errors.js';
import { problemOf } from './support/problem-of.js';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-03-01T10:00:00Z');
const ALL_DAY = { fromMinute: 0, toMinute: 0, zone: 'UTC' };
const away = new UnavailableError('database-unreachable', 'nobody listens', { hint: 'Start it.' });
const busy = new BusyError('run-in-progress', 'another one is at work');
const denied = new ConfigError('no-rights', 'no right', { hint: 'Grant it.' });

/** A scheduler over a clock of its own, and a job every five minutes that does what `work` says. */
function start(work: (minute: number) => Promise<void> | undefined, options: Partial<SchedulerOptions> = {}) {
  let minute = 0;
  const begun: number[] = [];
  const lines: string[] = [];
  const job: ScheduledJob = {
    name: 'cycle',
    isDue: everyMinutes(5, ALL_DAY),
    run: async () => {
      begun.push(minute);
      await work(minute);
      return { text: 'done' };
    },
  };
  const clock = (): Date => new Date(START + minute * MINUTE_MS);
  const stop = new AbortController();
  const scheduler = new Scheduler({
    jobs: [job],
    clock,
    log: (line, { code, level = 'info' } = {}) => void lines.push(`${minute} ${level} ${code}: ${line}`),
    stop: stop.signal,
    readLastStarts: () => Promise.resolve(new Map()),
    ...options,
  });
  return {
    begun,
    lines,
    scheduler,
    stop,
    clock,
    to: async (until: number): Promise<void> => {
      for (; minute <= until; minute++) await scheduler.tick(clock());
    },
    setMinute: (to: number) => (minute = to),
  };
}

const nothing = (): undefined => undefined;
const throws = (error: Error) => Promise.reject(error);

describe('the scheduler', () => {
  test('begins what is due, once', async () => {
    const { to, begun, lines } = start(nothing);
    await to(11);
    expect(begun).toEqual([0, 5, 10]);
    expect(lines).toEqual(['0 info job-done: cycle: done', '5 info job-done: cycle: done', '10 info job-done: cycle: done']);
  });

  test('asks when each job last began, and makes good what was missed, once', async () => {
    const last = (text: string) => ({ readLastStarts: () => Promise.resolve(new Map([['cycle', new Date(text)]])) });
    const recent = start(nothing, last('2026-03-01T10:00:00Z'));
    await recent.to(4);
    expect(recent.begun).toEqual([]);
    const old = start(nothing, last('2026-02-01T10:00:00Z'));
    await old.to(4);
    expect(old.begun).toEqual([0]);
    // Another machine's clock, or one that was set back.
    const future = start(nothing, last('2027-02-01T10:00:00Z'));
    await future.to(4);
    expect(future.begun).toEqual([0]);
  });

  test('an outage is told when it begins and when it is over; until then each tick tries', async () => {
    const { to, begun, lines, scheduler } = start((minute) => (minute >= 5 && minute < 12 ? throws(away) : undefined));
    await to(8);
    expect(scheduler.problems).toMatchObject([{ job: 'cycle', problem: { kind: 'unavailable', code: 'database-unreachable' } }]);
    await to(15);
    expect(begun).toEqual([0, 5, 6, 7, 8, 9, 10, 11, 12, 15]);
    expect(scheduler.problems).toEqual([]);
    expect(lines.filter((line) => !line.includes(' debug ')).slice(1)).toMatchInlineSnapshot(`
      [
        "5 warning database-unreachable: warning: cycle: nobody listens; it is tried again at each tick",
        "12 info databases-back: cycle: the databases are back after 420 s and 7 attempts",
        "12 info job-done: cycle: done",
        "15 info job-done: cycle: done",
      ]
    `);
  });

  test('another process at work is a skipped tick, said once, and no reason to hurry', async () => {
    const { to, begun, lines, scheduler } = start((minute) => (minute >= 5 && minute < 15 ? throws(busy) : undefined));
    await to(12);
    expect(scheduler.problems).toEqual([]);
    await to(15);
    expect(begun).toEqual([0, 5, 10, 15]);
    expect(lines.filter((line) => line.includes('run-in-progress')).map((line) => line.split(' ')[1])).toEqual(['info', 'debug']);
  });

  test('what somebody must change ends it before anything ever worked, and later does not', async () => {
    expect(await problemOf(() => start(() => throws(denied)).to(0))).toContain('ConfigError no-rights');
    const { to, begun, lines } = start((minute) => (minute === 5 ? throws(denied) : undefined));
    await to(10);
    expect(begun).toEqual([0, 5, 10]);
    expect(lines.filter((line) => line.startsWith('5'))).toEqual(['5 error no-rights: error: cycle: no right']);
    expect(lines.filter((line) => line.includes('job-works-again'))).toHaveLength(1);
  });

  test('a bug is told with its stack, and the next cycle comes', async () => {
    const { to, begun, lines } = start((minute) => (minute === 0 ? throws(new Error('surprise')) : undefined));
    await to(5);
    expect(begun).toEqual([0, 5]);
    expect(lines[0]).toMatch(/^0 error bug: error: cycle: Error: surprise\n {4}at /);
  });

  test('a job that is still at work is not begun again; of its ticks the first is told', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { scheduler, clock, begun, lines, setMinute } = start((minute) => (minute === 0 ? held : undefined));
    const first = scheduler.tick(clock());
    await new Promise(setImmediate);
    for (const minute of [5, 10, 12]) {
      setMinute(minute);
      await scheduler.tick(clock());
    }
    expect(begun).toEqual([0]);
    release();
    await first;
    setMinute(13);
    await scheduler.tick(clock());
    expect(begun).toEqual([0, 13]);
    expect(lines.filter((line) => line.includes('tick-skipped'))).toMatchInlineSnapshot(`
      [
        "5 info tick-skipped: cycle: still at work since 2026-03-01T10:00:00.000Z; this tick is skipped",
        "10 debug tick-skipped: cycle: still at work since 2026-03-01T10:00:00.000Z; this tick is skipped",
        "12 debug tick-skipped: cycle: still at work since 2026-03-01T10:00:00.000Z; this tick is skipped",
      ]
    `);
  });

  test('waits for the mart that it has to ask first', async () => {
    let asked = 0;
    const readLastStarts = () => (asked++ < 2 ? throws(away) : Promise.resolve(new Map<string, Date>()));
    const { to, begun, lines, scheduler } = start(nothing, { readLastStarts });
    await to(0);
    expect([scheduler.hasBegun, scheduler.problems.length]).toEqual([false, 1]);
    await to(3);
    expect(begun).toEqual([2]);
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      ...['0 warning database-unreachable', '1 debug database-unreachable', '2 info databases-back', '2 info job-done'],
    ]);
    expect(scheduler.problems).toEqual([]);
  });
});

describe('until it is told to stop', () => {
  /** A ticker that ticks when the test says so. */
  function manualTicker() {
    let onTick: (at: Date) => void = () => undefined;
    let stopped = false;
    const ticker = (listener: (at: Date) => void) => {
      onTick = listener;
      return { stop: () => void (stopped = true) };
    };
    return { ticker, tick: (at: Date) => onTick(at), isStopped: () => stopped };
  }

  test('it looks at once, and ends when its jobs have ended', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { scheduler, clock, stop, begun, lines } = start(() => held.then(() => throws(stop.signal.reason as Error)));
    const { ticker, isStopped } = manualTicker();
    let hasEnded = false;
    const ended = tickUntilStopped(scheduler, { ticker, clock, stop: stop.signal }).then(() => (hasEnded = true));
    await new Promise(setImmediate);
    expect(begun).toEqual([0]);
    stop.abort(new StoppedError('stopped', 'Stopped by SIGTERM', { signal: 'SIGTERM' }));
    await new Promise(setImmediate);
    expect([isStopped(), hasEnded]).toEqual([true, false]);
    release();
    await ended;
    expect(lines).toEqual(['0 info stopped: cycle: Stopped by SIGTERM']);
  });

  test('what ends it is thrown, and nothing ticks any more', async () => {
    const { scheduler, clock, stop } = start(() => throws(denied));
    const { ticker, isStopped } = manualTicker();
    expect(await problemOf(() => tickUntilStopped(scheduler, { ticker, clock, stop: stop.signal }))).toContain('no-rights');
    expect(isStopped()).toBe(true);
  });
});
