import { expect, it } from 'vitest';
import { connect } from '../src/db/connection.js';
import { run } from '../src/jobs/run.js';
import { aheadOfCeiling, type Mark, type SourceState } from '../src/model/extract-window.js';
import { freshDatabases, query, testClock } from './support/databases.js';
import { insertUserData, writeUserData, type UserDataRow } from './support/user-data.js';

const session = (guid: string): UserDataRow[] => [
  [guid, 'ChatServerSessionStartedAt', '2026-03-01T10:00:00Z'],
  [guid, 'ChatServerSessionClosedAt', '2026-03-01T10:05:00Z'],
];

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 2, 1, 10, minutes));
const mark = (xmax: bigint, maxId: number, minutes: number, isAhead = false): Mark => ({ xmax, maxId, takenAt: minute(minutes), isAhead });
const state = (marks: Mark[], completeUntil: Date | null): SourceState => ({
  sourceName: 'idb',
  dataSourceKey: 1,
  lastCeiling: 100n,
  window: null,
  marks,
  completeUntil,
  wholeCeiling: 100n,
  wholeAt: minute(0),
  identity: null,
  revision: 1,
});

it('only a ceiling that has stood still for five minutes is passed', () => {
  const young = state([mark(100n, 1_000, 0), mark(120n, 2_000, 4)], minute(0));
  expect(aheadOfCeiling(young, 0)).toBeNull();
  const old = state([mark(100n, 1_000, 0), mark(120n, 2_000, 4), mark(130n, 3_000, 5)], minute(0));
  expect(aheadOfCeiling(old, 0)).toEqual({ ceiling: 100n, position: 1_000, endId: 3_000 });
});

it('a ceiling above which there is nothing is not passed, however old', () => {
  expect(aheadOfCeiling(state([mark(100n, 1_000, 50)], minute(0)), 0)).toBeNull();
});

it('what was loaded ahead ten minutes ago is not read again', () => {
  const marks = [mark(100n, 1_000, 0), mark(120n, 2_000, 6, true), mark(130n, 3_000, 11, true), mark(140n, 4_000, 16)];
  expect(aheadOfCeiling(state(marks, minute(0)), 0)).toMatchObject({ position: 2_000, endId: 4_000 });
  // Loaded only nine minutes ago: rows around it may still be committed.
  expect(aheadOfCeiling(state(marks.slice(0, 3), minute(0)), 0)).toMatchObject({ position: 1_000 });
});

it('while nothing is complete nobody knows how old the ceiling is: it is passed at once', () => {
  expect(aheadOfCeiling(state([mark(120n, 1_000, 0)], null), 0)).toEqual({
    ceiling: 100n,
    position: Number.MIN_SAFE_INTEGER,
    endId: 1_000,
  });
});

it('a forgotten transaction keeps nobody waiting, and loses nothing', async () => {
  const urls = await freshDatabases();
  const cycle = () => run({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, settleMs: 0 });
  const guids = async (): Promise<string[]> =>
    (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
      (row) => row.guid,
    );
  await cycle();
  const [before] = await query<{ last_ceiling: string }>(urls.martUrl, 'select last_ceiling::text from infomart.chatmart_source');

  const forgotten = await connect({ url: urls.idbUrl, applicationName: 'forgotten' });
  await forgotten.query('begin');
  await insertUserData(forgotten, session('FORGOTTEN'));
  await writeUserData(urls.idbUrl, session('FIRST'));
  await cycle();
  expect(await guids()).toEqual([]);

  // Six minutes later.
  await query(
    urls.martUrl,
    `update infomart.chatmart_source
     set marks = jsonb_set(marks, '{0,takenAt}', to_jsonb((marks -> 0 ->> 'takenAt')::timestamptz - interval '6 minutes'))`,
  );
  const ahead = await cycle();
  expect(await guids()).toEqual(['FIRST']);
  expect(ahead.sessions.inserted).toBe(1);
  const [held] = await query<{ last_ceiling: string; lag: boolean }>(
    urls.martUrl,
    `select last_ceiling::text, complete_until < (marks -> -1 ->> 'takenAt')::timestamptz at time zone 'UTC' - interval '5 minutes' as lag from infomart.chatmart_source`,
  );
  expect(BigInt(held!.last_ceiling)).toBeGreaterThanOrEqual(BigInt(before!.last_ceiling));
  expect(held!.lag).toBe(true);

  await writeUserData(urls.idbUrl, [['FIRST', 'csg_MediaOrigin', 'mobile']]);
  await cycle();
  const [fact] = await query<{ media_origin: string }>(
    urls.martUrl,
    'select media_origin from infomart.chat_session_fact join infomart.chat_session_dim on id = chat_session_dim_key',
  );
  expect(fact?.media_origin).toBe('mobile');

  await forgotten.query('commit');
  await forgotten.end();
  expect((await cycle()).completeUntil).not.toBeNull();
  expect(await guids()).toEqual(['FIRST', 'FORGOTTEN']);
});
