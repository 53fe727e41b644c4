import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../../src/db/connection.js';
import { withTransaction } from '../../../src/db/transaction.js';
import { takeWriterLock } from '../../../src/mart/locks.js';
import { type EraseSummary } from '../../../src/commands/erase/erase.js';
import { eraseInteractions } from '../../../src/commands/erase/erase-interactions.js';
import { runBackfill } from '../../support/backfill-histories.js';
import { freshDatabases, freshIdb, keepDatabases, query, testClock } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { levelDifferences } from '../../support/levels-of-facts.js';
import { readMart } from '../../support/mart-content.js';
import { problemOf } from '../../support/problem-of.js';
import { countsOf, of, reconcileAll, session, withValue } from '../../support/reconciliation.js';
import { writeUserData } from '../../support/user-data.js';
import { erase, planErase, type FlatEraseOptions, retryDiscards, run } from '../../support/jobs.js';
import { expectText } from '../../support/expect-text.js';

let urls: Urls;

const eraseFrom = (guids: readonly string[], options: Partial<FlatEraseOptions> = {}): Promise<EraseSummary> =>
  erase({ martUrl: urls.martUrl, martSchema: 'infomart', guids, clock: testClock, ...options });

/** Every table of the mart, except its long calendar, with a row that contains a text, with the number of such rows. */
const tablesWith = (text: string): Promise<string[]> =>
  withConnection({ url: urls.martUrl, applicationName: 'test' }, async (mart) => {
    const tables = await query<{ name: string }>(
      mart,
      `select table_name as name from information_schema.tables
       where table_schema = 'infomart' and table_type = 'BASE TABLE' and table_name <> 'date_time'`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await query(mart, `select from infomart."${name}" as this where strpos(this::text, $1) > 0`, [text]);
      if (rows.length > 0) found.push(`${name} ${rows.length}`);
    }
    return found;
  });

/** The mart must hold no row of an interaction, and its aggregates must match the facts. */
async function expectErased(guid: string, others: readonly string[]): Promise<void> {
  const mart = await readMart(urls.martUrl);
  expect([...mart.facts.keys()]).toEqual(others);
  expect(levelDifferences(mart)).toEqual([]);
  expect(await tablesWith(guid)).toEqual([]);
}

const UNIQUE = 'a text of one customer alone';

let loaded: Urls;
let reload: () => Promise<void>;
beforeAll(async () => {
  loaded = await freshDatabases();
  await writeUserData(loaded.idbUrl, [
    ...withValue(session('ERASED-ONE'), 'csg_MediaOrigin', UNIQUE),
    ...of('ERASED-ONE', [['csg_PartiesAsBotCount', 'many']]),
    ...session('KEPT-ONE'),
    ...of('ERASED-TWO', [['ChatServerSessionStartedAt', '2026-03-02T11:00:00Z']]),
  ]);
  await runCycle(loaded);
  reload = await keepDatabases(loaded.idbUrl, loaded.martUrl);
});
beforeEach(async () => {
  await reload();
  urls = loaded;
});

describe('erasing', () => {
  test('deletes every row of the interactions, and what only they had; the rest stays', async () => {
    await query(
      urls.martUrl,
      `insert into infomart.chatmart_revisit values ('ERASED-ONE', 'idb2', 1);
       insert into infomart.ctl_etl_history (job_id, job_name, job_version, start_time, status, created_ts, message)
       values ('failed', 'Job_ExtractICON', '1', now(), 'FAILED', 0, 'interaction ERASED-ONE of (ERASED-TWO), not of ERASED-ONES, failed')`,
    );
    expect(await tablesWith(UNIQUE)).toEqual(['chat_session_dim 1']);
    expect(await eraseFrom(['ERASED-ONE', 'ERASED-TWO'])).toMatchObject({
      ...{ interactions: 2, erasedBefore: 0, facts: 1, discards: 2, revisits: 1, members: 1, messages: 1, intervals: 1 },
    });
    expect(await query(urls.martUrl, `select message from infomart.ctl_etl_history where job_id = 'failed'`)).toEqual([
      { message: 'interaction (erased) of ((erased)), not of ERASED-ONES, failed' },
    ]);
    await query(urls.martUrl, `delete from infomart.ctl_etl_history where job_id = 'failed'`);
    await expectErased('ERASED', ['KEPT-ONE']);
    expect(await tablesWith(UNIQUE)).toEqual([]);
  });

  test('leaves an audit row, a row of the job history, and hashes that no plain hash of the id equals', async () => {
    const { jobId } = await eraseFrom(['ERASED-ONE']);
    expect(
      await query(
        urls.martUrl,
        `select status, row_count, message from infomart.ctl_etl_history where job_id = $1 and job_name = 'Job_EraseInteractions'`,
        [jobId],
      ),
    ).toEqual([
      {
        ...{ status: 'COMPLETED', row_count: 2 },
        message: '1 interaction erased (0 of them before): 1 fact, 1 discard, 1 member of dimensions',
      },
    ]);
    expect(
      await query(
        urls.martUrl,
        `select audit.row_count, erased_ts, length(salt) as salt, guid_hash = sha256('ERASED-ONE') as plain,
           guid_hash = sha256(salt || 'ERASED-ONE'::bytea) as salted
         from infomart.chatmart_erased join infomart.ctl_audit_log as audit on audit_key = create_audit_key
         where job_id = $1`,
        [jobId],
      ),
    ).toEqual([{ row_count: 2, erased_ts: testClock().getTime() / 1000, salt: 32, plain: false, salted: true }]);
  });

  test('a second time changes nothing; a further one takes the same salt', async () => {
    await eraseFrom(['ERASED-ONE']);
    const before = await query(urls.martUrl, 'select * from infomart.ctl_audit_log order by audit_key');
    expect(await eraseFrom(['ERASED-ONE'])).toMatchObject({ erasedBefore: 1, facts: 0, discards: 0, intervals: 0 });
    expect(await query(urls.martUrl, 'select * from infomart.ctl_audit_log order by audit_key')).toEqual(before);
    await eraseFrom(['ERASED-ONE', 'ERASED-TWO']);
    expect(await query(urls.martUrl, 'select count(*) as n, count(distinct salt) as salts from infomart.chatmart_erased')).toEqual([
      { n: 2, salts: 1 },
    ]);
  });

  test('keeps members of dimensions that another session has, in facts or in aggregates', async () => {
    await writeUserData(urls.idbUrl, withValue(session('SAME-TEXT'), 'csg_MediaOrigin', UNIQUE));
    await runCycle(urls);
    expect(await eraseFrom(['ERASED-ONE'])).toMatchObject({ facts: 1, members: 0 });
    await expectErased('ERASED-ONE', ['KEPT-ONE', 'SAME-TEXT']);
    expect(await tablesWith(UNIQUE)).toEqual(['chat_session_dim 1']);
  });

  test('a plan counts, and writes nothing', async () => {
    const plan = { dryRun: true, jobId: null, interactions: 3, erasedBefore: 0, facts: 1, discards: 2, intervals: 0 };
    const { martUrl } = urls;
    const jobs = 'select count(*) as n from infomart.ctl_etl_history';
    const before = await query(martUrl, jobs);
    expect(await planErase({ martUrl, martSchema: 'infomart', guids: ['ERASED-ONE', 'ERASED-TWO', 'UNKNOWN'] })).toMatchObject(plan);
    expect(await query(martUrl, jobs)).toEqual(before);
    expect((await readMart(martUrl)).facts.size).toBe(2);
  });

  test('refuses what cannot be an id', async () => {
    expectText(await problemOf(() => eraseFrom([])));
    expect(await problemOf(() => eraseFrom(['x'.repeat(51)]))).toMatch(/^ConfigError bad-guid: /);
    const many = Array.from({ length: 1001 }, (_, i) => `G${i}`);
    expect(await problemOf(() => eraseFrom(many))).toMatch(/^ConfigError too-many-guids/);
  });
});

describe('what was erased stays away', () => {
  /** Rows of all kinds: late keys, a whole session again, an unreadable value, an end that was missing. */
  const writeMore = (): Promise<void> =>
    writeUserData(urls.idbUrl, [
      ...of('ERASED-ONE', [
        ['csg_SessionTotalTime', '1300'],
        ['csg_PartiesAsCoachCount', 'several'],
      ]),
      ...withValue(session('ERASED-ONE'), 'csg_MediaOrigin', UNIQUE),
      ...of('ERASED-TWO', [['ChatServerSessionClosedAt', '2026-03-02T11:30:00Z']]),
      ...of('KEPT-ONE', [['csg_SessionTotalTime', '1400']]),
      ...session('NEW-ONE'),
    ]);

  test.each(sampleOf([false, true], 2))(
    'of run, backfill, reconcile and discards retry, after late keys (all staged: %s)',
    async (stagesAll) => {
      await eraseFrom(['ERASED-ONE', 'ERASED-TWO']);
      await writeMore();
      const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, stagesAll };
      expect(await run(options)).toMatchObject({ erased: 2, sessions: { inserted: 1, updated: 1, discarded: 0 }, discards: {} });
      await expectErased('ERASED', ['KEPT-ONE', 'NEW-ONE']);

      expect(await runBackfill(urls, '2026-03-01', '2026-03-04', { stagesAll })).toMatchObject({
        erased: 2,
        sessions: { inserted: 0, updated: 0, unchanged: 2 },
        discards: {},
      });
      await expectErased('ERASED', ['KEPT-ONE', 'NEW-ONE']);

      expect(countsOf(await reconcileAll(urls, { stagesAll }))).toMatchObject({ interactions: 4, right: 4, missing: 0, different: 0 });
      expect(await retryDiscards({ ...options, guids: ['ERASED-ONE', 'ERASED-TWO'] })).toMatchObject({ interactions: 0 });
      // A day later: rows updated in place, the daily window over all ids, and the daily comparison.
      await query(urls.idbUrl, `update g_userdata_history set value = '1500' where keyname = 'csg_SessionTotalTime'`);
      const tomorrow = new Date(testClock().getTime() + 25 * 3_600_000);
      expect(await run({ ...options, clock: () => tomorrow })).toMatchObject({
        discards: {},
        sources: [{ reconciled: { missing: 0 } }],
      });
      await expectErased('ERASED', ['KEPT-ONE', 'NEW-ONE']);
    },
  );

  deepTest('when the IDB is another one and all of it is read again', async () => {
    await eraseFrom(['ERASED-ONE', 'ERASED-TWO']);
    const idbUrl = await freshIdb();
    await writeUserData(idbUrl, [...session('ERASED-ONE'), ...session('ERASED-TWO'), ...session('KEPT-ONE')]);
    expect(await runCycle({ ...urls, idbUrl })).toMatchObject({ erased: 2, sessions: { inserted: 0 } });
    await expectErased('ERASED', ['KEPT-ONE']);
  });

  test('when the mart had never heard of it', async () => {
    expect(await eraseFrom(['NEW-ONE'])).toMatchObject({ facts: 0, discards: 0, erasedBefore: 0 });
    await writeUserData(urls.idbUrl, [...session('NEW-ONE'), ...session('NEW-TWO')]);
    expect(await runCycle(urls)).toMatchObject({ erased: 1, sessions: { inserted: 1 } });
    await expectErased('NEW-ONE', ['ERASED-ONE', 'KEPT-ONE', 'NEW-TWO']);
  });

  deepTest('when a chunk was read before and waits for the writer lock', async () => {
    await writeMore();
    const { martUrl } = urls;
    const waiting = `select count(*) as n from pg_locks where locktype = 'advisory' and not granted`;
    const running = await withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, (mart) =>
      withTransaction(mart, async () => {
        await takeWriterLock(mart, 'infomart');
        const cycle = runCycle(urls);
        await expect.poll(() => query(martUrl, waiting), { timeout: 30_000 }).toEqual([{ n: 1 }]);
        await eraseInteractions(mart, { guids: ['ERASED-ONE', 'ERASED-TWO', 'NEW-ONE'], auditKey: 1, nowTs: 1 });
        return { cycle };
      }),
    );
    expect(await running.cycle).toMatchObject({ erased: 3, sessions: { inserted: 0, updated: 1 } });
    await expectErased('ERASED', ['KEPT-ONE']);
  });

  deepTest('when PostgreSQL refuses its rows', async () => {
    await eraseFrom(['ERASED-ONE', 'ERASED-TWO']);
    await writeMore();
    await query(urls.martUrl, `alter table infomart.chat_session_fact add constraint picky check (media_server_ixn_guid <> 'NEW-ONE')`);
    expect(await runCycle(urls)).toMatchObject({ erased: 2, discards: { DATABASE_ERROR: 1 } });
    await expectErased('ERASED', ['KEPT-ONE']);
  });
});
