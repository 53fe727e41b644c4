import { describe, expect, test } from 'vitest';
import { toDurationText } from '../../../src/model/text.js';
import { createProgressPrinter, createProgressMeter } from '../../../src/commands/backfill/progress.js';
import { withIdb } from '../../../src/extract/connect-idb.js';
import { findIdbTable } from '../../../src/extract/idb-table.js';
import { readSlices, createPace } from '../../../src/commands/backfill/read-slices.js';
import { createStopControl } from '../../../src/jobs/stop.js';
import { monotonicMs } from '../../../src/model/clock.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { runBackfill } from '../../support/backfill-histories.js';
import { freshDatabases, freshIdb, query, testClock } from '../../support/databases.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData } from '../../support/user-data.js';

const slice = (fromTs: number, toTs: number) => ({ fromTs, toTs });

describe('time left', () => {
  const plans = [{ sourceName: 'idb', toDo: [slice(0, 100), slice(100, 200), slice(200, 300)], skipped: [] }];

  test('follows the time that was read', () => {
    let now = 0;
    const meter = createProgressMeter(
      plans,
      () => undefined,
      () => now,
    );
    now = 10_000;
    expect(meter.advance('idb', slice(0, 100), 50, { rows: 400, isLast: false })).toEqual({
      ...{ source: 'idb', reachedTs: 50, slicesDone: 0, slices: 3, part: 50 / 300 },
      ...{ rows: 400, rowsPerSecond: 40, secondsLeft: 50 },
    });
    now = 20_000;
    expect(meter.advance('idb', slice(0, 100), 100, { rows: 400, isLast: true })).toMatchObject({
      slicesDone: 1,
      rowsPerSecond: 40,
      secondsLeft: 40,
    });
    now = 60_000;
    meter.advance('idb', slice(100, 200), 200, { rows: 400, isLast: true });
    expect(meter.advance('idb', slice(200, 300), 300, { rows: 400, isLast: true })).toMatchObject({
      slicesDone: 3,
      part: 1,
      secondsLeft: 0,
    });
  });

  test('does not count time of which there are no rows', () => {
    let now = 0;
    const meter = createProgressMeter(
      plans,
      () => ({ oldestTs: 150, newestTs: 249 }),
      () => now,
    );
    now = 1_000;
    expect(meter.advance('idb', slice(0, 100), 100, { rows: 0, isLast: true })).toMatchObject({ part: 0, secondsLeft: null });
    now = 11_000;
    expect(meter.advance('idb', slice(100, 200), 200, { rows: 5, isLast: true })).toMatchObject({ part: 0.5, secondsLeft: 11 });
  });

  test.each([
    [0, '0 s'],
    [59.6, '1 min'],
    [3_725, '1 h 2 min'],
    [86_400, '1 d'],
    [90_061, '1 d 1 h'],
  ])('%d seconds are %j', (seconds, text) => {
    expect(toDurationText(seconds)).toBe(text);
  });
});

describe('progress', () => {
  const progress = {
    source: 'idb',
    reachedTs: 1_770_681_600,
    slicesDone: 3,
    slices: 12,
    part: 0.25,
    rows: 12_345,
    rowsPerSecond: 678,
    secondsLeft: 61,
  };

  test('is a line at a calm pace where nobody looks on', () => {
    let now = 0;
    const lines: string[] = [];
    const { update, end } = createProgressPrinter({ log: (line) => lines.push(line) }, () => now);
    for (; now <= 31_000; now += 1_000) update(progress);
    end();
    expect(lines).toEqual(
      Array(2).fill('progress  25%, 3 of 12 slices, idb at 2026-02-10T00:00:00Z; 12,345 rows, 678 rows/s; 1 min 1 s left'),
    );
  });

  test('is a bar on a terminal, which no line breaks and of which nothing stays', () => {
    let now = 0;
    let screen = '';
    const log = (line: string): void => void (screen += `${line}\n`);
    const terminal = { columns: () => 60, write: (text: string) => void (screen += text) };
    const printer = createProgressPrinter({ log, terminal }, () => now);
    printer.update(progress);
    now = 50;
    printer.update({ ...progress, part: 1 }); // too soon
    printer.log('warning: something');
    printer.end();
    const bar = '[######------------------]  25%  3/12 slices  678 rows/s  1';
    expect(screen).toBe(`\r${bar}\u001b[K\r\u001b[Kwarning: something\n${bar}\r\u001b[K`);
  });
});

describe('--max-rate', () => {
  test('waits until what was read is paid for, and saves nothing up', async () => {
    let now = 0;
    const { stop, request } = createStopControl();
    const pace = createPace(1_000, stop, () => now);
    await pace.wait();
    pace.count(500);
    now = 600_000; // time during which nothing was read
    await pace.wait();
    pace.count(3_600_000);
    const waiting = problemOf(() => pace.wait());
    request('SIGINT');
    expect(await waiting).toContain('StoppedError stopped');
    expect(pace.most(100, 10_000)).toBe(20);
  });

  test('is asked before each chunk of a backfill, and told of its rows', async () => {
    const idbUrl = await freshIdb();
    const from = Date.parse('2026-02-10T00:00:00Z') / 1000;
    await query(
      idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       select n::text, 'ChatServerSessionStartedAt', '2026-02-10T00:00:00Z', 1, ${from} + n
       from generate_series(0, 299) as n`,
    );
    const asked: unknown[] = [];
    const pace = {
      wait: () => Promise.resolve(void asked.push('wait')),
      count: (rows: number) => void asked.push(rows),
      // The maximum width, whatever the slices contain.
      most: () => 90,
    };
    await withIdb({ url: idbUrl }, { applicationName: 'test', masker: undefined }, async (idb) => {
      const table = await findIdbTable(idb, 'public', undefined);
      const context = { idb, table, map: readKvpMap(), earliestStartTs: undefined, masker: undefined, clock: testClock };
      for await (const { isLast } of readSlices(context, [slice(from, from + 300)], undefined, pace)) asked.push(isLast ? 'last' : 'chunk');
    });
    expect(asked).toEqual(['wait', 60, 'chunk', 'wait', 90, 'chunk', 'wait', 90, 'chunk', 'wait', 60, 'last']);
  });

  test('of a backfill that is limited is kept', async () => {
    const urls = await freshDatabases();
    await writeUserData(
      urls.idbUrl,
      Array.from({ length: 40 }, (_, n) => [
        `${n}`,
        'ChatServerSessionStartedAt',
        '2026-02-10T00:00:00Z',
        Date.parse('2026-02-10T00:00:00Z') / 1000 + n,
      ]),
    );
    const start = monotonicMs();
    // The pause is taken after every chunk but the last; each chunk is one slice.
    expect(await runBackfill(urls, '2026-02-10T00:00:00Z', '2026-02-10T00:02:00Z', { sliceSeconds: 60, maxRate: 20 })).toMatchObject({
      rows: 40,
    });
    expect(monotonicMs() - start).toBeGreaterThan(2_000);
  });
});
