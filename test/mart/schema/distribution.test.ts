import { describe, expect, test } from 'vitest';
import { checkCluster } from '../../../src/commands/doctor/cluster.js';
import { withConnection, type Connection } from '../../../src/db/connection.js';
import { readDistribution, readUnspreadTables, type Distribution } from '../../../src/mart/schema/distribution.js';
import { INFO_MART_RULES, type Calendar } from '../../../src/model/calendar.js';
import { emptyDatabase, freshMart, isOnCluster, query, testClock } from '../../support/databases.js';
import { migrateMart } from '../../support/jobs.js';

const BERLIN: Calendar = { name: 'berlin', timezone: 'Europe/Berlin', ...INFO_MART_RULES };

const withMart = <T>(url: string, work: (mart: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url, applicationName: 'test', schema: 'infomart' }, work);

async function distribute(martUrl: string, calendars?: readonly Calendar[]): Promise<{ applied: string[]; logged: string[] }> {
  const logged: string[] = [];
  const target = { martUrl, martSchema: 'infomart', clock: testClock, log: (line: string) => void logged.push(line) };
  const { applied } = await migrateMart({ ...target, properties: { distributed: true, calendars } });
  return { applied, logged };
}

describe.skipIf(isOnCluster())('on a server without Citus', () => {
  test('nothing is made', async () => {
    const url = await emptyDatabase();
    await expect(distribute(url)).rejects.toMatchObject({ code: 'no-citus', state: 'nothing-changed' });
    expect(await query(url, `select from pg_namespace where nspname in ('infomart', 'chat')`)).toEqual([]);
  });

  test('a mart stays as it is, and doctor has nothing to say of a cluster', async () => {
    const url = await freshMart();
    await expect(distribute(url)).rejects.toMatchObject({ code: 'no-citus' });
    expect((await distribute(url).catch(() => undefined))?.applied).toBeUndefined();
    expect(await withMart(url, (connection) => checkCluster({ connection }))).toEqual([]);
  });
});

describe.runIf(isOnCluster())('on a cluster', () => {
  test('doing it again changes nothing, and says where the sessions are; doctor finds it whole', async () => {
    const url = await freshMart();
    const { shards, nodes } = await withMart<Distribution>(url, readDistribution);
    expect(nodes).toBeGreaterThan(1);
    const { applied, logged } = await distribute(url);
    expect(applied).toEqual([]);
    expect(logged).toEqual([`distributed: sessions are in ${shards} shards on ${nodes} nodes`]);
    const findings = await withMart(url, (connection) => checkCluster({ connection }));
    expect(findings).toMatchObject([{ severity: 'ok' }]);
  });

  test('a calendar that is added later is on every node, without the setting', async () => {
    const url = await freshMart();
    await migrateMart({ martUrl: url, martSchema: 'infomart', clock: testClock, properties: { calendars: [BERLIN] } });
    expect(await withMart(url, readUnspreadTables)).toEqual([]);
    expect(await query(url, `select from pg_dist_partition where logicalrelid = 'infomart.date_time_berlin'::regclass`)).toHaveLength(1);
  });

  test('doctor names a table that is not spread, and what mends it does', async () => {
    const url = await freshMart();
    await migrateMart({ martUrl: url, martSchema: 'infomart', clock: testClock, properties: { calendars: [BERLIN] } });
    await query(url, `select undistribute_table('infomart.date_time_berlin')`);
    const look = () => withMart(url, (connection) => checkCluster({ connection }));
    expect(await look()).toMatchObject([
      { severity: 'problem', found: 'DATE_TIME_BERLIN should be on the nodes and is not', next: 'Run: chatmart migrate' },
    ]);
    await migrateMart({ martUrl: url, martSchema: 'infomart', clock: testClock });
    expect(await look()).toMatchObject([{ severity: 'ok' }]);
  });
});
