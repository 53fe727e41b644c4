import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { toOperatorError } from '../../src/db/operator-error.js';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { queryMart } from '../../src/commands/sql/query-mart.js';
import { reportOnMart } from '../../src/commands/report/report.js';
import { readStatus } from '../../src/commands/status/status.js';
import { ChatmartError } from '../../src/model/errors.js';
import { expectText } from '../support/expect-text.js';
import { closeAfterFile } from '../support/closers.js';
import { emptyDatabase, freshDatabases, query, testClock } from '../support/databases.js';
import { runCycle, type Urls } from '../support/histories.js';
import { writeUserData } from '../support/user-data.js';
import { workerServer } from '../support/worker-server.js';
import { toHint } from '../../src/terminal/hint.js';
import { migrateMart } from '../support/jobs.js';

// One PostgreSQL code has several causes: the operator is told the actual one, and the suggested command fixes it.

const LOGIN = 'told_login';
const password = randomBytes(9).toString('hex');
let urls: Urls;
/** The same databases for a role that is not a superuser. */
let asLogin: Urls;
let mart: string;

beforeAll(async () => {
  const owned = await freshDatabases();
  urls = owned;
  mart = new URL(owned.martUrl).pathname.slice(1);
  await query(
    owned.idbUrl,
    `create role ${LOGIN} login password '${password}'; create role told_owner; grant chatmart to told_owner, ${LOGIN}`,
  );
  closeAfterFile(async () => query((await workerServer()).url('postgres'), `drop role ${LOGIN}; drop role told_owner`));
  asLogin = { idbUrl: toLoginUrl(owned.idbUrl), martUrl: toLoginUrl(owned.martUrl) };
  await writeUserData(owned.idbUrl, [
    ['G1', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['G1', 'ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
  ]);
});

const toLoginUrl = (url: string): string => Object.assign(new URL(url), { username: LOGIN, password }).toString();

interface Told {
  readonly error: string;
  readonly code: string;
  readonly hint: string;
}

/** What the operator is told, with the place as `<url>` and the names of databases as `<mart>`. */
async function told(work: () => Promise<unknown>): Promise<Told> {
  try {
    await work();
  } catch (thrown) {
    const error = thrown instanceof ChatmartError ? thrown : toOperatorError(thrown);
    if (error === undefined) throw thrown;
    const plain = (text: string): string => text.replace(/postgres:\S+?(?=:? |$)/g, '<url>').replaceAll(mart, '<mart>');
    return { error: `${error.name}: ${plain(error.message)}`, code: error.code, hint: plain(toHint(error) ?? '') };
  }
  throw new Error('It ended without an error');
}

const admin = (text: string): Promise<unknown> => query(urls.martUrl, text);

describe('a mart that is read-only', () => {
  const run = (): Promise<unknown> => runCycle(asLogin);
  const NAME = 'default_transaction_read_only';

  test.each([
    ['for database <mart>', () => `alter database ${mart} set ${NAME} to on`],
    [`for role ${LOGIN}`, () => `alter role ${LOGIN} set ${NAME} to on`],
    [`for role ${LOGIN} in database <mart>`, () => `alter role ${LOGIN} in database ${mart} set ${NAME} to on`],
    ['for all roles', () => `alter role all set ${NAME} to on`],
    ['for the whole server', () => `alter system set ${NAME} to on; select pg_reload_conf()`],
  ])('%s: the statement of the hint makes it writable again', async (_, set) => {
    for (const statement of set().split(';')) await admin(statement);
    // A server needs a moment to read its settings.
    await expect.poll(() => query(asLogin.martUrl, `show ${NAME}`)).toEqual([{ [NAME]: 'on' }]);
    const { error, code, hint } = await told(run);
    // Run in a session that may still write: the setting is only a default.
    const typed = /run there: (.*;)/.exec(hint)![1]!.replace('<mart>', mart);
    for (const statement of typed.split(';').filter((text) => text.trim() !== ''))
      await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (session) => {
        await session.query(`set ${NAME} to off`);
        await session.query(statement);
      });
    await expect.poll(() => query(asLogin.martUrl, `show ${NAME}`)).toEqual([{ [NAME]: 'off' }]);
    expect(code).toBe('database-read-only');
    expectText([error, hint]);
    await run();
  });

  test('by the options of its URL', async () => {
    const martUrl = `${asLogin.martUrl}?options=${encodeURIComponent(`-c ${NAME}=on`)}`;
    expectText(await told(() => runCycle({ ...asLogin, martUrl })));
  });

  test('can be read, but not migrated', async () => {
    await admin(`alter database ${mart} set ${NAME} to on`);
    try {
      const reader = { ...asLogin, martSchema: 'infomart', idbSchema: 'public', clock: testClock };
      await reportOnMart({ ...reader, name: 'chat-termination' });
      await readStatus({ ...reader, idbTable: undefined });
      await queryMart({ ...reader, text: 'select 1' }, () => true);
      const { findings } = await doctor(reader);
      expect(findings.filter(({ check }) => check === 'connection')).toEqual([]);
      const empty = await emptyDatabase();
      await query(empty, 'create schema infomart');
      await query(empty, `alter database ${new URL(empty).pathname.slice(1)} set ${NAME} to on`);
      expect(await told(() => migrateMart({ martUrl: empty, martSchema: 'infomart' }))).toMatchObject({ code: 'database-read-only' });
    } finally {
      await withConnection({ url: urls.martUrl, applicationName: 'test' }, async (session) => {
        await session.query(`set ${NAME} to off`);
        await session.query(`alter database ${mart} reset ${NAME}`);
      });
    }
  });
});

describe('a missing privilege', () => {
  test('names the role that lacks it', async () => {
    await admin('create role told_poor; create table public.secret ()');
    try {
      await withConnection({ url: urls.martUrl, applicationName: 'test' }, (session) =>
        session.query(`grant told_poor to ${LOGIN}; alter role ${LOGIN} set role to told_poor`),
      );
      expectText(await told(() => query(asLogin.martUrl, 'select from public.secret')));
    } finally {
      await admin(`alter role ${LOGIN} reset role; drop table public.secret; drop role told_poor`);
    }
  });
});

describe('a statement that was cancelled', () => {
  test('by a limit: the message names the limit, and for whom it is set', async () => {
    await admin(`alter role ${LOGIN} set statement_timeout to '90ms'`);
    try {
      const read = { martUrl: asLogin.martUrl, martSchema: 'infomart', text: 'select pg_sleep(5)' };
      expectText(await told(() => queryMart(read, () => true)));
    } finally {
      await admin(`alter role ${LOGIN} reset statement_timeout`);
    }
  });

  test('by somebody', async () => {
    expectText(await told(() => query(asLogin.martUrl, 'select pg_cancel_backend(pg_backend_pid()), pg_sleep(5)')));
  });
});

describe('a limit of the server', () => {
  test.each([
    ['temp_file_limit', '64kB', `select count(*) from (select n from generate_series(1, 200000) as n order by n::text) as sorted`],
    ['max_stack_depth', '100kB', `select ${'(1 + '.repeat(1000)}1${')'.repeat(1000)}`],
  ])('%s: the message says for whom it is set, and names no rows', async (name, value, statement) => {
    await admin(`alter role ${LOGIN} set ${name} to '${value}'; alter role ${LOGIN} set work_mem to '64kB'`);
    try {
      expectText(await told(() => query(asLogin.martUrl, statement)));
    } finally {
      await admin(`alter role ${LOGIN} reset ${name}; alter role ${LOGIN} reset work_mem`);
    }
  });
});

test('the message names the database of the session whose statement failed, not of others that are open', async () => {
  const idb = new URL(urls.idbUrl).pathname.slice(1);
  const failing = (failing: 'idb' | 'mart'): Promise<string> =>
    withConnection({ url: urls.martUrl, applicationName: 'test' }, (martSession) =>
      withConnection({ url: urls.idbUrl, applicationName: 'test' }, (idbSession) =>
        (failing === 'idb' ? idbSession : martSession).query('select pg_cancel_backend(pg_backend_pid()), pg_sleep(5)'),
      ),
    ).then(String, (error: unknown) => toOperatorError(error)!.message);
  expect(await failing('idb')).toContain(idb);
  expect(await failing('mart')).toContain(mart);
});

describe('a session that ends', () => {
  test('while its server continues', async () => {
    expectText(await told(() => query(asLogin.martUrl, 'select pg_terminate_backend(pg_backend_pid())')));
  });

  test('together with its database', async () => {
    const gone = await emptyDatabase();
    const { error, code, hint } = await told(() =>
      withConnection({ url: gone, applicationName: 'test' }, async (session) => {
        await query(gone, 'select 1');
        await withConnection({ url: urls.martUrl, applicationName: 'test' }, (other) =>
          other.query(`drop database ${new URL(gone).pathname.slice(1)} with (force)`),
        );
        await session.query('select 1');
      }),
    );
    expect(code).toBe('connection-lost');
    // After the colon is what the driver says.
    expectText([error.replace(/: [^:]*$/, ''), hint]);
  });
});

describe('a session that cannot be opened', () => {
  const open = (url: string): Promise<unknown> => withConnection({ url, applicationName: 'test' }, () => Promise.resolve());
  const changed = (changes: Partial<URL>): string => Object.assign(new URL(asLogin.martUrl), changes).toString();

  test.each([
    ['the role', `alter role ${LOGIN} connection limit 0`, `alter role ${LOGIN} connection limit -1`],
    ['the database', 'alter database <mart> connection limit 0', 'alter database <mart> connection limit -1'],
  ])('because %s has reached its connection limit', async (_, limit, back) => {
    await admin(limit.replace('<mart>', mart));
    try {
      expectText(await told(() => open(asLogin.martUrl)));
    } finally {
      await query((await workerServer()).url('postgres'), back.replace('<mart>', mart));
    }
  });

  test.each([
    ['may not log in', `alter role ${LOGIN} nologin`, `alter role ${LOGIN} login`],
    [
      'may not connect',
      `revoke connect on database <mart> from public; revoke chatmart from ${LOGIN}`,
      `grant connect on database <mart> to public; grant chatmart to ${LOGIN}`,
    ],
    [
      'loads a library that does not exist',
      `alter role ${LOGIN} set session_preload_libraries to 'no_such_library'`,
      `alter role ${LOGIN} reset session_preload_libraries`,
    ],
  ])('because the role %s', async (_, change, back) => {
    await admin(change.replace('<mart>', mart));
    try {
      expectText(await told(() => open(asLogin.martUrl)));
    } finally {
      await query((await workerServer()).url('postgres'), back.replace('<mart>', mart));
    }
  });

  test('because the database accepts none', async () => {
    const postgres = (await workerServer()).url('postgres');
    await query(postgres, `alter database ${mart} allow_connections false`);
    try {
      expectText(await told(() => open(asLogin.martUrl)));
    } finally {
      await query(postgres, `alter database ${mart} allow_connections true`);
    }
  });

  test.each([
    ['nothing listens', { port: '1' }],
    ['there is no such host', { hostname: 'no-such-host.invalid' }],
  ])('because %s', async (_, change) => {
    expect(await told(() => open(changed(change)))).toMatchObject({ code: 'database-unreachable' });
  });

  test.each(['zero_damaged_pages', 'ignore_checksum_failure'])(
    'because %s hides damage: the statement of the hint resets it',
    async (name) => {
      await admin(`alter role ${LOGIN} set ${name} to on`);
      const found = await told(() => open(asLogin.martUrl));
      await admin(/run there: (.*;)/.exec(found.hint)![1]!);
      expectText(found);
      await open(asLogin.martUrl);
    },
  );
});
