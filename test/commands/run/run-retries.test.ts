import { describe, expect, it } from 'vitest';
import { toOperatorError } from '../../../src/db/operator-error.js';
import { MIGRATION_TABLE } from '../../../src/mart/schema/migration-source.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { run, type FlatRunOptions } from '../../support/jobs.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

/** A mart in which a statement on a table fails a number of times; `body` is PL/pgSQL. */
async function start(table: string, times: number, body: string) {
  const urls = await freshDatabases();
  await writeUserData(urls.idbUrl, session('G1'));
  // A sequence keeps counting when its transaction is rolled back.
  await query(
    urls.martUrl,
    `create sequence infomart.attempts;
     create function infomart.fail() returns trigger language plpgsql as $$
     begin if nextval('infomart.attempts') <= ${times} then ${body}; end if; return new; end $$;
     create trigger fail before insert on infomart.${table} for each row execute function infomart.fail()`,
  );
  const lines: string[] = [];
  const cycle = (options: Partial<FlatRunOptions> = {}) =>
    run({
      ...urls,
      martSchema: 'infomart',
      idbSchema: 'public',
      clock: testClock,
      settleMs: 0,
      retryDelaysMs: [1, 2],
      log: (line, { level } = {}) => level === 'warning' && lines.push(line),
      ...options,
    });
  const warnings = (): string[] => lines;
  const facts = () => query(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact');
  return { ...urls, cycle, warnings, facts };
}

const END_SESSION = 'perform pg_terminate_backend(pg_backend_pid())';

describe('a run', () => {
  it('goes on when the session on the mart is ended, and waits a little longer each time', async () => {
    const { cycle, warnings, facts } = await start('ctl_extract_history', 2, END_SESSION);
    expect(await cycle()).toMatchObject({ sessions: { inserted: 1 } });
    expect(await facts()).toEqual([{ guid: 'G1' }]);
    expect(warnings()).toEqual([
      expect.stringMatching(/\. Committed work is kept; trying again in 0.001 s \(1 of 2\)$/),
      expect.stringMatching(/trying again in 0.002 s \(2 of 2\)$/),
    ]);
  });

  it('goes on after a deadlock', async () => {
    const { cycle, facts } = await start('ctl_extract_history', 1, `raise exception 'deadlock detected' using errcode = '40P01'`);
    await cycle();
    expect(await facts()).toEqual([{ guid: 'G1' }]);
  });

  it('gives up when the database stays away, and the next one loads what is missing', async () => {
    const { cycle, warnings, facts } = await start('ctl_extract_history', 3, END_SESSION);
    const error: unknown = await cycle().catch((thrown: unknown) => thrown);
    expect(toOperatorError(error)).toMatchObject({ code: 'connection-lost', state: 'committed-stays' });
    expect(warnings()).toHaveLength(2);
    expect(await facts()).toEqual([]);
    await cycle();
    expect(await facts()).toEqual([{ guid: 'G1' }]);
  });

  it('does not wait for what no waiting mends', async () => {
    const { cycle, warnings } = await start('ctl_extract_history', 1, `raise exception 'no' using errcode = '42501'`);
    await expect(cycle()).rejects.toMatchObject({
      code: 'mart-altered',
      message: expect.stringContaining('Trigger fail of CTL_EXTRACT_HISTORY') as string,
    });
    expect(warnings()).toEqual([]);
  });

  it('aggregates when that failed first', async () => {
    const { cycle, martUrl } = await start('agt_chat_stats_day', 1, END_SESSION);
    expect(await cycle()).toMatchObject({ intervals: 1 });
    expect(await query(martUrl, 'select sum(sessions)::int as sessions from infomart.agt_chat_stats_day')).toEqual([{ sessions: 1 }]);
  });

  it('keeps what it has loaded when the mart is upgraded meanwhile, and says so', async () => {
    const upgrade = `insert into infomart.${MIGRATION_TABLE} (name, batch, migration_time) values ('999-newer', 9, now())`;
    const { cycle, facts, warnings } = await start('ctl_extract_history', 1, upgrade);
    await expect(cycle()).rejects.toMatchObject({
      code: 'mart-is-newer',
      state: 'committed-stays',
    });
    expect(await facts()).toEqual([{ guid: 'G1' }]);
    expect(warnings()).toEqual([]);
    await expect(cycle()).rejects.toMatchObject({ code: 'mart-is-newer', state: 'nothing-changed' });
  });

  it('does not wait for a database that never answered', async () => {
    const { cycle, warnings } = await start('ctl_extract_history', 0, 'null');
    await expect(cycle({ martUrl: 'postgres://nobody@127.0.0.1:1/nowhere' })).rejects.toMatchObject({ code: 'database-unreachable' });
    await expect(cycle({ idbUrl: 'postgres://nobody@127.0.0.1:1/nowhere' })).rejects.toMatchObject({ code: 'database-unreachable' });
    expect(warnings().filter((line) => line.includes('trying again'))).toEqual([]);
  });
});
