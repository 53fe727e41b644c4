import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshDatabases, freshIdb, isOnCluster, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';
import { expectText } from '../../support/expect-text.js';

const environment = (urls: { idbUrl: string; martUrl: string }) => ({ CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl });
const seconds = (text: string): string => text.replace(/\d+\.\d\d/g, '0.00').replace(/[\d,]+ (rows|sessions|intervals)\/s/g, '0 $1/s');

describe('chatmart run', () => {
  it('prints a line a stage and a summary', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [
      ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
      ['G1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:30Z'],
      ['G1', 'csg_SessionEndedBy', 'GHOST'],
      ['G1', 'Subject', 'hello'],
      ['G2', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ]);
    const { code, stdout, stderr } = await runCli(['run'], { env: environment(urls) });
    expectText({
      code,
      stdout: seconds(stdout).replace(/until .*/, 'until …'),
      stderr: seconds(stderr).replace(/ {2,}/g, '  '),
    });
  });

  it('prints JSON of the shape that its schema promises', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [['G1', 'ChatServerSessionStartedAt', 'never']]);
    const { code, stdout } = await runCli(['run', '--json'], { env: environment(urls) });
    const validate = new Ajv({ strict: false, formats: { uuid: true } }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'run-summary.schema.json'), 'utf8')) as object,
    );
    const summary = JSON.parse(stdout) as object;
    expect({ code, valid: validate(summary), errors: validate.errors }).toEqual({ code: 0, valid: true, errors: null });
    expect(summary).toMatchObject({ rows: 1, discards: { BAD_START: 1 }, sessions: { discarded: 1, reread: 1 } });
    expect(validate({ ...summary, more: 1 })).toBe(false);
  });

  it('says why there usually are no chat statistics among the rows', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [['G1', 'Subject', 'hello']]);
    const { stdout } = await runCli(['run'], { env: environment(urls) });
    expect(stdout).toContain('attach-session-statistics');
    expect(stdout).toContain('chatmart spec check');
  });

  deepTest("finds the table under the chat guide's name as well", async () => {
    const urls = { ...(await freshDatabases()), idbUrl: await freshIdb() };
    await query(urls.idbUrl, 'alter table g_userdata_history rename to g_user_data_history');
    await writeUserData(
      urls.idbUrl,
      [
        ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
        ['G1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:30Z'],
      ],
      'g_user_data_history',
    );
    const { stdout } = await runCli(['run', '--json'], { env: environment(urls) });
    expect(JSON.parse(stdout)).toMatchObject({ sources: [{ table: 'public.g_user_data_history' }], sessions: { inserted: 1 } });
  });
});

describe('chatmart run, told to go on', () => {
  // The cluster asks for none.
  it.skipIf(isOnCluster())('says that a password is missing, where, and where to put it', async () => {
    const urls = await freshDatabases();
    const without = new URL(urls.martUrl);
    without.password = '';
    const { code, stderr } = await runCli(['run'], {
      env: { ...environment({ ...urls, martUrl: without.toString() }), PGPASSFILE: '/nowhere' },
    });
    expectText({ code, stderr: stderr.replaceAll(without.host, '<host>').replace(/test_\w+/, '<mart>') });
  });

  it('reads the password from the file that PGPASSFILE names, without a word', async () => {
    const urls = await freshDatabases();
    const without = new URL(urls.martUrl);
    const file = path.join(temporaryFolder(), 'passwords');
    writeFileSync(file, `*:*:*:${without.username}:${decodeURIComponent(without.password)}\n`, { mode: 0o600 });
    without.password = '';
    const { code, stderr } = await runCli(['run'], { env: { ...environment({ ...urls, martUrl: without.toString() }), PGPASSFILE: file } });
    expect({ code, warning: stderr.includes('arning') }).toEqual({ code: 0, warning: false });
  });

  deepTest('puts on record that an earlier run died', async () => {
    const urls = await freshDatabases();
    const dead = (name: string) =>
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts)
       values ('dead', '${name}', '0', timestamp '2026-03-04 05:00', 'RUNNING', 0);`;
    await query(urls.martUrl, dead('Job_ExtractICON') + dead('Job_TransformGIM'));
    await runCli(['run'], { env: environment(urls) });
    expect(await query(urls.martUrl, `select distinct status from infomart.ctl_etl_history where job_id = 'dead'`)).toEqual([
      { status: 'FAILED' },
    ]);
    expect(await query(urls.martUrl, `select job_name from infomart.ctl_etl_history where status = 'RUNNING'`)).toEqual([]);
  });

  it('says in a sentence that a home folder cannot be made', async () => {
    const { code, stderr } = await runCli(['run'], { env: { CHATMART_HOME: '/proc/chatmart' } });
    expect({ code, stderr: stderr.split('\n')[1] }).toEqual({ code: 2, stderr: 'code: bad-home' });
  });
});
