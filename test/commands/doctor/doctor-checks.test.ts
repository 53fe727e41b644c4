import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection, type Connection } from '../../../src/db/connection.js';
import { findIdbTable } from '../../../src/extract/idb-table.js';
import { checkAttachedKeys, checkRecentKeys } from '../../../src/commands/doctor/idb-keys.js';
import { checkCalendar, checkSources } from '../../../src/commands/doctor/mart.js';
import { checkClock, checkDisk, judgeSpace, checkVersion, judgeVersion } from '../../../src/commands/doctor/server.js';
import { checkIdSequence, checkIndexes } from '../../../src/commands/doctor/idb-table.js';
import { checkIdbLimits, checkIdbRights, checkLogins, checkMartRights } from '../../../src/commands/doctor/rights.js';
import { checkIdbSettings, checkMartSettings } from '../../../src/commands/doctor/settings.js';
import { checkTls, judgeTls } from '../../../src/commands/doctor/tls.js';
import { checkIdbTransactions, checkTransactions } from '../../../src/commands/doctor/transactions.js';
import type { CheckResult, IdbSubject, MartSubject, Severity } from '../../../src/commands/doctor/finding.js';
import { systemClock, type Clock } from '../../../src/model/clock.js';
import { parseAdataSpec } from '../../../src/spec/adata-spec.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { closeAfterFile } from '../../support/closers.js';
import { emptyDatabase, freshDatabases, freshIdb, freshMart, query, testClock } from '../../support/databases.js';
import { expectText } from '../../support/expect-text.js';
import { runCycle } from '../../support/histories.js';
import { migrateMart } from '../../support/jobs.js';
import { runLikePsql } from '../../support/psql-script.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { workerServer } from '../../support/worker-server.js';

const map = readKvpMap();
const connected = <T>(url: string, work: (connection: Connection) => Promise<T>, schema = 'public'): Promise<T> =>
  withConnection({ url, applicationName: 'test', schema }, work);

const noSpace = () => Promise.resolve(null);

/** Runs a check on an IDB. */
const lookAtIdb = (
  url: string,
  look: (subject: IdbSubject) => Promise<readonly CheckResult[]>,
  more: Partial<IdbSubject> = {},
): Promise<readonly CheckResult[]> =>
  connected(url, async (connection) => {
    const table = await findIdbTable(connection, 'public', undefined);
    return look({ connection, url, table, map, clock: testClock, readSpace: noSpace, state: undefined, adataSpec: undefined, ...more });
  });

/** Runs a check on a mart. */
const lookAtMart = (
  url: string,
  look: (subject: MartSubject) => Promise<readonly CheckResult[]>,
  more: Partial<MartSubject> = {},
): Promise<readonly CheckResult[]> =>
  connected(
    url,
    (connection) =>
      look({ connection, url, clock: testClock, readSpace: noSpace, schema: 'infomart', sourceNames: ['idb'], properties: {}, ...more }),
    'infomart',
  );

const severities = (found: readonly CheckResult[]): string[] => found.map(({ severity }) => severity);
/** Compares the severities and the texts of findings; what differs between runs is masked in the texts. */
function expectFindings(found: readonly CheckResult[], ...expected: readonly Severity[]): void {
  expect(severities(found)).toEqual(expected);
  expectText(
    found.map(({ severity, found: sentence, next }) =>
      `${severity}: ${sentence}${next === null ? '' : ` -> ${next}`}`
        .replace(/test_\w+/g, '<database>')
        .replace(/\b(owner|writer|analyst|reader|hand|tenant)_[0-9a-f]{8}/g, '$1')
        .replace(/(process |transaction |pg_terminate_backend\()\d+/g, '$1…')
        .replace(/\d+(\.\d+)? (MiB|s)\b/g, '… $2')
        .replace(/PostgreSQL 1[3-9]\.\d+/, 'PostgreSQL …')
        // The test clock stands in March 2026; other instants are real.
        .replace(/\b20(?!26-03-)\d\d-\d\d-\d\dT[\d:.]+Z/g, '<time>')
        .replace(/\d+ sessions? (?:is|are) hidden/, '… sessions are hidden')
        .replace(/\d+ of (the )?\d+ |(newest |and )\d+ (?=rows|more)/g, (_, the = '', before) =>
          before === undefined ? `… of ${the}… ` : `${before}… `,
        ),
    ),
  );
}

let idbUrl: string;
let martUrl: string;
beforeAll(async () => {
  ({ idbUrl, martUrl } = await freshDatabases());
});

/** Names of roles that are dropped after this file's databases; called before those are created. */
async function rolesOf<Name extends string>(...kinds: readonly Name[]): Promise<Record<Name, string>> {
  const server = await workerServer();
  const names = Object.fromEntries(kinds.map((kind) => [kind, `${kind}_${randomUUID().slice(0, 8)}`])) as Record<Name, string>;
  closeAfterFile(() => query(server.url('postgres'), kinds.map((kind) => `drop role if exists ${names[kind]};`).join(' ')));
  return names;
}

/** A database's URL with the login of a role. */
async function loginOf(role: string, url: string): Promise<string> {
  await query(url, `alter role ${role} login password 'secret'`);
  return Object.assign(new URL(url), { username: role, password: 'secret' }).toString();
}

describe('version', () => {
  test('of this server', async () => {
    expectFindings(await connected(idbUrl, (connection) => checkVersion({ connection })), 'ok');
  });

  test('too old', () => {
    const old = { number: 120_022, version: '12.22', encoding: 'UTF8' };
    expectFindings([judgeVersion(old)], 'problem');
  });
});

describe('TLS', () => {
  test('of a session on this machine', async () => {
    const found = await connected(idbUrl, (connection) => checkTls({ connection, url: idbUrl }));
    expectFindings(found, 'ok');
  });

  test.each([
    ['postgres://db.example/icon?sslmode=disable', null, 'warning'],
    ['postgres://db.example/icon?sslmode=require', 'TLSv1.3 with X', 'warning'],
    ['postgres://db.example/icon', 'TLSv1.3 with X', 'ok'],
    ['postgres://localhost/icon', 'TLSv1.3 with X', 'note'],
  ] as const)('%s, %s', (url, encryption, expected) => {
    expectFindings([judgeTls(url, encryption, new URL(url).hostname)], expected);
  });
});

describe('clock', () => {
  const check = (clock: Clock) => connected(idbUrl, (connection) => checkClock({ connection, clock }));

  test('the same', async () => {
    expectFindings(await check(systemClock), 'ok');
  });

  test.each([-600, 600])('%d s off', async (seconds) => {
    const found = await check(() => new Date(systemClock().getTime() + seconds * 1_000));
    expectFindings(found, 'warning');
    expect(Number(/([\d.]+) s /.exec(found[0]!.found)![1])).toBeCloseTo(600, -2);
  });
});

describe('transactions', () => {
  const ANY_AGE = { oldTransactionMs: 0 };

  test('none', async () => {
    expect(severities(await lookAtIdb(idbUrl, checkIdbTransactions))).toEqual(['ok']);
    expect(severities(await lookAtMart(martUrl, checkTransactions))).toEqual(['ok']);
  });

  test('open and prepared ones, and how to end each', async () => {
    await connected(idbUrl, async (icon) => {
      await icon.query('begin; select 1 from g_userdata_history');
      const ofReader = [
        await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }),
        await lookAtMart(martUrl, checkTransactions, { tuning: ANY_AGE }),
      ];
      // A transaction that only reads holds no ceiling back.
      expect(ofReader.map(severities)).toEqual([['ok'], ['note']]);
      await icon.query(`insert into g_userdata_history (callid, keyname) values ('x', 'y')`);
      expectFindings(await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }), 'warning');
      await icon.query(`prepare transaction 'it''s mine'`);
    });
    const [idb, mart] = [
      await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }),
      await lookAtMart(martUrl, checkTransactions, { tuning: ANY_AGE }),
    ];
    await query(idbUrl, `rollback prepared 'it''s mine'`);
    for (const found of [idb, mart]) expectFindings(found, 'warning');
  });

  test('none visible, for a role that does not see all', async () => {
    const role = `writer_${randomUUID().slice(0, 8)}`;
    await query(martUrl, `create role ${role} login password 'writer'`);
    closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role ${role}`));
    const url = Object.assign(new URL(martUrl), { username: role, password: 'writer' }).toString();
    await connected(martUrl, async () => expectFindings(await lookAtMart(url, checkTransactions), 'note'));
  });

  test('one whose age is hidden, but that a run saw long ago', async () => {
    await connected(idbUrl, async (icon) => {
      await icon.query(`begin; insert into g_userdata_history (callid, keyname) values ('x', 'y')`);
      const [{ xmax }] = (await query(martUrl, 'select (pg_current_xact_id()::text::numeric + 1)::text as xmax')) as [{ xmax: string }];
      const marks = [{ xmax: BigInt(xmax), maxId: 0, takenAt: new Date(systemClock().getTime() - 600_000) }];
      const found = await lookAtIdb(idbUrl, checkIdbTransactions, { state: { marks } as unknown as IdbSubject['state'] });
      expectFindings(found, 'warning');
      await icon.query('rollback');
    });
  });
});

describe('settings', () => {
  const lookAt = async (settings: readonly string[]) => {
    const url = await emptyDatabase();
    for (const setting of settings) await query(url, `alter database ${new URL(url).pathname.slice(1)} set ${setting}`);
    return {
      mart: await lookAtMart(url, checkMartSettings),
      idb: await connected(url, (connection) => checkIdbSettings({ connection })),
    };
  };

  test('none that matter', async () => {
    const { mart, idb } = await lookAt(['synchronous_commit to local']);
    // Test servers run without fsync.
    expectFindings(mart, 'warning', 'ok');
    expectFindings(idb, 'ok');
  });

  test('some that each session overrides, some that it cannot', async () => {
    const { mart, idb } = await lookAt([
      'default_transaction_isolation to serializable',
      "DateStyle to 'German'",
      'synchronous_commit to off',
      'track_activities to off',
      'session_replication_role to replica',
    ]);
    expectFindings(mart, 'warning', 'note', 'note', 'note', 'ok');
    expectFindings(idb, 'note', 'ok');
  });

  test('read-only: a problem of the mart, but not for a reader, nor of an IDB', async () => {
    const { mart, idb } = await lookAt(['default_transaction_read_only to on']);
    expectFindings(mart, 'problem', 'warning', 'note', 'ok');
    expectFindings(idb, 'ok');
    const role = `reader_${randomUUID().slice(0, 8)}`;
    await query(martUrl, `create role ${role} login password 'reader'; alter role ${role} set default_transaction_read_only to on`);
    closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role ${role}`));
    const url = Object.assign(new URL(martUrl), { username: role, password: 'reader' }).toString();
    expectFindings(await lookAtMart(url, checkMartSettings), 'warning', 'warning', 'note', 'ok');
  });
});

describe('disk', () => {
  const check = (readSpace: IdbSubject['readSpace']) => connected(martUrl, (connection) => checkDisk({ connection, readSpace }));
  const GIB = 1024 ** 3;

  test('of a server on this machine', async () => {
    const asked: string[] = [];
    const found = await check((folder) => {
      asked.push(folder);
      return Promise.resolve({ freeBytes: 50 * GIB, allBytes: 100 * GIB });
    });
    expectFindings(found, 'ok');
    expect(asked).toEqual((await query<{ data_directory: string }>(martUrl, 'show data_directory')).map((row) => row.data_directory));
  });

  test('of another machine', async () => {
    expectFindings(await check(noSpace), 'note');
  });

  test.each([
    [GIB - 1, 100 * GIB, 0, 'problem'],
    [4 * GIB, 100 * GIB, 0, 'warning'],
    [6 * GIB, 100 * GIB, 0, 'ok'],
    [6 * GIB, 100 * GIB, 61 * GIB, 'warning'],
  ] as const)('%d of %d bytes free beside %d', (freeBytes, allBytes, bytes, severity) => {
    expect(judgeSpace('', { freeBytes, allBytes }, bytes).severity).toBe(severity);
  });
});

describe('rights on the mart', () => {
  test('of a superuser, of the writer, of the analyst, and of one that lacks some', async () => {
    const roles = await rolesOf('owner', 'writer', 'analyst');
    const url = await freshMart();
    await runLikePsql(url, packageFile('deploy', 'roles-mart.sql'), { ...roles, mart_schema: 'infomart' });
    const [writer, analyst] = [await loginOf(roles.writer, url), await loginOf(roles.analyst, url)];
    expectFindings(await lookAtMart(url, checkMartRights), 'note');
    expectFindings(await lookAtMart(writer, checkMartRights), 'ok');
    expectFindings(await lookAtMart(analyst, checkMartRights), 'warning');

    await query(
      url,
      `revoke update on infomart.chatmart_source from "${roles.writer}"; revoke temporary on database "${new URL(url).pathname.slice(1)}" from "${roles.writer}"`,
    );
    const lacking = await lookAtMart(writer, checkMartRights);
    expectFindings(lacking, 'problem', 'problem');
    // The commands that the findings suggest must help.
    for (const { next } of lacking) await query(url, next!.slice(next!.indexOf('grant')));
    expect(severities(await lookAtMart(writer, checkMartRights))).toEqual(['ok']);

    await query(url, `revoke select on infomart.ctl_ds from "${roles.writer}"`);
    expectFindings(await lookAtMart(writer, checkMartRights), 'problem');
  });
});

describe('logins', () => {
  test('that begin as they should, that somebody made by hand, and roles of tenants', async () => {
    const roles = await rolesOf('owner', 'writer', 'analyst', 'hand', 'tenant');
    const url = await freshMart();
    const script = { ...roles, mart_schema: 'infomart' };
    await runLikePsql(url, packageFile('deploy', 'roles-mart.sql'), script);
    expectFindings(await lookAtMart(url, checkLogins), 'ok');
    await query(
      url,
      `create role "${roles.hand}" login; grant usage on schema chat to "${roles.hand}"; grant select on chat.sessions to "${roles.hand}"`,
    );
    const [found] = await lookAtMart(url, checkLogins);
    expect(found).toMatchObject({
      severity: 'warning',
      found: expect.stringContaining(`${roles.hand} begin without read-only;`) as string,
    });
    await runLikePsql(url, packageFile('deploy', 'roles-mart.sql'), script);
    expectFindings(await lookAtMart(url, checkLogins), 'ok');

    const { user } = (await query<{ user: string }>(url, 'select current_user::text as user'))[0]!;
    await runLikePsql(url, packageFile('deploy', 'roles-tenant.sql'), { owner: user, role: roles.tenant, tenant: 'all' });
    expectFindings(await lookAtMart(url, checkLogins), 'ok', 'ok', 'problem');
    const expectToHelp = async (): Promise<void> => {
      await runLikePsql(url, packageFile('deploy', 'roles-tenant.sql'), { owner: user, role: roles.tenant, tenant: 'all' });
      await migrateMart({ martUrl: url, martSchema: 'infomart' });
      expectFindings(await lookAtMart(url, checkLogins), 'ok', 'ok');
    };
    await expectToHelp();
    await query(url, 'drop schema chat_tenant cascade');
    expectFindings(await lookAtMart(url, checkLogins), 'ok', 'ok', 'problem');
    await expectToHelp();
    await query(url, `grant "${roles.analyst}" to "${roles.tenant}"`);
    expectFindings(await lookAtMart(url, checkLogins), 'ok', 'problem');
    await query(url, `drop owned by "${roles.tenant}"; drop role "${roles.tenant}"`);
    const missing = await lookAtMart(url, checkLogins);
    expectFindings(missing, 'ok', 'warning');
    await query(url, `set search_path to infomart; ${missing[1]!.next!.replace(/^.*?run: /, '')}`);
    expectFindings(await lookAtMart(url, checkLogins), 'ok');
  });
});

describe('the role on the IDB', () => {
  let url: string;
  let role: string;
  beforeAll(async () => {
    ({ reader: role } = await rolesOf('reader'));
    const idb = await freshIdb();
    await runLikePsql(idb, packageFile('deploy', 'roles-idb.sql'), { reader: role, idb_schema: 'public', idb_table: 'g_userdata_history' });
    url = await loginOf(role, idb);
  });

  test('may read, and no more', async () => {
    expectFindings(await lookAtIdb(url, checkIdbRights), 'ok');
    expectFindings(await lookAtIdb(idbUrl, checkIdbRights), 'warning');
    await query(idbUrlOf(url), `grant insert, delete on g_userdata_history to "${role}"`);
    expectFindings(await lookAtIdb(url, checkIdbRights), 'warning');
  });

  test('has limits that leave enough', async () => {
    expectFindings(await lookAtIdb(idbUrl, checkIdbLimits), 'ok');
    expectFindings(await lookAtIdb(url, checkIdbLimits), 'ok');
    await query(idbUrlOf(url), `alter role "${role}" connection limit 3; alter role "${role}" set temp_file_limit to '1GB'`);
    const found = await lookAtIdb(url, checkIdbLimits);
    expectFindings(found, 'warning', 'note', 'ok');
  });

  /** Another database, with the tests' login. */
  const idbUrlOf = (of: string): string => Object.assign(new URL(idbUrl), { pathname: new URL(of).pathname }).toString();
});

describe('indexes', () => {
  test('present, missing, and created by the suggested statement', async () => {
    const url = await freshIdb();
    expectFindings(await lookAtIdb(url, checkIndexes), 'ok');
    await query(
      url,
      'drop index idx_g_ud_h_ats, idx_g_ud_h_callid; create index on g_userdata_history (added_ts) where added_ts > 5; create index on g_userdata_history (keyname, callid)',
    );
    const found = await lookAtIdb(url, checkIndexes);
    expectFindings(found, 'warning', 'problem');
    for (const { next } of found) await query(url, next!.replace(/^.*?run: /, ''));
    expect(severities(await lookAtIdb(url, checkIndexes))).toEqual(['ok']);
  });

  test('of partitions, each; of a view, none', async () => {
    const url = await freshIdb();
    await query(
      url,
      `alter table g_userdata_history rename to plain;
      create table g_userdata_history (like plain) partition by range (id);
      create table part_1 partition of g_userdata_history for values from (0) to (10);
      create index on part_1 (id); create index on part_1 (callid)`,
    );
    expectFindings(await lookAtIdb(url, checkIndexes), 'warning');
    await query(url, 'drop table g_userdata_history; create view g_userdata_history as table plain');
    expectFindings(await lookAtIdb(url, checkIndexes), 'note');
  });
});

describe('sequence of the ids', () => {
  test('without a cache, with a small and a large one, and without a sequence', async () => {
    const url = await freshIdb();
    expectFindings(await lookAtIdb(url, checkIdSequence), 'ok');
    await query(url, 'alter sequence g_userdata_history_id_seq cache 20');
    expectFindings(await lookAtIdb(url, checkIdSequence), 'note');
    await query(url, 'alter sequence g_userdata_history_id_seq cache 2000');
    expectFindings(await lookAtIdb(url, checkIdSequence), 'warning');
    await query(
      url,
      `create sequence other cache 20; alter sequence g_userdata_history_id_seq owned by none;
      alter table g_userdata_history alter id set default nextval('other')`,
    );
    expectFindings(await lookAtIdb(url, checkIdSequence), 'note');
    await query(url, 'alter table g_userdata_history alter id drop default');
    expectFindings(await lookAtIdb(url, checkIdSequence), 'note');
  });
});

const NOW = testClock().getTime() / 1000;
const ofKeys = (keys: readonly string[], addedTs = NOW - 60): UserDataRow[] => keys.map((key) => ['1', key, '1', addedTs]);
const MAPPED = map.keys.map(({ kvp }) => kvp);

describe('keys of the last day', () => {
  test.each<[string, UserDataRow[], Severity]>([
    ['none at all', [], 'warning'],
    ['old ones', ofKeys(MAPPED, NOW - 86_401), 'warning'],
    ['of others only', ofKeys(['Subject']), 'problem'],
    ['of chats a day ago', [...ofKeys(MAPPED, NOW - 86_401), ...ofKeys(['Subject'])], 'warning'],
    ['of chats', ofKeys(MAPPED), 'ok'],
    ['of a day to come', ofKeys(MAPPED, NOW + 4_000), 'warning'],
  ])('%s', async (_, rows, expected) => {
    const url = await freshIdb();
    await writeUserData(url, rows);
    expectFindings(await lookAtIdb(url, checkRecentKeys), expected);
  });

  test('are found behind any number of newer rows of others', async () => {
    const url = await freshIdb();
    await writeUserData(url, ofKeys(MAPPED, NOW - 3_600));
    await query(
      url,
      `insert into g_userdata_history (callid, keyname, added_ts) select 'voice', 'Subject', ${NOW - 60} from generate_series(1, 20000)`,
    );
    expectFindings(await lookAtIdb(url, checkRecentKeys), 'ok');
  });

  test('without a time', async () => {
    const url = await freshIdb();
    await query(url, `insert into g_userdata_history (callid, keyname) values ('1', 'Subject')`);
    expectFindings(await lookAtIdb(url, checkRecentKeys), 'note');
  });
});

describe('attached keys', () => {
  const spec = (keys: readonly string[]) =>
    parseAdataSpec(
      `<adata><public>${keys.map((key) => `<key name="${key}" source="userdata" history="all"/>`).join('')}</public></adata>`,
      'spec.xml',
    );
  const look = async (rows: readonly UserDataRow[], adataSpec?: ReturnType<typeof spec>) => {
    const url = await freshIdb();
    await writeUserData(url, rows);
    return lookAtIdb(url, checkAttachedKeys, { adataSpec });
  };

  test('all come', async () => {
    const found = await look([...ofKeys(MAPPED), ...ofKeys(['Subject'])]);
    expectFindings(found, 'ok');
    expect(found[0]!.found.match(/\d+/g)!.map(Number)).toEqual([MAPPED.length, MAPPED.length, MAPPED.length + 1, 1]);
  });

  test('keys that only some sessions have may be missing, others may not', async () => {
    const always = map.keys.filter(({ attached }) => attached === 'always').map(({ kvp }) => kvp);
    const usual = map.keys.filter(({ attached }) => ['always', 'statistics'].includes(attached)).map(({ kvp }) => kvp);
    expect(severities(await look(ofKeys(usual)))).toEqual(['ok']);
    expectFindings(await look(ofKeys(always)), 'warning');
    expect(severities(await look(ofKeys(['Subject'])))).toEqual(['note']);
  });

  test('a specification that does and does not match', async () => {
    const all = spec(MAPPED);
    expect(severities(await look(ofKeys(MAPPED), all))).toEqual(['ok', 'ok']);
    const without = MAPPED.filter((kvp) => kvp !== 'csg_MediaOrigin');
    expectFindings((await look(ofKeys(MAPPED), spec(without))).slice(1), 'warning', 'warning');
    const absent = await look(ofKeys(MAPPED.filter((kvp) => kvp !== 'csg_SessionTotalTime')), all);
    expectFindings(absent.slice(1), 'warning');
  });
});

describe('calendar', () => {
  test('reaches far enough, ends soon, starts too late, is empty', async () => {
    const url = await freshMart();
    expectFindings(await lookAtMart(url, checkCalendar), 'ok');
    const later = () => new Date('2027-12-02T00:00:00Z');
    expectFindings(await lookAtMart(url, checkCalendar, { clock: later }), 'warning');
    await query(
      url,
      `insert into infomart.chat_session_fact (media_server_ixn_guid, start_date_time_key, end_date_time_key, tenant_key, media_type_key, chat_session_dim_key, create_audit_key, start_ts, end_ts)
      values ('old', 1514764800, 1514764800, 1, 1, -2, 0, 1514764800, 1514764800)`,
    );
    expectFindings(await lookAtMart(url, checkCalendar), 'problem');
    await query(url, 'delete from infomart.date_time');
    expectFindings(await lookAtMart(url, checkCalendar), 'problem');
  });
});

describe('sources', () => {
  test('never read, read, late, held back, forgotten', async () => {
    const urls = await freshDatabases();
    const look = (more: Partial<MartSubject> = {}) => lookAtMart(urls.martUrl, checkSources, { clock: systemClock, ...more });
    expectFindings(await look(), 'note');
    await runCycle(urls, { clock: systemClock });
    expectFindings(await look(), 'ok');
    const later: Clock = () => new Date(systemClock().getTime() + 4 * 3_600_000);
    expectFindings(await look({ clock: later }), 'warning');
    await query(urls.martUrl, `update infomart.chatmart_source set complete_until = complete_until - interval '4 hours'`);
    expectFindings(await look(), 'warning');
    await query(urls.martUrl, `update infomart.chatmart_source set complete_until = null`);
    expectFindings(await look(), 'warning');
    expect(severities(await look({ sourceNames: ['idb', 'idb2'] }))).toEqual(['warning', 'note']);
    expectFindings(await look({ sourceNames: ['idb2'] }), 'note', 'note');
    // If only the mart is configured, no source was forgotten.
    expectFindings(await look({ sourceNames: [] }), 'warning');
  });
});
