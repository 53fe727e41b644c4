import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { withAttachedKeys } from '../../src/model/attached-key.js';
import { readDefinition } from '../../src/report/definition/read-definition.js';
import { readReports, withFigures } from '../../src/report/definition/reports.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { packageFile } from '../../src/spec/package-file.js';
import { expectText } from '../support/expect-text.js';
import { problemOf } from '../support/problem-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'report-definition.schema.json'), 'utf8')) as object;
const isValid = new Ajv().compile(schema);

const USERS = {
  name: 'evenings',
  title: 'Evenings',
  prompts: { preset: 'last-week', filters: { 'hour-of-day': ['18', '19'], language: ['not:English'] } },
  attributes: ['day'],
  measures: ['sessions', 'service_level_{seconds}_seconds'],
  sort: ['-sessions'],
  top: 5,
  charts: [{ title: 'Sessions', chart: { type: 'lines', along: 'period', figures: ['sessions'] } }],
};

function write(content: unknown): string {
  const file = path.join(temporaryFolder(), 'mine.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2));
  return file;
}
const problem = async (content: unknown): Promise<string> => {
  const file = write(content);
  return (await problemOf(() => readDefinition(file))).replaceAll(path.dirname(file), '<folder>');
};

describe("chatmart's own reports", () => {
  test.each(readdirSync(packageFile('specs', 'reports')))('%s follows the schema, and every name in it exists', (file) => {
    expect([isValid(JSON.parse(readFileSync(packageFile('specs', 'reports', file), 'utf8'))), isValid.errors]).toEqual([true, null]);
    const report = readDefinition(packageFile('specs', 'reports', file));
    expect(`${report.name}.json`).toBe(file);
    expect(() => withFigures(report, readKvpMap())).not.toThrow();
    expect(report.sentence).toMatch(/^[A-Z].*\.$/);
  });

  test('are all there', () => {
    expect(readReports().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['async-chat-dashboard', 'bot-activity', 'chat-message-statistics', 'chat-session', 'chat-termination']),
    );
    expect(readReports().map(({ name }) => name)).toEqual(expect.arrayContaining(['pre-agent-termination', 'service-level', 'sessions']));
  });
});

test('an overview has tables of its own, and says so of every field that would change them', async () => {
  const overview = { name: 'mine', title: 'Mine', rows: 'overview', attributes: [], measures: ['sessions', 'with_bot'] };
  expect(isValid(overview)).toBe(true);
  expect(readDefinition(write(overview))).toMatchObject(overview);
  const { sort, top, charts } = USERS;
  expectText(await problem({ ...overview, attributes: ['day'], sort, top, charts, measures: [] }));
});

describe("a user's definition", () => {
  test('is read', () => {
    expect(isValid(USERS)).toBe(true);
    expect(readDefinition(write(USERS))).toMatchObject({ ...USERS, rows: 'groups', sentence: '' });
  });

  test('with ten faults: all of them at once, with their places', async () =>
    expectText(
      await problem({
        ...USERS,
        name: 'My evenings',
        title: undefined,
        colour: 'red',
        prompts: { preset: 'last-weak', filters: { langauge: ['English'] } },
        attributes: ['dya', 'dya'],
        measures: ['sessions', 'sesions', 7],
        top: 0,
        charts: [{ title: 'Sessions', chart: { type: 'pie', along: 'day', figures: ['abandonned'] } }],
      }),
    ));

  test('that is not JSON, or not there, or no object', async () => {
    expectText(await problem('name: mine\ntitle: x\n'));
    expectText(await problem('{"name": "mine",}'));
    expectText(await problem('[]'));
    expect(await problemOf(() => readDefinition('/nowhere/mine.json'))).toContain('there is no such file');
  });

  test('may name own keys of a mart, which only that mart knows', async () => {
    const report = readDefinition(write({ ...USERS, attributes: ['queue'], measures: ['sessions', 'average_survey_score'] }));
    const map = readKvpMap();
    const own = withAttachedKeys(map, [
      { key: 'Queue', column: 'QUEUE', kind: 'attribute' },
      { key: 'Score', column: 'SURVEY_SCORE', kind: 'measure' },
    ]);
    expect(withFigures(report, own).metrics.map(({ name }) => name)).toEqual(['sessions', 'average_survey_score']);
    expectText(await problemOf(() => withFigures(report, map)));
  });

  /** Each is refused by the schema for editors and by the reader alike. */
  test.each<[string, Record<string, unknown>]>([
    ['a name with blanks', { name: 'my report' }],
    ['an empty title', { title: '' }],
    ['a long title', { title: 'x'.repeat(201) }],
    ['no attributes', { attributes: undefined }],
    ['an attribute twice', { attributes: ['day', 'day'] }],
    ['a number for a name', { measures: [1] }],
    ['no row', { top: 0 }],
    ['half a row', { top: 1.5 }],
    ['a text for a list', { sort: '-sessions' }],
    ['an unknown kind of rows', { rows: 'days' }],
    ['an unknown window', { prompts: { preset: 'next-week' } }],
    ['an unknown prompt', { prompts: { window: 'last-week' } }],
    ['an unknown field', { measure: ['sessions'] }],
    ['a chart without a title', { charts: [{ chart: { type: 'lines', along: 'day', figures: ['sessions'] } }] }],
    ['a chart of an unknown type', { charts: [{ title: 'x', chart: { type: 'pie', along: 'day', figures: ['sessions'] } }] }],
    ['a chart of nothing', { charts: [{ title: 'x', chart: { type: 'lines', along: 'day' } }] }],
  ])('with %s is refused', async (_, change) => {
    const changed = JSON.parse(JSON.stringify({ ...USERS, ...change })) as unknown;
    expect(isValid(changed)).toBe(false);
    expect(await problem(changed)).toMatch(/^ConfigError bad-definition: The definition <folder>\/mine.json has 1 problem: /);
  });
});
