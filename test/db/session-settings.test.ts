import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { connect, withConnection } from '../../src/db/connection.js';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { PINNED_SETTINGS } from '../../src/db/session-settings.js';
import { withIdb } from '../../src/extract/connect-idb.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { reportOnMart } from '../../src/commands/report/report.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { breachesOf } from '../support/breaches.js';
import { closeAfterFile } from '../support/closers.js';
import { idbTables, query, testClock } from '../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../support/depth.js';
import { debianPgBin } from '../support/further-server.js';
import { runCycle } from '../support/histories.js';
import { differences, LEVELS, readMart, type MartContent } from '../support/mart-content.js';
import { countsOf, reconcileAll } from '../support/reconciliation.js';
import { startServerOf } from '../support/server-homes.js';
import { awkwardValues, SETTING_RULES, SHADOWS, type ServerSetting } from '../support/session-settings.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { workerServer } from '../support/worker-server.js';
import { aggregate, migrateMart } from '../support/jobs.js';

// Whatever is set for a role, a database or a server, the same 200 sessions must give the same result.

/** All settings that anyone can set for a session. */
const SELECT_SETTINGS = `select name, coalesce(setting, '') as setting, vartype, enumvals, min_val, max_val
  from pg_settings where context in ('user', 'superuser', 'backend', 'superuser-backend') order by name`;

type Assignment = readonly [name: string, value: string];

/** The result of creating and loading one mart. */
interface Life {
  readonly mart: MartContent;
  readonly told: { readonly sessions: readonly { readonly updated: number }[] } & Readonly<Record<string, unknown>>;
}

const WINDOW = { from: new Date('2026-01-01T00:00:00Z'), to: new Date('2026-01-03T00:00:00Z') };

/** With so few sessions, this seed covers the most kinds. */
const SESSIONS = { sessions: 200, seed: 2311, updates: true, corrections: true, statistics: 'mixed', timeForm: 'mixed' } as const;

/** Sessions of a role with the rights of an owner of everything, but not a superuser. */
const LOGIN = 'awkward';

const SERVERS: readonly (readonly [string, () => Promise<EmbeddedServer>])[] = [
  ['the packaged PostgreSQL', workerServer],
  ...(debianPgBin() === undefined ? [] : [['PostgreSQL 15', () => startServerOf(temporaryFolder(), { pgBin: debianPgBin() })] as const]),
];

// In npm test on the packaged server alone.
describe.each(sampleOf(SERVERS, SERVERS.length))('on %s', (_, start) => {
  const password = randomBytes(9).toString('hex');
  let server: EmbeddedServer;
  let settings: readonly ServerSetting[];
  let undisturbed: Life;

  beforeAll(async () => {
    server = await start();
    const admin = server.url('postgres');
    await query(admin, `create role ${LOGIN} login password '${password}'; grant chatmart to ${LOGIN}`);
    closeAfterFile(() => query(admin, `drop role ${LOGIN}`));
    settings = await query<ServerSetting>(admin, SELECT_SETTINGS);
    await server.ensureDatabase('life_idb');
    closeAfterFile(() => server.dropDatabase('life_idb'));
    await fillIdb(server.url('life_idb'));
    // A deferrable transaction waits before it reads if a serializable one is open.
    const other = await connect({ url: admin, applicationName: 'serializable' });
    closeAfterFile(() => other.end());
    await other.query('begin isolation level serializable; select count(*) from pg_database');
    if (isWhole) undisturbed = await live([]);
  });

  const loginUrl = (name: string): string => Object.assign(new URL(server.url(name)), { username: LOGIN, password }).toString();

  let lives = 0;
  /** Creates a mart, loads half of the rows and then the rest, and reads everything; all in sessions with the given settings. */
  async function live(assignments: readonly Assignment[]): Promise<Life> {
    const [idb, mart] = [`life_idb_${++lives}`, `life_mart_${lives}`];
    await query(server.url('postgres'), `create database ${idb} template life_idb strategy file_copy`);
    await server.ensureDatabase(mart);
    const assign = async (name: string, assigned: readonly Assignment[]): Promise<void> => {
      const statements = assigned.map((assignment) => `alter role ${LOGIN} in database ${name} ${toSet(assignment)};`);
      await query(server.url(name), statements.join('\n'));
    };
    for (const name of [idb, mart]) {
      closeAfterFile(() => server.dropDatabase(name));
      await query(server.url(name), SHADOWS);
      await assign(
        name,
        assignments.filter((assignment) => !isSlow(assignment)),
      );
    }
    const urls = { idbUrl: loginUrl(idb), martUrl: loginUrl(mart) };
    const job = { ...urls, martSchema: 'infomart', clock: testClock };
    await migrateMart(job);
    for (const name of [idb, mart]) await assign(name, assignments.filter(isSlow));
    const first = await runCycle(urls);
    await query(server.url(idb), 'insert into g_userdata_history select * from later order by id');
    const second = await runCycle(urls);
    const rebuilt = await aggregate({ ...job, ...WINDOW });
    const compared = countsOf(await reconcileAll(urls, { from: WINDOW.from, to: new Date('2026-01-08T00:00:00Z') }));
    const report = await reportOnMart({ ...job, name: 'chat-termination', by: ['day', 'media-origin'] });
    const { findings } = await doctor({ ...job, idbSchema: 'public' });
    return {
      mart: await readMart(server.url(mart)),
      told: {
        sessions: [first.sessions, second.sessions],
        intervals: [first.intervals, second.intervals, rebuilt.intervals],
        compared,
        report: report.rows,
        breaches: await breachesOf(server.url(mart)),
        problems: findings.filter(({ severity }) => severity === 'problem'),
      },
    };
  }

  /** What differs from the expected result, as text; empty if nothing. */
  async function differencesUnder(assignments: readonly Assignment[]): Promise<string[]> {
    try {
      const { mart, told } = await live(assignments);
      expect(told).toEqual(undisturbed.told);
      expect(mart.openDiscards).toEqual(undisturbed.mart.openDiscards);
      return [
        ...differences(undisturbed.mart.facts, mart.facts),
        ...LEVELS.flatMap((level) => differences(undisturbed.mart.levels[level], mart.levels[level])),
      ];
    } catch (error) {
      return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
    }
  }

  /** The settings that make a difference, with the first difference. Tries all at once, then in halves if that fails. */
  async function culpritsAmong(assignments: readonly Assignment[]): Promise<string[]> {
    const [found] = await differencesUnder(assignments);
    if (found === undefined) return [];
    if (assignments.length === 1) return [`${assignments[0]!.join(' = ')}: ${found}`];
    const middle = Math.ceil(assignments.length / 2);
    const culprits = [...(await culpritsAmong(assignments.slice(0, middle))), ...(await culpritsAmong(assignments.slice(middle)))];
    return culprits.length > 0
      ? culprits
      : [`${assignments.length} settings together, ${assignments[0]!.join(' = ')} and others: ${found}`];
  }

  test('each setting has been thought about', () => {
    expect(settings.map(({ name }) => name).filter((name) => !SETTING_RULES.has(name))).toEqual([]);
  });

  deepTest('there are enough sessions, and some change after they were loaded', () => {
    expect(undisturbed.mart.facts.size).toBeGreaterThan(150);
    expect(undisturbed.told.sessions[1]!.updated).toBeGreaterThan(3);
    expect(undisturbed.told).toMatchObject({ breaches: [], problems: [] });
  });

  deepTest.each([
    ['one end of their ranges', 0],
    ['the other', 1],
  ] as const)(
    'settings at %s make no difference',
    async (_, index) => {
      const assignments = settings
        .filter(({ name }) => SETTING_RULES.get(name)?.treatment !== 'refused')
        .flatMap((setting): Assignment[] => {
          const value = awkwardValues(setting)[index];
          return value === undefined ? [] : [[setting.name, value]];
        });
      expect(assignments.length).toBeGreaterThan(50);
      expect(await culpritsAmong(assignments)).toEqual([]);
    },
    300_000,
  );

  describe('each session has the pinned settings', () => {
    const pinned = Object.entries(PINNED_SETTINGS);
    const selectPinned = `select name, setting from pg_settings where lower(name) = any ($1)`;
    let names: readonly string[];
    let url: string;

    beforeAll(async () => {
      url = loginUrl('life_idb');
      for (const index of [1, 0])
        for (const setting of settings.filter(({ name }) => name.toLowerCase() in PINNED_SETTINGS)) {
          const value = awkwardValues(setting)[index];
          if (value !== undefined)
            await query(server.url('life_idb'), `alter role ${LOGIN} in database life_idb ${toSet([setting.name, value])}`);
        }
      names = settings.map(({ name }) => name.toLowerCase());
    });

    const expected = () => Object.fromEntries(pinned.filter(([name]) => names.includes(name)));
    const found = async (connection: Awaited<ReturnType<typeof connect>>): Promise<object> => {
      const rows = await query<{ name: string; setting: string }>(connection, selectPinned, [pinned.map(([name]) => name)]);
      return Object.fromEntries(rows.map(({ name, setting }) => [name.toLowerCase(), setting]));
    };

    test.each([
      ['a job', {}],
      ['a reader', { keepsRoleLimits: true, schema: 'public' }],
      [
        'a job with options in its URL',
        { options: '-c default_transaction_isolation=serializable -c DateStyle=German -c bytea_output=escape' },
      ],
    ])('of %s', async (_, { options, ...purpose }: { options?: string; keepsRoleLimits?: boolean; schema?: string }) => {
      const target = new URL(url);
      // A blank as %20: libpq does not decode + as one.
      if (options !== undefined) target.search = `?options=${encodeURIComponent(options)}`;
      await withConnection({ url: target.toString(), applicationName: 'test', ...purpose }, async (connection) =>
        expect(await found(connection)).toEqual(expected()),
      );
    });

    test('of an IDB', () =>
      withIdb({ url }, { applicationName: 'test', masker: undefined }, async (connection) =>
        expect(await found(connection)).toEqual(expected()),
      ));
  });
});

test('exactly the settings of the list are pinned', () => {
  const pinned = [...SETTING_RULES].filter(([, { treatment }]) => treatment === 'pinned').map(([name]) => name.toLowerCase());
  expect(Object.keys(PINNED_SETTINGS).sort()).toEqual(pinned.sort());
});

/** Settings that slow down migrations, with their hundreds of statements on the catalogs, are set afterwards. */
const isSlow = ([name]: Assignment): boolean => /^(enable_|debug_parallel|force_parallel|wal_consistency)/.test(name);

/** A path is a list of names, not a text. */
const toSet = ([name, value]: Assignment): string => `set ${name} to ${name === 'search_path' ? value : `'${value}'`}`;

/** Holds back rows of the younger half, to write them later. */
async function fillIdb(idbUrl: string): Promise<void> {
  await query(idbUrl, idbTables());
  await writeSimulatedSessions({ idbUrl, idbSchema: 'public', ...WINDOW, ...SESSIONS, log: () => undefined });
  await query(
    idbUrl,
    `create table later as
       select * from g_userdata_history
       where id > (select percentile_disc(0.5) within group (order by id) from g_userdata_history);
     delete from g_userdata_history using later where g_userdata_history.id = later.id`,
  );
}
