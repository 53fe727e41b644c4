import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { addConfigOptions } from '../src/commands/shared-options.js';
import { loadConfig } from '../src/config/load-config.js';
import { SETTINGS, toEnvironmentName, toOptionKey } from '../src/config/settings.js';
import { packageFile } from '../src/spec/package-file.js';
import { problemOf } from './support/problem-of.js';
import { temporaryFolder } from './support/temporary-folder.js';

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

/** The problems of a configuration, with the folder's changing name taken out. */
const problemsOf = async (options: Record<string, unknown>, environment: Record<string, string> = {}, folder = temporaryFolder()) =>
  (await problemOf(() => load(options, environment, folder))).replaceAll(folder, '<folder>');

test('with nothing set: the embedded server in the working folder', () => {
  const folder = temporaryFolder();
  expect(load({}, {}, folder)).toEqual({
    home: path.join(folder, '.chatmart'),
    pgBin: undefined,
    idbUrls: [],
    martUrl: undefined,
    martSchema: 'infomart',
    idbSchema: 'public',
    idbTable: undefined,
    earliestStart: undefined,
    demo: false,
  });
});

describe('precedence', () => {
  test.each(SETTINGS.filter(({ name }) => !/-(url|password-file)$/.test(name) && name !== 'earliest-start').map(({ name }) => name))(
    'option, environment, file: %s',
    (name) => {
      const field = toOptionKey(name) as 'home';
      const folder = folderWith({ [name]: '/of/file' });
      const variable = toEnvironmentName(name);
      expect(load({ [field]: '/of/option' }, { [variable]: '/of/environment' }, folder)[field]).toBe('/of/option');
      expect(load({}, { [variable]: '/of/environment' }, folder)[field]).toBe('/of/environment');
      expect(load({}, {}, folder)[field]).toBe('/of/file');
    },
  );

  test('the earliest start is a time', () => {
    const variables = { CHATMART_EARLIEST_START: '2010-01-01' };
    expect(load({}, variables).earliestStart).toEqual(new Date('2010-01-01T00:00:00Z'));
    expect(() => load({ earliestStart: 'once' }, variables)).toThrow('--earliest-start: "once" is no time');
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
    expect(await problemsOf({ idbUrl: 'mysql://localhost/x', idbTable: 'a\0b' }, { CHATMART_MART_URL: 'postgres://localhost' }, folder))
      .toMatchInlineSnapshot(`
      "ConfigError bad-config: The configuration has 4 problems:
      - --idb-url begins with "mysql:" where "postgres:" or "postgresql:" is needed
      - CHATMART_MART_URL names no database (postgres://user@host:5432/database)
      - mart-schema in <folder>/chatmart.config.json: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" cannot be the name of a schema or table: 1 to 63 bytes are needed
      - --idb-table: "a\\u0000b" cannot be the name of a schema or table: 1 to 63 bytes are needed"
    `);
  });

  test('one URL without the other', async () => {
    expect(await problemsOf({}, { CHATMART_MART_URL: MART })).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: CHATMART_MART_URL is set and CHATMART_IDB_URL is not: set both, or neither for the embedded server"`,
    );
    expect(await problemsOf({}, {}, folderWith({ 'idb-url': IDB }))).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: idb-url in <folder>/chatmart.config.json is set and CHATMART_MART_URL is not: set both, or neither for the embedded server"`,
    );
  });

  test('what an unreadable file would have set is not called missing', async () => {
    expect(await problemsOf({}, { CHATMART_IDB_URL: IDB }, folderWith('{'))).not.toContain('CHATMART_MART_URL');
  });

  test('twins, and two marts', async () => {
    const twins = load({}, { CHATMART_IDB_URL: `${IDB}\n  ${IDB}2`, CHATMART_MART_URL: MART });
    expect(twins.idbUrls).toEqual([IDB, `${IDB}2`]);
    expect(await problemsOf({}, { CHATMART_IDB_URL: `${IDB} ${IDB}`, CHATMART_MART_URL: `${MART} ${MART}` })).toMatchInlineSnapshot(`
      "ConfigError bad-config: The configuration has 2 problems:
      - CHATMART_IDB_URL names the same database twice
      - CHATMART_MART_URL names 2 databases; there is one Info Mart"
    `);
  });

  test('a file that is missing, no JSON, or has keys and values that it cannot have', async () => {
    expect(await problemsOf({ config: 'nowhere.json' })).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: <folder>/nowhere.json cannot be read: there is no such file"`,
    );
    expect(await problemsOf({}, {}, folderWith('{\n  "home": "x",\n}'))).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: <folder>/chatmart.config.json is not valid JSON (line 3, column 1)"`,
    );
    expect(await problemsOf({}, {}, folderWith({ home: 1, marturl: 'x', schedule: {} }))).toMatchInlineSnapshot(`
      "ConfigError bad-config: The configuration has 3 problems:
      - <folder>/chatmart.config.json: home: a number where a text is expected
      - <folder>/chatmart.config.json: there is no setting "marturl"
      - <folder>/chatmart.config.json: there is no setting "schedule""
    `);
    expect(await problemsOf({}, {}, folderWith('[]'))).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: <folder>/chatmart.config.json: an array where an object is expected"`,
    );
  });
});

describe('passwords', () => {
  const secret = 'postgres://etl:hunter2@mart.example/infomart';

  test.each([secret, 'postgres://etl@mart.example/infomart?password=hunter2'])('in an option: refused', async (martUrl) => {
    expect(await problemsOf({ martUrl, idbUrl: IDB })).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: --mart-url holds a password, which everybody on this machine can see in the list of processes; set CHATMART_MART_URL, CHATMART_MART_PASSWORD_FILE or PGPASSFILE, or write a configuration file of mode 600"`,
    );
  });

  test('in a file that others may read: refused', async () => {
    expect(await problemsOf({}, {}, folderWith({ 'mart-url': secret, 'idb-url': IDB }, 0o644))).toMatchInlineSnapshot(
      `"ConfigError bad-config: The configuration has a problem: <folder>/chatmart.config.json holds a password and is open to others (mode 0644): chmod 600 <folder>/chatmart.config.json"`,
    );
    expect(load({}, {}, folderWith({ 'mart-url': secret, 'idb-url': IDB }, 0o600)).martUrl).toBe(secret);
    expect(load({}, {}, folderWith({ 'mart-url': MART, 'idb-url': IDB }, 0o644)).martUrl).toBe(MART);
  });

  test('no problem repeats one, whatever is wrong with the URL', async () => {
    for (const url of [
      'postgres://etl:hun#ter2@mart/db',
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
        expect(problem).not.toMatch(/hun#?ter2/);
  });
});

describe('one list of settings', () => {
  test('is what the options offer', () => {
    const options = addConfigOptions(new Command()).options.map((option) => option.long);
    expect(options).toEqual([...SETTINGS.map(({ name }) => `--${name}`), '--demo', '--config']);
  });

  test('and what the schema of the file describes', () => {
    const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'config.schema.json'), 'utf8')) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...SETTINGS.map(({ name }) => name)]);
    const validate = new Ajv().compile(schema);
    expect(validate({ 'idb-url': IDB, 'mart-url': MART })).toBe(true);
    expect(validate({ idbUrl: IDB })).toBe(false);
    expect(validate({ home: 1 })).toBe(false);
  });
});
