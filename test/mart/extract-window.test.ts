import { describe, expect, it } from 'vitest';
import { connect, withConnection } from '../../src/db/connection.js';
import { tryRunLock } from '../../src/mart/locks.js';
import {
  closeWindow,
  ID_SLACK,
  isUnread,
  openWindow,
  resumeWindow,
  type SourceSnapshot,
  type SourceState,
} from '../../src/mart/source-window.js';
import { freshDatabases, query, testClock } from '../support/databases.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';
import { run } from '../support/jobs.js';

const nothingLoaded: SourceState = {
  sourceName: 'idb',
  dataSourceKey: 1,
  lastCeiling: null,
  window: null,
  marks: [],
  completeUntil: null,
  wholeCeiling: null,
  wholeAt: null,
  unreadFrom: null,
  identity: null,
  revision: 0,
};
const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 1, 10, minute));
const snapshot = (ceiling: bigint, xmax: bigint, maxId: number, minute: number) => ({ ceiling, xmax, maxId, takenAt: at(minute) });

const open = (state: SourceState, taken: SourceSnapshot): SourceState => openWindow(state, taken, { now: taken.takenAt });
const close = (state: SourceState): SourceState => closeWindow(state, state.marks.at(-1)!.takenAt);

describe('window', () => {
  it('reads all ids the first time, and then only above the mark', () => {
    const first = open(nothingLoaded, snapshot(100n, 100n, 900_000, 0));
    expect(first.window).toEqual({ from: null, ceiling: 100n, position: Number.MIN_SAFE_INTEGER, endId: 900_000, isWhole: true });
    const loaded = close(first);
    expect(loaded).toMatchObject({ lastCeiling: 100n, window: null, completeUntil: at(0) });
    expect(open(loaded, snapshot(120n, 120n, 950_000, 5)).window).toEqual({
      from: 100n,
      ceiling: 120n,
      position: 900_000 - ID_SLACK,
      endId: 950_000,
      isWhole: false,
    });
  });

  it('trusts no mark that a transaction above the last ceiling may have preceded', () => {
    // Transactions 100 to 119 were running or had ended at the first snapshot: ids below its largest may still appear.
    const held = close(open(nothingLoaded, snapshot(100n, 120n, 900_000, 0)));
    expect(held.completeUntil).toBeNull();
    const next = open(held, snapshot(130n, 130n, 950_000, 5));
    expect(next.window?.position).toBe(Number.MIN_SAFE_INTEGER);
    // Now the ceiling is above all transactions that were running at the first and at the second snapshot.
    const loaded = close(next);
    expect(loaded.completeUntil).toEqual(at(5));
    expect(loaded.marks).toHaveLength(1);
    expect(open(loaded, snapshot(140n, 140n, 960_000, 10)).window?.position).toBe(950_000 - ID_SLACK);
  });

  it('knows which rows were never read: none that a window may read without an upper bound, none above a ceiling', () => {
    const bounded = { from: 100n, ceiling: 100n, position: 0, endId: 10, isWhole: false };
    expect(isUnread({ ...nothingLoaded, window: bounded })).toBe(false);
    expect(isUnread({ ...nothingLoaded, window: bounded, unreadFrom: 100n })).toBe(true);
    expect(isUnread({ ...nothingLoaded, window: bounded, unreadFrom: 101n })).toBe(false);
    expect(isUnread({ ...nothingLoaded, window: null, unreadFrom: 100n })).toBe(false);
    expect(isUnread({ ...nothingLoaded, window: { ...bounded, from: null }, unreadFrom: 100n })).toBe(false);

    const first = open({ ...nothingLoaded, unreadFrom: 50n }, snapshot(100n, 105n, 10, 0));
    expect(first.unreadFrom).toBeNull();
    // What the first window read above its ceiling had begun before the second snapshot.
    const second = open(close(first), snapshot(108n, 110n, 20, 5));
    expect([second.unreadFrom, isUnread(second)]).toEqual([110n, false]);
    const third = open(close(second), snapshot(115n, 118n, 30, 10));
    expect([third.unreadFrom, isUnread(third)]).toEqual([110n, false]);
    const closed = close(third);
    expect(closed.unreadFrom).toBe(115n);
    expect(isUnread(open(closed, snapshot(120n, 120n, 40, 15)))).toBe(true);
    expect(isUnread(openWindow(closed, snapshot(120n, 120n, 40, 15), { now: at(25 * 60) }))).toBe(false);
    const further = openWindow(closed, snapshot(120n, 120n, 40, 15), { now: at(15), isUnbounded: true });
    expect([further.unreadFrom, isUnread(further)]).toEqual([null, false]);
    expect(openWindow(closed, snapshot(120n, 120n, 40, 15), { now: at(15), settledFromId: 1 }).unreadFrom).toBeNull();
    expect(resumeWindow(open(closed, snapshot(120n, 120n, 40, 15)), { ceiling: 2n ** 32n }).unreadFrom).toBeNull();
  });

  it('that was left open has no lower bound when that lies too far back to be compared', () => {
    const left = open(close(open(nothingLoaded, snapshot(100n, 100n, 10, 0))), snapshot(105n, 110n, 20, 5));
    expect(left.window?.from).toBe(100n);
    expect(resumeWindow(left, { ceiling: 100n + 2n ** 31n - 1n })).toEqual(left);
    const { window } = resumeWindow(left, { ceiling: 100n + 2n ** 31n });
    expect(window).toEqual({ ...left.window, from: null });
  });

  it('promises completeness only up to the newest snapshot whose transactions have all ended', () => {
    let state = close(open(nothingLoaded, snapshot(100n, 100n, 10, 0)));
    state = close(open(state, snapshot(105n, 110n, 20, 5)));
    expect(state.completeUntil).toEqual(at(0));
    state = close(open(state, snapshot(110n, 115n, 30, 10)));
    expect(state.completeUntil).toEqual(at(5));
  });
});

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

describe('run', () => {
  const cycle = (urls: { idbUrl: string; martUrl: string }) =>
    run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0 });
  const guids = async (martUrl: string): Promise<string[]> =>
    (await query<{ guid: string }>(martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
      (row) => row.guid,
    );

  it('misses no row that is committed late under an early id', async () => {
    const urls = await freshDatabases();
    const late = await connect({ url: urls.idbUrl, applicationName: 'late writer' });
    await late.query('begin');
    for (const [callid, key, value] of session('LATE'))
      await late.query('insert into g_userdata_history (callid, keyname, value, changetype, added_ts) values ($1, $2, $3, 1, 1772359620)', [
        callid,
        key,
        value,
      ]);
    await writeUserData(urls.idbUrl, session('EARLY'));
    const held = await cycle(urls);
    expect(held.completeUntil).toBeNull();
    await late.query('commit');
    await late.end();
    await cycle(urls);
    expect(await guids(urls.martUrl)).toEqual(['EARLY', 'LATE']);
  });

  it('refuses to run beside another run of the same source', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('G1'));
    await withConnection({ url: urls.martUrl, applicationName: 'other run' }, async (other) => {
      expect(await tryRunLock(other, 'infomart', 'idb')).toBe(true);
      await expect(cycle(urls)).rejects.toThrowErrorMatchingInlineSnapshot(
        `[BusyError: Another run is already loading source idb into schema infomart]`,
      );
    });
    expect(await guids(urls.martUrl)).toEqual([]);
    await cycle(urls);
    expect(await guids(urls.martUrl)).toEqual(['G1']);
  });

  it('rolls a chunk back when another run has moved the watermark', async () => {
    const urls = await freshDatabases();
    await cycle(urls);
    await writeUserData(urls.idbUrl, session('G1'));
    // The source's row changes after this run has read it: inside the chunk, when the extract's history is written.
    await query(
      urls.martUrl,
      `create function infomart.meddle() returns trigger language plpgsql as $$
         begin update infomart.chatmart_source set revision = revision + 1; return new; end $$;
       create trigger meddle before insert on infomart.ctl_extract_history for each row execute function infomart.meddle()`,
    );
    await expect(cycle(urls)).rejects.toMatchObject({ code: 'watermark-moved' });
    expect(await guids(urls.martUrl)).toEqual([]);
    await query(urls.martUrl, 'drop trigger meddle on infomart.ctl_extract_history');
    await cycle(urls);
    expect(await guids(urls.martUrl)).toEqual(['G1']);
  });

  it('finishes the window of a run that was killed', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, session('G1'));
    await cycle(urls);
    // The state after a kill between two chunks: the window is open, its position in the middle.
    const [{ ceiling }] = (await query<{ ceiling: string }>(
      urls.idbUrl,
      'select pg_snapshot_xmin(pg_current_snapshot())::text as ceiling',
    )) as [{ ceiling: string }];
    await writeUserData(urls.idbUrl, session('G2'));
    // G2 lies in the window below its position, so it counts as loaded.
    await writeUserData(urls.idbUrl, session('G3'));
    const [{ next }] = (await query<{ next: string }>(urls.idbUrl, 'select pg_snapshot_xmin(pg_current_snapshot())::text as next')) as [
      { next: string },
    ];
    await writeUserData(urls.idbUrl, session('G4'));
    await query(
      urls.martUrl,
      `update infomart.chatmart_source
       set last_ceiling = $1, window_from = $1, window_ceiling = $2, window_position = 4, window_end_id = 6`,
      [ceiling, next],
    );
    const summary = await cycle(urls);
    expect(summary).toMatchObject({ rows: 4, sessions: { inserted: 2 } });
    expect(await guids(urls.martUrl)).toEqual(['G1', 'G3', 'G4']);
  });
});
