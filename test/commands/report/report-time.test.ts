import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportCommand } from '../../../src/commands/report/command.js';
import { readStatus } from '../../../src/commands/status/status.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshMart, query } from '../../support/databases.js';
import { expectText } from '../../support/expect-text.js';
import { aggregate } from '../../support/jobs.js';
import { withMart, writeFacts } from '../../support/mart-facts.js';
import { NO_SETTINGS } from '../../support/no-settings.js';

/** 04:30 in Berlin on the Sunday when its clocks go forward; Saturday evening in Los Angeles. */
const NOW = new Date('2026-03-29T02:30:00Z');

const STARTS = [
  '2026-03-21T23:00:00Z', // Berlin: Sunday 22 March, 00:00
  '2026-03-28T22:59:59Z', // Saturday 28 March, 23:59:59
  '2026-03-28T23:00:00Z', // Sunday 29 March, 00:00
  '2026-03-29T00:59:59Z', // 01:59:59, the last second before the jump
  '2026-03-29T01:00:00Z', // 03:00, the first one after it
  '2026-03-29T21:59:59Z', // 23:59:59
  '2026-03-29T22:00:00Z', // Monday 30 March, 00:00
];

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, async (mart) => {
    await writeFacts(
      mart,
      STARTS.map((start, index) => ({ guid: `S${index}`, start: Date.parse(start) / 1_000, active: index === 3, tenant: 1 + (index % 2) })),
    );
    await mart.query(`insert into chatmart_source (source_name, data_source_key, table_name, complete_until, aggregated_until)
      values ('idb', 1, 'g_userdata_history', '2026-03-29 02:00', '2026-03-29 01:45'), ('idb2', 2, 'g_userdata_history', '2026-03-29 02:15', '2026-03-29 02:15')`);
  });
  await aggregate({ martUrl, martSchema: 'infomart', clock: () => NOW });
  // The aggregation above has brought it up to date.
  await query(martUrl, `update infomart.chatmart_source set aggregated_until = '2026-03-29 01:45' where source_name = 'idb'`);
});

/** The command as the program runs it, with the setting `timezone`. */
async function chatmartReport(args: readonly string[], zone = 'UTC'): Promise<{ stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' };
  const command = reportCommand({
    clock: () => NOW,
    invocation: 'chatmart',
    print: (text) => (output.stdout += text),
    log: (line) => (output.stderr += `${line}\n`),
    loadConfig: () => ({ ...NO_SETTINGS, idbUrls: [], martUrl, schedule: { ...NO_SETTINGS.schedule, zone } }),
  });
  await command.parseAsync(['chat-termination', ...args], { from: 'user' });
  return output;
}

interface ReportJson {
  readonly window: unknown;
  readonly local_window: unknown;
  readonly timezone: string;
  readonly rows: readonly Record<string, unknown>[];
  readonly complete_until: string;
  readonly open_sessions: number;
  readonly open_periods: unknown;
}

async function reportJson(args: readonly string[], zone?: string): Promise<ReportJson> {
  return JSON.parse((await chatmartReport([...args, '--format', 'json'], zone)).stdout) as ReportJson;
}

const rowsBy = ({ rows }: ReportJson, column: string): unknown[] => rows.map((row) => [row[column], row['sessions']]);

describe('a time zone', () => {
  test('is the option, else the setting, in any spelling that the server knows', async () => {
    const by = ['--preset', 'today', '--by', 'day'];
    for (const [args, zone] of [
      [['--timezone', 'europe/BERLIN', ...by], 'America/New_York'],
      [by, 'Europe/Berlin'],
    ] as const) {
      const found = await reportJson(args, zone);
      expect(found).toMatchObject({
        timezone: 'Europe/Berlin',
        window: { from: '2026-03-28T23:00:00Z', to: '2026-03-29T22:00:00Z' },
        local_window: { from: '2026-03-29T00:00:00+01:00', to: '2026-03-30T00:00:00+02:00' },
      });
      expect(rowsBy(found, 'day')).toEqual([['2026-03-29', 4]]);
    }
    expect(await reportJson(['--timezone', 'z', ...by])).toMatchObject({ timezone: 'UTC', window: { from: '2026-03-29T00:00:00Z' } });
    expect(await reportJson(['--timezone', 'EST5EDT', ...by])).toMatchObject({
      timezone: 'EST5EDT',
      window: { from: '2026-03-28T04:00:00Z' },
    });
  });

  test('stands in the header, with both ends', async () => {
    expectText((await chatmartReport(['--timezone', 'Europe/Berlin', '--preset', 'today', '--by', 'hour'])).stdout);
  });

  test('decides which day it is', async () => {
    const day = async (zone: string): Promise<unknown> =>
      (await reportJson(['--preset', 'today', '--by', 'none', '--timezone', zone])).local_window;
    expect(await day('America/Los_Angeles')).toEqual({ from: '2026-03-28T00:00:00-07:00', to: '2026-03-29T00:00:00-07:00' });
    expect(await day('Pacific/Kiritimati')).toEqual({ from: '2026-03-29T00:00:00+14:00', to: '2026-03-30T00:00:00+14:00' });
  });

  test('is that of times without an offset, and of no others', async () => {
    const window = async (from: string, to: string): Promise<unknown> =>
      (await reportJson(['--from', from, '--to', to, '--by', 'none', '--timezone', 'Europe/Berlin'])).window;
    // From 02:00 to 03:00 there is no time: the clocks jump over it.
    expect(await window('2026-03-29T02:15', '2026-03-29T06:00Z')).toEqual({ from: '2026-03-29T01:00:00Z', to: '2026-03-29T06:00:00Z' });
    // 02:30 comes twice: the first one, unless the offset says otherwise.
    expect(await window('2026-10-25T02:30', '2026-10-25T02:30+01:00')).toEqual({
      from: '2026-10-25T00:30:00Z',
      to: '2026-10-25T01:30:00Z',
    });
  });
});

describe('weeks', () => {
  const weeks = async (...args: string[]): Promise<unknown> =>
    rowsBy(await reportJson(['--by', 'week', '--timezone', 'Europe/Berlin', ...args]), 'week');

  test('are those of Info Mart, or of ISO 8601', async () => {
    expect(await weeks('--preset', 'none')).toEqual([
      ['2026-W13', 2],
      ['2026-W14', 5],
    ]);
    expect(await weeks('--preset', 'none', '--weeks', 'iso')).toEqual([
      ['ISO 2026-W12', 1],
      ['ISO 2026-W13', 5],
      ['ISO 2026-W14', 1],
    ]);
  });

  test('of presets begin on their own first day', async () => {
    expect(await weeks('--preset', 'current-week')).toEqual([['2026-W14', 5]]);
    expect(await weeks('--preset', 'current-week', '--weeks', 'iso')).toEqual([['ISO 2026-W13', 5]]);
  });
});

describe('a report says', () => {
  test('until when it is complete, as status does', async () => {
    const { aggregates, sources } = await readStatus({
      martUrl,
      martSchema: 'infomart',
      idbUrl: undefined,
      idbSchema: 'public',
      clock: () => NOW,
    });
    expect(new Date((await reportJson(['--by', 'day'])).complete_until).toISOString()).toBe(aggregates.completeUntil);
    const byHour = await reportJson(['--by', 'hour', '--timezone', 'Europe/Berlin']);
    expect(byHour.complete_until).toBe('2026-03-29T04:00:00+02:00');
    expect(new Date(byHour.complete_until).toISOString()).toBe(sources[0]!.completeUntil);
  });

  test('how many of its sessions are open, by its window and filters', async () => {
    const open = async (...args: string[]): Promise<number> => (await reportJson(['--by', 'none', ...args])).open_sessions;
    expect(await open()).toBe(1);
    expect(await open('--tenant', '(2)')).toBe(1);
    expect(await open('--tenant', 'not:(2)')).toBe(0);
    expect(await open('--from', '2026-03-29T01:00Z', '--to', '2026-03-30')).toBe(0);
    expect(await open('--hour-of-day', '01', '--timezone', 'Europe/Berlin')).toBe(1);
    expect(await open('--outcome', 'open')).toBe(1);
  });

  test('which periods are not over', async () => {
    const zone = ['--timezone', 'Europe/Berlin', '--preset', 'none'];
    const periods = async (...args: string[]): Promise<unknown> => (await reportJson([...zone, ...args])).open_periods;
    expect(await periods('--by', 'day')).toEqual([
      { column: 'day', label: '2026-03-29' },
      { column: 'day', label: '2026-03-30' },
    ]);
    // 03:00 to 04:00 is over and complete: everything is loaded until 04:00.
    expect(await periods('--by', 'hour')).toEqual([
      { column: 'hour', label: '2026-03-29 23' },
      { column: 'hour', label: '2026-03-30 00' },
    ]);
    expect(await periods('--by', 'week,weekday', '--weeks', 'iso')).toEqual([
      { column: 'week', label: 'ISO 2026-W13' },
      { column: 'week', label: 'ISO 2026-W14' },
    ]);
    expect(await periods('--by', 'tenant,hour-of-day')).toEqual([]);
    expectText((await chatmartReport([...zone, '--by', 'month,day', '--tenant', '(1)', '--async', 'not:yes'])).stdout);
    const csv = await chatmartReport([...zone, '--by', 'day', '--format', 'csv']);
    expect(csv.stdout).toMatch(/^day,sessions,.*\n2026-03-22,1,/);
    expect(csv.stdout).not.toContain('*');
    expectText(csv.stderr);
  });

  test('all this in JSON as its schema says', async () => {
    const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'report-table.schema.json'), 'utf8')) as object,
    );
    for (const by of ['quarter-hour,half-hour', 'week,weekday,hour-of-day', 'outcome,has-bot,async-mode'])
      expect(
        validate(await reportJson(['--by', by, '--weeks', 'iso', '--timezone', 'Asia/Kathmandu'])),
        JSON.stringify(validate.errors),
      ).toBe(true);
  });
});
