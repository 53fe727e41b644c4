import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { packageFile } from '../src/spec/package-file.js';
import { freshDatabases } from './support/databases.js';
import { runCli } from './support/run-cli.js';

test('status prints text and JSON, also while the IDB is out of reach', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  const away = new URL(idbUrl);
  away.port = '1';
  const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  const text = await runCli(['status'], { env });
  const json = await runCli(['status', '--json'], { env: { ...env, CHATMART_IDB_URL: away.href } });
  expect(text.stdout).toMatch(/^Time .*\nSchema version .*\nSessions {10}none\n/);
  const status: unknown = JSON.parse(json.stdout);
  const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'status.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect(status).toMatchObject({ sessions: { total: 0 }, idbs: [{ problem: expect.stringContaining('cannot be reached') }] });
  expect([text.code, json.code, text.stderr, json.stderr]).toEqual([0, 0, '', '']);
});
