import { describe, expect, it } from 'vitest';
import { queryRow, withConnection, type Connection } from '../../src/db/connection.js';
import { applyMigrations } from '../../src/mart/schema/migrations.js';
import { isRunLockTaken, takeWriterLock, tryRunLock, refuseSecondRun } from '../../src/mart/locks.js';
import { emptyDatabase, freshMart, isOnCluster, query, testClock } from '../support/databases.js';
import { problemOf } from '../support/problem-of.js';
import { migrateMart } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

const inMart = <T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> =>
  withConnection({ url, applicationName: 'test', schema: 'infomart' }, work);

describe('a second run', () => {
  // Two marts at once.
  it.skipIf(isOnCluster())('is shared by runs on the same mart schema of the same database', async () => {
    const [martUrl, otherUrl] = [await freshMart(), await freshMart()];
    const isFree = (url: string, martSchema = 'infomart') => refuseSecondRun({ martUrl: url, martSchema });
    await inMart(martUrl, async (first) => {
      await isFree(martUrl);
      await takeWriterLockInTransaction(first);
      await isFree(martUrl);
      expect(await tryRunLock(first, 'infomart', 'idb')).toBe(true);
      expect(await problemOf(() => isFree(martUrl))).toMatch(/^BusyError run-in-progress/);
      expect(await inMart(martUrl, (second) => isRunLockTaken(second, 'infomart', 'another'))).toBe(false);
      await isFree(martUrl, 'other_schema');
      await isFree(otherUrl);
    });
    // The session has ended, and its lock with it.
    await isFree(martUrl);
  });
});

const takeWriterLockInTransaction = async (connection: Connection): Promise<void> => {
  await connection.query('begin');
  await takeWriterLock(connection, 'infomart');
  await connection.query('commit');
};

it('a server notices within minutes that the machine of a session is gone', async () => {
  const settings = {
    text: `select current_setting('tcp_keepalives_idle') as idle, current_setting('tcp_keepalives_interval') as interval`,
  };
  expect(await inMart(await emptyDatabase(), (connection) => queryRow(connection, settings))).toEqual({ idle: '60', interval: '10' });
});

describe('changes of the schema', () => {
  it('wait for locks only until a timeout', async () => {
    const martUrl = await emptyDatabase();
    await query(
      martUrl,
      `create function refuse_to_wait() returns event_trigger language plpgsql as $$
         begin
           if current_setting('lock_timeout') = '0' then raise 'without lock_timeout: %', tg_tag; end if;
         end $$;
       create event trigger refuse_to_wait on ddl_command_start execute function refuse_to_wait()`,
    );
    const { version } = await migrateMart({ martUrl, martSchema: 'infomart', clock: testClock });
    expect(version).toMatch(/^\d{3}_/);
  });

  // Citus prepares such a transaction by itself only.
  it.skipIf(isOnCluster())('name the session or prepared transaction that they wait for', async () => {
    const martUrl = await freshMart();
    const migrate = () =>
      inMart(martUrl, (guard) => applyMigrations(guard, { url: martUrl, schema: 'infomart', log: () => undefined, lockTimeoutMs: 50 }));
    await query(martUrl, `update infomart.ctl_schema_info set value = 'other' where property = 'generated-schema-hash'`);
    await query(martUrl, `begin; lock table infomart.chat_session_dim in access share mode; prepare transaction 'forgotten'`);
    try {
      await inMart(martUrl, async (analyst) => {
        await analyst.query('begin; select from chat_session_dim');
        expectText((await problemOf(migrate)).replace(/process \d+/, 'process …'));
      });
    } finally {
      await query(martUrl, `rollback prepared 'forgotten'`);
    }
    expect((await migrate()).applied).toEqual(['generated-schema']);
  });
});
