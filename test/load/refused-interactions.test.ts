import { describe, expect, it } from 'vitest';
import { freshDatabases, isOnCluster, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const session = (guid: string, origin = 'web'): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
  [guid, 'csg_MediaOrigin', origin],
];

const guids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `G${String(from + i).padStart(4, '0')}`);

describe('interactions that the mart refuses', () => {
  const start = async () => {
    const urls = await freshDatabases();
    const cycle = () => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0 });
    const facts = async (): Promise<number> =>
      (await query<{ count: number }>(urls.martUrl, 'select count(*)::int as count from infomart.chat_session_fact'))[0]!.count;
    const refuse = (condition: string): Promise<unknown> =>
      query(urls.martUrl, `alter table infomart.chat_session_fact add constraint own_rule check (not (${condition}))`);
    const open = () =>
      query<{ guid: string; raw_value: string }>(
        urls.martUrl,
        `select guid, raw_value from infomart.stg_transform_discards where code = 16 and resolved_ts is null order by guid`,
      );
    return { ...urls, cycle, facts, refuse, open };
  };

  it('are found by halving and discarded with the error of PostgreSQL; all others are loaded', async () => {
    const { idbUrl, martUrl, cycle, facts, refuse, open } = await start();
    await writeUserData(
      idbUrl,
      guids(0, 90).flatMap((guid) => session(guid)),
    );
    await refuse(`media_server_ixn_guid in ('G0000', 'G0037', 'G0038', 'G0089')`);
    const summary = await cycle();
    expect(summary).toMatchObject({ sessions: { inserted: 86 }, discards: { DATABASE_ERROR: 4 } });
    expect(await facts()).toBe(86);
    expect((await open()).map(({ guid }) => guid)).toEqual(['G0000', 'G0037', 'G0038', 'G0089']);
    const [code, shard] = isOnCluster() ? ['23000', '_\\d+'] : ['23514', ''];
    expect((await open())[0]?.raw_value).toMatch(
      new RegExp(`^${code} new row for relation "chat_session_fact${shard}" violates check constraint "own_rule${shard}"$`),
    );
    expect(await cycle()).toMatchObject({ rows: 0 });

    // Once the rule is gone, another row of the interaction repairs it.
    await query(martUrl, 'alter table infomart.chat_session_fact drop constraint own_rule');
    await writeUserData(idbUrl, [['G0037', 'csg_MediaOrigin', 'web']]);
    expect(await cycle()).toMatchObject({ sessions: { inserted: 1 } });
    expect((await open()).map(({ guid }) => guid)).toEqual(['G0000', 'G0038', 'G0089']);
  });

  // Citus has no triggers on distributed tables.
  it.skipIf(isOnCluster())('keep the fact that they had', async () => {
    const { idbUrl, martUrl, cycle, open } = await start();
    await writeUserData(idbUrl, [...session('G1'), ...session('G2')]);
    await cycle();
    await query(
      martUrl,
      `create function infomart.own_rule() returns trigger language plpgsql as $$ begin raise exception 'no changes on Sundays'; end $$;
       create trigger own_rule before update on infomart.chat_session_fact for each row execute function infomart.own_rule()`,
    );
    await writeUserData(idbUrl, [['G1', 'csg_MediaOrigin', 'mobile'], ...session('G3')]);
    expect(await cycle()).toMatchObject({ sessions: { inserted: 1, updated: 0 }, discards: { DATABASE_ERROR: 1 } });
    expect(await open()).toEqual([{ guid: 'G1', raw_value: 'P0001 no changes on Sundays' }]);
  });

  it('end the run when no other becomes a fact: nothing is put on record as refused, and nothing is lost', async () => {
    const { idbUrl, martUrl, cycle, facts, refuse, open } = await start();
    await refuse('true');
    await writeUserData(idbUrl, [...session('G1'), ['G2', 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z']]);
    await expect(cycle()).rejects.toMatchObject({
      code: 'mart-refuses-data',
      message: expect.stringContaining('The mart refuses the one fact of a chunk: Constraint own_rule') as string,
    });
    expect(await open()).toEqual([]);
    await query(martUrl, 'alter table infomart.chat_session_fact drop constraint own_rule');
    await cycle();
    expect(await facts()).toBe(1);
  });

  it('stay on record when they are read again alone', async () => {
    const { idbUrl, cycle, facts, refuse, open } = await start();
    await refuse(`chat_session_id = 'poison'`);
    const poison = ['G1', 'G2'].flatMap((guid) => [...session(guid), [guid, 'csg_ChatSessionID', 'poison'] as const]);
    await writeUserData(idbUrl, [...poison, ...session('G3')]);
    await cycle();
    await writeUserData(idbUrl, poison);
    expect(await cycle()).toMatchObject({ sessions: { inserted: 0 } });
    expect(await facts()).toBe(1);
    expect((await open()).map(({ guid }) => guid)).toEqual(['G1', 'G2']);
  });

  deepTest('end the run when they are more than a hundred: then it is the mart', async () => {
    const { idbUrl, martUrl, cycle, facts, refuse } = await start();
    await writeUserData(
      idbUrl,
      guids(0, 110).flatMap((guid) => session(guid)),
    );
    await refuse('true');
    await expect(cycle()).rejects.toMatchObject({
      name: 'DataError',
      code: 'mart-refuses-data',
      message: expect.stringContaining(
        'The mart refuses over 100 interactions of one chunk: Constraint own_rule of CHAT_SESSION_FACT',
      ) as string,
    });
    expect(await facts()).toBe(0);
    // The watermark did not move: without the rule everything is loaded.
    await query(martUrl, 'alter table infomart.chat_session_fact drop constraint own_rule');
    await cycle();
    expect(await facts()).toBe(110);
  });
});
