import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.js';
import { SETTINGS, toEnvironmentName, toOptionKey, toOptionName } from '../../../src/config/settings.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { deepTest } from '../../support/depth.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { expectText } from '../../support/expect-text.js';

const IDB = 'postgres://reader@idb.example/icon';
const MART = 'postgres://etl@mart.example:5433/infomart';
const FILE = 'chatmart.config.json';
const CANARY = 'c4n4ry';

/** A valid value for each setting. */
const valueOf = (name: string, tag: string): string =>
  name === 'smtp-url'
    ? `smtp://${tag}@host`
    : name.endsWith('-url')
      ? `postgres://${tag}@host/db`
      : name === 'earliest-start'
        ? '2010-01-01'
        : `/of/${tag}`;

test('each value is told with the place that set it: option, variable, file, credential, default', () => {
  for (const { name, flag } of SETTINGS) {
    const folder = temporaryFolder();
    const file = path.join(folder, FILE);
    const environment: Record<string, string> = {};
    const options: Record<string, string> = {};
    const shown = () => {
      const { value, origin, place } = describeConfig(options, { environment, workingFolder: folder }).settings.find(
        (setting) => setting.name === name,
      )!;
      return [value, origin, place];
    };
    expect(shown().slice(1)).toEqual(['default', null]);
    writeFileSync(file, JSON.stringify({ [name]: valueOf(name, 'file') }), { mode: 0o600 });
    expect(shown()).toEqual([valueOf(name, 'file'), 'file', file]);
    environment[toEnvironmentName(name)] = valueOf(name, 'environment');
    expect(shown()).toEqual([valueOf(name, 'environment'), 'environment', toEnvironmentName(name)]);
    const option = toOptionName({ name, flag });
    options[toOptionKey(option)] = valueOf(name, 'option');
    expect(shown()).toEqual([valueOf(name, 'option'), 'option', `--${option}`]);
  }
});

test('for people and as JSON; the same on any machine but for the folder', async () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'credentials'));
  writeFileSync(path.join(folder, 'credentials', 'mart-password'), CANARY);
  writeFileSync(path.join(folder, FILE), JSON.stringify({ 'mart-url': MART, home: 'state' }));
  const options = {
    cwd: folder,
    env: {
      CHATMART_IDB_URL: `${IDB} ${IDB}2`,
      CREDENTIALS_DIRECTORY: path.join(folder, 'credentials'),
      PGPASSWORD: CANARY,
      PGSSLMODE: 'require',
    },
  };
  const text = await runCli(['config', 'show', '--mart-schema', 'mart2'], options);
  expectText({ ...text, stdout: text.stdout.replaceAll(folder, '/etc/chatmart').replace(/ +(?= {2})/g, '') });
  const json = await runCli(['config', 'show', '--json'], options);
  const validate = new Ajv({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(packageFile('specs', 'schema', 'config-show.schema.json'), 'utf8')) as object,
  );
  const description: unknown = JSON.parse(json.stdout);
  expect([validate(description), validate.errors]).toEqual([true, null]);
  expect(description).toMatchObject({ file: path.join(folder, FILE), problems: [], libpq: [{ value: '***' }, { value: 'require' }] });
  expect(text.stdout + json.stdout).not.toContain(CANARY);
});

test("what is a command's own is shown as well, and may be tried as its option", async () => {
  const env = { CHATMART_ETL_FREQUENCY: '15', CHATMART_METRICS_PORT: '9187' };
  const { code, stdout } = await runCli(['config', 'show', '--timezone', 'Europe/Berlin'], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^etl-frequency +CHATMART_ETL_FREQUENCY +15$/m);
  expect(stdout).toMatch(/^metrics-port +CHATMART_METRICS_PORT +9187$/m);
  expect(stdout).toMatch(/^timezone +--timezone +Europe\/Berlin$/m);
});

test('what is wrong is told after all that is set, with exit code 2', async () => {
  const env = {
    CHATMART_IDB_URL: `postgres://reader:${CANARY}@idb.example/icon?sslpassword=${CANARY}`,
    CHATMART_MART_URL: `etl:${CANARY}@host`,
  };
  const { code, stdout, stderr } = await runCli(['config', 'show'], { env });
  expect(stdout).toContain('postgres://reader:***@idb.example/icon?sslpassword=***\n');
  expect(stdout).toMatch(/^mart-url +CHATMART_MART_URL +\(not shown: it is not a valid URL\)$/m);
  expect(stderr).toContain('code: bad-config\n');
  expect(code).toBe(2);
  expect(stdout + stderr).not.toContain(CANARY);
});

deepTest('a URL is shown as it was typed, whatever was filled in, also by a failure', async () => {
  const file = path.join(temporaryFolder(), 'password');
  writeFileSync(file, CANARY, { mode: 0o600 });
  const env = { CHATMART_MART_PASSWORD_FILE: file, PGPORT: '1', PGSSLMODE: 'disable', PGCONNECT_TIMEOUT: '5' };
  for (const url of [
    'postgresql://etl@127.0.0.1/info%6dart',
    'postgres:///infomart?user=etl&host=127.0.0.1&connect_timeout=7',
    'postgres://etl@127.0.0.1:1/infomart?sslmode=disable&port=1',
  ]) {
    const options = { env: { ...env, CHATMART_MART_URL: url } };
    expect((await runCli(['config', 'show'], options)).stdout).toMatch(
      new RegExp(`^mart-url .* ${url.replaceAll(/[?.*+]/g, '\\$&')}$`, 'm'),
    );
    expect((await runCli(['sql', 'select 1'], options)).stderr.split('\n')[0]).toBe(
      `error: ${url} cannot be reached: connect ECONNREFUSED 127.0.0.1:1`,
    );
  }
  const several = 'postgres://etl@127.0.0.1:1,localhost:1/infomart';
  expect((await runCli(['sql', 'select 1'], { env: { ...env, CHATMART_MART_URL: several } })).stderr).toMatch(
    /^error: None of the 2 servers of postgres:\/\/etl@127\.0\.0\.1:1,localhost:1\/infomart can be used: postgres:\/\/etl@127\.0\.0\.1:1\/infomart cannot/,
  );
});

test('connects to nothing', async () => {
  const env = { CHATMART_IDB_URL: 'postgres://reader@127.0.0.1:1/icon', CHATMART_MART_URL: 'postgres://etl@127.0.0.1:1/infomart' };
  expect(await runCli(['config', 'show'], { env })).toMatchObject({ code: 0, stderr: '' });
});
