import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection, type Connection } from '../../../src/db/connection.js';
import { findIdbTable } from '../../../src/extract/idb-table.js';
import { checkAttachedKeys, checkRecentKeys } from '../../../src/commands/doctor/idb-keys.js';
import { checkCalendar, checkSources } from '../../../src/commands/doctor/mart.js';
import { checkClock, checkDisk, judgeSpace, checkVersion, judgeVersion } from '../../../src/commands/doctor/server.js';
import { checkIdSequence, checkIndexes } from '../../../src/commands/doctor/idb-table.js';
import { checkIdbLimits, checkIdbRights, checkMartRights } from '../../../src/commands/doctor/rights.js';
import { checkIdbSettings, checkMartSettings } from '../../../src/commands/doctor/settings.js';
import { checkTls, judgeTls } from '../../../src/commands/doctor/tls.js';
import { checkIdbTransactions, checkTransactions } from '../../../src/commands/doctor/transactions.js';
import type { CheckResult, IdbSubject, MartSubject } from '../../../src/commands/doctor/finding.js';
import { systemClock, type Clock } from '../../../src/model/clock.js';
import { parseAdataSpec } from '../../../src/spec/adata-spec.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { closeAfterFile } from '../../support/closers.js';
import { emptyDatabase, freshDatabases, freshIdb, freshMart, query, testClock } from '../../support/databases.js';
import { runCycle } from '../../support/histories.js';
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
    (connection) => look({ connection, url, clock: testClock, readSpace: noSpace, schema: 'infomart', sourceNames: ['idb'], ...more }),
    'infomart',
  );

const severities = (found: readonly CheckResult[]): string[] => found.map(({ severity }) => severity);
/** Severity, sentence and next step of the only finding, without values that differ between runs. */
const only = (found: readonly CheckResult[]): string => {
  expect(found).toHaveLength(1);
  const [{ severity, found: sentence, next }] = found as [CheckResult];
  return `${severity}: ${sentence}${next === null ? '' : ` -> ${next}`}`;
};

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
    expect(only(await connected(idbUrl, (connection) => checkVersion({ connection })))).toMatch(/^ok: PostgreSQL \d+\.\d+, encoding UTF8$/);
  });

  test('too old', () => {
    const old = { number: 120_022, version: '12.22', encoding: 'UTF8' };
    expect(judgeVersion(old)).toEqual({
      severity: 'problem',
      found: 'its server is PostgreSQL 12.22',
      next: 'Upgrade it: PostgreSQL 13 or newer is needed.',
    });
  });
});

describe('TLS', () => {
  test('of a session on this machine', async () => {
    const found = await connected(idbUrl, (connection) => checkTls({ connection, url: idbUrl }));
    expect(only(found)).toBe('ok: the session with 127.0.0.1 is not encrypted; it does not leave this machine');
  });

  test.each([
    [
      'postgres://db.example/icon?sslmode=disable',
      null,
      /^warning: the session with db\.example is not encrypted \(sslmode disable\).* -> .*verify-full/,
    ],
    [
      'postgres://db.example/icon?sslmode=require',
      'TLSv1.3 with X',
      /^warning: .*\(TLSv1\.3 with X\), but sslmode require does not verify the server -> .*verify-full/,
    ],
    [
      'postgres://db.example/icon',
      'TLSv1.3 with X',
      /^ok: the session with db\.example is encrypted \(TLSv1\.3 with X\), its certificate verified$/,
    ],
    ['postgres://localhost/icon', 'TLSv1.3 with X', /^note: .* does not verify the server on this machine$/],
  ])('%s, %s', (url, encryption, expected) => {
    expect(only([judgeTls(url, encryption, new URL(url).hostname)])).toMatch(expected);
  });
});

describe('clock', () => {
  const check = (clock: Clock) => connected(idbUrl, (connection) => checkClock({ connection, clock }));

  test('the same', async () => {
    expect(only(await check(systemClock))).toMatch(/^ok: its clock and this machine's differ by \d+\.\d s$/);
  });

  test.each([
    [-600, 'ahead of'],
    [600, 'behind'],
  ])('%d s off', async (seconds, words) => {
    const found = await check(() => new Date(systemClock().getTime() + seconds * 1_000));
    expect(only(found)).toMatch(new RegExp(`^warning: its clock is (59\\d|6\\d\\d)\\.\\d s ${words} this machine's`));
  });
});

describe('transactions', () => {
  const ANY_AGE = { oldTransactionMs: 0 };

  test('none', async () => {
    expect(severities(await lookAtIdb(idbUrl, checkIdbTransactions))).toEqual(['ok']);
    expect(severities(await lookAtMart(martUrl, checkTransactions))).toEqual(['ok']);
  });

  test('open and prepared ones, and how each is ended', async () => {
    await connected(idbUrl, async (icon) => {
      await icon.query('begin; select 1 from g_userdata_history');
      const ofReader = [
        await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }),
        await lookAtMart(martUrl, checkTransactions, { tuning: ANY_AGE }),
      ];
      // A transaction that only reads holds no ceiling back.
      expect(ofReader.map(severities)).toEqual([['ok'], ['note']]);
      await icon.query(`insert into g_userdata_history (callid, keyname) values ('x', 'y')`);
      expect(only(await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }))).toMatch(
        /^warning: process \d+ \(database test_\w+, user \S+\) has been open for 0 minutes; it holds the ceiling back -> .*pg_terminate_backend\(\d+\);$/,
      );
      await icon.query(`prepare transaction 'it''s mine'`);
    });
    const [idb, mart] = [
      await lookAtIdb(idbUrl, checkIdbTransactions, { tuning: ANY_AGE }),
      await lookAtMart(martUrl, checkTransactions, { tuning: ANY_AGE }),
    ];
    await query(idbUrl, `rollback prepared 'it''s mine'`);
    for (const found of [idb, mart])
      expect(only(found)).toMatch(
        /^warning: prepared transaction 'it''s mine' .* -> In database test_\w+ run: rollback prepared 'it''s mine';/,
      );
  });

  test('none that are shown, where a role is not shown all', async () => {
    const role = `writer_${randomUUID().slice(0, 8)}`;
    await query(martUrl, `create role ${role} login password 'writer'`);
    closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role ${role}`));
    const url = Object.assign(new URL(martUrl), { username: role, password: 'writer' }).toString();
    await connected(martUrl, async () =>
      expect(only(await lookAtMart(url, checkTransactions))).toMatch(
        /^note: no transaction that this role can see has been open .*; \d+ sessions? (is|are) hidden from it -> .*pg_read_all_stats/,
      ),
    );
  });

  test('one whose age is hidden, but that a run found open long ago', async () => {
    await connected(idbUrl, async (icon) => {
      await icon.query(`begin; insert into g_userdata_history (callid, keyname) values ('x', 'y')`);
      const [{ xmax }] = (await query(martUrl, 'select (pg_current_xact_id()::text::numeric + 1)::text as xmax')) as [{ xmax: string }];
      const marks = [{ xmax: BigInt(xmax), maxId: 0, takenAt: new Date(systemClock().getTime() - 600_000) }];
      const found = await lookAtIdb(idbUrl, checkIdbTransactions, { state: { marks } as unknown as IdbSubject['state'] });
      expect(only(found)).toMatch(/^warning: transaction \d+ has held the ceiling back since .* -> Run chatmart status: /);
      await icon.query('rollback');
    });
  });
});

describe('settings', () => {
  // Test servers run without these settings.
  const NOT_DURABLE =
    /^warning: fsync and full_page_writes are off; .* -> As a superuser there, run: alter system set fsync to on; alter system set full_page_writes to on; /;
  const texts = (found: readonly CheckResult[]): string[] =>
    found.map(({ severity, found: text, next }) =>
      `${severity}: ${text}${next === null ? '' : ` -> ${next}`}`.replace(/test_\w+/g, '<name>'),
    );
  const lookAt = async (settings: readonly string[]): Promise<{ readonly mart: string[]; readonly idb: string[] }> => {
    const url = await emptyDatabase();
    for (const setting of settings) await query(url, `alter database ${new URL(url).pathname.slice(1)} set ${setting}`);
    return {
      mart: texts(await lookAtMart(url, checkMartSettings)),
      idb: texts(await connected(url, (connection) => checkIdbSettings({ connection }))),
    };
  };

  test('none that matter', async () => {
    const OK = 'ok: no setting of its sessions changes the meaning of a statement';
    const { mart, idb } = await lookAt(['synchronous_commit to local']);
    expect(mart).toEqual([expect.stringMatching(NOT_DURABLE), OK]);
    expect(idb).toEqual([OK]);
  });

  test('some that each session sets back, some that it cannot', async () => {
    const { mart, idb } = await lookAt([
      'default_transaction_isolation to serializable',
      "DateStyle to 'German'",
      'synchronous_commit to off',
      'track_activities to off',
      'session_replication_role to replica',
    ]);
    const SET_BACK = 'ok: each session overrides these settings: DateStyle = German, DMY, default_transaction_isolation = serializable';
    const NOT_TRACKED = expect.stringMatching(/^note: track_activities is off; .* -> .*alter system set track_activities to on;/) as string;
    expect(mart).toEqual([
      expect.stringMatching(NOT_DURABLE),
      'note: synchronous_commit = off is set for its sessions; sessions of chatmart use local instead',
      'note: session_replication_role = replica is set for its sessions; triggers that were added to the mart do not fire for loaded rows',
      NOT_TRACKED,
      SET_BACK,
    ]);
    expect(idb).toEqual([NOT_TRACKED, SET_BACK]);
  });

  test('a mart that is read only is a problem; for a reader it is right, for an IDB as well', async () => {
    const { mart, idb } = await lookAt(['default_transaction_read_only to on']);
    expect(mart[0]).toMatch(
      /^problem: it is set to read-only \(default_transaction_read_only = on, set for database <name>\); only report, status, sql and discards list work -> .*free space first[.] .*alter database "<name>" reset default_transaction_read_only;$/,
    );
    expect(idb).toHaveLength(1);
    const role = `reader_${randomUUID().slice(0, 8)}`;
    await query(martUrl, `create role ${role} login password 'reader'; alter role ${role} set default_transaction_read_only to on`);
    closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role ${role}`));
    const url = Object.assign(new URL(martUrl), { username: role, password: 'reader' }).toString();
    expect(texts(await lookAtMart(url, checkMartSettings))[0]).toMatch(
      /^warning: it is set to read-only \(.*, set for role reader_\w+\); .* -> Jobs need the writer/,
    );
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
    expect(only(found)).toMatch(/^ok: the database takes \d+ MiB; 50\.0 GiB of 100\.0 GiB are free$/);
    expect(asked).toEqual((await query<{ data_directory: string }>(martUrl, 'show data_directory')).map((row) => row.data_directory));
  });

  test('of another machine', async () => {
    expect(only(await check(noSpace))).toMatch(/^note: the database takes \d+ MiB; SQL cannot tell the free disk space of its server -> /);
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
    expect(only(await lookAtMart(url, checkMartRights))).toMatch(/^note: \S+ is a superuser/);
    expect(only(await lookAtMart(writer, checkMartRights))).toBe(`ok: ${roles.writer} can load the mart`);
    expect(only(await lookAtMart(analyst, checkMartRights))).toMatch(/^warning: analyst_\S+ can only read/);

    await query(
      url,
      `revoke update on infomart.chatmart_source from "${roles.writer}"; revoke temporary on database "${new URL(url).pathname.slice(1)}" from "${roles.writer}"`,
    );
    const lacking = await lookAtMart(writer, checkMartRights);
    expect(severities(lacking)).toEqual(['problem', 'problem']);
    expect(lacking[0]!.found).toBe(`${roles.writer} cannot write chatmart_source`);
    expect(lacking[1]!.next).toContain('grant temporary on database');
    // The commands that the findings suggest must help.
    for (const { next } of lacking) await query(url, next!.slice(next!.indexOf('grant')));
    expect(severities(await lookAtMart(writer, checkMartRights))).toEqual(['ok']);

    await query(url, `revoke select on infomart.ctl_ds from "${roles.writer}"`);
    expect(only(await lookAtMart(writer, checkMartRights))).toMatch(
      /^problem: writer_\S+ cannot read ctl_ds -> .*grant select on all tables/,
    );
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
    expect(only(await lookAtIdb(url, checkIdbRights))).toBe(`ok: ${role} can read public.g_userdata_history and cannot change it`);
    expect(only(await lookAtIdb(idbUrl, checkIdbRights))).toMatch(/^warning: \S+ is a superuser there/);
    await query(idbUrlOf(url), `grant insert, delete on g_userdata_history to "${role}"`);
    expect(only(await lookAtIdb(url, checkIdbRights))).toMatch(
      /^warning: reader_\S+ can change public\.g_userdata_history \(INSERT, DELETE\)/,
    );
  });

  test('has limits that leave enough', async () => {
    expect(only(await lookAtIdb(idbUrl, checkIdbLimits))).toMatch(/^ok: no limits are set/);
    expect(only(await lookAtIdb(url, checkIdbLimits))).toBe(
      `ok: set for sessions of ${role}: default_transaction_read_only = on, idle_in_transaction_session_timeout = 600000ms, lock_timeout = 60000ms; jobs set their own time limits`,
    );
    await query(idbUrlOf(url), `alter role "${role}" connection limit 3; alter role "${role}" set temp_file_limit to '1GB'`);
    const found = await lookAtIdb(url, checkIdbLimits);
    expect(severities(found)).toEqual(['warning', 'note', 'ok']);
    expect(found[0]).toMatchObject({
      found: `${role} is limited to 3 sessions; a run beside a backfill needs up to 6`,
      next: expect.stringContaining('connection limit 20') as string,
    });
    expect(found[1]!.found).toContain('temp_file_limit = 1048576kB');
  });

  /** Another database, with the tests' login. */
  const idbUrlOf = (of: string): string => Object.assign(new URL(idbUrl), { pathname: new URL(of).pathname }).toString();
});

describe('indexes', () => {
  test('there, missing and made as it is told', async () => {
    const url = await freshIdb();
    expect(only(await lookAtIdb(url, checkIndexes))).toBe('ok: indexes begin with id, callid, added_ts');
    await query(
      url,
      'drop index idx_g_ud_h_ats, idx_g_ud_h_callid; create index on g_userdata_history (added_ts) where added_ts > 5; create index on g_userdata_history (keyname, callid)',
    );
    const found = await lookAtIdb(url, checkIndexes);
    expect(found.map(({ severity, next }) => [severity, next])).toEqual([
      ['warning', 'As the owner of the IDB, run: create index concurrently on public.g_userdata_history (added_ts);'],
      ['problem', 'As the owner of the IDB, run: create index concurrently on public.g_userdata_history (callid);'],
    ]);
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
    expect(only(await lookAtIdb(url, checkIndexes))).toMatch(/^warning: public\.part_1 has no index that begins with ADDED_TS/);
    await query(url, 'drop table g_userdata_history; create view g_userdata_history as table plain');
    expect(only(await lookAtIdb(url, checkIndexes))).toMatch(/^note: public\.g_userdata_history is a view/);
  });
});

describe('sequence of the ids', () => {
  test('without store, with one, with a large one, and none', async () => {
    const url = await freshIdb();
    expect(only(await lookAtIdb(url, checkIdSequence))).toBe('ok: sequence public.g_userdata_history_id_seq has no cache');
    await query(url, 'alter sequence g_userdata_history_id_seq cache 20');
    expect(only(await lookAtIdb(url, checkIdSequence))).toMatch(/^note: sequence \S+ has a cache of 20/);
    await query(url, 'alter sequence g_userdata_history_id_seq cache 2000');
    expect(only(await lookAtIdb(url, checkIdSequence))).toMatch(
      /^warning: .* has a cache of 2000.* -> .*: alter sequence public\.g_userdata_history_id_seq cache 1;$/,
    );
    await query(
      url,
      `create sequence other cache 20; alter sequence g_userdata_history_id_seq owned by none;
      alter table g_userdata_history alter id set default nextval('other')`,
    );
    expect(only(await lookAtIdb(url, checkIdSequence))).toMatch(/^note: sequence public\.other has a cache of 20/);
    await query(url, 'alter table g_userdata_history alter id drop default');
    expect(only(await lookAtIdb(url, checkIdSequence))).toMatch(/^note: the ids of public\.g_userdata_history come from no sequence/);
  });
});

const NOW = testClock().getTime() / 1000;
const ofKeys = (keys: readonly string[], addedTs = NOW - 60): UserDataRow[] => keys.map((key) => ['1', key, '1', addedTs]);
const MAPPED = map.keys.map(({ kvp }) => kvp);

describe('keys of the last day', () => {
  test.each<[string, UserDataRow[], RegExp]>([
    ['none at all', [], /^warning: it has no rows/],
    [
      'old ones',
      ofKeys(MAPPED, NOW - 86_401),
      /^warning: ICON has stored nothing since 2026-03-03T05:06:06\.000Z -> Check that ICON is running/,
    ],
    ['of others only', ofKeys(['Subject']), /^problem: rows arrived in the last day, but none .* -> Usually .*attach-session-statistics/],
    [
      'of chats a day ago',
      [...ofKeys(MAPPED, NOW - 86_401), ...ofKeys(['Subject'])],
      /^warning: rows arrived in the last day, but none of a chat session since 2026-03-03/,
    ],
    ['of chats', ofKeys(MAPPED), /^ok: the newest row of a chat session was stored at 2026-03-04T05:05:07\.000Z$/],
    ['of a day to come', ofKeys(MAPPED, NOW + 4_000), /^warning: .* which is in the future/],
  ])('%s', async (_, rows, expected) => {
    const url = await freshIdb();
    await writeUserData(url, rows);
    expect(only(await lookAtIdb(url, checkRecentKeys))).toMatch(expected);
  });

  test('are found behind any number of newer rows of others', async () => {
    const url = await freshIdb();
    await writeUserData(url, ofKeys(MAPPED, NOW - 3_600));
    await query(
      url,
      `insert into g_userdata_history (callid, keyname, added_ts) select 'voice', 'Subject', ${NOW - 60} from generate_series(1, 20000)`,
    );
    expect(only(await lookAtIdb(url, checkRecentKeys))).toBe('ok: the newest row of a chat session was stored at 2026-03-04T04:06:07.000Z');
  });

  test('without a time', async () => {
    const url = await freshIdb();
    await query(url, `insert into g_userdata_history (callid, keyname) values ('1', 'Subject')`);
    expect(only(await lookAtIdb(url, checkRecentKeys))).toBe('note: no row has the time at which ICON stored it');
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
    expect(only(await look([...ofKeys(MAPPED), ...ofKeys(['Subject'])]))).toBe(
      `ok: ${MAPPED.length} of the ${MAPPED.length} mapped keys are in the newest ${MAPPED.length + 1} rows; ignored: Subject 1`,
    );
  });

  test('those that only some sessions have may be missing, others not', async () => {
    const always = map.keys.filter(({ attached }) => attached === 'always').map(({ kvp }) => kvp);
    const usual = map.keys.filter(({ attached }) => ['always', 'statistics'].includes(attached)).map(({ kvp }) => kvp);
    expect(severities(await look(ofKeys(usual)))).toEqual(['ok']);
    expect(only(await look(ofKeys(always)))).toMatch(
      /^warning: \d+ of \d+ keys that every session should have are missing from the newest 4 rows: .* and \d+ more -> .*attach-session-statistics/,
    );
    expect(severities(await look(ofKeys(['Subject'])))).toEqual(['note']);
  });

  test('a specification says what ICON does, or not', async () => {
    const all = spec(MAPPED);
    expect(severities(await look(ofKeys(MAPPED), all))).toEqual(['ok', 'ok']);
    const without = MAPPED.filter((kvp) => kvp !== 'csg_MediaOrigin');
    expect((await look(ofKeys(MAPPED), spec(without))).map(({ found }) => found).slice(1)).toEqual([
      'spec.xml does not capture keys that arrive anyway: csg_MediaOrigin',
      'spec.xml does not capture 1 mapped key',
    ]);
    const absent = await look(ofKeys(MAPPED.filter((kvp) => kvp !== 'csg_SessionTotalTime')), all);
    expect(absent.map(({ found }) => found)[1]).toBe(
      `spec.xml captures keys that are missing from the newest ${MAPPED.length - 1} rows: csg_SessionTotalTime`,
    );
  });
});

describe('calendar', () => {
  test('reaches far enough, ends soon, begins too late, is empty', async () => {
    const url = await freshMart();
    expect(only(await lookAtMart(url, checkCalendar))).toBe('ok: DATE_TIME covers 2026-01-01 to 2027-12-31 (UTC)');
    const later = () => new Date('2027-12-02T00:00:00Z');
    expect(only(await lookAtMart(url, checkCalendar, { clock: later }))).toMatch(/^warning: DATE_TIME covers .* -> Run chatmart migrate: /);
    await query(
      url,
      `insert into infomart.chat_session_fact (media_server_ixn_guid, start_date_time_key, end_date_time_key, tenant_key, media_type_key, chat_session_dim_key, create_audit_key, start_ts, end_ts)
      values ('old', 1514764800, 1514764800, 1, 1, -2, 0, 1514764800, 1514764800)`,
    );
    expect(only(await lookAtMart(url, checkCalendar))).toMatch(/^problem: .*, but the oldest session began on 2018-01-01 -> /);
    await query(url, 'delete from infomart.date_time');
    expect(only(await lookAtMart(url, checkCalendar))).toMatch(/^problem: DATE_TIME is empty/);
  });
});

describe('sources', () => {
  test('never read, read, late, held back, forgotten', async () => {
    const urls = await freshDatabases();
    const look = (more: Partial<MartSubject> = {}) => lookAtMart(urls.martUrl, checkSources, { clock: systemClock, ...more });
    expect(only(await look())).toMatch(/^note: source idb has never been read -> Run chatmart run/);
    await runCycle(urls, { clock: systemClock });
    expect(only(await look())).toMatch(/^ok: the last run of source idb was at .*, complete until /);
    const later: Clock = () => new Date(systemClock().getTime() + 4 * 3_600_000);
    expect(only(await look({ clock: later }))).toMatch(/^warning: the last run .* -> Run chatmart run every few minutes/);
    await query(urls.martUrl, `update infomart.chatmart_source set complete_until = complete_until - interval '4 hours'`);
    expect(only(await look())).toMatch(/^warning: .* -> Run chatmart status: it shows the transaction/);
    await query(urls.martUrl, `update infomart.chatmart_source set complete_until = null`);
    expect(only(await look())).toMatch(/^warning: .* nothing of it is complete yet/);
    const found = await look({ sourceNames: ['idb', 'idb2'] });
    expect(severities(found)).toEqual(['warning', 'note']);
    const [, forgotten] = await look({ sourceNames: ['idb2'] });
    expect(forgotten!.found).toMatch(/^source idb was read until .*, and no IDB is configured for it$/);
    // If only the mart is configured, no source was forgotten.
    expect(only(await look({ sourceNames: [] }))).toMatch(/^warning: .* nothing of it is complete yet/);
  });
});
