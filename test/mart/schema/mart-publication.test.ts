import { describe, expect, test } from 'vitest';
import { breachesOf } from '../../support/breaches.js';
import { freshDatabases, idbTables, isOnCluster, query, testClock } from '../../support/databases.js';
import { isWhole } from '../../support/depth.js';
import { debianPgBin, withServer } from '../../support/further-server.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { readMart } from '../../support/mart-content.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { aggregate, backfill, erase, maintain, migrateMart, reconcile, retryDiscards } from '../../support/jobs.js';

const DAY = { from: new Date('2026-03-01T00:00:00Z'), to: new Date('2026-03-03T00:00:00Z') };
const session = (guid: string, end: string | null = '2026-03-01T10:05:00Z'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  ...(end === null ? [] : [[guid, 'ChatServerSessionClosedAt', end] as const]),
];

/** Runs every job over sessions that arrive, change, end late and are erased. Returns the number of facts afterwards. */
async function playJobs(urls: Urls): Promise<number> {
  const options = { ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock };
  await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2'), ...session('G3', null), ...session('G4', null)]);
  await runCycle(urls);
  await writeUserData(urls.idbUrl, [
    ['G1', 'csg_MediaOrigin', 'app'],
    ['G3', 'ChatServerSessionClosedAt', '2026-03-01T10:09:00Z'],
  ]);
  await runCycle(urls);
  await aggregate({ ...options, range: DAY });
  await reconcile({ ...options, ...DAY });
  await backfill({ ...options, ...DAY });
  await retryDiscards(options);
  await erase({ ...options, guids: ['G2'] });
  await maintain({ ...options, daysToKeepFacts: 1000 });
  expect(await breachesOf(urls.martUrl)).toEqual([]);
  return (await readMart(urls.martUrl)).facts.size;
}

/** Asks PostgreSQL whether each table of the mart would accept the statement, without executing it. */
async function wouldTakeAll(martUrl: string): Promise<string[]> {
  const tables = await query<{ name: string; column: string }>(
    martUrl,
    `select format('%I.%I', nspname, relname) as name, quote_ident(attname) as column
     from pg_class
     join pg_namespace on pg_namespace.oid = relnamespace and nspname = 'infomart'
     join pg_attribute on attrelid = pg_class.oid and attnum = 1
     where relkind = 'r' and relname not like 'chatmart_migration%'`,
  );
  const refused: string[] = [];
  for (const { name, column } of tables)
    for (const statement of [`update ${name} set ${column} = ${column}`, `delete from ${name}`])
      await query(martUrl, `explain ${statement}`).catch((error: unknown) => refused.push(`${statement}: ${(error as Error).message}`));
  return refused;
}

// Only a superuser may publish all tables.
describe.skipIf(isOnCluster())('a mart whose tables are published', () => {
  test('still works, with rows from before its tables had primary keys', async () => {
    const urls = await freshDatabases();
    if (!isWhole) {
      await query(urls.martUrl, 'create publication cdc for all tables');
      expect(await wouldTakeAll(urls.martUrl)).toEqual([]);
      return;
    }
    expect(await playJobs(urls)).toBe(2);
    const before = await readMart(urls.martUrl);
    await query(
      urls.martUrl,
      `alter table infomart.ctl_extract_history drop constraint pk_ctl_extract_history;
       alter table infomart.ctl_transform_history drop constraint pk_ctl_transform_history;
       alter table infomart.stg_transform_discards drop column discard_id;
       alter table infomart.chatmart_pending_agg drop column pending_id;
       insert into infomart.chatmart_pending_agg (start_date_time_key, audit_key) values (1772359200, 1), (1772359200, 1), (1772359200, 2);
       delete from infomart.chatmart_migration where name = '020_primary_keys';
       create publication cdc for all tables`,
    );
    expect(await wouldTakeAll(urls.martUrl)).toHaveLength(8);
    expect((await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock })).applied).toEqual([
      '020_primary_keys',
      'generated-schema',
    ]);
    expect(await wouldTakeAll(urls.martUrl)).toEqual([]);
    await runCycle(urls);
    expect(await readMart(urls.martUrl)).toEqual(before);
    await writeUserData(urls.idbUrl, session('G5'));
    expect(await runCycle(urls)).toMatchObject({ sessions: { inserted: 1 }, intervals: 1 });
  });

  test.runIf(isWhole && debianPgBin() !== undefined)('works on PostgreSQL 15, and where its schema is published', () =>
    withServer({ pgBin: debianPgBin(), settings: { wal_level: 'logical' } }, async (server) => {
      for (const name of ['idb', 'mart']) await server.ensureDatabase(name);
      const urls = { idbUrl: server.url('idb'), martUrl: server.url('mart') };
      await query(urls.idbUrl, idbTables());
      await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock });
      await query(urls.martUrl, 'create publication cdc for tables in schema infomart');
      await query(urls.martUrl, `select pg_create_logical_replication_slot('cdc', 'pgoutput')`);
      expect(await wouldTakeAll(urls.martUrl)).toEqual([]);
      expect(await playJobs(urls)).toBe(2);
    }),
  );
});
