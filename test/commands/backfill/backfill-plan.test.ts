import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { backfillCommand } from '../../../src/commands/backfill/command.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { readLedger, runBackfill } from '../../support/backfill-histories.js';
import { callCommand } from '../../support/call-command.js';
import { freshDatabases, query } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import type { Urls } from '../../support/histories.js';
import { problemOf } from '../../support/problem-of.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { planBackfill, type FlatPlanBackfillOptions } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

const FROM = '2026-02-10T00:00:00Z';
const TO = '2026-02-13T00:00:00Z';

const session = (guid: string, stored: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', new Date(Date.parse(stored) - 600_000).toISOString(), Date.parse(stored) / 1000],
  [guid, 'ChatServerSessionClosedAt', stored, Date.parse(stored) / 1000],
];

/** Sessions on the first and the third of three days. */
async function twoOfThreeDays(): Promise<Urls> {
  const urls = await freshDatabases();
  await writeUserData(
    urls.idbUrl,
    ['2026-02-10T12:00:00.000Z', '2026-02-12T12:00:00.000Z', '2026-02-12T13:00:00.000Z'].flatMap((at) => session(at, at)),
  );
  return urls;
}

const plan = (urls: Urls, options: Partial<FlatPlanBackfillOptions> = {}) =>
  planBackfill({ ...urls, martSchema: 'infomart', idbSchema: 'public', from: new Date(FROM), to: new Date(TO), ...options });

const dryRun = (urls: Urls, ...args: string[]) =>
  callCommand(backfillCommand, urls, ['--from', '2026-02-10', '--to', '2026-02-13', '--dry-run', ...args]);

describe('a dry run', () => {
  test('shows slices, rows, sessions, disk space, and what the mart already holds', async () => {
    const urls = await twoOfThreeDays();
    await runBackfill(urls, FROM, '2026-02-11T00:00:00Z');
    expectText((await dryRun(urls)).printed);
  });

  test('changes nothing', async () => {
    const urls = await twoOfThreeDays();
    await runBackfill(urls, FROM, TO, { sliceSeconds: 43_200 });
    const content = () =>
      query(
        urls.martUrl,
        'select (select count(*) from infomart.ctl_etl_history) as jobs, (select max(audit_key) from infomart.ctl_audit_log) as audit',
      );
    const [ledger, before] = [await readLedger(urls.martUrl), await content()];
    await dryRun(urls, '--newest-first', '--max-rate', '10');
    expect(await readLedger(urls.martUrl)).toEqual(ledger);
    expect(await content()).toEqual(before);
  });

  test('prints JSON of the shape that its schema promises', async () => {
    const { printed } = await dryRun(await twoOfThreeDays(), '--json', '--newest-first', '--max-rate', '2');
    const validate = new Ajv({ strict: false }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'backfill-plan.schema.json'), 'utf8')) as object,
    );
    const json = JSON.parse(printed) as object;
    expect({ valid: validate(json), errors: validate.errors }).toEqual({ valid: true, errors: null });
    expect(json).toMatchObject({ rows: 6, sessions: 3, seconds: 3, rowsPerSecond: 2, rateOf: null });
    expect(validate({ ...json, more: 1 })).toBe(false);
  });

  test('tells which slices are older than the facts that are kept', async () => {
    const urls = await twoOfThreeDays();
    await query(
      urls.martUrl,
      `insert into infomart.ctl_schema_info (property, value, updated_ts) values ('facts-kept-from', '2026-02-12T00:00:00Z', 0)`,
    );
    expect(await plan(urls)).toMatchObject({ factsKeptFrom: '2026-02-12T00:00:00Z', sources: [{ expiredSlices: 2 }] });
    const { printed } = await dryRun(urls);
    expect(printed).toContain('expired   2 slices end before the kept facts begin; none of their sessions is loaded\n');
    expect(printed).toContain('retention sessions that began before 2026-02-12 count as expired and are not loaded\n');
  });

  test('takes the rate of the newest job that read enough', async () => {
    const urls = await twoOfThreeDays();
    const job = (id: string, rows: number, seconds: number, day: number) =>
      `('${id}', 'Job_ExtractICON', '0', '2026-03-0${day}', ${seconds}, 'COMPLETED', ${rows}, 0)`;
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, duration, status, row_count, created_ts)
       values ${job('old', 100_000, 1, 1)}, ${job('enough', 200_000, 100_000, 2)}, ${job('few', 99_999, 1, 3)}`,
    );
    expect(await plan(urls)).toMatchObject({
      rows: 6,
      rowsPerSecond: 2,
      seconds: 3.063,
      secondsOfSlices: 0.063,
      rateOf: '2026-03-02T00:00:00Z',
    });
    expect(await plan(urls, { maxRate: 1 })).toMatchObject({ rowsPerSecond: 1, seconds: 6, rateOf: null });
  });

  test('counts what slices cost, whatever they hold', async () => {
    const urls = await twoOfThreeDays();
    const args = ['--from', '2026-01-01', '--to', '2026-03-01', '--dry-run', '--slice', '1h'];
    expect((await callCommand(backfillCommand, urls, args)).printed).toContain(
      '; at least 4 s for 1,416 slices regardless of their rows\n',
    );
    await query(
      urls.martUrl,
      `insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, duration, status, row_count, created_ts)
       values ('enough', 'Job_ExtractICON', '0', '2026-03-02', 100, 'COMPLETED', 200000, 0)`,
    );
    expect((await callCommand(backfillCommand, urls, args)).printed).toContain(
      'time      about 4 s at 2,000 rows/s, the speed of the job of 2026-03-02T00:00:00Z; of that 4 s for 1,416 slices regardless of their rows\n',
    );
  });

  deepTest('of rows that take long to count says what PostgreSQL expects', async () => {
    const urls = await freshDatabases();
    await query(
      urls.idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
       select n::text, case when n % 40 = 0 then 'ChatServerSessionStartedAt' else 'key' end, '', 1, ${Date.parse(FROM) / 1000} + n
       from generate_series(0, 239999) as n;
       analyze g_userdata_history`,
    );
    const counted = await plan(urls);
    expect(counted).toMatchObject({
      rows: 240_000,
      sessions: 6_000,
      sources: [{ isCounted: true, slices: [{ rows: 86_400, sessions: 2_160 }, {}, {}] }],
    });
    const expected = await plan(urls, { countMs: 1 });
    expect(expected.sources[0]!.isCounted).toBe(false);
    for (const [index, { rows, sessions }] of expected.sources[0]!.slices.entries()) {
      const right = counted.sources[0]!.slices[index]!;
      expect(Math.abs(rows - right.rows)).toBeLessThan(right.rows * 0.1);
      expect(Math.abs(sessions - right.sessions)).toBeLessThan(right.sessions * 0.3);
    }
  });

  test('lists slices by the month where there are many', async () => {
    const { printed } = await callCommand(backfillCommand, await twoOfThreeDays(), [
      '--from',
      '2026-01-01',
      '--to',
      '2026-03-01',
      '--dry-run',
    ]);
    expect(printed.replace(/ {2,}/g, '  ')).toContain(
      '\n  2026-01, 31 slices  0 rows  0 sessions\n  2026-02, 28 slices  6 rows  3 sessions\n',
    );
  });

  test('--resume and --reprocess do not go together', async () => {
    const urls = { idbUrl: 'postgres://127.0.0.1:1/a', martUrl: 'postgres://127.0.0.1:1/b' };
    await expect(dryRun(urls, '--resume', '--reprocess', 'all')).rejects.toThrow('cannot be used with');
    expectText(await problemOf(() => dryRun(urls, '--max-rate', '0')));
  });
});
