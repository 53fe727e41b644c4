import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { JobMetrics } from '../src/jobs/job-metrics.js';
import { toGaugeSamples, type MartGauges } from '../src/jobs/mart-gauges.js';
import { METRICS, type Sample } from '../src/jobs/metric.js';
import type { Observed } from '../src/jobs/observed.js';
import { startMetricsServer } from '../src/web/metrics-server.js';
import { METRICS_CONTENT_TYPE, renderMetrics } from '../src/web/render-metrics.js';
import { writeMetricsFile } from '../src/web/write-metrics-file.js';
import { closeAfterFile } from './support/closers.js';
import { freshDatabases, query } from './support/databases.js';
import { problemOf } from './support/problem-of.js';
import { findPromtool } from './support/promtool.js';
import { runCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';
import { writeUserData } from './support/user-data.js';

/** A sample of each metric. */
const ALL: Sample[] = (Object.keys(METRICS) as Sample['name'][]).map((name) => ({
  name,
  labels: METRICS[name].labels.map((label) => `a ${label}`),
  value: 1.5,
}));

const promtool = findPromtool();

describe("Prometheus's text", () => {
  test('has the samples of a metric together, after what it is, with texts that may be anything', () => {
    const samples: Sample[] = [
      { name: 'open_discards', labels: ['NO_END'], value: 2 },
      { name: 'active_sessions', labels: [], value: 0 },
      { name: 'open_discards', labels: ['"\\\n'], value: 1_000_000 },
    ];
    expect(renderMetrics(samples)).toMatchInlineSnapshot(`
      "# HELP chatmart_active_sessions Async sessions in the mart that have not ended.
      # TYPE chatmart_active_sessions gauge
      chatmart_active_sessions 0
      # HELP chatmart_open_discards What could not be loaded as it came and still holds, by code (chatmart discards list).
      # TYPE chatmart_open_discards gauge
      chatmart_open_discards{code="NO_END"} 2
      chatmart_open_discards{code="\\"\\\\\\n"} 1000000
      "
    `);
  });

  test('names, labels and help are as Prometheus wants them', () => {
    for (const [name, { type, labels, help }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^[a-z][a-z_]*$/);
      // What Prometheus itself adds would be renamed.
      expect(labels.filter((label) => !/^[a-z_]+$/.test(label) || ['job', 'instance'].includes(label))).toEqual([]);
      expect(help).toMatch(/\.$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
    }
  });

  test.skipIf(promtool === undefined)('passes promtool', () => {
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'metrics'], { input: renderMetrics(ALL), encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('counters begin with 0, and count', () => {
    const metrics = new JobMetrics(['cycle']);
    const valueOf = (name: Sample['name']) => metrics.toSamples(new Date(0)).find((sample) => sample.name === name)?.value;
    expect([valueOf('job_successes_total'), valueOf('job_skipped_ticks_total'), valueOf('job_last_success_timestamp_seconds')]).toEqual([
      ...[0, 0, undefined],
    ]);
    metrics.succeeded('cycle', new Date(5_000), 2);
    metrics.failed('cycle', new Date(6_000), { code: 'bug' });
    metrics.skipped('cycle');
    expect([
      valueOf('job_successes_total'),
      valueOf('job_skipped_ticks_total'),
      valueOf('job_failures_total'),
      valueOf('job_last_success_timestamp_seconds'),
    ]).toEqual([1, 1, 1, 5]);
  });
});

test('the lag grows with time, the age of the ceiling is that of the last cycle', () => {
  const at = (minute: number): Date => new Date(minute * 60_000);
  const gauges: MartGauges = {
    sources: [
      { name: 'idb', completeUntil: at(10), lastRunAt: at(12) },
      { name: 'idb2', completeUntil: null, lastRunAt: at(12) },
      { name: 'idb3', completeUntil: at(13), lastRunAt: at(12) },
    ],
    ...{ activeSessions: 1, staleSessions: 0, openDiscards: new Map([[5, 2]]), pendingIntervals: 3 },
  };
  const values = toGaugeSamples(gauges, at(20)).map(({ name, labels, value }) => [name, ...labels, value].join(' '));
  expect(values).toEqual([
    ...['source_complete_until_timestamp_seconds idb 600', 'source_lag_seconds idb 600', 'source_ceiling_age_seconds idb 120'],
    ...['source_complete_until_timestamp_seconds idb3 780', 'source_lag_seconds idb3 420', 'source_ceiling_age_seconds idb3 0'],
    ...['active_sessions 1', 'stale_sessions 0', 'open_discards NO_END 2', 'pending_intervals 3'],
  ]);
});

interface Answer {
  readonly code: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const ask = (url: string, target: string, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    request(`${url}${target}`, { method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ code: response.statusCode, type: response.headers['content-type'], body }));
    })
      .on('error', reject)
      .end();
  });

describe('the endpoint', () => {
  async function serve(over: Partial<Observed> = {}) {
    const observed = { samples: () => ALL, deathReason: () => undefined, problems: () => [], ...over };
    const place = await startMetricsServer({ host: '127.0.0.1', port: 0 }, observed);
    closeAfterFile(() => place.close().catch(() => undefined));
    return place;
  }

  test('serves metrics, and says whether it lives and can work', async () => {
    const { url } = await serve();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(url, '/metrics')).toEqual({ code: 200, type: METRICS_CONTENT_TYPE, body: renderMetrics(ALL) });
    expect(await ask(url, '/health?verbose')).toEqual({ code: 200, type: 'application/json', body: '{"status":"alive"}\n' });
    expect(await ask(url, '/ready')).toMatchObject({ code: 200, body: '{"status":"ready"}\n' });
  });

  test('says why not', async () => {
    const { url } = await serve({ deathReason: () => 'no tick', problems: () => ['cycle: away'] });
    expect(await ask(url, '/health')).toMatchObject({ code: 503, body: '{"status":"dead","problems":["no tick"]}\n' });
    expect(await ask(url, '/ready')).toMatchObject({ code: 503, body: '{"status":"not ready","problems":["cycle: away"]}\n' });
  });

  test('answers nothing else', async () => {
    const { url } = await serve();
    expect(await ask(url, '/metrics', 'POST')).toMatchObject({ code: 405 });
    for (const target of ['/', '/metrics/', '/%6detrics', '//metrics']) expect(await ask(url, target)).toMatchObject({ code: 404 });
    expect(await ask(url, '/metrics', 'HEAD')).toMatchObject({ code: 200, body: '' });
  });

  test('ends although somebody is connected, and a taken port is said', async () => {
    const place = await serve();
    const port = Number(new URL(place.url).port);
    expect(await problemOf(() => startMetricsServer({ host: '127.0.0.1', port }, {} as Observed))).toMatch(
      /^ConfigError metrics-port-unusable: The metrics cannot be served at 127\.0\.0\.1:\d+: listen EADDRINUSE/,
    );
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    await place.close();
    idle.destroy();
  });
});

describe('a file for cron users', () => {
  test('takes the place of the one before as a whole', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'chatmart.prom');
    writeFileSync(file, 'old');
    writeMetricsFile(file, ALL);
    expect(readFileSync(file, 'utf8')).toBe(renderMetrics(ALL));
    expect(readdirSync(folder)).toEqual(['chatmart.prom']);
    expect(await problemOf(() => writeMetricsFile(path.join(folder, 'nowhere', 'x.prom'), ALL))).toMatch(
      /^ConfigError metrics-not-writable/,
    );
  });

  test('is written by chatmart run, and only when that has worked', { timeout: 240_000 }, async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    await writeUserData(idbUrl, [
      ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
      ['G1', 'csg_ChatAsyncMode', '1'],
      ['G2', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ]);
    const file = path.join(temporaryFolder(), 'chatmart.prom');
    const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
    expect(await runCli(['run', '--metrics-file', file], { env })).toMatchObject({ code: 0 });
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('chatmart_active_sessions 1\n');
    expect(text).toContain('chatmart_open_discards{code="NO_END"} 1\n');
    expect(text).toContain('chatmart_stage_items{stage="extract",of="rows"} 3\n');
    expect(text).not.toContain('_total');
    const value = (name: string): number => Number(new RegExp(`^chatmart_${name} (.*)$`, 'm').exec(text)?.[1]);
    const now = Date.now() / 1_000;
    expect(Math.abs(now - value('job_last_success_timestamp_seconds\\{job_name="cycle"\\}'))).toBeLessThan(60);
    expect(value('source_lag_seconds\\{source="idb"\\}')).toBeLessThan(60);
    if (promtool !== undefined)
      expect(spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0 });

    await query(martUrl, 'drop schema infomart cascade');
    expect(await runCli(['run', '--metrics-file', file], { env })).toMatchObject({ code: 2 });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
