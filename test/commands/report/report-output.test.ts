import { closeSync, lstatSync, openSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportCommand } from '../../../src/commands/report/command.js';
import { displayWidth } from '../../../src/model/text.js';
import { toClockTime } from '../../../src/report/formats/printable-value.js';
import { renderReport } from '../../../src/report/formats/render-report.js';
import { toTextTable } from '../../../src/report/formats/text-table.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshMart, testClock } from '../../support/databases.js';
import { withMart } from '../../support/mart-facts.js';
import { problemOf } from '../../support/problem-of.js';
import { writeReportMart } from '../../support/report-mart.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { NO_SETTINGS } from '../../support/no-settings.js';
import { aggregate } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';
import { readWorkbook } from '../../support/read-workbook.js';

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await withMart(martUrl, writeReportMart);
  await aggregate({ martUrl, martSchema: 'infomart', clock: testClock });
});

/** The command as the program runs it, at 05:06 on 4 March 2026. */
async function chatmartReport(...args: string[]): Promise<{ stdout: string; stderr: string; bytes?: Uint8Array; opened: string[] }> {
  const output: Awaited<ReturnType<typeof chatmartReport>> = { stdout: '', stderr: '', opened: [] };
  const command = reportCommand({
    clock: testClock,
    invocation: 'chatmart',
    print: (text) => (output.stdout += text),
    printBytes: (bytes) => (output.bytes = bytes),
    openFile: (file) => {
      output.opened.push(file);
      return Promise.resolve('there is no desktop here');
    },
    log: (line) => (output.stderr += `${line}\n`),
    loadConfig: () => ({
      ...NO_SETTINGS,
      home: '/nowhere',
      idbUrls: [martUrl],
      martUrl,
    }),
  });
  await command.parseAsync(args, { from: 'user' });
  return output;
}

describe('table', () => {
  test('durations for people, totals, dashes', async () => {
    expectText((await chatmartReport('chat-termination', '--by', 'day,ended-by')).stdout);
  });

  test('keys with one value stand in the title, and a terminal of 80 columns has room for the default grouping', async () => {
    const { columns } = process.stdout;
    process.stdout.columns = 80;
    try {
      for (const name of ['chat-termination', 'chat-message-statistics'])
        for (const to of ['2026-03-02', '2026-04-01', '2026-05-01']) {
          const { stdout } = await chatmartReport(name, '--from', '2026-03-01', '--to', to);
          expect(Math.max(...stdout.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
        }
    } finally {
      process.stdout.columns = columns;
    }
    const oneDay = ['chat-termination', '--from', '2026-03-01', '--to', '2026-03-02', '--by', 'day,tenant,media-type,ended-by'];
    expectText((await chatmartReport(...oneDay)).stdout.split('\n').slice(0, 8));
    expect((await chatmartReport(...oneDay, '--format', 'csv')).stdout).toMatch(/^day,tenant,media_type,/);
  });

  test('one line needs no total', async () => {
    expectText((await chatmartReport('chat-termination', '--by', 'none')).stdout);
  });

  test('wide letters and right-to-left text keep the columns straight, control characters are shown', async () => {
    const { stdout } = await chatmartReport('chat-termination', '--by', 'media-origin,language');
    expect(stdout).toContain('\u2068ערוץ "א"\u2069');
    expect(stdout).toContain('web\\u{1b}[31m\\u{a}red');
    const places = stdout
      .split('\n')
      .filter((line) => line.includes(' │ '))
      .map((line) => displayWidth(line.slice(0, line.lastIndexOf(' │ '))));
    expect(new Set(places).size).toBe(1);
  });

  test('wider than the screen: several panels, each with the attributes, no group torn apart', () => {
    const figure = (name: string, group: string) => ({ name, title: name, kind: 'count' as const, group });
    const columns = [
      { name: 'day', title: 'Day', kind: 'attribute' as const },
      figure('one', 'a'),
      figure('two', 'a'),
      figure('three', 'b'),
    ];
    const table = { columns, rows: [{ day: 'Monday', one: 1, two: 22222, three: 3 }] };
    expect(toTextTable(table, 200).split('\n')[0]).toBe('Day    │ one │    two │ three');
    expect(toTextTable(table, 27)).toMatchInlineSnapshot(`
      "Day    │ one │    two
      ───────┼─────┼───────
      Monday │   1 │ 22,222

      Day    │ three
      ───────┼──────
      Monday │     3
      "
    `);
  });

  test('names of one beginning, or with what nobody sees, do not look alike', () => {
    const columns = [{ name: 'tenant', title: 'Tenant', kind: 'attribute' as const }];
    const long = (end: string): string => `The customers of the first floor, ${end}`;
    const names = [long('east'), long('west'), long('east'), `Another name of more than 32 characters`, 'a\u200bb', 'ab', 'a\\u{200b}b'];
    const cells = toTextTable({ columns, rows: names.map((tenant) => ({ tenant })) }, 200)
      .trimEnd()
      .split('\n')
      .slice(2);
    expect(cells).toEqual([
      ...[long('east'), long('west'), long('east'), 'Another name of more than 32 ch…'],
      ...['a\\u{200b}b', 'ab', 'a\\u{5c}u{200b}b'],
    ]);
  });

  test('widths', () => {
    expect(['abc', '日本語', 'שלום', 'e\u0301', '👍🏽', ''].map(displayWidth)).toEqual([3, 6, 4, 1, 2, 0]);
    expect([0, 59.5, 3599, 360_000].map(toClockTime)).toEqual(['00:00:00', '00:01:00', '00:59:59', '100:00:00']);
  });
});

describe('csv', () => {
  test('read back: snake_case, seconds, nothing for null, no totals, names that are no formulas', async () => {
    const { stdout } = await chatmartReport('chat-termination', '--by', 'tenant,media-origin', '--format', 'csv');
    expect(parse(stdout, { columns: true })).toEqual([
      {
        tenant: "'=1+1",
        media_origin: 'ערוץ "א"',
        sessions: '2',
        share_of_sessions: '0.4',
        active: '0',
        average_session_duration: '52.5',
        without_agent: '2',
        closed_by_bot: '0',
        left_with_bot: '0',
        short_abandoned: '0',
        closed_by_system: '0',
        abandoned: '2',
        average_wait_before_abandonment: '52.5',
        longest_wait_before_abandonment: '75',
      },
      expect.objectContaining({ tenant: 'Bank (1)', media_origin: 'web', average_wait_before_abandonment: '' }),
      expect.objectContaining({ tenant: 'Bank (3)', media_origin: 'web\u001b[31m\nred' }),
    ]);
  });

  test('figures are never taken for formulas', async () => {
    const columns = [{ name: 'change', title: 'Change', kind: 'count' as const }];
    const table = {
      ...{ name: 'x', title: 'x', window: undefined, localWindow: undefined, timezone: 'UTC', weeks: 'info-mart' as const },
      ...{ by: [], filters: [], columns, rows: [{ change: -5 }] },
      completeness: { completeUntil: null, openSessions: 0, openPeriods: [] },
    };
    expect(await renderReport(table, 'csv')).toBe('change\n-5\n');
  });

  test('without rows: the header, and the reason on the other stream', async () => {
    const { stdout, stderr } = await chatmartReport('chat-termination', '--preset', 'last-year', '--by', 'tenant', '--format', 'csv');
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expectText(stderr);
  });
});

test('json has the shape of its schema, with rows and without', async () => {
  const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'report-table.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  for (const args of [['chat-termination'], ['chat-message-statistics', '--by', 'none'], ['chat-termination', '--preset', 'yesterday']]) {
    const content: unknown = JSON.parse((await chatmartReport(...args, '--format', 'json')).stdout);
    expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
  }
  expect(JSON.parse((await chatmartReport('chat-termination', '--by', 'none', '--format', 'json')).stdout)).toMatchObject({
    report: 'chat-termination',
    window: { from: '2026-03-01T00:00:00Z', to: '2026-04-01T00:00:00Z' },
    rows: [{ sessions: 5 }],
    totals: { sessions: 5 },
    data_range: null,
  });
});

describe('command', () => {
  test('a window without sessions says where there are some', async () => {
    expectText((await chatmartReport('chat-termination', '--from', '2025-01-01', '--to', '2025-02-01')).stdout);
  });

  test('--output writes a file and nothing to standard output', async () => {
    const file = path.join(temporaryFolder(), 'report.csv');
    expect(await chatmartReport('chat-termination', '--by', 'none', '--format', 'csv', '--output', file)).toEqual({
      ...{ stdout: '', opened: [] },
      stderr: `A source has not been read completely yet; 1 of these sessions is still open\nreport written to ${file}\n`,
    });
    expect(parse(readFileSync(file), { columns: true })).toMatchObject([{ sessions: '5' }]);
  });

  test('the ending of --output chooses the format, in any case of letters, unless --format says it for a file without one', async () => {
    const folder = temporaryFolder();
    const write = async (name: string, ...args: string[]): Promise<Buffer> => {
      const file = path.join(folder, name);
      await chatmartReport('chat-termination', '--by', 'none', '--output', file, ...args);
      return readFileSync(file);
    };
    expect((await write('a.csv')).toString()).toMatch(/^sessions,/);
    expect(JSON.parse((await write('A.JSON')).toString())).toMatchObject({ report: 'chat-termination' });
    expect((await write('a.txt')).toString()).toMatch(/^Chat Termination Report/);
    expect(readWorkbook(await write('a.xlsx')).map(({ name }) => name)).toEqual(['Chat Termination Report', 'About']);
    expect((await chatmartReport('chat-termination', '--by', 'none', '--csv-window', '--csv-for', 'excel')).stdout).toMatch(
      /^\ufeffwindow_from;/,
    );
    expect((await write('a.part', '--format', 'csv')).toString()).toMatch(/^sessions,/);
    expect(readdirSync(folder).sort()).toEqual(['A.JSON', 'a.csv', 'a.part', 'a.txt', 'a.xlsx']);
  });

  test('--output replaces a file as a whole, keeps its mode and a link to it, and writes to what is not a file', async () => {
    const folder = temporaryFolder();
    const [file, link] = [path.join(folder, 'a.csv'), path.join(folder, 'link.csv')];
    writeFileSync(file, 'before', { mode: 0o600 });
    symlinkSync(file, link);
    const before = openSync(file, 'r');
    const write = (...args: string[]) => chatmartReport('chat-termination', '--by', 'none', '--output', ...args);
    await write(link);
    expect(readFileSync(before, 'utf8')).toBe('before');
    closeSync(before);
    expect(readFileSync(file, 'utf8')).toMatch(/^sessions,/);
    expect([lstatSync(link).isSymbolicLink(), statSync(file).mode & 0o777]).toEqual([true, 0o600]);
    await write('/dev/null', '--format', 'csv');
    expect(statSync('/dev/null').isFile()).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(['a.csv', 'link.csv']);
  });

  test('a workbook goes through a pipe, but not to a terminal', async () => {
    const { isTTY } = process.stdout;
    try {
      process.stdout.isTTY = true;
      expectText(await problemOf(() => chatmartReport('chat-termination', '--format', 'xlsx')));
      process.stdout.isTTY = false;
      const { bytes } = await chatmartReport('chat-termination', '--format', 'xlsx');
      expect(readWorkbook(bytes!)[0]!.rows[0]![0]!.value).toBe('Ended by');
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });

  test('a definition says how many rows people see; formats for programs have all, unless --top says otherwise', async () => {
    const file = path.join(temporaryFolder(), 'mine.json');
    writeFileSync(file, JSON.stringify({ name: 'mine', title: 'Mine', rows: 'sessions', attributes: [], measures: [], top: 2 }));
    const lines = async (...args: string[]): Promise<string[]> =>
      (await chatmartReport('--definition', file, '--preset', 'none', ...args)).stdout.split('\n').filter((line) => /^\d{4}-/.test(line));
    expect(await lines()).toHaveLength(2);
    expect(await lines('--format', 'csv')).toHaveLength(6);
    expect(await lines('--format', 'csv', '--top', '3')).toHaveLength(3);
  });

  test('--open writes a file, a temporary one unless --output names it, and says where it is if it cannot be opened', async () => {
    const file = path.join(temporaryFolder(), 'report.csv');
    const named = await chatmartReport('chat-termination', '--open', '--output', file);
    expect([named.opened, named.stdout]).toEqual([[file], '']);
    const { opened, stdout, stderr } = await chatmartReport('chat-termination', '--open', '--format', 'json');
    expect(path.basename(opened[0]!)).toBe('chat-termination.json');
    expect([JSON.parse(readFileSync(opened[0]!, 'utf8')), statSync(path.dirname(opened[0]!)).mode & 0o777, stdout]).toMatchObject([
      { report: 'chat-termination' },
      0o700,
      '',
    ]);
    expect(stderr).toContain(`report written to ${opened[0]!}; not opened: there is no desktop here`);
    rmSync(path.dirname(opened[0]!), { recursive: true });
  });

  test('refused', async () => {
    const refused = (...args: string[]): Promise<string> => problemOf(() => chatmartReport('chat-termination', ...args));
    expectText(await refused('--preset', 'today', '--from', '2026-03-01', '--to', '2026-03-02'));
    expectText(await refused('--from', '2026-03-01'));
    for (const zone of ['Berlin', 'europe/berlim', 'CEST', 'UTC+3', 'EST5EDT4,M3.2.0,M11.1.0', '+02:00', 'localtime', 'Mars/Phobos'])
      expectText(await refused('--timezone', zone));
    expectText(await refused('--ended-by', 'AGNET', '--ended-by', 'not:nobody', '--tenant', 'Bank'));
    expectText(await refused('--by', 'agent'));
    expectText(await refused('--output', '/nowhere/at/all.csv'));
    expectText(await refused('--output', '/nowhere/report'));
    expectText(await refused('--output', 'report.pdf'));
    expectText(await refused('--output', 'report.csv', '--format', 'json'));
    expectText(await refused('--output', '/', '--format', 'csv'));
    expectText(await refused('--csv-for', 'excel', '--format', 'json'));
    expectText(await refused('--csv-window', '--output', 'report.json'));
  });
});
