import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { toRunText } from '../../src/commands/run/text.js';
import { toIdbLines } from '../../src/commands/status/text.js';
import { DEFAULT_SCHEDULE } from '../../src/config/schedule-config.js';
import { connect, type Connection } from '../../src/db/connection.js';
import { readGauges, toSamples } from '../../src/metrics/gauges.js';
import { toScheduledJobs } from '../../src/commands/schedule/jobs.js';
import type { JobReport } from '../../src/commands/schedule/scheduler.js';
import { toSources } from '../../src/pipeline/source.js';
import { readStatus } from '../../src/commands/status/status.js';
import { aheadOfCeiling, markAhead, type Mark, type SeenTransactions, type SourceState } from '../../src/mart/source-window.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { insertUserData, writeUserData, type UserDataRow } from '../support/user-data.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 2, 1, 10, minutes));
const mark = (xmax: bigint, maxId: number, minutes: number, ahead?: SeenTransactions): Mark => ({
  ...{ xmax, maxId, takenAt: minute(minutes) },
  ...(ahead === undefined ? {} : { ahead }),
});
const state = (marks: Mark[], completeUntil: Date | null): SourceState => ({
  sourceName: 'idb',
  dataSourceKey: 1,
  lastCeiling: 100n,
  window: null,
  marks,
  completeUntil,
  wholeCeiling: 100n,
  wholeAt: minute(0),
  unreadFrom: null,
  identity: null,
  revision: 1,
});
const seen = (untilXid: bigint, ...open: bigint[]): SeenTransactions => ({ untilXid, open });

describe('what is loaded ahead', () => {
  const since = mark(100n, 1_000, 0);

  it('is what an earlier run left above the ceiling, however recently', () => {
    expect(aheadOfCeiling(state([since, mark(120n, 2_000, 9)], minute(0)), seen(120n, 100n), 0)).toBeNull();
    const second = state([since, mark(120n, 2_000, 9), mark(130n, 3_000, 9)], minute(0));
    expect(aheadOfCeiling(second, seen(130n, 100n), 0)).toEqual({ ceiling: 100n, position: 1_000, endId: 3_000 });
  });

  it('is nothing while nothing lies above the ceiling, or all of it is new', () => {
    expect(aheadOfCeiling(state([since, mark(100n, 1_000, 50)], minute(0)), seen(100n), 0)).toBeNull();
    expect(aheadOfCeiling(state([mark(90n, 500, 0), since, mark(130n, 2_000, 50)], minute(0)), seen(130n, 100n), 0)).toBeNull();
  });

  it('is what was not loaded ahead before', () => {
    const marks = [since, mark(120n, 2_000, 1), mark(130n, 3_000, 2, seen(128n, 100n)), mark(140n, 4_000, 3)];
    expect(aheadOfCeiling(state(marks, minute(0)), seen(138n, 100n), 0)).toEqual({ ceiling: 128n, position: 2_000, endId: 4_000 });
  });

  it('is also what has ended since, with all that its transaction may have written', () => {
    const marks = [since, mark(120n, 2_000, 1), mark(130n, 3_000, 2, seen(130n, 100n, 105n, 125n)), mark(140n, 4_000, 3)];
    const position = (...open: bigint[]) => aheadOfCeiling(state(marks, minute(0)), seen(140n, ...open), 0);
    expect(position(100n, 105n, 125n)).toMatchObject({ ceiling: 130n, position: 3_000 });
    expect(position(100n, 105n)).toMatchObject({ ceiling: 125n, position: 2_000 });
    expect(position(100n, 125n)).toMatchObject({ ceiling: 105n, position: 1_000 });
  });

  it('is everything above the ceiling where more transactions were open than are kept', () => {
    const open = Array.from({ length: 1_001 }, (_, index) => 101n + BigInt(index));
    const marked = markAhead(state([since, mark(2_000n, 2_000, 1)], minute(0)), seen(2_000n, ...open));
    expect(marked.marks.every(({ ahead }) => ahead === undefined)).toBe(true);
  });

  it('does not wait for a second run while nothing is complete', () => {
    expect(aheadOfCeiling(state([mark(120n, 1_000, 0)], null), seen(120n, 100n), 0)).toEqual({
      ...{ ceiling: 100n, position: Number.MIN_SAFE_INTEGER, endId: 1_000 },
    });
  });
});

describe('an open transaction', () => {
  let urls: Urls;
  beforeEach(async () => {
    urls = await freshDatabases();
    await cycle();
  });
  const cycle = () => runCycle(urls, { settleMs: 0 });
  const waitingOf = async () => (await cycle()).sources[0]!.waiting;
  const guids = async (): Promise<string[]> =>
    (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
      (row) => row.guid,
    );
  /** An ICON session that has started writing. */
  const begin = async (guid: string): Promise<Connection> => {
    const icon = await connect({ url: urls.idbUrl, applicationName: `icon ${guid}` });
    onTestFinished(() => icon.end());
    await icon.query('begin');
    await insertUserData(icon, session(guid));
    return icon;
  };
  const holding = (guid: string) => ({ kind: 'session', application: `icon ${guid}`, database: new URL(urls.idbUrl).pathname.slice(1) });

  it('delays no rows beyond the second run, and loses none', async () => {
    const [before] = await query<{ last_ceiling: string }>(urls.martUrl, 'select last_ceiling::text from infomart.chatmart_source');
    const forgotten = await begin('FORGOTTEN');
    await writeUserData(urls.idbUrl, session('FIRST'));
    const first = await cycle();
    expect(first).toMatchObject({
      rows: 0,
      sources: [{ waiting: { rows: 2, isExact: true, holder: holding('FORGOTTEN'), until: 'next-cycle' } }],
    });
    expect(toRunText(first)).toMatch(
      /^waiting   of public\.g_userdata_history 2 rows wait since \S+Z: the next run loads them; they wait for process \d+ \(/m,
    );
    expect(await guids()).toEqual([]);

    const second = await cycle();
    expect(second).toMatchObject({ rows: 2, sessions: { inserted: 1 }, sources: [{ waiting: null }] });
    expect(await guids()).toEqual(['FIRST']);
    const [held] = await query<{ last_ceiling: string; is_held: boolean }>(
      urls.martUrl,
      `select last_ceiling::text, complete_until < (marks -> -1 ->> 'takenAt')::timestamptz at time zone 'UTC' as is_held from infomart.chatmart_source`,
    );
    expect(BigInt(held!.last_ceiling)).toBeGreaterThanOrEqual(BigInt(before!.last_ceiling));
    expect(held!.is_held).toBe(true);

    // Loaded rows are not read again, and new rows do not wait.
    expect(await cycle()).toMatchObject({ rows: 0, sources: [{ waiting: null }] });
    await writeUserData(urls.idbUrl, [['FIRST', 'csg_MediaOrigin', 'mobile']]);
    expect(await cycle()).toMatchObject({ rows: 1, sessions: { updated: 1 } });

    await forgotten.query('commit');
    expect((await cycle()).completeUntil).not.toBeNull();
    expect(await guids()).toEqual(['FIRST', 'FORGOTTEN']);
  });

  deepTest('that end before the second run delay rows by one run each', async () => {
    const counts: (readonly [rows: number, waiting: number])[] = [];
    let holder = await begin('T0');
    for (let index = 1; index <= 4; index++) {
      await writeUserData(urls.idbUrl, session(`S${index}`));
      const { rows, sources } = await cycle();
      counts.push([rows, sources[0]!.waiting?.rows ?? 0]);
      const next = await begin(`T${index}`);
      await holder.query('commit');
      holder = next;
    }
    expect(counts).toEqual([
      [0, 2],
      [4, 2],
      [4, 2],
      [4, 2],
    ]);
    await holder.query('commit');
    await cycle();
    expect(await guids()).toEqual(['S1', 'S2', 'S3', 'S4', 'T0', 'T1', 'T2', 'T3', 'T4']);
  });

  deepTest('that is younger than the one that holds the ceiling back does not wait for it once it has ended', async () => {
    const oldest = await begin('OLDEST');
    const younger = await begin('YOUNGER');
    await younger.query('savepoint inner_one');
    await insertUserData(younger, session('INNER'));
    await writeUserData(urls.idbUrl, session('FIRST'));
    await cycle();
    await cycle();
    expect(await guids()).toEqual(['FIRST']);
    await younger.query('commit');
    expect(await waitingOf()).toBeNull();
    expect(await guids()).toEqual(['FIRST', 'INNER', 'YOUNGER']);
    await oldest.query('commit');
    await cycle();
    expect(await guids()).toEqual(['FIRST', 'INNER', 'OLDEST', 'YOUNGER']);
  });

  it('has discards counted once, however long it stands, and when it has ended', async () => {
    const holder = await begin('HOLDER');
    await writeUserData(urls.idbUrl, [
      ['NO END', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
      ['BAD', 'ChatServerSessionStartedAt', 'yesterday'],
    ]);
    const summaries = [await cycle(), await cycle(), await cycle()];
    // Another row of it: still no fact, for the same reason.
    await writeUserData(urls.idbUrl, [['NO END', 'Subject', 'hello']]);
    summaries.push(await cycle());
    await holder.query('commit');
    summaries.push(await cycle());
    expect(summaries.map(({ sessions, discards }) => [sessions.discarded, discards])).toEqual([
      ...[
        [0, {}],
        [2, { NO_END: 1, BAD_START: 1 }],
        [0, {}],
      ],
      ...[
        [0, {}],
        [0, {}],
      ],
    ]);
    const jobs = await query<{ discarded_count: number }>(
      urls.martUrl,
      'select discarded_count::int from infomart.ctl_etl_history where discarded_count > 0',
    );
    expect(jobs).toEqual([{ discarded_count: 2 }]);
  });

  it('is shown by status before any run has met it, and by the metrics', async () => {
    const holder = await begin('HOLDER');
    const job = (): Promise<JobReport> => {
      const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', schedule: DEFAULT_SCHEDULE, daysToKeepFacts: undefined };
      const [cycles] = toScheduledJobs(options, { clock: testClock });
      return cycles!.run({ jobId: randomUUID(), log: () => undefined });
    };
    await writeUserData(urls.idbUrl, session('FIRST'));
    const status = await readStatus({ ...urls, martSchema: 'infomart', idbSchema: 'public' });
    const waiting = { rows: 2, isExact: true, holder: holding('HOLDER'), since: null, until: 'cycle-after-next' };
    expect(status.idbs).toMatchObject([{ ceilingHolder: holding('HOLDER'), waiting }]);
    expect(toIdbLines(status.idbs[0]!, new Date(status.at)).join('\n')).toMatch(
      /application icon HOLDER\) holds the ceiling back; its transaction began \d+ s ago, at \S+\n2 rows wait: the run after the next one loads them, or the next/,
    );
    const sources = toSources({ ...urls, idbSchema: 'public' });
    const samples = async () => {
      const gauges = await readGauges({ ...urls, martSchema: 'infomart', sources, now: new Date(), log: () => undefined });
      return toSamples(gauges, new Date()).filter(({ name }) => name.startsWith('source_waiting'));
    };
    const [rows, since, whom] = await samples();
    expect(rows).toEqual({ name: 'source_waiting_rows', labels: ['idb'], value: 2 });
    expect(since).toMatchObject({ name: 'source_waiting_since_timestamp_seconds', value: 0 });
    expect(whom?.labels).toEqual(['idb', 'session', holding('HOLDER').database, 'chatmart', 'icon HOLDER', 'cycle-after-next']);
    const { text, data } = await job();
    expect(text).toMatch(
      /; idb: 2 rows wait since \S+Z: the next run loads them; they wait for process \d+ \(.* application icon HOLDER\); \d/,
    );
    expect(data).toMatchObject({ rows: 0, waitingRows: 2, waitingUntil: 'next-cycle', waitingForApplication: 'icon HOLDER' });
    expect(await samples()).toMatchObject([{ value: 2 }, { value: expect.closeTo(Date.now() / 1_000, -3) }, {}]);
    await cycle();
    await holder.query('rollback');
    expect(await samples()).toMatchObject([{ value: 0 }, { value: 0 }]);
  });
});
