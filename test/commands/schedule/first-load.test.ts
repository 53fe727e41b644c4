import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_SCHEDULE } from '../../../src/config/schedule-config.js';
import { toLoadFigures, toLoadText, type LoadProgress } from '../../../src/pipeline/load-progress.js';
import { createStopControl } from '../../../src/jobs/stop.js';
import type { LogFields } from '../../../src/model/log.js';
import { freshDatabases, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { withHeldChunk } from '../../support/hold-chunk.js';
import type { Urls } from '../../support/histories.js';
import { pollUntil } from '../../support/poll-until.js';
import { startCli, type StartedCli } from '../../support/start-cli.js';
import { writeUserData } from '../../support/user-data.js';
import { createSchedule } from '../../support/jobs.js';

let urls: Urls;

/** After the first chunk: a fifth of the ids, with two rows. */
const AFTER_FIRST = /^first load of source idb: 20 %, 2 of about 10 rows, about .+ left$/;

describe('the first load', { timeout: 60_000 }, () => {
  /** An IDB whose first load has two chunks: two rows, then the rest after a gap in the ids. */
  beforeEach(async () => {
    urls = await freshDatabases();
    for (const [guid, id] of [
      ['G1', 0],
      ['G2', 500_000],
      ['G3', 999_998],
    ] as const) {
      await query(urls.idbUrl, `select setval(pg_get_serial_sequence('g_userdata_history', 'id'), $1 + 1, false)`, [id]);
      await writeUserData(urls.idbUrl, [
        [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
        [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
      ]);
    }
  });

  test('is told of: not ready, how far it is, every so often a line, and gauges', async () => {
    const lines: { readonly line: string; readonly fields: LogFields }[] = [];
    const now = new Date('2026-03-02T08:00:00Z');
    const { scheduler, observed } = createSchedule({
      ...urls,
      ...{ martSchema: 'infomart', idbSchema: 'public', embedded: false, retryDelaysMs: [], daysToKeepFacts: undefined },
      schedule: { ...DEFAULT_SCHEDULE, runMaintain: false },
      clock: () => now,
      log: (line, fields = {}) => void lines.push({ line, fields }),
      stop: createStopControl().stop,
      progressEveryMs: 20,
    });
    const gauges = (): unknown[] =>
      ['load_rows_done', 'load_rows_estimated'].map((name) => observed.samples().find((sample) => sample.name === name)?.value);
    expect(gauges()).toEqual([0, 0]);
    await withHeldChunk(urls.martUrl, 2, async ({ reached, release }) => {
      const cycle = scheduler.tick(now);
      await reached();
      expect(observed.problems()).toEqual([expect.stringMatching(AFTER_FIRST)]);
      expect(observed.deathReason()).toBeUndefined();
      expect(gauges()).toEqual([2, 10]);
      const told = lines.length;
      while (!lines.slice(told).some(({ fields }) => fields.code === 'load-progress')) await sleep(5);
      expect(lines.at(-1)).toMatchObject({
        line: expect.stringMatching(AFTER_FIRST) as string,
        fields: { level: 'info', data: { rows: 2 } },
      });
      await release();
      await cycle;
    });
    expect(observed.problems()).toEqual([]);
    expect(gauges()).toEqual([0, 0]);
    const told = lines.length;
    await sleep(50);
    expect(lines.length).toBe(told);
  });

  deepTest('of a daemon that is killed in it is gone on with by the next one, which is ready when it is done', async () => {
    const start = async (): Promise<{ readonly daemon: StartedCli; readonly ask: (path: string) => Promise<string> }> => {
      const daemon = startCli(['schedule', '--cron', '* * * * * *', '--run-maintain', 'false', '--metrics-port', '0'], {
        CHATMART_IDB_URL: urls.idbUrl,
        CHATMART_MART_URL: urls.martUrl,
      });
      await daemon.said('metrics-served');
      const place = daemon.found(/http:[^ ]*(?=\/metrics)/);
      const ask = async (path: string): Promise<string> => {
        const response = await fetch(`${place}${path}`);
        return `${response.status} ${await response.text()}`;
      };
      return { daemon, ask };
    };
    await withHeldChunk(urls.martUrl, 2, async ({ reached, release }) => {
      const first = await start();
      await reached();
      expect(await first.ask('/ready')).toMatch(/^503 .*first load of source idb: 20 %, 2 of about 10 rows/);
      expect(await first.ask('/health')).toMatch(/^200 /);
      expect(await first.ask('/metrics')).toContain('\nchatmart_load_rows_done 2\n');
      first.daemon.kill('SIGKILL');
      await first.daemon.ended;
      const second = await start();
      let ready = '';
      await pollUntil(async () => (ready = await second.ask('/ready')).includes('idb: 20 %'));
      expect(ready).toBe('503 {"status":"not ready","problems":["first load of source idb: 20 %"]}\n');
      await release();
      await pollUntil(async () => (ready = await second.ask('/ready')).startsWith('200'));
      second.daemon.kill('SIGTERM');
      expect(await second.daemon.ended).toMatchObject({ code: 0 });
    });
    expect(await query(urls.martUrl, 'select from infomart.chat_session_fact')).toHaveLength(3);
  });
});

test.each<[string, Partial<LoadProgress>, string]>([
  ['nothing', {}, 'first load of source idb: nothing loaded yet'],
  ['half of it', { reachedId: 600, rows: 5_000 }, 'first load of source idb: 50 %, 5,000 of about 10,000 rows, about 10 s left'],
  ['begun by another process', { fromId: 350, reachedId: 350 }, 'first load of source idb: 25 %'],
  [
    'gone on with',
    { fromId: 350, reachedId: 600, rows: 500 },
    'first load of source idb: 50 %, 1,000 of about 2,000 rows, about 20 s left',
  ],
  ['a later one', { isFirst: false, reachedId: 600, rows: 1 }, 'load of source idb: 50 %, 1 of about 2 rows, about 10 s left'],
  ['all', { reachedId: 1_100, isDone: true }, 'first load of source idb: all rows are loaded; aggregating'],
])('how far a load is, in words: %s', (_, parts, text) => {
  const progress = {
    source: 'idb',
    isFirst: true,
    beforeId: 100,
    fromId: 100,
    endId: 1_100,
    reachedId: 100,
    startMs: 0,
    rows: 0,
    isDone: false,
  };
  expect(toLoadText({ ...progress, ...parts }, 10_000)).toBe(text);
  expect(toLoadFigures({ ...progress, ...parts }, 10_000).rows).toBeGreaterThanOrEqual(parts.rows ?? 0);
});
