import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { toBackfillPlanText } from '../../src/commands/backfill/plan-summary.js';
import { toReconcileText } from '../../src/commands/reconcile/text.js';
import { toRunText } from '../../src/commands/run/text.js';
import { toStatusText } from '../../src/commands/status/text.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import type { ReconcileSummary } from '../../src/pipeline/reconcile/summary.js';
import { readStatus } from '../../src/commands/status/status.js';
import type { RowTimeKind } from '../../src/model/row-time.js';
import { packageFile } from '../../src/spec/package-file.js';
import { runBackfill } from '../support/backfill-histories.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { countsOf, reconcileAll } from '../support/reconciliation.js';
import { runCli } from '../support/run-cli.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { planBackfill } from '../support/jobs.js';

const NOON = Date.UTC(2026, 2, 2, 12) / 1000;
const DAY_MS = 86_400_000;
const after = (days: number) => () => new Date(testClock().getTime() + days * DAY_MS);

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-02T11:00:00Z', NOON],
  [guid, 'ChatServerSessionClosedAt', '2026-03-02T11:20:00Z', NOON],
  [guid, 'csg_MediaOrigin', 'web', NOON],
];

/** Four sessions; for some of them, ADDED_TS is the value of an expression. */
async function freshWith(expression: string, where = 'true'): Promise<Urls> {
  const urls = await freshDatabases();
  await query(urls.idbUrl, 'alter table g_userdata_history alter added_ts type bigint');
  await writeUserData(urls.idbUrl, ['G1', 'G2', 'G3', 'G4'].flatMap(session));
  await query(urls.idbUrl, `update g_userdata_history set added_ts = ${expression} where ${where}`);
  return urls;
}

const deleteFact = ({ martUrl }: Urls, guid: string) =>
  query(martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid = $1`, [guid]);
const guids = async ({ martUrl }: Urls): Promise<string[]> =>
  (await query<{ guid: string }>(martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );
const lineOf = (text: string, title: string): string | undefined => text.split('\n').find((line) => line.startsWith(title));
const statusOf = (urls: Urls, check = false) =>
  readStatus({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: testClock, check });

/** The content of ADDED_TS, its expression, the rows that have it, its kind, and the example shown for it. */
const SHAPES: readonly (readonly [string, string, string, RowTimeKind, string | null])[] = [
  ['null in all rows', 'null', 'true', 'none', null],
  ['null in half of the rows', 'null', `keyname <> 'ChatServerSessionStartedAt'`, 'none', null],
  ['in milliseconds', 'added_ts * 1000 + 123', 'true', 'milliseconds', '1772452800123'],
  ['in microseconds', 'added_ts * 1000000', 'true', 'microseconds', '1772452800000000'],
  ['in nanoseconds', 'added_ts * 1000000000', `callid = 'G1'`, 'nanoseconds', '1772452800000000000'],
  ['0', '0', 'true', 'early', '0'],
  ['negative', '-1', `callid = 'G1'`, 'early', '-1'],
  ['years ahead', 'added_ts + 4 * 365 * 86400', 'true', 'ahead', '1898596800'],
  ['beyond 2038', '4294967296', `callid in ('G1', 'G2')`, 'ahead', '4294967296'],
];

describe.each(sampleOf(SHAPES, 10))('ADDED_TS %s', (_, expression, where, kind, example) => {
  test('is told, and what lies in no hour is compared all the same', async () => {
    const urls = await freshWith(expression, where);
    const [{ rows }] = (await query<{ rows: number }>(urls.idbUrl, `select count(*) as rows from g_userdata_history where ${where}`)) as [
      { rows: number },
    ];
    expect((await runCycle(urls)).sessions).toMatchObject({ inserted: 4, discarded: 0 });
    const right = await reconcileAll(urls);
    expect(right).toMatchObject({ missing: 0, different: 0, facts: right.interactions, discarded: 0 });
    expect(right.interactions).toBeGreaterThanOrEqual(4);
    expect(right.sources[0]!.withoutTime).toMatchObject({
      rows,
      isAtLeast: false,
      ofNewest: null,
      kinds: [{ kind, rows, example }],
      areCompared: true,
    });

    await deleteFact(urls, 'G1');
    await query(
      urls.martUrl,
      `update infomart.chat_session_fact set end_ts = end_ts + 900, end_date_time_key = end_date_time_key + 900 where media_server_ixn_guid = 'G2'`,
    );
    const repaired = await reconcileAll(urls);
    expect(repaired.missing + repaired.different).toBe(repaired.repaired);
    expect(repaired.missing).toBeGreaterThanOrEqual(1);
    expect(await guids(urls)).toEqual(['G1', 'G2', 'G3', 'G4']);
    expect(toReconcileText(repaired)).not.toContain('58878');
    expect(toReconcileText(repaired)).toContain(`warning   public.g_userdata_history has ${rows} rows without a usable ADDED_TS (${rows} `);
    expect(toStatusText(await statusOf(urls))).toContain(`idb: ${rows} rows without a usable ADDED_TS (${rows} `);
  });
});

describe('rows without a usable ADDED_TS', () => {
  test('are told with the kind of each, by status as its schema promises', async () => {
    const urls = await freshWith(`case callid when 'G1' then null when 'G2' then added_ts * 1000 when 'G3' then 7 else added_ts end`);
    await runCycle(urls);
    const status = await statusOf(urls);
    const validate = new Ajv({ allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(packageFile('specs', 'schema', 'status.schema.json'), 'utf8')) as object,
    );
    expect([validate(status), validate.errors]).toEqual([true, null]);
    expect(toStatusText(status)).toContain(
      'idb: 9 rows without a usable ADDED_TS (3 before the year 2000, such as 7; 3 in milliseconds, such as 1772452800000; 3 without any); chatmart run loads them, ' +
        'but they belong to no slice of a backfill and to no hour of a comparison; chatmart reconcile finds them\n',
    );
  });

  test('doctor names them, and does not take milliseconds for a time to come', async () => {
    const urls = await freshWith('added_ts * 1000', `callid <> 'G4'`);
    await runCycle(urls);
    const findingsOf = async () =>
      (await doctor({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: after(-1.5), readSpace: () => Promise.resolve(null) }))
        .findings;
    const findings = await findingsOf();
    expect(findings.find(({ check }) => check === 'row-times')).toMatchObject({
      severity: 'warning',
      found:
        'public.g_userdata_history has 9 rows without a usable ADDED_TS (9 in milliseconds, such as 1772452800000): chatmart run loads them, but they belong to no slice of a backfill and to no hour of a comparison',
    });
    expect(findings.find(({ check }) => check === 'recent-keys')).toMatchObject({
      severity: 'ok',
      found: expect.stringContaining('2026-03-02T12:00:00.000Z') as string,
    });
    await query(urls.idbUrl, `update g_userdata_history set added_ts = ${NOON}`);
    await query(urls.idbUrl, 'drop index if exists idx_g_ud_h_ats');
    expect((await findingsOf()).find(({ check }) => check === 'row-times')).toMatchObject({
      severity: 'ok',
      found: 'each of the newest 12 rows of public.g_userdata_history has a usable ADDED_TS',
    });
  });

  test('a backfill and its dry run say by kind that they lie in no slice', async () => {
    const urls = await freshWith(`case callid when 'G1' then null when 'G2' then added_ts * 1000 else added_ts end`);
    const range = { from: new Date('2026-03-02T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
    const plan = await planBackfill({ ...urls, ...range, martSchema: 'infomart', idbSchema: 'public', now: testClock() });
    const { notices, sessions, gaps } = await runBackfill(urls, '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z');
    expect(notices).toEqual([
      'rows of public.g_userdata_history with an ADDED_TS in milliseconds: 3, such as 1772452800000. They belong to no slice of a backfill; chatmart run reads them regardless of their time. ' +
        'To list their interactions, run: select distinct callid from "public"."g_userdata_history" where added_ts >= 100000000000 and added_ts < 100000000000000;',
      'rows of public.g_userdata_history without ADDED_TS: 3. They belong to no slice of a backfill; chatmart run reads them regardless of their time. ' +
        'To list their interactions, run: select distinct callid from "public"."g_userdata_history" where added_ts is null;',
    ]);
    expect(plan.sources[0]!.notices).toEqual(notices);
    expect(toBackfillPlanText(plan)).toContain('warning   rows of public.g_userdata_history with an ADDED_TS in milliseconds: 3');
    expect([sessions.inserted, gaps]).toEqual([2, []]);
  });

  test('a session whose start has one is not discarded as starting in the future of it', async () => {
    const urls = await freshWith('86400');
    expect((await runCycle(urls)).sessions).toMatchObject({ inserted: 4, discarded: 0 });
  });
});

describe('the daily comparison', () => {
  test('compares them as well, and says so', async () => {
    const urls = await freshWith('null', `callid <> 'G4'`);
    await runCycle(urls);
    await deleteFact(urls, 'G1');
    const summary = await runCycle(urls, { clock: after(1) });
    expect(summary.sources[0]!.reconciled).toMatchObject({
      interactions: 4,
      missing: 1,
      withoutTime: { rows: 9, missing: 1, repaired: 1, areCompared: true },
    });
    expect(await guids(urls)).toEqual(['G1', 'G2', 'G3', 'G4']);
    expect(toRunText(summary)).toContain(
      'compared  4 interactions of the last three days with the IDB: 1 missing and 0 different; read again\n' +
        'warning   public.g_userdata_history has 9 rows without a usable ADDED_TS (9 without any); they belong to no hour and were compared separately\n',
    );
  });

  deepTest('over days without a session says that nothing was compared', async () => {
    const urls = await freshWith('added_ts');
    await runCycle(urls);
    expect(toRunText(await runCycle(urls, { clock: after(30) }))).toContain(
      'compared  nothing of the last three days: the IDB has no rows of chat sessions from them\n',
    );
  });
});

describe('an answer of reconcile', () => {
  const textOf = async (urls: Urls, from: string, to: string): Promise<string> =>
    toReconcileText(await reconcileAll(urls, { from: new Date(from), to: new Date(to) }));

  test('says how many interactions both sides hold', async () => {
    const urls = await freshWith('added_ts');
    await writeUserData(urls.idbUrl, [['BAD', 'ChatServerSessionStartedAt', 'never', NOON]]);
    await runCycle(urls);
    await deleteFact(urls, 'G1');
    const text = await textOf(urls, '2026-03-02T12:00:00Z', '2026-03-03T00:00:00Z');
    expect(lineOf(text, 'compared')).toBe(
      'compared  5 interactions of the IDB: 4 right (1 of them read in full), 1 missing in the mart, 0 different',
    );
    expect(lineOf(text, 'mart')).toBe('mart      held 3 of them as facts, 1 only as discards');
    expect(lineOf(text, 'result')).toBe('result    1 of 1 repaired, 1 interval aggregated again');
  });

  test('never says that nothing is missing where nothing was compared', async () => {
    const urls = await freshWith('added_ts');
    await runCycle(urls);
    const nothing = 'result    nothing was compared: the range has no rows of chat sessions';
    expect(lineOf(await textOf(urls, '2026-02-01T00:00:00Z', '2026-02-02T00:00:00Z'), 'result')).toBe(nothing);
    expect(lineOf(await textOf(urls, '2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z'), 'result')).toBe(nothing);
    await query(urls.idbUrl, `update g_userdata_history set keyname = 'Subject'`);
    expect(lineOf(await textOf(urls, '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'), 'result')).toBe(nothing);
    await query(urls.idbUrl, 'truncate g_userdata_history');
    expect(lineOf(await textOf(urls, '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'), 'result')).toBe(nothing);
  });

  deepTest('counts interactions that it leaves out for their id', async () => {
    const urls = await freshWith('added_ts');
    await query(
      urls.idbUrl,
      `alter table g_userdata_history alter callid type text; update g_userdata_history set callid = repeat('x', 60) where callid = 'G4'`,
    );
    await runCycle(urls);
    const text = await textOf(urls, '2026-03-02T12:00:00Z', '2026-03-03T00:00:00Z');
    expect(lineOf(text, 'result')).toBe(
      'result    nothing missing, nothing different among those compared; not compared: 1 interaction of idb with ids that the mart cannot hold',
    );
  });

  test('qualifies itself where rows could not be compared, or a twin was away', () => {
    const source = {
      ...{
        name: 'idb',
        table: 'public.t',
        unreachable: null,
        oldestRow: '2026-03-02T12:00:00Z',
        hoursNotJudged: 0,
        leftOut: 0,
        notFound: 0,
        sessionsHeld: 0,
        hours: [],
      },
      ...{ interactions: 2, right: 2, comparedInFull: 0, missing: 0, different: 0, repaired: 0, facts: 2, discarded: 0 },
    };
    const withoutTime = {
      ...{ rows: 1_000_000, isAtLeast: true, ofNewest: null, kinds: [], areCompared: false },
      ...{ interactions: 0, right: 0, comparedInFull: 0, missing: 0, different: 0, repaired: 0 },
    };
    const summary = { ...source, jobId: '', from: '', to: '', discards: {}, intervals: 0, seconds: 0 };
    const resultOf = (sources: ReconcileSummary['sources']) => lineOf(toReconcileText({ ...summary, sources }), 'result');
    expect(resultOf([{ ...source, withoutTime: null }])).toBe('result    nothing missing, nothing different');
    expect(resultOf([{ ...source, withoutTime }])).toBe(
      'result    nothing missing, nothing different among those compared; not compared: the rows of idb without a usable ADDED_TS',
    );
    expect(
      resultOf([
        { ...source, withoutTime: null },
        { ...source, withoutTime: null, name: 'idb2', unreachable: 'away' },
      ]),
    ).toBe('result    nothing missing, nothing different among those compared; not compared: source idb2');
  });
});

deepTest(
  'more rows than can be counted are looked through by their ids, and compared',
  async () => {
    const urls = await freshWith('null');
    await query(urls.idbUrl, 'update g_userdata_history set id = id * 700000');
    await runCycle(urls);
    await deleteFact(urls, 'G1');
    // The ids are far apart, and no index allows counting them by time; the view stands for a table of any size.
    await query(
      urls.idbUrl,
      `drop index if exists idx_g_ud_h_ats;
     create function slow() returns boolean language plpgsql volatile as $$ begin perform pg_sleep(6) where current_setting('statement_timeout') <> '0'; return true; end $$;
     alter table g_userdata_history rename to stored;
     create view g_userdata_history as select id, callid, keyname, value, changetype, added_ts, type from stored where slow()`,
    );
    const { sources, ...summary } = await reconcileAll(urls);
    expect(countsOf({ sources, ...summary })).toMatchObject({ missing: 1, repaired: 1 });
    expect(sources[0]!.withoutTime).toMatchObject({ ofNewest: 12, rows: 12, areCompared: true });
  },
  60_000,
);

describe('status --check', () => {
  deepTest('says how many were compared, and of none that nothing was', async () => {
    const urls = await freshWith('null', `callid = 'G1'`);
    const check = async (days: number) => {
      const status = await readStatus({ ...urls, idbSchema: 'public', martSchema: 'infomart', clock: after(days), check: true });
      return { result: status.checks!.at(-1)!, text: toStatusText(status) };
    };
    await runCycle(urls);
    const all = await check(0);
    expect(all.result).toMatchObject({ compared: { idb: 4, mart: 4 }, breaches: 0, skipped: null });
    expect(all.text).toContain('idb-sessions-idb: ok: 4 interactions of the IDB were looked up; the mart knows 4 of them. ');
    await deleteFact(urls, 'G1');
    expect((await check(0)).result).toMatchObject({
      compared: { idb: 4, mart: 3 },
      breaches: 1,
      examples: ['session G1: neither a fact nor an open discard'],
    });
    await query(urls.idbUrl, `update g_userdata_history set added_ts = ${NOON} where added_ts is null`);
    expect((await check(30)).text).toContain('idb-sessions-idb: nothing was compared: the IDB has no rows of chat sessions in them. ');
  });

  deepTest('as a command', async () => {
    const urls = await freshWith('added_ts * 1000');
    await runCycle(urls);
    await deleteFact(urls, 'G2');
    const { code, stderr, stdout } = await runCli(['status', '--check'], {
      env: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl },
    });
    expect([code, stderr]).toEqual([4, expect.stringContaining('session G2: neither a fact nor an open discard') as string]);
    expect(stdout).toContain('12 in milliseconds, such as 1772452800000');
  });
});
