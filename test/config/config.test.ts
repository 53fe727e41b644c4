import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addConfigOptions } from '../../src/terminal/options.js';
import { readConfigFile } from '../../src/config/config-file.js';
import { toConfigSchema } from '../../src/config/config-schema.js';
import { loadConfig } from '../../src/config/load-config.js';
import { DEFAULT_SCHEDULE } from '../../src/config/schedule-config.js';
import { SETTINGS, toEnvironmentName, toOptionKey, toOptionName, type Setting } from '../../src/config/settings.js';
import { packageFile } from '../../src/spec/package-file.js';
import { DAYS_TO_KEEP_HISTORY } from '../../src/commands/maintain/maintain.js';
import { EARLIEST_START_TS } from '../../src/transform/decide-session.js';
import { problemOf } from '../support/problem-of.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectText } from '../support/expect-text.js';

const IDB = 'postgres://reader@idb.example/icon';
const MART = 'postgres://etl@mart.example:5433/infomart';

/** Writes a configuration file into a new folder and returns the folder. */
function folderWith(content: unknown, mode = 0o600): string {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'chatmart.config.json'), typeof content === 'string' ? content : JSON.stringify(content), { mode });
  return folder;
}

const load = (options: Record<string, unknown>, environment: Record<string, string> = {}, workingFolder = temporaryFolder()) =>
  loadConfig(options, { environment, workingFolder });

/** The problems of a configuration, without the folder's varying name. */
const problemsOf = async (options: Record<string, unknown>, environment: Record<string, string> = {}, folder = temporaryFolder()) =>
  (await problemOf(() => load(options, environment, folder))).replaceAll(folder, '<folder>');

test('with nothing set: no database, and a home in the working folder', () => {
  const folder = temporaryFolder();
  expect(load({}, {}, folder)).toEqual({
    home: path.join(folder, '.chatmart'),
    homeIsSet: false,
    pgBin: undefined,
    idbUrls: [],
    martUrl: undefined,
    ownerUrl: undefined,
    martSchema: 'infomart',
    idbSchema: 'public',
    idbTable: undefined,
    earliestStart: undefined,
    log: { format: 'auto', level: 'info' },
    schedule: DEFAULT_SCHEDULE,
    metrics: undefined,
    demo: false,
    warnings: [],
  });
});

describe('precedence', () => {
  const texts = SETTINGS.map(({ name }) => name).filter((name) => /^(home|pg-bin|(mart|idb)-schema|idb-table)$/.test(name));
  test.each(texts)('option, environment, file: %s', (name) => {
    const field = toOptionKey(name) as 'home';
    const folder = folderWith({ [name]: '/of/file' });
    const variable = toEnvironmentName(name);
    expect(load({ [field]: '/of/option' }, { [variable]: '/of/environment' }, folder)[field]).toBe('/of/option');
    expect(load({}, { [variable]: '/of/environment' }, folder)[field]).toBe('/of/environment');
    expect(load({}, {}, folder)[field]).toBe('/of/file');
  });

  test('the earliest start is a time', () => {
    const variables = { CHATMART_EARLIEST_START: '2010-01-01' };
    expect(load({}, variables).earliestStart).toEqual(new Date('2010-01-01T00:00:00Z'));
    expect(() => load({ earliestStart: 'once' }, variables)).toThrow('--earliest-start: "once" is not a valid time');
  });

  test('days to keep are whole numbers from 1 on', async () => {
    const variables = { CHATMART_DAYS_TO_KEEP_GIM_FACTS: '400' };
    const folder = folderWith({ 'days-to-keep-gim-facts': '500', 'days-to-keep-discards-and-job-history': '30' });
    expect(load({}, variables, folder)).toMatchObject({ daysToKeepGimFacts: 400, daysToKeepDiscardsAndJobHistory: 30 });
    expect(load({ daysToKeepGimFacts: '1' }, variables, folder).daysToKeepGimFacts).toBe(1);
    expect(load({}, variables).daysToKeepDiscardsAndJobHistory).toBeUndefined();
    for (const days of ['0', '-1', '1.5', '1e2', 'many', '36501'])
      expect(await problemsOf({ daysToKeepGimFacts: days })).toContain(
        `--days-to-keep-gim-facts: ${JSON.stringify(days)} is not a number of days from 1 to 36500`,
      );
  });

  test('URLs may come from different places', () => {
    const config = load({ idbUrl: IDB }, { CHATMART_IDB_URL: 'postgres://other/db' }, folderWith({ 'mart-url': MART }));
    expect(config).toMatchObject({ idbUrls: [IDB], martUrl: MART });
  });

  test('an empty text is not set', () => {
    const config = load({ martSchema: '' }, { CHATMART_MART_SCHEMA: '  ', CHATMART_IDB_URL: '' }, folderWith({ 'mart-schema': 'of_file' }));
    expect(config).toMatchObject({ martSchema: 'of_file', idbUrls: [] });
  });

  test('a relative folder starts where it was written: beside the file, else in the working folder', () => {
    const beside = folderWith({ home: 'state', 'pg-bin': '../pg/bin' });
    const here = temporaryFolder();
    const named = { config: path.join(beside, 'chatmart.config.json') };
    expect(load(named, {}, here)).toMatchObject({ home: path.join(beside, 'state'), pgBin: path.join(path.dirname(beside), 'pg/bin') });
    expect(load({ ...named, home: 'state' }, {}, here).home).toBe(path.join(here, 'state'));
    expect(load({ config: path.join(folderWith({}), 'chatmart.config.json') }, {}, here).home).not.toContain(here);
  });
});

describe('problems', () => {
  test('all at once, each with the place that set it', async () => {
    const folder = folderWith({ 'mart-schema': 'x'.repeat(64) });
    expectText(
      await problemsOf({ idbUrl: 'mysql://localhost/x', idbTable: 'a\0b' }, { CHATMART_MART_URL: 'postgres://localhost' }, folder),
    );
  });

  test('an IDB without a mart; reading needs only the mart', async () => {
    expect(load({}, { CHATMART_MART_URL: MART })).toMatchObject({ idbUrls: [], martUrl: MART });
    expect(load({}, { CHATMART_OWNER_URL: MART })).toMatchObject({ martUrl: undefined, ownerUrl: MART });
    expectText(await problemsOf({}, {}, folderWith({ 'idb-url': IDB })));
  });

  test('what an unreadable file would have set is not called missing', async () => {
    expect(await problemsOf({}, { CHATMART_IDB_URL: IDB }, folderWith('{'))).not.toContain('CHATMART_MART_URL');
  });

  test('numbers and booleans of the file, where they are meant', () => {
    const folder = folderWith({ 'days-to-keep-gim-facts': 400, 'run-maintain': false, 'metrics-port': 9187, 'etl-frequency': 2 });
    expect(load({}, {}, folder)).toMatchObject({
      daysToKeepGimFacts: 400,
      metrics: { port: 9187 },
      schedule: { runMaintain: false, frequencyMinutes: 2 },
    });
  });

  test('misspelt variables', async () => {
    expectText(await problemsOf({}, { CHATMART_MART_SHEMA: 'x', CHATMART_DAYS_TO_KEEP_GIM_FACT: '1', chatmart_idb_url: IDB }));
    expect(load({}, { CHATMART_COLOUR: 'red' }).warnings).toEqual(['CHATMART_COLOUR is set but unknown']);
    // What Kubernetes sets in each container of a namespace with services of these names.
    const links = {
      ...{ CHATMART_SERVICE_HOST: '10.0.0.1', CHATMART_SERVICE_PORT: '9187', CHATMART_SERVICE_PORT_METRICS: '9187' },
      ...{ CHATMART_PORT: 'tcp://10.0.0.1:9187', CHATMART_PORT_9187_TCP_ADDR: '10.0.0.1', CHATMART_IDB_PORT: 'tcp://10.0.0.2:5432' },
    };
    expect(load({}, { ...links, CHATMART_TEST_CITUS_URL: 'x', CHATMART_BENCH_URL: 'x' }).warnings).toEqual([]);
  });

  test('an owner of another database', async () => {
    expect(await problemsOf({}, { CHATMART_MART_URL: MART, CHATMART_OWNER_URL: 'postgres://owner@mart.example:5433/other' })).toContain(
      'CHATMART_OWNER_URL and CHATMART_MART_URL name different databases; both must name the Info Mart',
    );
  });

  test('twins, and two marts', async () => {
    const twins = load({}, { CHATMART_IDB_URL: `${IDB}\n  ${IDB}2`, CHATMART_MART_URL: MART });
    expect(twins.idbUrls).toEqual([IDB, `${IDB}2`]);
    expectText(await problemsOf({}, { CHATMART_IDB_URL: `${IDB} ${IDB}`, CHATMART_MART_URL: `${MART} ${MART}` }));
  });

  test('a file that is missing, is not JSON, or has unknown keys or invalid values', async () => {
    expectText(await problemsOf({ config: 'nowhere.json' }));
    expectText(await problemsOf({}, {}, folderWith('{\n  "home": "x",\n}')));
    expectText(await problemsOf({}, {}, folderWith({ home: 1, 'mart-ulr': 'x', schedule: {}, 'etl-frequency': 1.5, 'run-maintain': 0 })));
    expectText(await problemsOf({}, {}, folderWith('[]')));
  });
});

describe('the schedule', () => {
  test("is made of Info Mart's options", () => {
    const settings = {
      ...{ 'etl-start-time': '06:00', 'etl-end-time': '22:00', 'etl-frequency': '1', timezone: 'Europe/Berlin' },
      ...{ 'aggregate-schedule': '0 1', 'run-maintain': 'false', 'maintain-start-time': '02:30', 'metrics-port': '9187' },
    };
    expect(load({ etlFrequency: '15', logLevel: 'debug' }, { CHATMART_LOG_FORMAT: 'json' }, folderWith(settings))).toMatchObject({
      log: { format: 'json', level: 'debug' },
      schedule: {
        cron: undefined,
        window: { fromMinute: 360, toMinute: 1_320, zone: 'Europe/Berlin' },
        frequencyMinutes: 15,
        aggregates: { at: [60] },
        runMaintain: false,
        maintainMinute: 150,
        zone: 'Europe/Berlin',
      },
      metrics: { host: '127.0.0.1', port: 9_187 },
    });
    expect(load({ runAggregates: 'false', cron: '*/2 * * * *' }).schedule).toMatchObject({ cron: '*/2 * * * *', aggregates: 'never' });
  });

  test('all problems are reported at once, each with its place', async () => {
    const wrong = {
      ...{ etlStartTime: '6', etlFrequency: '0', timezone: 'Mars/Phobos', cron: '* * * * *', runMaintain: 'no' },
      ...{ aggregateSchedule: '0 1', runAggregates: 'false', metricsPort: '70000', logFormat: 'xml', logLevel: 'loud' },
    };
    expectText(await problemsOf(wrong));
    expectText(await problemsOf({ metricsHost: '0.0.0.0' }));
  });
});

describe('passwords', () => {
  const secret = 'postgres://etl:hunter2@mart.example/infomart';

  test.each([secret, 'postgres://etl@mart.example/infomart?password=hunter2'])('in an option: refused', async (martUrl) => {
    expectText(await problemsOf({ martUrl, idbUrl: IDB }));
  });

  test('in a file that others may read: refused', async () => {
    expectText(await problemsOf({}, {}, folderWith({ 'mart-url': secret, 'idb-url': IDB }, 0o644)));
    expect(load({}, {}, folderWith({ 'mart-url': secret, 'idb-url': IDB }, 0o600)).martUrl).toBe(secret);
    expect(load({}, {}, folderWith({ 'mart-url': MART, 'idb-url': IDB }, 0o644)).martUrl).toBe(MART);
  });

  test('no problem repeats one, whatever is wrong with the URL', async () => {
    for (const url of [
      'postgres://etl:hun/ter2@mart/db',
      'postgres://etl:hunter2@mart/',
      'mysql://etl:hunter2@mart/db',
      'hunter2',
      `${secret} hunter2`,
    ])
      for (const problem of [
        await problemsOf({}, { CHATMART_MART_URL: url, CHATMART_IDB_URL: url }),
        await problemsOf({ martUrl: url, idbUrl: url }),
        await problemsOf({}, {}, folderWith({ 'mart-url': url })),
        await problemsOf({}, {}, folderWith(`{"mart-url": "${url}" x}`)),
        await problemsOf({}, {}, folderWith(`{"mart-url": ${url}}`)),
      ])
        expect(problem).not.toMatch(/hun\/?ter2|ter2/);
  });
});

describe('one list of settings', () => {
  test('is what the options offer', () => {
    const optionsOf = (command: string) => addConfigOptions(new Command(command), []).options.map((option) => option.long);
    const all = (settings: readonly Setting[]) => [...settings.map((setting) => `--${toOptionName(setting)}`), '--demo', '--config'];
    expect(optionsOf('schedule')).toEqual(all(SETTINGS.filter(({ commands }) => commands?.includes('schedule') ?? true)));
    expect(optionsOf('migrate')).toEqual(all(SETTINGS.filter(({ commands }) => commands?.includes('migrate') ?? true)));
    expect(optionsOf('run')).toEqual(all(SETTINGS.filter(({ commands }) => commands === undefined)));
  });

  test('is what the schema of the file is made of: npm run docs writes it', () => {
    expect(JSON.parse(readFileSync(packageFile('specs', 'schema', 'config.schema.json'), 'utf8'))).toEqual(toConfigSchema());
  });

  test('the schema refuses the same files as the program', () => {
    const validate = new Ajv().compile(toConfigSchema());
    const key = fc.constantFrom(...SETTINGS.filter(({ choices }) => !choices).map(({ name }) => name), '$schema', 'idbUrl', 'schedule');
    const value = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('', 'x') }, fc.constantFrom(null, 1, true, [], {}));
    const folder = temporaryFolder();
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof({ weight: 20, arbitrary: fc.dictionary(key, value, { maxKeys: 5 }) }, fc.constantFrom([], null, 1)),
        (content) => {
          writeFileSync(path.join(folder, 'chatmart.config.json'), JSON.stringify(content), { mode: 0o600 });
          const { problems } = readConfigFile(undefined, folder);
          expect(validate(content)).toBe(problems.length === 0);
          if (problems.length > 0) refused++;
        },
      ),
    );
    expect(refused).toBeGreaterThan(5);
  });

  test('what can be listed is: the program accepts it, and it and the schema refuse the rest', async () => {
    const listed = SETTINGS.filter(({ choices }) => choices !== undefined);
    expect(listed.length).toBeGreaterThan(3);
    const validate = new Ajv().compile(toConfigSchema());
    for (const { name, flag, choices } of listed) {
      const option = toOptionName({ name, flag });
      for (const choice of [...choices!, '']) {
        expect(validate({ [name]: choice })).toBe(true);
        expect(() => load({ [toOptionKey(option)]: choice })).not.toThrow();
      }
      expect(validate({ [name]: 'x' })).toBe(false);
      expect(await problemsOf({ [toOptionKey(option)]: 'x' })).toContain(`--${option}: "x" is no`);
    }
  });

  test('each says what counts without it; a default that is a value is that value', () => {
    // Without a value the program stores these as "not set", because a number of its own then applies.
    const own = { 'earliest-start': new Date(EARLIEST_START_TS * 1000), 'days-to-keep-discards-and-job-history': DAYS_TO_KEEP_HISTORY };
    for (const { name, default: text, unset } of SETTINGS) {
      expect([name, text === undefined]).toEqual([name, unset !== undefined]);
      if (text === undefined) continue;
      const beside = name === 'metrics-host' ? { metricsPort: '0' } : {};
      const [home, key] = [{ CHATMART_HOME: '/' }, toOptionKey(name)];
      const without = load(beside, home);
      const expected = name in own ? { ...without, [key]: own[name as keyof typeof own] } : without;
      expect(load({ ...beside, [key]: text }, home)).toEqual(expected);
    }
  });
});
