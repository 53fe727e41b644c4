import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.js';
import { SETTINGS, toEnvironmentName, toOptionKey } from '../../../src/config/settings.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const IDB = 'postgres://reader@idb.example/icon';
const MART = 'postgres://etl@mart.example:5433/infomart';
const FILE = 'chatmart.config.json';
const CANARY = 'c4n4ry';

/** A value of each setting that is right in itself. */
const valueOf = (name: string, tag: string): string =>
  name.endsWith('-url') ? `postgres://${tag}@host/db` : name === 'earliest-start' ? '2010-01-01' : `/of/${tag}`;

test('each value is told with the place that set it: option, variable, file, credential, default', () => {
  for (const { name } of SETTINGS) {
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
    options[toOptionKey(name)] = valueOf(name, 'option');
    expect(shown()).toEqual([valueOf(name, 'option'), 'option', `--${name}`]);
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
  expect({ ...text, stdout: text.stdout.replaceAll(folder, '/etc/chatmart').replace(/ +(?= {2})/g, '') }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "configuration file: /etc/chatmart/chatmart.config.json

    idb-url  CHATMART_IDB_URL  postgres://reader@idb.example/icon postgres://reader@idb.example/icon2
    mart-url  /etc/chatmart/chatmart.config.json  postgres://etl@mart.example:5433/infomart
    owner-url  default  (mart-url)
    idb-password-file  default  (systemd credential idb-password, then PGPASSWORD, then PGPASSFILE)
    mart-password-file  mart-password in $CREDENTIALS_DIRECTORY  /etc/chatmart/credentials/mart-password
    owner-password-file  default  (systemd credential owner-password, then PGPASSWORD, then PGPASSFILE)
    mart-schema  --mart-schema  mart2
    idb-schema  default  public
    idb-table  default  (g_userdata_history, or g_user_data_history if there is no such table)
    earliest-start  default  2000-01-01
    days-to-keep-gim-facts  default  (facts are never purged)
    days-to-keep-discards-and-job-history  default  600
    home  /etc/chatmart/chatmart.config.json  /etc/chatmart/state
    pg-bin  default  (the packaged server)
    log-format  default  auto
    log-level  default  info
    cron  default  (built from the next three options)
    etl-start-time  default  00:00
    etl-end-time  default  24:00
    etl-frequency  default  5
    run-aggregates  default  true
    aggregate-schedule  default  (at the end of each run)
    run-maintain  default  true
    maintain-start-time  default  03:00
    timezone  default  UTC
    metrics-port  default  (nothing is served)
    metrics-host  default  127.0.0.1
    PGPASSWORD  environment  ***
    PGSSLMODE  environment  require
    ",
    }
  `);
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
  expect(stdout).toMatch(/^mart-url +CHATMART_MART_URL +\(not shown: it cannot be read as a URL\)$/m);
  expect(stderr).toContain('code: bad-config\n');
  expect(code).toBe(2);
  expect(stdout + stderr).not.toContain(CANARY);
});

test('a URL is shown as it was typed, whatever was filled in, also by a failure', async () => {
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
