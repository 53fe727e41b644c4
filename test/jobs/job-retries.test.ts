import { describe, expect, it } from 'vitest';
import { toOperatorError } from '../../src/db/operator-error.js';
import { ChatmartError } from '../../src/model/errors.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { startPostgresProxy } from '../support/postgres-proxy.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { aggregate, backfill, reconcile, retryDiscards, run } from '../support/jobs.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const session = (guid: string, hour: string): UserDataRow[] => [
  [guid, START, `2026-03-01T${hour}:00:00Z`],
  [guid, END, `2026-03-01T${hour}:05:00Z`],
];

/** An IDB with one session in each of two hours of ADDED_TS, a mart, and a trigger on one of its tables that ends database sessions. */
async function start() {
  const urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [...session('G1', '10'), ...session('G2', '11')]);
  await query(
    urls.idbUrl,
    `update g_userdata_history set added_ts = extract(epoch from timestamptz '2026-03-01 12:00Z')::int where callid = 'G1'`,
  );
  await query(
    urls.idbUrl,
    `update g_userdata_history set added_ts = extract(epoch from timestamptz '2026-03-02 12:00Z')::int where callid = 'G2'`,
  );
  const lines: string[] = [];
  const options = {
    ...{ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0, retryDelaysMs: [1, 2] },
    ...{ from: new Date('2026-03-01'), to: new Date('2026-03-03'), log: (line: string) => lines.push(line) },
  };
  /** Ends the database session at the n-th statement of a kind on a table from now on. */
  const endSessionAt = (table: string, nth: number): Promise<unknown> =>
    query(
      urls.martUrl,
      `drop sequence if exists infomart.attempts cascade;
       create sequence infomart.attempts;
       create or replace function infomart.fail() returns trigger language plpgsql as $$
       begin if nextval('infomart.attempts') = ${nth} then perform pg_terminate_backend(pg_backend_pid()); end if; return null; end $$;
       create or replace trigger fail after insert on infomart.${table} for each statement execute function infomart.fail()`,
    );
  const retries = (): string[] => lines.filter((line) => line.includes('trying again'));
  const facts = async (): Promise<string[]> =>
    (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
      ({ guid }) => guid,
    );
  return { ...urls, options, endSessionAt, retries, facts, lines };
}

describe('tried again when the session on the mart is ended', () => {
  it('a backfill continues at the current slice, and counts both attempts', async () => {
    const { options, endSessionAt, retries, facts } = await start();
    await endSessionAt('ctl_extract_history', 2);
    expect(await backfill(options)).toMatchObject({
      sources: [{ rows: 4, slices: { total: 2, completed: 2, pending: 0, skipped: 0 }, skipped: [] }],
      sessions: { inserted: 2 },
      intervals: 2,
    });
    expect(retries()).toHaveLength(1);
    expect(await facts()).toEqual(['G1', 'G2']);
  });

  it('a backfill that gives up says how to go on', async () => {
    const { options, endSessionAt, lines } = await start();
    await endSessionAt('ctl_extract_history', 2);
    await expect(backfill({ ...options, retryDelaysMs: [] })).rejects.toThrow();
    expect(lines.at(-1)).toMatch(/^The backfill stopped; what was loaded is kept[.] .* --resume$/);
  });

  it('reconcile continues at the current day', async () => {
    const { options, endSessionAt, retries, facts } = await start();
    await endSessionAt('chat_session_fact', 2);
    expect(await reconcile(options)).toMatchObject({ interactions: 2, missing: 2, repaired: 2, sources: [{ hours: { length: 2 } }] });
    expect(retries()).toHaveLength(1);
    expect(await facts()).toEqual(['G1', 'G2']);
  });

  it('discards retry', async () => {
    const { options, endSessionAt, retries, facts, martUrl, idbUrl } = await start();
    await query(idbUrl, `update g_userdata_history set keyname = 'unknown' where keyname = '${END}'`);
    await run(options);
    await query(idbUrl, `update g_userdata_history set keyname = '${END}' where keyname = 'unknown'`);
    await endSessionAt('ctl_extract_history', 1);
    expect(await retryDiscards(options)).toMatchObject({
      interactions: 2,
      codes: [{ name: 'NO_END', repaired: 2, stay: 0 }],
      intervals: 2,
    });
    expect(retries()).toHaveLength(1);
    expect(await facts()).toEqual(['G1', 'G2']);
    expect(await query(martUrl, 'select from infomart.stg_transform_discards where resolved_ts is null')).toEqual([]);
  });

  it.each(
    sampleOf(
      [
        ['backfill', backfill],
        ['reconcile', reconcile],
        [
          'aggregate',
          (options: Parameters<typeof aggregate>[0]) =>
            aggregate({ ...options, range: { from: new Date('2026-03-01'), to: new Date('2026-03-02') } }),
        ],
      ] as const,
      3,
    ),
  )('aggregating in %s', async (_, job) => {
    const { options, endSessionAt, retries, martUrl } = await start();
    if (job !== backfill && job !== reconcile) await run(options);
    await endSessionAt('agt_chat_stats_day', 1);
    await job(options);
    expect(retries()).toHaveLength(1);
    expect(await query(martUrl, 'select sum(sessions)::int as sessions from infomart.agt_chat_stats_day')).toEqual([{ sessions: 2 }]);
  });
});

describe('when a database stays away', () => {
  it.each(
    sampleOf(
      [
        ['run', run, /extract/],
        ['backfill', backfill, /backfill/],
        ['reconcile', reconcile, /reconcile/],
      ] as const,
      2,
    ),
  )('%s says what is left of its work', async (_, job, name) => {
    const { options, idbUrl, retries } = await start();
    const proxy = await startPostgresProxy(idbUrl);
    const stayAway = (): void => proxy.setFault({ kind: 'kill', at: /^client Startup/, times: 1000 });
    proxy.setFault({ kind: 'kill', at: /^server CopyData/, session: name, act: stayAway });
    const error: unknown = await job({ ...options, idbUrl: proxy.url }).catch((thrown: unknown) => thrown);
    expect(retries()).toHaveLength(2);
    expect(error instanceof ChatmartError ? error : toOperatorError(error)).toMatchObject({
      code: 'database-unreachable',
      state: 'committed-stays',
      again: 'then',
    });
  });

  it('aggregate says so, too', async () => {
    const { options, martUrl } = await start();
    const proxy = await startPostgresProxy(martUrl);
    const stayAway = (): void => proxy.setFault({ kind: 'kill', at: /^client Startup/, times: 1000 });
    proxy.setFault({ kind: 'kill', at: /^client Query begin/, act: stayAway });
    await expect(aggregate({ ...options, martUrl: proxy.url })).rejects.toMatchObject({
      code: 'database-unreachable',
      state: 'committed-stays',
    });
  });
});
