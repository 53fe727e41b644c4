import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshDatabases, query } from '../../support/databases.js';
import { runCli } from '../../support/run-cli.js';
import { writeUserData } from '../../support/user-data.js';

const validate = new Ajv({ allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(packageFile('specs', 'schema', 'status.schema.json'), 'utf8')) as object,
);

test('status prints text and JSON, also while the IDB is out of reach', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  const away = new URL(idbUrl);
  away.port = '1';
  const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  const text = await runCli(['status'], { env });
  const json = await runCli(['status', '--json'], { env: { ...env, CHATMART_IDB_URL: away.href } });
  expect(text.stdout).toMatch(/^Time .*\nSchema version .*\nSessions {10}none\n/);
  const status: unknown = JSON.parse(json.stdout);
  expect([validate(status), validate.errors]).toEqual([true, null]);
  expect(status).toMatchObject({ sessions: { total: 0 }, idbs: [{ problem: expect.stringContaining('cannot be reached') }] });
  expect([text.code, json.code, text.stderr, json.stderr]).toEqual([0, 0, '', '']);
});

test('--check and --max-lag end with exit codes of their own, after the status', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  const env = { CHATMART_IDB_URL: idbUrl, CHATMART_MART_URL: martUrl };
  const early = await runCli(['status', '--max-lag', '20m'], { env });
  expect([early.code, early.stdout.startsWith('Time '), early.stderr]).toEqual([
    10,
    true,
    expect.stringContaining('error: The Info Mart is more than 1200 s behind: nothing of source idb is complete yet\ncode: mart-behind'),
  ]);

  await writeUserData(idbUrl, [
    ['1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  ]);
  await runCli(['run'], { env });
  const sound = await runCli(['status', '--check', '--max-lag', '20m', '--json'], { env });
  expect([sound.code, sound.stderr]).toEqual([0, '']);
  const status: unknown = JSON.parse(sound.stdout);
  expect([validate(status), validate.errors]).toEqual([true, null]);

  await query(martUrl, 'delete from infomart.chat_session_fact');
  const broken = await runCli(['status', '--check', '--max-lag', '20m'], { env });
  expect(broken.code).toBe(4);
  expect(broken.stdout).toMatch(/\nData checks .*\n(.*\n)*.* level-day: 1 breach\. Each day is the sum of its facts/);
  expect(broken.stderr).toMatch(/^error: \d of 13 data checks failed: .*\ncode: data-check-failed\nhint: /);
});
