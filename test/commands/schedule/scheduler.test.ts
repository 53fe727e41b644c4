import { describe, expect, test } from 'vitest';
import { Scheduler, type ScheduledJob, type SchedulerOptions } from '../../../src/commands/schedule/scheduler.js';
import { atLocalTimes, everyMinutes } from '../../../src/commands/schedule/triggers.js';
import { tickUntilStopped } from '../../../src/commands/schedule/ticker.js';
import { toLogin } from '../../../src/db/login.js';
import { toLoginError } from '../../../src/db/login-error.js';
import { toOperatorError } from '../../../src/db/operator-error.js';
import { ToldProblem, toProblem } from '../../../src/jobs/problem.js';
import { BusyError, ConfigError, StoppedError, UnavailableError } from '../../../src/model/errors.js';
import { problemOf } from '../../support/problem-of.js';
import { toHint } from '../../../src/terminal/hint.js';
import { expectText } from '../../support/expect-text.js';

const MINUTE_MS = 60_000;
const START = Date.parse('2026-03-01T10:00:00Z');
const ALL_DAY = { fromMinute: 0, toMinute: 0, zone: 'UTC' };
const away = new UnavailableError('database-unreachable', 'nobody listens', { next: 'Start it.' });
const busy = new BusyError('run-in-progress', 'another one is at work');
const denied = new ConfigError('no-rights', 'no right', { next: 'Grant it.' });

/** A scheduler on its own clock, with a job every five minutes that calls `work`. */
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
    // From another machine's clock, or one that was set back.
    const future = start(nothing, last('2027-02-01T10:00:00Z'));
    await future.to(4);
    expect(future.begun).toEqual([0]);
  });

  test('an outage is logged when it starts and ends; each tick tries again', async () => {
    const { to, begun, lines, scheduler } = start((minute) => (minute >= 5 && minute < 12 ? throws(away) : undefined));
    await to(8);
    expect(scheduler.problems).toMatchObject([{ job: 'cycle', problem: { kind: 'unavailable', code: 'database-unreachable' } }]);
    await to(15);
    expect(begun).toEqual([0, 5, 6, 7, 8, 9, 10, 11, 12, 15]);
    expect(scheduler.problems).toEqual([]);
    expectText(lines.filter((line) => !line.includes(' debug ')).slice(1));
  });

  test('a long outage is logged again every quarter of an hour, with its duration', async () => {
    const { to, lines } = start((minute) => (minute >= 5 && minute < 75 ? throws(away) : undefined));
    await to(75);
    expectText(lines.filter((line) => !line.includes(' debug ')).slice(1, -1));
  });

  test('a problem that comes and goes is told anew, and a clock that is set back makes nothing silent', async () => {
    const { to, lines, setMinute } = start((minute) => (minute === 5 ? undefined : throws(away)));
    await to(10);
    setMinute(-1_440);
    await to(-1_439);
    expect(lines.filter((line) => line.includes(' warning ')).map((line) => line.split(' ')[0])).toEqual(['0', '10', '-1440']);
  });

  test('another process at work is a skipped tick, said once, and no reason to hurry', async () => {
    const { to, begun, lines, scheduler } = start((minute) => (minute >= 5 && minute < 15 ? throws(busy) : undefined));
    await to(12);
    expect(scheduler.problems).toEqual([]);
    await to(15);
    expect(begun).toEqual([0, 5, 10, 15]);
    expect(lines.filter((line) => line.includes('run-in-progress')).map((line) => line.split(' ')[1])).toEqual(['info', 'debug']);
  });

  test('what somebody must change ends nothing: told, and tried again at the next time, or after a quarter of an hour', async () => {
    const { to, begun, lines, scheduler } = start((minute) => (minute < 10 ? throws(denied) : undefined));
    await to(4);
    expect(scheduler.problems).toMatchObject([{ job: 'cycle', problem: { kind: 'failed', code: 'no-rights' } }]);
    await to(10);
    expect(begun).toEqual([0, 5, 10]);
    expect(lines).toEqual([
      '0 error no-rights: cycle: no right',
      '5 debug no-rights: cycle: no right (for 5 min)',
      '10 info job-works-again: cycle: works again after 10 min and 2 attempts',
      '10 info job-done: cycle: done',
    ]);
    expect(scheduler.problems).toEqual([]);
  });

  test('a daily job that fails is tried again after a pause until it works, and then waits for its time', async () => {
    const begun: number[] = [];
    let minute = 0;
    const clock = (): Date => new Date(Date.parse('2026-03-01T02:50:00Z') + minute * MINUTE_MS);
    const run = (work: (at: number) => Promise<unknown> | undefined): ScheduledJob => ({
      name: 'maintain',
      isDue: atLocalTimes([180], 'UTC'),
      run: async () => {
        begun.push(minute);
        await work(minute);
        return { text: 'done' };
      },
    });
    const work = (at: number) =>
      at === 10 ? throws(new Error('surprise')) : at === 25 ? throws(busy) : at < 45 ? throws(denied) : undefined;
    const readLastStarts = () => Promise.resolve(new Map([['maintain', clock()]]));
    const { scheduler } = start(nothing, { jobs: [run(work)], clock, readLastStarts });
    for (; minute <= 1_500; minute++) await scheduler.tick(clock());
    expect(begun).toEqual([10, 25, 40, 55, 10 + 1_440]);
  });

  test('a bug is logged with its stack, and the next run starts', async () => {
    const { to, begun, lines } = start((minute) => (minute === 0 ? throws(new Error('surprise')) : undefined));
    await to(5);
    expect(begun).toEqual([0, 5]);
    expect(lines[0]).toMatch(/^0 error bug: cycle: Error: surprise\n {4}at /);
  });

  test('a job that is still running is not started again; the first skipped tick is logged', async () => {
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
    expectText(lines.filter((line) => line.includes('tick-skipped')));
  });

  test('a job at work for hours is told of every quarter of an hour', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { scheduler, clock, lines, setMinute } = start((minute) => (minute === 0 ? held : undefined));
    const first = scheduler.tick(clock());
    await new Promise(setImmediate);
    for (let minute = 5; minute <= 40; minute += 5) {
      setMinute(minute);
      await scheduler.tick(clock());
    }
    release();
    await first;
    expect(lines.filter((line) => line.includes(' info tick-skipped')).map((line) => line.split(' ')[0])).toEqual(['5', '20', '35']);
  });

  test('waits for the mart that it has to ask first, whatever keeps that from answering', async () => {
    let asked = 0;
    const answers = [away, away, denied, new Error('surprise')];
    const readLastStarts = () => (asked < answers.length ? throws(answers[asked++]!) : Promise.resolve(new Map<string, Date>()));
    const { to, begun, lines, scheduler } = start(nothing, { readLastStarts });
    await to(0);
    expect([scheduler.hasBegun, scheduler.problems.length]).toEqual([false, 1]);
    await to(4);
    expect(begun).toEqual([4]);
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      ...['0 warning database-unreachable', '1 debug database-unreachable', '2 error no-rights', '3 error bug'],
      ...['4 info job-works-again', '4 info job-done'],
    ]);
    expect(scheduler.problems).toEqual([]);
  });
});

describe("in the daemon's words", () => {
  const codes = ['42501', '25006', '40P01', '53100', '57014', '58030', '57P01'];
  const errors = codes.map((code) => toOperatorError(Object.assign(new Error('reason'), { code }))!);
  const told = (error: Error): string => {
    const hints: string[] = [];
    new ToldProblem('cycle').occurred(toProblem(error), new Date(START), (_, fields) => void hints.push(toHint(fields!)!));
    return hints.join();
  };

  test('hints say what to change, and that nothing has to be typed', () => {
    const login = toLogin('postgres://u@h/x');
    const unreachable = toLoginError(new Error('reason'), { login, server: login.servers[0]!, url: login.url, timeoutMs: 10_000 });
    const moved = new BusyError('watermark-moved', 'moved', { next: 'Let the other run finish.', again: 'then' });
    expectText([...errors, unreachable, moved, denied].map(told));
  });
});

describe('until it is told to stop', () => {
  /** A ticker that ticks when the test tells it to. */
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
    const ticked = () => {
      throw denied;
    };
    const observer = { ticked, skipped: nothing, succeeded: nothing, failed: nothing };
    const { scheduler, clock, stop } = start(nothing, { observer });
    const { ticker, isStopped } = manualTicker();
    expect(await problemOf(() => tickUntilStopped(scheduler, { ticker, clock, stop: stop.signal }))).toContain('no-rights');
    expect(isStopped()).toBe(true);
  });
});
