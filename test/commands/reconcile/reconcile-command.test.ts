import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeEach, describe, expect, it } from 'vitest';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshDatabases, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { runCli } from '../../support/run-cli.js';
import { writeUserData } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const NOON = Date.UTC(2026, 2, 2, 12) / 1000;
const SWALLOW = `
  create function infomart.swallow() returns trigger language plpgsql as $$
    begin delete from infomart.chat_session_fact where media_server_ixn_guid = new.media_server_ixn_guid; return null; end $$;
  create trigger swallow after insert on infomart.chat_session_fact for each row execute function infomart.swallow()`;

let urls: Urls;

beforeEach(async () => {
  urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ['G1', 'ChatServerSessionStartedAt', '2026-03-02T11:00:00Z', NOON],
    ['G1', 'ChatServerSessionClosedAt', '2026-03-02T11:20:00Z', NOON],
    ['G2', 'ChatServerSessionStartedAt', '2026-03-02T11:00:00Z', NOON + 60],
  ]);
  await runCycle(urls);
});

const reconcile = async (...more: string[]) => {
  const { code, stdout, stderr } = await runCli(['reconcile', '--from', '2026-03-02', '--to', '2026-03-03', ...more], {
    env: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl },
  });
  return { code, stdout: stdout.replace(/\d+\.\d\d s/, '0.00 s'), stderr };
};

describe('chatmart reconcile', () => {
  it('says that nothing is missing, and what was not compared', async () => {
    expectText(await reconcile());
  });

  it('prints a line for each hour with findings, and exits with 0 once repaired', async () => {
    await query(urls.martUrl, 'delete from infomart.chat_session_fact; delete from infomart.stg_transform_discards');
    expectText(await reconcile());
  });

  it('prints JSON of the shape that its schema promises', async () => {
    await query(urls.martUrl, 'delete from infomart.chat_session_fact');
    const { code, stdout } = await reconcile('--json');
    const validate = new Ajv({ strict: false, formats: { uuid: true } }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'reconcile-summary.schema.json'), 'utf8')) as object,
    );
    const summary = JSON.parse(stdout) as object;
    expect({ code, valid: validate(summary), errors: validate.errors }).toEqual({ code: 0, valid: true, errors: null });
    expect(summary).toMatchObject({ from: '2026-03-02T00:00:00Z', interactions: 2, missing: 1, repaired: 1 });
    expect(validate({ ...summary, more: 1 })).toBe(false);
  });

  deepTest('exits 4 when the mart knows nothing of an interaction even then', async () => {
    await query(urls.martUrl, `delete from infomart.chat_session_fact; ${SWALLOW}`);
    const { code, stdout, stderr } = await reconcile();
    expect({ code, result: stdout.split('\n').find((line) => line.startsWith('result')) }).toEqual({
      code: 4,
      result: 'result    0 of 1 repaired, 1 interval aggregated again',
    });
    expect(stderr).toContain('code: reconcile-failed');
  });

  it('wants both ends of the range', async () => {
    const { code, stderr } = await runCli(['reconcile', '--from', '2026-03-02']);
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({ code: 2, stderr: 'error: --to is missing' });
  });
});
