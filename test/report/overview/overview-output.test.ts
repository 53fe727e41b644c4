import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportCommand } from '../../../src/commands/report/command.js';
import { overviewOnMart, type MartOverviewOptions } from '../../../src/commands/report/report.js';
import { displayWidth } from '../../../src/model/text.js';
import { parseBounds } from '../../../src/model/utc-time.js';
import type { Overview, OverviewFigure, OverviewTable } from '../../../src/report/overview/overview.js';
import { renderOverview } from '../../../src/report/overview/render-overview.js';
import { requireReport } from '../../../src/report/definition/reports.js';
import { toOverviewPage } from '../../../src/report/overview/to-overview-page.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshMart, query } from '../../support/databases.js';
import { expectText } from '../../support/expect-text.js';
import { NO_SETTINGS } from '../../support/no-settings.js';
import { problemOf } from '../../support/problem-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { between, dateAfter, OVERVIEW_FACTS, valuesOf, writeOverviewMart } from '../../support/overview-mart.js';

const NOW = new Date('2026-11-04T10:20Z');
const clock = (): Date => NOW;

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await writeOverviewMart(martUrl, clock);
});

const overview = (options: Partial<MartOverviewOptions> = {}): Promise<Overview> =>
  overviewOnMart({ martUrl, martSchema: 'infomart', clock, ...options });

describe('as text', () => {
  const WEEK = { timezone: 'Europe/Berlin', window: parseBounds({ from: '2026-10-19', to: '2026-10-26' }) };

  test.each([80, 180])('fits %i columns', async (width) => {
    const text = String(await renderOverview(await overview(WEEK), 'table', { width }));
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(width);
    expectText(text);
  });

  test('fits a narrow terminal, and says what is filtered', async () => {
    const shown = await overview({ ...WEEK, filters: { 'ended-by': ['CLIENT'] }, compare: [], weeks: 'iso' });
    const lines = String(await renderOverview(shown, 'table', { width: 40 }))
      .split('\n')
      .slice(0, 40);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(40);
    expectText(lines);
  });
});

test('JSON has the shape of its schema, and every figure of the page', async () => {
  const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'overview.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  for (const options of [
    { window: { preset: 'last-7-days' } },
    { window: { preset: 'none' } },
    { window: { preset: 'last-year' }, compare: ['year-ago' as const] },
    { window: { preset: 'today' }, filters: { tenant: ['(1)'] } },
  ]) {
    const shown = await overview(options);
    const content = JSON.parse(String(await renderOverview(shown, 'json'))) as Record<string, OverviewFigure[] | OverviewTable>;
    expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
    const { sections } = toOverviewPage(shown);
    const ofPage = sections.flatMap((section) => (section.kind === 'figures' ? section.figures : []));
    const ofJson = [content['figures'], ...(ofPage.length > shown.figures.length ? [content['bots']] : [])].flat() as OverviewFigure[];
    const isCompared = (name: string): boolean => shown.comparedWith.some((each) => each.name === name && each.missing === undefined);
    expect(ofPage.map(({ name, value, comparisons }) => [name, value, ...comparisons.map((each) => [each.value, each.change])])).toEqual(
      ofJson.map(({ name, value, comparisons }) => [
        ...[name, value],
        ...comparisons.filter((each) => isCompared(each.name)).map((each) => [each.value, each.change]),
      ]),
    );
    const tables = new Map(sections.flatMap((section) => ('table' in section ? [[section.title, section.table.rows] as const] : [])));
    for (const table of [shown.sessionsOverTime, shown.sessionsByHour, shown.worstHalfHours])
      if (tables.has(table.title)) expect(tables.get(table.title)).toEqual(table.rows);
  }
});

test('a definition of rows that are an overview has figures of its own', async () => {
  const definition = {
    ...requireReport('chat-overview'),
    ...{
      name: 'mine',
      title: 'Mine',
      prompts: { preset: 'none', filters: { 'ended-by': ['CLIENT'] } },
      measures: ['sessions', 'handed_over'],
    },
  };
  const shown = await overview({ definition, window: parseBounds({ from: '2026-10-19', to: '2026-10-26' }) });
  const gaveUp = between(new Date('2026-10-19'), new Date('2026-10-26')).filter(({ dim }) => dim === 2);
  expect(valuesOf([...shown.figures, ...shown.bots])).toEqual({ sessions: gaveUp.length, handed_over: 0 });
  expect(toOverviewPage(shown)).toMatchObject({ name: 'mine', title: 'Mine' });
  expect(shown.openAsyncSessions.totals).toEqual({ sessions: 0 });
});

test('where facts are purged, only what the days of the aggregates tell is compared, and the page says what is missing', async () => {
  await query(
    martUrl,
    `insert into infomart.ctl_schema_info (property, value, updated_ts) values ('facts-kept-from', '2026-10-20T00:00:00Z', 1)`,
  );
  try {
    const logged: string[] = [];
    const options = { compare: ['previous' as const], log: (line: string) => void logged.push(line) };
    const week = (from: string, timezone: string): Promise<Overview> =>
      overview({ ...options, timezone, window: parseBounds({ from, to: dateAfter(from, 7) }) });
    const missing = async (from: string, timezone: string): Promise<string | undefined> =>
      (await week(from, timezone)).comparedWith[0]!.missing;
    expect(await missing('2026-10-26', 'UTC')).toBeUndefined();
    expect(await missing('2026-10-26', 'Europe/Berlin')).toBe('the mart does not have the sessions of that time');
    expect(await missing('2026-10-28', 'Europe/Berlin')).toBeUndefined();
    expect(logged).toEqual([]);
    expect(toOverviewPage(await week('2026-10-19', 'UTC')).foot.at(-1)).toBe(
      'hours, half hours and waits are those of sessions from 2026-10-20 on: earlier facts are purged',
    );
    expect(logged).toHaveLength(1);
  } finally {
    await query(martUrl, `delete from infomart.ctl_schema_info where property = 'facts-kept-from'`);
  }
});

test('all sessions have no period before them, and JSON has all digits', async () => {
  const shown = await overview({ window: { preset: 'none' } });
  expect(toOverviewPage(shown).subtitle).toEqual([expect.any(String), 'Not compared with earlier sessions: all sessions are shown']);
  expect(shown.sessionsOverTime).toMatchObject({ title: 'Sessions by month', totals: { sessions: OVERVIEW_FACTS.length } });
  const { worst_half_hours } = JSON.parse(String(await renderOverview(shown, 'json'))) as { worst_half_hours: OverviewTable };
  expect(worst_half_hours.rows).toEqual(shown.worstHalfHours.rows);
});

test('a window off the quarter hours is told by its own ends', async () => {
  const window = parseBounds({ from: '2026-10-19T08:07', to: '2026-10-19T12:00' });
  expect(await problemOf(() => overview({ window }))).toMatch(/^ConfigError window-off-grain: 2026-10-19T08:07:00.000Z is not/);
});

describe('the command', () => {
  /** As the program runs it. */
  async function chatmartReport(...args: string[]): Promise<{ stdout: string; stderr: string }> {
    const output = { stdout: '', stderr: '' };
    const command = reportCommand({
      ...{ clock, invocation: 'chatmart', print: (text) => (output.stdout += text), log: (line) => (output.stderr += `${line}\n`) },
      loadConfig: () => ({ ...NO_SETTINGS, home: '/nowhere', idbUrls: [martUrl], martUrl }),
    });
    await command.parseAsync(args, { from: 'user' });
    return output;
  }

  test('shows the last seven days, in the zone and with the filters that are asked for', async () => {
    const { stdout, stderr } = await chatmartReport(
      ...['chat-overview', '--timezone', 'Europe/Berlin', '--ended-by', 'AGENT', '--compare', 'year-ago', '--format', 'json'],
    );
    expect(JSON.parse(stdout)).toMatchObject({
      local_window: { from: '2026-10-28T00:00:00+01:00', to: '2026-11-04T00:00:00+01:00' },
      filters: [{ by: 'ended-by', values: ['AGENT'] }],
      compared_with: [{ name: 'year-ago' }],
    });
    expect(stderr).toBe('');
  });

  test.each(['html', 'xlsx', 'txt'])('writes a file that ends with .%s', async (ending) => {
    const file = path.join(temporaryFolder(), `overview.${ending}`);
    expect(await chatmartReport('chat-overview', '--output', file)).toEqual({ stdout: '', stderr: `report written to ${file}\n` });
    expect(statSync(file).size).toBeGreaterThan(3_000);
  });

  test('refuses what it cannot follow', async () => {
    const refused = (...args: string[]): Promise<string> => problemOf(() => chatmartReport(...args));
    expectText([
      await refused('chat-overview', '--by', 'day'),
      await refused('chat-overview', '--top', '3'),
      await refused('chat-overview', '--format', 'csv'),
      await refused('chat-overview', '--compare', 'lastyear'),
      await refused('chat-session', '--compare', 'previous'),
    ]);
  });
});
