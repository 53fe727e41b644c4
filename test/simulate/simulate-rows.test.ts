import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isWhole, sampleOf } from '../support/depth.js';
import { toIdbBatches, createRowIds, type IdbBatch, type IdbOptions } from '../../src/simulate/idb/idb-batches.js';
import type { IdbRow } from '../../src/simulate/observe/session-moments.js';
import { toIdbCopyText } from '../../src/simulate/idb/idb-copy-text.js';
import { toSessionKvps } from '../../src/simulate/observe/session-kvps.js';
import { simulateSessions } from '../../src/simulate/simulate-sessions.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';

const DAY = 86_400;
const FROM = Date.UTC(2026, 0, 1) / 1000;
const OPTIONS: IdbOptions = { sessions: 2_000, from: FROM, to: FROM + 30 * DAY, seed: 1, statistics: 'all' };

const mapped = readKvpMap().keys;
const isClosing = ({ moment }: IdbBatch): boolean => moment === 'closing' || moment === 'closed';
/** What is written when sessions close, one batch per session, with all portions combined. */
function closingsOf(options: IdbOptions): IdbBatch[] {
  const closings = new Map<string, IdbBatch>();
  for (const batch of [...toIdbBatches(options)].filter(isClosing)) {
    const before = closings.get(batch.interactionId)?.rows ?? [];
    closings.set(batch.interactionId, { ...batch, rows: [...before, ...batch.rows] });
  }
  return [...closings.values()];
}
const kvpsOf = (batch: IdbBatch): Map<string, string | null> => new Map(batch.rows.map(([key, value]) => [key, value]));
const hashOf = (options: IdbOptions): string => {
  const hash = createHash('sha256');
  for (const piece of toIdbCopyText(toIdbBatches(options))) hash.update(piece);
  return hash.digest('hex');
};

test('the same options give the same bytes; each option matters', () => {
  const small = { ...OPTIONS, sessions: 100 };
  expect(hashOf(small)).toBe(hashOf({ ...small }));
  const others = [
    { seed: 2 },
    { sessions: 101 },
    { to: small.to + 60 },
    { statistics: 'fired' as const },
    { statistics: 'mixed' as const },
    { timeForm: 'mixed' as const },
    { profile: 'quiet' as const },
    { updates: true },
    { corrections: true },
  ];
  const hashes = [small, ...others.map((other) => ({ ...small, ...other }))].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test.each(sampleOf([1, 2, 3], 3))('every mapped column has at least three values in a sample of 2,000 sessions (seed %i)', (seed) => {
  const values = new Map<string, Set<string | null>>();
  for (const batch of closingsOf({ ...OPTIONS, seed }))
    for (const [key, value] of batch.rows) values.set(key, (values.get(key) ?? new Set()).add(value));
  const counts = mapped.map((key) => [key.kvp, Math.min(3, values.get(key.kvp)?.size ?? 0)]);
  expect(counts).toEqual(mapped.map((key) => [key.kvp, key.kvp === 'csg_ChatAsyncMode' ? 2 : 3]));
});

test('everyone who can end a session does, in every way the guide allows, and in no other', () => {
  const seen = new Set<string>();
  for (const batch of closingsOf({ ...OPTIONS, sessions: 10_000 })) {
    const kvps = kvpsOf(batch);
    seen.add(`${kvps.get('csg_SessionEndedBy')} ${kvps.get('csg_SessionEndedReason')}`);
  }
  const parties = ['AGENT', 'BOT', 'SUPERVISOR'].flatMap((party) => ['DISCONNECT', 'FORCE', 'QUIT'].map((reason) => `${party} ${reason}`));
  expect([...seen].sort()).toEqual([...parties, 'CLIENT DISCONNECT', 'CLIENT QUIT', 'SYSTEM DB_ERROR', 'SYSTEM INACTIVE'].sort());
});

test('what happens is stored soon after, in its order, between what happens in other sessions', () => {
  const open = new Map<string, IdbBatch>();
  let [last, lastAdded, interleaved]: [number, number, number] = [0, 0, 0];
  let before: IdbBatch | undefined;
  const wrong: object[] = [];
  for (const batch of toIdbBatches({ ...OPTIONS, updates: true })) {
    const { interactionId, moment, at, addedMs, rows } = batch;
    const isInOrder = at >= last && addedMs >= lastAdded;
    const isSoon = addedMs - at * 1000 >= 0 && addedMs - at * 1000 <= 2_000;
    const isExpected = open.has(interactionId) === (moment !== 'created') && rows.length > 0;
    if (!isInOrder || !isSoon || !isExpected) wrong.push({ batch, before });
    [last, lastAdded] = [at, addedMs];
    if (before !== undefined && before.interactionId !== interactionId) interleaved++;
    before = batch;
    open.set(interactionId, batch);
  }
  expect(wrong).toEqual([]);
  expect(open.size).toBe(OPTIONS.sessions);
  expect(new Set([...open.values()].map(({ moment }) => moment))).toEqual(new Set(['closed', 'wrapped-up']));
  expect(interleaved).toBeGreaterThan(1_000);
});

test('a quarter of the sessions is closed in two portions of one second, each key in one of them', () => {
  const portions = new Map<string, IdbBatch[]>();
  for (const batch of [...toIdbBatches(OPTIONS)].filter(isClosing))
    portions.set(batch.interactionId, [...(portions.get(batch.interactionId) ?? []), batch]);
  const inTwo = [...portions.values()].filter((batches) => batches.length === 2);
  expect(inTwo.length / portions.size).toBeCloseTo(0.25, 1);
  let keysOfMart = 0;
  for (const [first, rest] of inTwo as [IdbBatch, IdbBatch][]) {
    expect([first.moment, rest.moment, rest.at - first.at]).toEqual(['closing', 'closed', 0]);
    const keys = [...first.rows, ...rest.rows].map(([key]) => key);
    expect(new Set(keys).size).toBe(keys.length);
    if (rest.rows.length > 1 && first.rows.length > 0) keysOfMart++;
  }
  expect(keysOfMart).toBeGreaterThan(inTwo.length / 2);
});

test('a key is added once, then changed, or deleted; the last row holds what Chat Server attached in the end', () => {
  const options = { ...OPTIONS, sessions: 400, updates: true, statistics: 'fired' as const };
  const histories = new Map<string, Map<string, IdbRow[]>>();
  for (const { interactionId, rows } of toIdbBatches(options)) {
    const keys = histories.get(interactionId) ?? new Map<string, IdbRow[]>();
    histories.set(interactionId, keys);
    for (const row of rows) keys.set(row[0], [...(keys.get(row[0]) ?? []), row]);
  }
  const seen = new Set<string>();
  for (const session of simulateSessions(options)) {
    const keys = histories.get(session.timeline.interactionId)!;
    for (const [key, rows] of keys) {
      const changes = rows.map(([, , change]) => change).join('');
      expect(changes, key).toMatch(/^12*3?$/);
      seen.add(changes.length > 2 ? 'longer' : changes);
      for (const [index, [, value]] of rows.entries())
        if (mapped.some(({ kvp }) => kvp === key)) expect(value, key).not.toBe(rows[index - 1]?.[1]);
    }
    const inTheEnd = toSessionKvps(session.timeline, { statistics: 'fired' });
    expect(inTheEnd.map(([key]) => [key, keys.get(key)?.at(-1)?.[1]])).toEqual(inTheEnd);
    const attached = new Set(inTheEnd.map(([key]) => key));
    expect([...keys.keys()].filter((key) => key.includes('cs') && !attached.has(key))).toEqual([]);
  }
  expect([...seen].sort()).toEqual(['1', '12', '13', 'longer']);
});

test('corrected closings: some numbers are changed, and what came by mistake is deleted; in the end they say the same', () => {
  const sessions = isWhole ? 10_000 : 2_500;
  const options = { ...OPTIONS, sessions, statistics: 'fired' as const };
  const known = (batches: IdbBatch[]): Map<string, (string | null)[][]> =>
    new Map(
      batches.map(({ interactionId, rows }) => {
        const last = new Map(rows.map(([key, value]) => [key, value]));
        return [interactionId, [...last].filter(([, value]) => value !== null).sort(([a], [b]) => (a < b ? -1 : 1))];
      }),
    );
  const corrected = closingsOf({ ...options, corrections: true });
  expect(known(corrected)).toEqual(known(closingsOf(options)));
  const changes = corrected.map(({ rows }) => rows.filter(([key]) => mapped.some(({ kvp }) => kvp === key)).map(([, , change]) => change));
  expect(changes.filter((types) => types.includes(2)).length).toBeGreaterThan(sessions / 125);
  expect(changes.filter((types) => types.includes(3)).length).toBeGreaterThan(sessions / 250);
});

test('intermediate updates are those of async sessions, without an end', () => {
  expect([...toIdbBatches(OPTIONS)].filter(({ moment }) => moment === 'updated')).toEqual([]);
  const updates = [...toIdbBatches({ ...OPTIONS, updates: true })].filter(({ moment }) => moment === 'updated');
  expect(updates.length).toBeGreaterThan(300);
  const first = new Map(updates.map((batch) => [batch.interactionId, batch]).reverse() as [string, IdbBatch][]);
  for (const batch of first.values()) {
    const kvps = kvpsOf(batch);
    expect(kvps.get('csg_ChatAsyncMode')).toBe('1');
    expect(kvps.get('ChatServerSessionStartedAt')).toBeDefined();
  }
  const keys = new Set(updates.flatMap(({ rows }) => rows.map(([key]) => key)));
  expect([...keys].filter((key) => /ClosedAt|SessionEnded/.test(key))).toEqual([]);
});

test('the statistics of each session agree with each other', () => {
  for (const batch of closingsOf({ ...OPTIONS, sessions: 500 })) {
    const kvps = kvpsOf(batch);
    const number = (key: string): number => Number(kvps.get(key) ?? 0);
    for (const family of [
      'cse_ActiveIdle',
      'cse_SessionHandle',
      'cse_AgentReply',
      'cse_AgentWait',
      'cse_CustomerReply',
      'cse_CustomerWait',
    ]) {
      const [count, total, max] = [number(`${family}TotalCount`), number(`${family}TotalTime`), number(`${family}MaxTime`)];
      expect(total, family).toBeGreaterThanOrEqual(max);
      expect(total, family).toBeLessThanOrEqual(max * count);
    }
    const duration = (Date.parse(kvps.get('ChatServerSessionClosedAt')!) - Date.parse(kvps.get('ChatServerSessionStartedAt')!)) / 1000;
    expect(number('csg_SessionTotalTime')).toBe(duration);
    if (number('csg_PartiesAsAgentCount') === 0) expect(kvps.get('csg_SessionEndedAgent')).toBe('ABSENT');
    expect(number('cse_SessionHandleTotalTime') + number('csg_SessionUntilFirstAgentTime')).toBeLessThanOrEqual(duration);
    expect(number('csg_SessionWithCustomerTime')).toBeLessThanOrEqual(duration);
    expect(kvps.get('csg_ChatSessionID')).not.toBe(batch.interactionId);
  }
});

test('ids grow, with gaps, the same ones each time', () => {
  const draw = (seed: number): number[] => {
    const ids = createRowIds(seed, 5);
    return Array.from({ length: 20_000 }, ids);
  };
  const ids = draw(1);
  expect(ids[0]).toBe(5);
  expect(ids.every((id, index) => id > (ids[index - 1] ?? 0))).toBe(true);
  const gaps = ids.filter((id, index) => id > (ids[index - 1] ?? id) + 1).length;
  expect(gaps).toBeGreaterThan(3);
  expect(gaps).toBeLessThan(40);
  expect(draw(1)).toEqual(ids);
  expect(draw(2)).not.toEqual(ids);
});

test('the time stamps come in the form that was asked for', () => {
  const startsOf = (timeForm: IdbOptions['timeForm']): string[] =>
    closingsOf({ ...OPTIONS, sessions: 50, timeForm }).map((batch) => kvpsOf(batch).get('ChatServerSessionStartedAt')!);
  expect(startsOf('iso').every((text) => /^2026-01-\d\dT\d\d:\d\d:\d\dZ$/.test(text))).toBe(true);
  expect(startsOf('iso-no-zone').every((text) => /^2026-01-\d\dT\d\d:\d\d:\d\d$/.test(text))).toBe(true);
  expect(startsOf('epoch-seconds').every((text) => /^\d{10}$/.test(text))).toBe(true);
  expect(startsOf('epoch-milliseconds').every((text) => /^\d{13}$/.test(text))).toBe(true);
  expect(new Set(startsOf('mixed').map((text) => text.length)).size).toBe(4);
});

test('texts of all scripts and odd characters are among the values', () => {
  const texts = [...toIdbBatches(OPTIONS)].flatMap((batch) => batch.rows.map(([, value]) => value ?? '')).join(' ');
  for (const pattern of [
    /\p{Script=Arabic}/u,
    /\p{Script=Hebrew}/u,
    /\p{Script=Thai}/u,
    /\p{Script=Han}/u,
    /👍/u,
    /\t/,
    /\n/,
    /\\/,
    /'/,
    /"/,
  ])
    expect(texts).toMatch(pattern);
});
