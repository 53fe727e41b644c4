import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { JobMetrics } from '../../src/metrics/job-metrics.js';
import { toGaugeSamples, type MartGauges } from '../../src/metrics/mart-gauges.js';
import { METRICS, toFullName, type MetricName, type Sample } from '../../src/metrics/metric.js';
import { startMetricsServer, type Observed } from '../../src/metrics/server.js';
import { METRICS_CONTENT_TYPE, parseMetrics, renderMetrics } from '../../src/metrics/prometheus-text.js';
import { writeMetricsFile } from '../../src/metrics/file.js';
import { metricsOf, readAlertRules } from '../support/alert-rules.js';
import { closeAfterFile } from '../support/closers.js';
import { freshDatabases, query } from '../support/databases.js';
import { problemOf } from '../support/problem-of.js';
import { findPromtool } from '../support/promtool.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';
import { expectText } from '../support/expect-text.js';

/** A sample of each metric. */
const ALL: Sample[] = (Object.keys(METRICS) as Sample['name'][]).map((name) => ({
  name,
  labels: METRICS[name].labels.map((label) => `a ${label}`),
  value: 1.5,
}));

const promtool = findPromtool();

describe("Prometheus's text", () => {
  test('groups the samples of a metric after its HELP and TYPE, and escapes labels', () => {
    const samples: Sample[] = [
      { name: 'open_discards', labels: ['NO_END'], value: 2 },
      { name: 'active_sessions', labels: [], value: 0 },
      { name: 'open_discards', labels: ['"\\\n'], value: 1_000_000 },
    ];
    expectText(renderMetrics(samples));
  });

  test('names, labels and help are as Prometheus wants them', () => {
    for (const [name, { type, labels, help }] of Object.entries(METRICS)) {
      expect(toFullName(name as MetricName)).toMatch(/^(chatmart|process|nodejs)_[a-z_]*$/);
      // Prometheus would rename labels that it adds itself.
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
    const valueOf = (name: Sample['name']) => metrics.toSamples(new Date(60_000)).find((sample) => sample.name === name)?.value;
    expect([valueOf('job_successes_total'), valueOf('job_skipped_ticks_total'), valueOf('job_last_success_timestamp_seconds')]).toEqual([
      ...[0, 0, 0],
    ]);
    metrics.succeeded('cycle', new Date(5_000), 2);
    metrics.failed('cycle', new Date(6_000), { code: 'bug', kind: 'failed' });
    metrics.skipped('cycle');
    expect([
      valueOf('job_successes_total'),
      valueOf('job_skipped_ticks_total'),
      valueOf('job_failures_total'),
      valueOf('job_last_success_timestamp_seconds'),
    ]).toEqual([1, 1, 1, 5]);
  });
});

describe('what the mart says', () => {
  const at = (minute: number): Date => new Date(minute * 60_000);
  const source = { completeUntil: null, lastRunAt: null, newestRowAt: null, state: undefined };
  const NOTHING: MartGauges = {
    ...{ historySince: null, wentBackAt: null, lastSuccesses: new Map(), sources: new Map(), certificates: [] },
    ...{ activeSessions: 0, staleSessions: 0, newlyStaleSessions: 0, openDiscards: new Map(), recentDiscards: new Map() },
    ...{ pendingIntervals: 0, pendingSince: null },
  };
  const valuesOf = (gauges: MartGauges, ...sources: string[]) =>
    toGaugeSamples(gauges, sources, at(20)).map(({ name, labels, value }) => [name, ...labels, value].join(' '));

  test('is all there before anything has happened', () => {
    const values = valuesOf(NOTHING, 'idb');
    expect(values.filter((value) => !value.includes('discards'))).toEqual([
      'history_start_timestamp_seconds 0',
      'mart_went_back_timestamp_seconds 0',
      'source_complete_until_timestamp_seconds idb 0',
      'source_ceiling_age_seconds idb 0',
      'source_newest_row_timestamp_seconds idb 0',
      ...['active_sessions 0', 'stale_sessions 0', 'newly_stale_sessions 0', 'pending_intervals 0', 'pending_since_timestamp_seconds 0'],
    ]);
    expect(values).toEqual(expect.arrayContaining(['open_discards NO_END 0', 'recent_discards DATABASE_ERROR 0']));
  });

  test('the lag grows with time, the age of the ceiling is from the last run, and unknown sources are left out', () => {
    const gauges: MartGauges = {
      ...NOTHING,
      sources: new Map([
        ['idb', { ...source, completeUntil: at(10), lastRunAt: at(12), newestRowAt: at(9) }],
        ['idb3', { ...source, completeUntil: at(13), lastRunAt: at(12) }],
        ['old', { ...source, completeUntil: at(1), lastRunAt: at(2) }],
      ]),
      ...{
        openDiscards: new Map([
          [5, 2],
          [99, 1],
        ]),
        recentDiscards: new Map([[5, 1]]),
        pendingIntervals: 3,
        pendingSince: at(15),
      },
    };
    const values = valuesOf(gauges, 'idb', 'idb2', 'idb3');
    expect(values.filter((value) => value.startsWith('source'))).toEqual([
      ...['source_complete_until_timestamp_seconds idb 600', 'source_lag_seconds idb 600', 'source_ceiling_age_seconds idb 120'],
      'source_newest_row_timestamp_seconds idb 540',
      ...[
        'source_complete_until_timestamp_seconds idb2 0',
        'source_ceiling_age_seconds idb2 0',
        'source_newest_row_timestamp_seconds idb2 0',
      ],
      ...['source_complete_until_timestamp_seconds idb3 780', 'source_lag_seconds idb3 420', 'source_ceiling_age_seconds idb3 0'],
      'source_newest_row_timestamp_seconds idb3 0',
    ]);
    expect(values).toEqual(
      expect.arrayContaining([
        'open_discards NO_END 2',
        'open_discards 99 1',
        'recent_discards NO_END 1',
        'pending_since_timestamp_seconds 900',
      ]),
    );
  });
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
    const observed = { samples: () => ALL, asked: Promise.resolve(), deathReason: () => undefined, problems: () => [], ...over };
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

  test('waits with the metrics, and with nothing else, until the databases were asked', async () => {
    let onAsked = (): void => undefined;
    const { url } = await serve({ asked: new Promise((resolve) => (onAsked = resolve)) });
    let isAnswered = false;
    const answer = ask(url, '/metrics').then(() => (isAnswered = true));
    expect(await ask(url, '/ready')).toMatchObject({ code: 200 });
    expect(isAnswered).toBe(false);
    onAsked();
    await answer;
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

  test('stops although a client is connected; a port in use is an error', async () => {
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
  const whole = (samples: readonly Sample[]) => ({ at: new Date(1_000_000), samples, isWhole: true });
  const sample = (name: Sample['name'], value: number, ...labels: string[]): Sample => ({ name, labels, value });

  test('takes the place of the one before as a whole', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'chatmart.prom');
    writeFileSync(file, 'old');
    writeMetricsFile(file, whole(ALL));
    const ofProgram = ALL.filter(({ name }) => toFullName(name).startsWith('chatmart_'));
    // node_exporter has process metrics of its own.
    expect(readFileSync(file, 'utf8')).toBe(renderMetrics(ofProgram));
    expect(readdirSync(folder)).toEqual(['chatmart.prom']);
    expect(await problemOf(() => writeMetricsFile(path.join(folder, 'nowhere', 'x.prom'), whole(ALL)))).toMatch(
      /^ConfigError metrics-not-writable/,
    );
  });

  test('reads what it has written', () => {
    const odd = sample('open_discards', 2, '"\\\n,}= x');
    expect(parseMetrics(renderMetrics([...ALL, odd]))).toEqual(expect.arrayContaining([...ALL, odd]));
    expect(parseMetrics('chatmart_unknown 1\nchatmart_open_discards 1\nchatmart_open_discards{code="x",more="y"} 1\n')).toEqual([]);
  });

  test('counts across runs, and keeps the last answers of a mart that is down', () => {
    const file = path.join(temporaryFolder(), 'chatmart.prom');
    const before = [
      sample('rows_read_total', 5),
      sample('job_failures_total', 1, 'cycle', 'login-refused'),
      ...[sample('active_sessions', 7), sample('stage_items', 3, 'extract', 'rows')],
      ...[sample('job_last_success_timestamp_seconds', 900, 'cycle'), sample('job_last_success_timestamp_seconds', 5_000, 'maintain')],
    ];
    writeMetricsFile(file, whole(before));
    const failed = [
      ...[sample('rows_read_total', 2), sample('job_failures_total', 1, 'cycle', 'database-unreachable')],
      ...[sample('job_last_success_timestamp_seconds', 0, 'cycle'), sample('job_last_success_timestamp_seconds', 0, 'maintain')],
    ];
    writeMetricsFile(file, { ...whole(failed), isWhole: false });
    const counted = [
      sample('rows_read_total', 7),
      ...[sample('job_failures_total', 1, 'cycle', 'database-unreachable'), sample('job_failures_total', 1, 'cycle', 'login-refused')],
      sample('job_last_success_timestamp_seconds', 900, 'cycle'),
      // The file's time was in the future, so it came from a wrong clock and is not kept.
      sample('job_last_success_timestamp_seconds', 0, 'maintain'),
    ];
    const read = (): Sample[] => parseMetrics(readFileSync(file, 'utf8'));
    const byText = (samples: readonly Sample[]): string[] => samples.map((each) => JSON.stringify(each)).sort();
    expect(byText(read())).toEqual(byText([...counted, sample('active_sessions', 7), sample('stage_items', 3, 'extract', 'rows')]));
    // The mart has answered and no longer reports these; there is nothing new about the last successful cycle.
    writeMetricsFile(file, whole([]));
    expect(byText(read())).toEqual(byText([...counted.slice(0, 3), sample('stage_items', 3, 'extract', 'rows')]));
  });

  test('is written by chatmart run, also by one that fails', { timeout: 240_000 }, async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    await writeUserData(idbUrl, [
      ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
      ['G1', 'csg_ChatAsyncMode', '1'],
      ['G2', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    ]);
    const file = path.join(temporaryFolder(), 'chatmart.prom');
    const run = (env: Readonly<Record<string, string>> = {}) =>
      runCli(['run', '--metrics-file', file], { env: { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl, ...env } });
    const read = (): string => readFileSync(file, 'utf8');
    const value = (name: string): number => Number(new RegExp(`^chatmart_${name} (.*)$`, 'm').exec(read())?.[1]);
    expect(await run()).toMatchObject({ code: 0 });
    const text = read();
    for (const line of [
      'active_sessions 1',
      'open_discards{code="NO_END"} 1',
      'recent_discards{code="NO_END"} 1',
      'stage_items{stage="extract",of="rows"} 3',
      'rows_read_total 3',
      'sessions_total{outcome="inserted"} 1',
      'discards_total{code="NO_END"} 1',
      'job_attempts_total{job_name="cycle",outcome="done"} 1',
      'job_attempts_total{job_name="cycle",outcome="failed"} 0',
      'job_last_success_timestamp_seconds{job_name="maintain"} 0',
    ])
      expect(text).toContain(`chatmart_${line}\n`);
    expect(text).not.toMatch(/^(process|nodejs)_/m);
    // Except for the tick time, which only a daemon has, and certificates, which these servers do not have.
    const wanted = readAlertRules().flatMap(({ expr }) => metricsOf(expr).map(({ name }) => name));
    const there = new Set<string>(parseMetrics(text).map(({ name }) => name));
    expect([...new Set(wanted)].filter((name) => !there.has(name)).sort()).toEqual([
      ...['certificate_not_after_timestamp_seconds', 'last_tick_timestamp_seconds', 'process_start_time_seconds'],
    ]);
    const now = Date.now() / 1_000;
    const success = value('job_last_success_timestamp_seconds\\{job_name="cycle"\\}');
    expect(Math.abs(now - success)).toBeLessThan(60);
    expect(value('source_lag_seconds\\{source="idb"\\}')).toBeLessThan(60);
    if (promtool !== undefined)
      expect(spawnSync(promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0 });

    const nobody = Object.assign(new URL(idbUrl), { port: '1' }).href;
    expect(await run({ CHATMART_IDB_URL: nobody })).toMatchObject({ code: 3 });
    expect(value('job_attempts_total\\{job_name="cycle",outcome="unavailable"\\}')).toBe(1);
    await query(martUrl, 'drop schema infomart cascade');
    expect(await run()).toMatchObject({ code: 2 });
    expect(value('job_attempts_total\\{job_name="cycle",outcome="failed"\\}')).toBe(1);
    expect(value('job_failures_total\\{job_name="cycle",code="mart-not-migrated"\\}')).toBe(1);
    expect(value('job_last_success_timestamp_seconds\\{job_name="cycle"\\}')).toBe(success);
    expect(value('rows_read_total')).toBe(3);
  });
});
