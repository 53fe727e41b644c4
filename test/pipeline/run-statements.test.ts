import pg from 'pg';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { DEFAULT_SCHEDULE } from '../../src/config/schedule-config.js';
import { createStopControl } from '../../src/jobs/stop.js';
import { freshIdb, freshMart, isOnCluster, testClock } from '../support/databases.js';
import { runCycle, type Urls } from '../support/histories.js';
import { createSchedule } from '../support/jobs.js';

let urls: Urls;

const simulate = (from: string, to: string, sessions: number, seed: number): Promise<unknown> =>
  writeSimulatedSessions({
    ...{ idbUrl: urls.idbUrl, idbSchema: 'public', sessions, seed, statistics: 'all', profile: 'quiet' },
    ...{ from: new Date(from), to: new Date(to), until: new Date('2026-03-04T00:00:00Z'), log: () => undefined },
  });

interface Sent {
  sessions: number;
  statements: number;
}

/** How many sessions are opened, and statements sent, meanwhile. A COPY is one, whatever it holds. */
async function countSent(work: () => Promise<unknown>): Promise<Sent> {
  const connects = vi.spyOn(pg.Client.prototype, 'connect');
  const queries = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return { sessions: connects.mock.calls.length, statements: queries.mock.calls.length };
  } finally {
    connects.mockRestore();
    queries.mockRestore();
  }
}

beforeAll(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMart() };
  await simulate('2026-03-03T00:00:00Z', '2026-03-03T10:00:00Z', 200, 1);
  await runCycle(urls);
});

// A cluster is asked some more.
describe.skipIf(isOnCluster())('a run', () => {
  test('over one chunk of new sessions opens two sessions and sends at most 91 statements', async () => {
    await simulate('2026-03-03T10:00:00Z', '2026-03-03T10:01:00Z', 20, 2);
    const sent = await countSent(() => runCycle(urls));
    console.log(`a run over a chunk: ${JSON.stringify(sent)}`);
    expect(sent.sessions).toBe(2);
    expect(sent.statements).toBeLessThanOrEqual(91);
  });

  test('over nothing new opens two sessions and sends at most 45 statements', async () => {
    const sent = await countSent(() => runCycle(urls));
    console.log(`a run over nothing new: ${JSON.stringify(sent)}`);
    expect(sent.sessions).toBe(2);
    expect(sent.statements).toBeLessThanOrEqual(45);
  });
});

test('a schedule that nobody observes asks no database but for its runs', async () => {
  const now = { at: testClock() };
  const { stop } = createStopControl();
  const schedule = (isObserved: boolean) =>
    createSchedule({
      ...urls,
      ...{ martSchema: 'infomart', idbSchema: 'public', embedded: false, daysToKeepFacts: undefined, isObserved },
      schedule: { ...DEFAULT_SCHEDULE, frequencyMinutes: 1, runMaintain: false },
      ...{ clock: () => now.at, log: () => undefined, stop, origin: { command: 'schedule', configHash: 'h' } },
    }).scheduler;
  const sessionsOfTick = async (isObserved: boolean): Promise<number> => {
    const scheduler = schedule(isObserved);
    await scheduler.tick(now.at);
    now.at = new Date(now.at.getTime() + 60_000);
    return (await countSent(() => scheduler.tick(now.at))).sessions;
  };
  expect(await sessionsOfTick(false)).toBe(2);
  expect(await sessionsOfTick(true)).toBe(4);
});
