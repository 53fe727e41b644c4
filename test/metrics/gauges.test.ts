import { describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { readGauges, toSamples, type Gauges } from '../../src/metrics/gauges.js';
import type { Sample } from '../../src/metrics/metric.js';
import { metricsOf, readAlertRules } from '../support/alert-rules.js';
import { freshDatabases, query } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { startCli } from '../support/start-cli.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { maintain, run } from '../support/jobs.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
const NOW = new Date('2026-05-20T12:00:00Z');
const NOW_TS = NOW.getTime() / 1_000;
const ago = (seconds: number) => () => new Date(NOW.getTime() - seconds * 1_000);

const look = ({ idbUrl, martUrl }: Urls, now = NOW, before?: Gauges): Promise<Gauges> =>
  readGauges(
    {
      martUrl,
      martSchema: 'infomart',
      sources: [{ name: 'idb', url: idbUrl, idbSchema: 'public', idbTable: undefined }],
      now,
      log: () => undefined,
    },
    before,
  );

const valueOf = (gauges: Gauges, name: Sample['name'], ...labels: string[]): number | undefined =>
  toSamples(gauges, NOW).find((each) => each.name === name && labels.every((label) => each.labels.includes(label)))?.value;

/** Rows of a session that ICON stored a number of seconds ago. */
const session = (guid: string, seconds: number, more: readonly (readonly [string, string])[] = []): UserDataRow[] =>
  [['ChatServerSessionStartedAt', new Date((NOW_TS - seconds - 600) * 1_000).toISOString()] as const, ...more].map(([key, value]) => [
    ...([guid, key, value] as const),
    NOW_TS - seconds,
  ]);

describe('from the job history', () => {
  test('successes of other processes count; one in the future does not', async () => {
    const urls = await freshDatabases();
    const origin = (command: string) => ({ command, configHash: '' });
    const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', origin: origin('run') };
    const { mart } = await look(urls);
    expect(mart!.lastSuccesses).toEqual(new Map());
    expect(mart!.historySince).toEqual(new Date('2026-03-04T05:06:07Z'));
    await run({ ...options, clock: ago(HOUR) });
    await maintain({ ...options, daysToKeepFacts: undefined, clock: ago(DAY) });
    const times = async (): Promise<string[]> =>
      [...(await look(urls)).mart!.lastSuccesses]
        .map(([job, { at, seconds }]) => `${job} ${NOW_TS - at.getTime() / 1_000} ${seconds}`)
        .sort();
    expect(await times()).toEqual(['aggregate 3600 0', 'cycle 3600 0', 'maintain 86400 0']);
    // A run that broke off in one of its stages, a backfill, and a host whose clock was a year ahead.
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, end_time, status, created_ts, command)
       values ('broken', 'Job_ExtractICON', '', '2026-05-20 11:30', '2026-05-20 11:31', 'COMPLETED', 0, 'run'),
         ('broken', 'Job_AggregateGIM', '', '2026-05-20 11:31', '2026-05-20 11:32', 'FAILED', 0, 'run'),
         ('backfill', 'Job_ExtractICON', '', '2026-05-20 11:40', '2026-05-20 11:41', 'COMPLETED', 0, 'backfill'),
         ('ahead', 'Job_ExtractICON', '', '2027-05-20 11:50', '2027-05-20 11:51', 'COMPLETED', 0, 'run'),
         ('night', 'Job_MaintainGIM', '', '2026-05-20 11:50', '2026-05-20 11:51', 'FAILED', 0, 'schedule')`,
    );
    expect(await times()).toEqual(['aggregate 3600 0', 'cycle 3600 0', 'maintain 86400 0']);
  });
});

describe('from what was loaded', () => {
  test('the newest row, recent discards, sessions that became stale, changes that wait', async () => {
    const urls = await freshDatabases();
    const async = [['csg_ChatAsyncMode', '1']] as const;
    await writeUserData(urls.idbUrl, [...session('A1', 100 * DAY, async), ...session('D1', 100 * DAY)]);
    await runCycle(urls, { clock: ago(40 * DAY) });
    await writeUserData(urls.idbUrl, [...session('A2', 33 * DAY, async), ...session('D2', 33 * DAY)]);
    await runCycle(urls, { clock: ago(33 * DAY) });
    await writeUserData(urls.idbUrl, [...session('D3', 7 * HOUR), ...session('A3', 6 * HOUR, async)]);
    const origin = { martSchema: 'infomart', idbSchema: 'public', aggregates: false };
    await run({ ...urls, ...origin, clock: ago(5 * HOUR) });
    const gauges = await look(urls);
    const value = (name: Sample['name'], ...labels: string[]) => valueOf(gauges, name, ...labels);
    expect([value('active_sessions'), value('stale_sessions'), value('newly_stale_sessions')]).toEqual([3, 2, 1]);
    expect([value('open_discards', 'NO_END'), value('recent_discards', 'NO_END'), value('recent_discards', 'NO_START')]).toEqual([3, 1, 0]);
    expect(value('source_newest_row_timestamp_seconds', 'idb')).toBe(NOW_TS - 6 * HOUR);
    expect([value('pending_intervals'), value('pending_since_timestamp_seconds')]).toEqual([1, NOW_TS - 5 * HOUR]);
    // Nothing new for weeks; rows whose time is in the future or invalid.
    expect(valueOf(await look(urls, new Date(NOW.getTime() + 30 * DAY * 1_000)), 'source_newest_row_timestamp_seconds', 'idb')).toBe(
      NOW_TS - 6 * HOUR,
    );
    await writeUserData(urls.idbUrl, [['D4', 'ChatServerSessionStartedAt', '2026-05-20T07:00:00Z', NOW_TS + 1_000 * DAY]]);
    await query(urls.idbUrl, `update g_userdata_history set added_ts = null where callid = 'D3'`);
    await runCycle(urls, { clock: ago(HOUR) });
    const later = await look(urls);
    expect(valueOf(later, 'source_newest_row_timestamp_seconds', 'idb')).toBe(NOW_TS - HOUR);
    expect(valueOf(later, 'pending_since_timestamp_seconds')).toBe(0);
  });
});

describe('from the IDB', () => {
  test('the age of the oldest transaction that writes', async () => {
    const urls = await freshDatabases();
    const age = async (before?: Gauges): Promise<number | undefined> =>
      valueOf(await look(urls, NOW, before), 'idb_oldest_transaction_age_seconds', 'idb');
    await withConnection({ url: urls.idbUrl, applicationName: 'test' }, async (reader) => {
      await reader.query('begin; select pg_sleep(0.3)');
      expect(await age()).toBe(0);
      await reader.query('select txid_current()');
      expect(await age()).toBeGreaterThan(0.3);
      await reader.query('rollback');
    });
    expect(await age()).toBe(0);
    // Nothing is known of a server that does not answer.
    const gauges = await look({ ...urls, idbUrl: Object.assign(new URL(urls.idbUrl), { port: '1' }).href });
    expect(valueOf(gauges, 'idb_oldest_transaction_age_seconds', 'idb')).toBeUndefined();
  });
});

describe('the first scrape of a daemon', { timeout: 120_000 }, () => {
  /** Names of metrics and their lines, as in Prometheus's first scrape. */
  async function scrapeFirst({ idbUrl, martUrl }: Urls): Promise<string[]> {
    const daemon = startCli(['schedule', '--metrics-port', '0'], { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl });
    await daemon.said('metrics-served');
    const body = await (await fetch(`${daemon.found(/http:\/\/[\d.:]+/)}/metrics`)).text();
    daemon.kill('SIGTERM');
    expect(await daemon.ended).toMatchObject({ code: 0 });
    return body
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith('#'));
  }

  const valueIn = (lines: readonly string[], series: string): number =>
    Number(
      lines
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')
        .at(-1),
    );

  /** Except for certificates, which servers without TLS do not have. */
  const WANTED = readAlertRules()
    .flatMap(({ expr }) => metricsOf(expr).map(({ name }) => name))
    .filter((name) => name !== 'certificate_not_after_timestamp_seconds');

  deepTest(
    'has every metric that an alarm reads: of a daemon that has never done anything, and while the IDB is away, what others did',
    async () => {
      const urls = await freshDatabases();
      const away = { ...urls, idbUrl: Object.assign(new URL(urls.idbUrl), { port: '1' }).href };
      const never = await scrapeFirst(away);
      const namesIn = (lines: readonly string[]): Set<string> =>
        new Set(lines.map((line) => line.split(/[{ ]/)[0]!.replace(/^chatmart_/, '')));
      expect(WANTED.filter((name) => !namesIn(never).has(name))).toEqual([]);
      const lastSuccess = (job: string): string => `chatmart_job_last_success_timestamp_seconds{job_name="${job}"}`;
      expect([valueIn(never, lastSuccess('cycle')), valueIn(never, lastSuccess('maintain'))]).toEqual([0, 0]);
      expect(valueIn(never, 'chatmart_source_complete_until_timestamp_seconds{source="idb"}')).toBe(0);

      await runCycle(urls, { clock: ago(HOUR) });
      const known = await scrapeFirst(away);
      expect(valueIn(known, lastSuccess('cycle'))).toBe(NOW_TS - HOUR);
      expect(valueIn(known, 'chatmart_job_attempts_total{job_name="maintain",outcome="failed"}')).toBe(0);
      expect(valueIn(known, 'process_resident_memory_bytes')).toBeGreaterThan(20_000_000);
      expect(Math.abs(valueIn(known, 'process_start_time_seconds') - Date.now() / 1_000)).toBeLessThan(60);
      expect(valueIn(known, 'process_cpu_seconds_total')).toBeGreaterThan(0.05);
    },
  );
});
