import { describe, expect, it } from 'vitest';
import { connect, withConnection } from '../../src/db/connection.js';
import { emptyDatabase, freshDatabases, freshMart, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { encodedIdb } from '../support/encoded-idb.js';
import { workerServer } from '../support/worker-server.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { aggregate, migrateMart, run } from '../support/jobs.js';

type Urls = Readonly<{ idbUrl: string; martUrl: string }>;

const cycle = (urls: Urls) => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock });
const facts = (martUrl: string) =>
  query<Record<string, unknown>>(martUrl, 'select * from infomart.chat_session_fact order by media_server_ixn_guid collate "C"');
const discards = (martUrl: string) =>
  query<Record<string, unknown>>(
    martUrl,
    'select guid, code, keyname, raw_value from infomart.stg_transform_discards where resolved_ts is null order by guid, code',
  );
const session = (guid: string, start = '2026-03-01T10:00:00Z', end = '2026-03-01T10:05:00Z'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', start],
  [guid, 'ChatServerSessionClosedAt', end],
];

describe('values at the edge of their columns', () => {
  it('a code that grows when it is written in upper case is cut after that', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [...session('G1'), ['G1', 'csg_SessionEndedReason', 'ß'.repeat(40)], ...session('G2')]);
    expect(await cycle(urls)).toMatchObject({ sessions: { inserted: 2 } });
    expect(await query(urls.martUrl, `select ended_reason from infomart.chat_session_dim where id > 0`)).toEqual([
      { ended_reason: 'S'.repeat(50) },
    ]);
    expect(await discards(urls.martUrl)).toMatchObject([{ guid: 'G1', keyname: 'csg_SessionEndedReason', raw_value: 'ß'.repeat(40) }]);
  });

  // It extends the calendar by twelve years.
  deepTest('a time after 2037 is none that can be read, and the last second of 2037 is one', async () => {
    const urls = await freshDatabases();
    const unknown = null as unknown as number;
    await writeUserData(urls.idbUrl, [
      ['LATE', 'ChatServerSessionStartedAt', '2038-01-10T00:00:00Z', unknown],
      ['LATE', 'ChatServerSessionClosedAt', '2038-01-10T00:05:00Z', unknown],
      ...session('ENDS', '2037-12-31T23:50:00Z', '2038-01-01T00:00:00Z').map(([guid, key, value]): UserDataRow => [
        guid,
        key,
        value,
        2145916000,
      ]),
      ...session('LAST', '2037-12-31T23:59:59Z', '2037-12-31T23:59:59Z').map(([guid, key, value]): UserDataRow => [
        guid,
        key,
        value,
        2145916000,
      ]),
    ]);
    await query(urls.idbUrl, `update g_userdata_history set added_ts = null where callid = 'LATE'`);
    await cycle(urls);
    expect(await facts(urls.martUrl)).toMatchObject([{ media_server_ixn_guid: 'LAST', start_ts: 2145916799 }]);
    expect((await discards(urls.martUrl)).map(({ guid, code }) => [guid, code])).toEqual([
      ['ENDS', 6],
      ['LATE', 2],
    ]);
    expect(await query(urls.martUrl, 'select sum(sessions)::int as sessions from infomart.ag2_chat_stats_year')).toEqual([{ sessions: 1 }]);
    const all = { from: new Date('1970-01-01T00:00:00Z'), to: new Date('2100-01-01T00:00:00Z') };
    await aggregate({ martUrl: urls.martUrl, martSchema: 'infomart', range: all, clock: testClock });
    expect(await query(urls.martUrl, 'select sum(sessions)::int as sessions from infomart.ag2_chat_stats_year')).toEqual([{ sessions: 1 }]);
  });

  it('an earlier start than the one configured is a discard', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2', '2026-02-28T10:00:00Z')]);
    await run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, earliestStart: new Date('2026-03-01T00:00:00Z') });
    expect((await facts(urls.martUrl)).map((fact) => fact['media_server_ixn_guid'])).toEqual(['G1']);
    expect(await discards(urls.martUrl)).toMatchObject([{ guid: 'G2', code: 3 }]);
  });

  it('a row without a CALLID belongs to no session', async () => {
    const urls = await freshDatabases();
    await query(urls.idbUrl, 'alter table g_userdata_history alter column callid drop not null');
    await writeUserData(urls.idbUrl, session(null as unknown as string));
    await cycle(urls);
    expect(await facts(urls.martUrl)).toEqual([]);
    expect(await discards(urls.martUrl)).toEqual([{ guid: '', code: 14, keyname: null, raw_value: null }]);
  });
});

describe('an IDB in another encoding than UTF8', () => {
  deepTest('is read again by CALLIDs that are not ASCII', async () => {
    const urls = { idbUrl: await encodedIdb('LATIN1'), martUrl: await freshMart() };
    await writeUserData(urls.idbUrl, [...session('é1'), session('é2')[0]!]);
    await cycle(urls);
    await writeUserData(urls.idbUrl, [['é1', 'csg_TenantId', '77'], session('é2')[1]!]);
    expect(await cycle(urls)).toMatchObject({ sessions: { reread: 2 } });
    expect(await facts(urls.martUrl)).toMatchObject([
      { media_server_ixn_guid: 'é1', tenant_key: 77 },
      { media_server_ixn_guid: 'é2', active_flag: 0 },
    ]);
  });

  it('a CALLID whose bytes are no text names no session', async () => {
    const urls = { idbUrl: await encodedIdb('SQL_ASCII'), martUrl: await freshMart() };
    await query(
      urls.idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype)
       select convert_from(callid, 'SQL_ASCII'), key, value, 1
       from unnest(array['\\xe441', '\\xf641']::bytea[]) as callids (callid),
         (values ('ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'), ('ChatServerSessionClosedAt', '2026-03-01T10:05:00Z')) as kvps (key, value)`,
    );
    await cycle(urls);
    expect(await facts(urls.martUrl)).toEqual([]);
    expect(await discards(urls.martUrl)).toMatchObject([{ guid: '\ufffdA', code: 14 }]);
  });

  it('bytes that were no text stay on record when the IDB has purged them', async () => {
    const urls = { idbUrl: await encodedIdb('SQL_ASCII'), martUrl: await freshMart() };
    await writeUserData(urls.idbUrl, session('G1'));
    await query(
      urls.idbUrl,
      `insert into g_userdata_history (callid, keyname, value, changetype) values ('G1', 'csg_LanguageName', convert_from('\\x66e9', 'SQL_ASCII'), 1)`,
    );
    await cycle(urls);
    const before = await discards(urls.martUrl);
    expect(before).toMatchObject([{ guid: 'G1', code: 13, keyname: 'csg_LanguageName' }]);
    await query(urls.idbUrl, 'delete from g_userdata_history');
    await writeUserData(urls.idbUrl, [['G1', 'csg_TenantId', '1']]);
    await cycle(urls);
    expect(await discards(urls.martUrl)).toEqual(before);
  });

  it('a mart in one is refused', async () => {
    const server = await workerServer();
    await query(server.url('postgres'), `create database latin1_mart encoding 'LATIN1' locale 'C' template template0`);
    const migrated = migrateMart({ martUrl: server.url('latin1_mart'), martSchema: 'infomart', clock: testClock });
    await expect(migrated).rejects.toMatchObject({ code: 'mart-not-utf8' });
    await server.dropDatabase('latin1_mart');
  });
});

describe('an IDB that is not as expected', () => {
  it('a policy that hides rows is an error', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2')]);
    const role = `reader_${process.pid}`;
    await query(
      urls.idbUrl,
      `create role ${role} login password 'secret'; grant select on g_userdata_history to ${role};
       alter table g_userdata_history enable row level security;
       create policy hiding on g_userdata_history using (callid = 'G1')`,
    );
    const idbUrl = new URL(urls.idbUrl);
    [idbUrl.username, idbUrl.password] = [role, 'secret'];
    await expect(cycle({ ...urls, idbUrl: idbUrl.toString() })).rejects.toThrow(/row-level security/i);
    expect(await facts(urls.martUrl)).toEqual([]);
    await query(urls.idbUrl, `drop policy hiding on g_userdata_history; drop owned by ${role}; drop role ${role}`);
  });

  it('ids that no number can hold are refused', async () => {
    const urls = await freshDatabases();
    await query(
      urls.idbUrl,
      `insert into g_userdata_history (id, callid, keyname, value) values (9223372036854775800, 'G1', 'Subject', 'x')`,
    );
    await expect(cycle(urls)).rejects.toMatchObject({ code: 'idb-ids-too-large' });
  });

  deepTest('a partitioned table is read like any other', async () => {
    const urls = { idbUrl: await emptyDatabase(), martUrl: await freshMart() };
    await query(
      urls.idbUrl,
      `create table g_userdata_history (id bigserial, callid varchar(50), keyname varchar(255), value varchar(1024), changetype int, type int, added_ts int)
         partition by range (id);
       create table part_1 partition of g_userdata_history for values from (0) to (3);
       create table part_2 partition of g_userdata_history for values from (3) to (1000)`,
    );
    await writeUserData(urls.idbUrl, session('G1'));
    await cycle(urls);
    await writeUserData(urls.idbUrl, [['G1', 'csg_TenantId', '5'], ...session('G2')]);
    await cycle(urls);
    expect(await facts(urls.martUrl)).toMatchObject([
      { media_server_ixn_guid: 'G1', tenant_key: 5 },
      { media_server_ixn_guid: 'G2', tenant_key: -2 },
    ]);
  });

  it('rows that go while they are being loaded leave a discard', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [session('G1')[0]!]);
    const holder = await connect({ url: urls.martUrl, applicationName: 'holder' });
    await holder.query('begin');
    await holder.query('lock table infomart.stg_transform_discards in access exclusive mode');
    const running = cycle(urls);
    // The run has staged the session and waits for the lock holder before it judges the session.
    await withConnection({ url: urls.martUrl, applicationName: 'watcher' }, async (watcher) => {
      for (;;) {
        const { rows } = await watcher.query('select from pg_locks where not granted');
        if (rows.length > 0) return;
        await watcher.query('select pg_sleep(0.02)');
      }
    });
    await query(urls.idbUrl, 'delete from g_userdata_history');
    await holder.query('commit');
    await holder.end();
    await running;
    expect(await discards(urls.martUrl)).toMatchObject([{ guid: 'G1', code: 15 }]);
  });

  deepTest('many values that cannot be read, sent twice, cost in proportion', async () => {
    const urls = await freshDatabases();
    const rows = (count: number): UserDataRow[] =>
      Array.from({ length: count }, (_, i) => [...session(`G${i}`), [`G${i}`, 'csg_TenantId', 'none'] as UserDataRow]).flat();
    await writeUserData(urls.idbUrl, rows(6_000));
    await cycle(urls);
    await writeUserData(urls.idbUrl, rows(6_000));
    const summary = await cycle(urls);
    expect(summary.sessions).toMatchObject({ unchanged: 6_000, reread: 0 });
    // Comparing each session with each discard used to take twenty seconds.
    expect(summary.seconds).toBeLessThan(8);
  });
});

describe('a chunk', () => {
  deepTest(
    'that would hold too much is read again in smaller ones',
    async () => {
      const urls = await freshDatabases();
      await query(
        urls.idbUrl,
        `insert into g_userdata_history (callid, keyname, value, changetype)
       select 'G' || n, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z', 1 from generate_series(1, 130000) as n;
       insert into g_userdata_history (callid, keyname, value, changetype)
       select 'G' || n, 'ChatServerSessionClosedAt', '2026-03-01T10:00:00Z', 1 from generate_series(1, 130000) as n`,
      );
      const summary = await cycle(urls);
      expect(summary).toMatchObject({ rows: 260_000, completeUntil: expect.any(String) });
      expect(
        await query(
          urls.martUrl,
          'select count(*)::int as facts, count(distinct create_audit_key)::int > 3 as cut from infomart.chat_session_fact',
        ),
      ).toEqual([{ facts: 130_000, cut: true }]);
    },
    120_000,
  );
});
