import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { docsCommand } from '../../../src/commands/docs/command.js';
import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { sampleOf } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { migrateMart } from '../../support/jobs.js';
import { problemOf } from '../../support/problem-of.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';

const BERLIN: Calendar = { name: 'berlin', timezone: 'Europe/Berlin', ...INFO_MART_RULES };
/** Stands in every text that customers and their browsers can send. */
const CANARY = 'Zaunkoenig';

let urls: Urls;
let folder: string;
beforeAll(async () => {
  urls = await freshDatabases();
  folder = path.join(temporaryFolder(), 'dictionary');
  await migrate([BERLIN]);
  const texts = ['csg_MediaOrigin', 'csg_LanguageName', 'csg_SessionEndedBy', 'csg_SessionEndedReason', 'csg_SessionEndedAgent'];
  await writeUserData(urls.idbUrl, [
    [`A${CANARY}`, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
    [`A${CANARY}`, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
    ...[...texts, 'csg_MediaType', 'csg_ChatSessionID', 'Customer', 'csg_PartiesAsAgentCount'].map(
      (key) => [`A${CANARY}`, key, CANARY] as const,
    ),
    [`A${CANARY}`, 'Account', '4711471147'],
  ]);
  await runCycle(urls);
});

const migrate = (calendars: readonly Calendar[]) =>
  migrateMart({
    ...{ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock },
    properties: {
      calendars,
      attachedData: [
        { key: 'Customer', column: 'CUSTOMER', kind: 'attribute' },
        { key: 'Account', column: 'ACCOUNT', kind: 'measure' },
      ],
    },
  });

const docs = async (...args: string[]): Promise<string> => (await callCommand(docsCommand, urls, ['--output', folder, ...args])).printed;
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
const files = (): string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => String(name).replaceAll(path.sep, '/'))
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();
const contents = (): Record<string, string> => Object.fromEntries(files().map((name) => [name, read(name)]));

/** A model's field as a list of objects, by the name that each has. */
type Entry = Readonly<Record<string, unknown>>;
const list = (value: unknown): Entry[] => value as Entry[];
const named = (value: unknown, name: string): Entry => list(value).find((each) => each['name'] === name)!;

describe('a data dictionary of the mart as it is', () => {
  beforeAll(async () => {
    expect(await docs()).toMatch(/^\d+ files in .*: \d+ changed\.\n$/);
  });

  test('has each column of each table and view, with own keys and calendars', async () => {
    const columns = await query<{ name: string }>(
      urls.martUrl,
      `select table_schema || '.' || table_name || '.' || column_name as name from information_schema.columns
       where table_schema in ('infomart', 'chat') and table_name not like 'chatmart_migration%'`,
    );
    expect(columns.length).toBeGreaterThan(2_000);
    const ids = new Set([...read('dictionary.html').matchAll(/<tr id="([^"]+)"/g)].map(([, id]) => id));
    expect(columns.map(({ name }) => name).filter((name) => !ids.has(name))).toEqual([]);
    const rows = new Set([...read('dictionary.md').matchAll(/^\| ([\w\\]+) \|/gm)].map(([, name]) => name!.replaceAll('\\', '')));
    expect(columns.map(({ name }) => name.split('.')[2]!).filter((name) => !rows.has(name))).toEqual([]);
    for (const name of ['chat.sessions.customer', 'infomart.date_time_berlin.date_time_key', 'chat.stats_day_berlin.local_start'])
      expect([name, ids.has(name)]).toEqual([name, true]);
  });

  test('says what a column means, its unit, what NULL is, and which key fills it', () => {
    expect(
      read('dictionary.md')
        .split('\n')
        .find((line) => line.startsWith('| until\\_first\\_agent\\_seconds |')),
    ).toMatchInlineSnapshot(
      `"| until\\_first\\_agent\\_seconds | integer | Time the customer waited until the first agent whom the customer can see joined. 0 means at once when AGENTS\\_COUNT is above 0, and never when it is 0. | seconds | NULL: the key is absent, or nobody came. | csg\\_SessionUntilFirstAgentTime |  |"`,
    );
    expect(
      read('dictionary.md')
        .split('\n')
        .find((line) => line.startsWith('| start\\_date\\_time\\_key | integer, not')),
    ).toMatchInlineSnapshot(
      `"| start\\_date\\_time\\_key | integer, not null | 15-minute interval (UTC) in which the session began: DATE\\_TIME.DATE\\_TIME\\_KEY. Joins date\\_time.date\\_time\\_key. Joins date\\_time\\_berlin.date\\_time\\_key. | key, epoch seconds | Never 0. | ChatServerSessionStartedAt | 1772359200 |"`,
    );
  });

  test('no example is a text of a customer, an identifier or an own value', () => {
    const leaks = Object.entries(contents()).filter(
      ([, text]) => text.toLowerCase().includes(CANARY.toLowerCase()) || text.includes('4711471147'),
    );
    expect(leaks.map(([name]) => name)).toEqual([]);
    expect(read('dictionary.md')).toContain('| 2026-03-01 10:00:00+00 |');
  });

  test('draws the star, with the calendar', () => {
    const svg = read('star.svg');
    for (const name of [
      'CHAT_SESSION_FACT',
      'DATE_TIME',
      'DATE_TIME_BERLIN',
      'CHAT_SESSION_DIM',
      'MEDIA_TYPE',
      'TENANT',
      'CHAT_SESSION_ATTACHED_DATA',
    ])
      expect(svg).toContain(`>${name}</text>`);
    expect(svg.match(/class="link/g)).toHaveLength(7);
    expect(read('dictionary.md')).toContain('  date_time_berlin ||--o{ chat_session_fact : start_date_time_key');
  });

  test('the rights of an analyst are enough, and columns that it may not read have no examples', async () => {
    await query(
      urls.martUrl,
      `create role dictionary_reader login password 'x'; grant usage on schema infomart, chat to dictionary_reader;
       grant select on all tables in schema infomart, chat to dictionary_reader;
       revoke select on infomart.date_time from dictionary_reader; grant select (date_time_key) on infomart.date_time to dictionary_reader`,
    );
    try {
      const url = new URL(urls.martUrl);
      [url.username, url.password] = ['dictionary_reader', 'x'];
      const other = path.join(temporaryFolder(), 'reader');
      await callCommand(docsCommand, { ...urls, martUrl: url.href }, ['--output', other]);
      const text = readFileSync(path.join(other, 'dictionary.md'), 'utf8');
      const ofDates = text.slice(text.indexOf('### infomart.date\\_time\n'));
      expect(ofDates).toMatch(/\| date\\_time\\_key \|.*\| \d+ \|/);
      expect(ofDates).toMatch(/\| label\\_yyyy \|.*\| … \|/);
    } finally {
      await query(urls.martUrl, 'drop owned by dictionary_reader; drop role dictionary_reader');
    }
  });
});

describe('files', () => {
  test('are the same for the same mart, and are not touched then', async () => {
    await docs();
    const before = contents();
    const times = files().map((name) => statSync(path.join(folder, name)).mtimeMs);
    expect(await docs()).toMatch(/: none changed\.\n$/);
    expect(contents()).toEqual(before);
    expect(files().map((name) => statSync(path.join(folder, name)).mtimeMs)).toEqual(times);
    rmSync(folder, { recursive: true });
    await docs();
    expect(contents()).toEqual(before);
  });

  test('a file that chatmart did not write is not overwritten, and nothing is written then', async () => {
    const taken = temporaryFolder();
    writeFileSync(path.join(taken, 'dictionary.md'), 'mine\n');
    expect(await problemOf(() => callCommand(docsCommand, urls, ['--output', taken]))).toMatch(
      /docs-folder-in-use: .*dictionary\.md was not written by chatmart docs/,
    );
    expect(readdirSync(taken)).toEqual(['dictionary.md']);
    mkdirSync(path.join(taken, 'file'));
    const blocked = path.join(taken, 'dictionary.md');
    expect(await problemOf(() => callCommand(docsCommand, urls, ['--output', blocked]))).toMatch(/output-not-writable: /);
  });

  test('a list from elsewhere removes nothing outside the folder', async () => {
    const outside = temporaryFolder();
    writeFileSync(path.join(outside, 'precious.txt'), 'mine\n');
    const inside = path.join(outside, 'docs');
    mkdirSync(inside);
    writeFileSync(
      path.join(inside, 'chatmart-docs.json'),
      JSON.stringify({ files: ['../precious.txt', path.join(outside, 'precious.txt'), 7] }),
    );
    await callCommand(docsCommand, urls, ['--output', inside, '--json']);
    expect(readFileSync(path.join(outside, 'precious.txt'), 'utf8')).toBe('mine\n');
  });
});

describe('models for BI tools', () => {
  beforeAll(async () => {
    await docs();
  });

  test('every file is YAML that a parser reads', () => {
    for (const name of sampleOf(
      files().filter((each) => /\.ya?ml$/.test(each)),
      5,
    ))
      expect(() => parse(read(name)) as unknown, name).not.toThrow();
  });

  test('every metric of Superset is SQL that the mart computes', async () => {
    for (const name of ['sessions', 'stats_day', 'stats_year_berlin']) {
      const { schema, metrics } = parse(read(`superset/datasets/chatmart/${name}.yaml`)) as { schema: string; metrics: Entry[] };
      const sql = metrics.map((each) => `${String(each['expression'])} as "${String(each['metric_name'])}"`).join(', ');
      const [row] = await query<Entry>(urls.martUrl, `select ${sql} from ${schema}.${name}`);
      expect(Object.keys(row!).length).toBe(metrics.length);
      expect(row).toMatchObject({ sessions: 1 });
    }
    expect(parse(read('superset/datasets/chatmart/sessions.yaml'))).toMatchObject({ main_dttm_col: 'started_at' });
    expect(parse(read('superset/datasets/chatmart/stats_day_berlin.yaml'))).toMatchObject({ main_dttm_col: 'local_start' });
  });

  test('each metric of dbt is made of measures that are there', () => {
    const { semantic_models: models, metrics } = parse(read('dbt/models/metrics.yml')) as { semantic_models: Entry[]; metrics: Entry[] };
    const measures = new Set(list(models[0]!['measures']).map((each) => each['name']));
    const names = new Set(metrics.map((each) => each['name']));
    expect(metrics.length).toBe(names.size);
    for (const metric of metrics) {
      const { measure, numerator, denominator, metrics: parts } = metric['type_params'] as Entry;
      if (measure !== undefined) expect(measures).toContain(measure);
      for (const part of [numerator, denominator, ...list(parts ?? []).map((each) => each['name'])])
        if (part !== undefined) expect(names).toContain(part);
    }
    expect(names).toContain('service_level_20_seconds');
    expect(names).toContain('average_handle_duration');
  });

  test('dbt tests what the registries say of keys and codes', () => {
    const { sources } = parse(read('dbt/models/sources.yml')) as { sources: Entry[] };
    const fact = named(named(sources, 'chatmart')['tables'], 'chat_session_fact');
    expect(named(fact['columns'], 'tenant_key')['data_tests']).toEqual([
      'not_null',
      { relationships: { arguments: { to: "source('chatmart', 'tenant')", field: 'tenant_key' } } },
    ]);
    const sessions = named(named(sources, 'chatmart_chat')['tables'], 'sessions');
    expect(named(sessions['columns'], 'interaction_id')['data_tests']).toEqual(['unique', 'not_null']);
    expect(JSON.stringify(named(sessions['columns'], 'outcome')['data_tests'])).toContain('"short-abandoned"');
  });

  test('Cube knows the joins, the times and the measures', () => {
    const { cubes } = parse(read('cube/model/cubes/chat_session_fact.yml')) as { cubes: Entry[] };
    expect(
      list(cubes[0]!['joins'])
        .map((each) => each['name'])
        .sort(),
    ).toEqual([...['chat_session_dim', 'date_time', 'date_time_berlin', 'date_time_end', 'media_type', 'tenant']]);
    const stats = (parse(read('cube/model/cubes/stats_day.yml')) as { cubes: Entry[] }).cubes[0]!;
    expect(named(stats['dimensions'], 'period_start')['type']).toBe('time');
    expect(named(stats['measures'], 'share_abandoned')).toMatchObject({
      sql: '1.0 * ({CUBE.outcome_abandoned}) / nullif({CUBE.sessions_offered}, 0)',
      format: 'percent',
    });
  });

  test('names that are words of SQL are quoted, and no text of the site is a template', async () => {
    const hostile: Urls = await freshDatabases();
    const key = 'Is {{ 7 * 7 }} {% if %} {# \u007f\u2028 "it"';
    await migrateMart({
      ...{ martUrl: hostile.martUrl, martSchema: 'Info Mart', clock: testClock },
      properties: {
        attachedData: [
          { key, column: 'ORDER', kind: 'flag' },
          { key: 'User', column: 'USER', kind: 'measure' },
        ],
      },
    });
    const output = path.join(temporaryFolder(), 'dictionary');
    await callCommand(docsCommand, hostile, ['--output', output], { martSchema: 'Info Mart' });
    const written = (name: string): string => readFileSync(path.join(output, name), 'utf8');
    // The staging model is the one for the view of sessions.
    const staging = written('dbt/models/staging/stg_chatmart__sessions.sql');
    expect(staging).toMatch(/^ {4}"order",?$/m);
    expect(staging).toMatch(/^ {4}"user",?$/m);
    const columns = (parse(written('dbt/models/staging/staging.yml')) as { models: { columns: Entry[] }[] }).models[0]!.columns;
    expect(columns.find(({ name }) => name === 'order')).toMatchObject({ quote: true });
    expect(columns.find(({ name }) => name === 'interaction_id')).not.toHaveProperty('quote');
    const jinja = (text: string): string =>
      text
        .replaceAll("{{ '{' }}", '\0')
        .replaceAll(/\{[{%#].*/g, 'template')
        .replaceAll('\0', '{');
    expect(jinja(String(columns.find(({ name }) => name === 'order')!['description']))).toContain(key);
    const cube = parse(jinja(written('cube/model/cubes/sessions.yml'))) as { cubes: { dimensions: Entry[]; measures: Entry[] }[] };
    expect(cube.cubes[0]!.dimensions.find(({ name }) => name === 'order')).toMatchObject({ sql: '{CUBE}."order"' });
    expect(JSON.stringify(cube.cubes[0]!.measures)).toContain('{CUBE}.\\"user\\"');
    expect(String(cube.cubes[0]!.dimensions.find(({ name }) => name === 'order')!['description'])).toContain(key);
    expect(written('cube/model/cubes/chat_session_fact.yml')).toContain(String.raw`sql_table: "\"Info Mart\".chat_session_fact"`);
    expect(written('cube/model/cubes/ag2_chat_durations_subhr.yml')).toContain(
      String.raw`\"Info Mart\".chat_percentile(\"Info Mart\".chat_histogram(`,
    );
    expect(written('superset/datasets/chatmart/sessions.yaml')).toContain(String.raw`avg(\"user\")`);
  });

  test('SchemaSpy and modelling tools get the relationships that older servers cannot hold', () => {
    expect(read('relationships/schemaspy.xml')).toContain('<foreignKey table="date_time_berlin" column="date_time_key"/>');
    expect(read('relationships/foreign-keys.sql')).toContain(
      'alter table chat_session_fact add constraint fk_chat_session_fact_tenant foreign key (tenant_key) references gidb_gc_tenant (id) not enforced;',
    );
  });
});

test('the files of a calendar go with it; what somebody else put there stays', async () => {
  writeFileSync(path.join(folder, 'cube/model/cubes/mine.yml'), 'cubes: []\n');
  await migrate([]);
  expect(await docs()).toMatch(/changed, \d+ removed\.\n$/);
  expect(files().filter((name) => name.includes('berlin'))).toEqual([]);
  expect(existsSync(path.join(folder, 'cube/model/cubes/mine.yml'))).toBe(true);
});
