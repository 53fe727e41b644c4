import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { drawArrivals } from '../src/simulate/arrivals.js';
import { toIdbBatches, type IdbBatch, type IdbOptions } from '../src/simulate/idb-batches.js';
import { toIdbCopyText } from '../src/simulate/idb-copy-text.js';
import { createRandom } from '../src/simulate/random.js';
import { simulateSessions } from '../src/simulate/simulate-sessions.js';
import { readKvpMap } from '../src/spec/kvp-map.js';

const DAY = 86_400;
const FROM = Date.UTC(2026, 0, 1) / 1000;
const OPTIONS: IdbOptions = { sessions: 2_000, from: FROM, to: FROM + 30 * DAY, seed: 1, statistics: 'all' };

const mapped = readKvpMap().keys;
const closingsOf = (options: IdbOptions): IdbBatch[] => [...toIdbBatches(options)].filter((batch) => batch.moment === 'closed');
const kvpsOf = (batch: IdbBatch): Map<string, string | null> => new Map(batch.rows.map(([key, value]) => [key, value]));
const hashOf = (options: IdbOptions): string => {
  const hash = createHash('sha256');
  for (const piece of toIdbCopyText(toIdbBatches(options))) hash.update(piece);
  return hash.digest('hex');
};

test('the same options give the same bytes; each option matters', () => {
  const small = { ...OPTIONS, sessions: 300 };
  expect(hashOf(small)).toBe(hashOf({ ...small }));
  const others = [{ seed: 2 }, { sessions: 301 }, { to: small.to + 60 }, { statistics: 'fired' as const }, { timeForm: 'mixed' as const }];
  const hashes = [small, ...others.map((other) => ({ ...small, ...other }))].map(hashOf);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test.each([1, 2, 3])('every mapped column has at least three values in a sample of 2,000 sessions (seed %i)', (seed) => {
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

test('sessions are stored in the order of closing, in one piece, soon after, between the beginnings of others', () => {
  const batches = [...toIdbBatches(OPTIONS)];
  const open = new Map<string, number>();
  let [lastClosing, lastAdded, begunBetween] = [0, 0, 0];
  for (const { interactionId, moment, at, addedMs, rows } of batches) {
    expect(addedMs).toBeGreaterThanOrEqual(lastAdded);
    expect(addedMs - at * 1000).toBeGreaterThanOrEqual(0);
    expect(addedMs - at * 1000).toBeLessThanOrEqual(2_000);
    lastAdded = addedMs;
    if (moment === 'created') {
      expect(open.has(interactionId)).toBe(false);
      open.set(interactionId, batches.length);
      continue;
    }
    expect(at).toBeGreaterThanOrEqual(lastClosing);
    lastClosing = at;
    expect(open.delete(interactionId)).toBe(true);
    if (open.size > 0) begunBetween++;
    const kvps = new Map(rows.map(([key, value]) => [key, value]));
    expect(kvps.get('ChatServerSessionClosedAt')).toBe(new Date(at * 1000).toISOString().replace('.000Z', 'Z'));
    // Keys that no column wants stand before and after.
    expect([rows[0]?.[0], rows.at(-1)?.[0]]).toEqual(['Subject', 'ReservedForAgent']);
  }
  expect(open.size).toBe(0);
  expect(begunBetween).toBeGreaterThan(100);
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
    expect(number('csg_PartiesAsAgentCount') === 0).toBe(kvps.get('csg_SessionEndedAgent') === 'ABSENT');
    expect(number('cse_SessionHandleTotalTime') + number('csg_SessionUntilFirstAgentTime')).toBeLessThanOrEqual(duration);
    expect(number('csg_SessionWithCustomerTime')).toBeLessThanOrEqual(duration);
    expect(kvps.get('csg_ChatSessionID')).not.toBe(batch.interactionId);
  }
});

test('interaction ids are distinct, also between seeds, and look like Genesys’s', () => {
  const ids = [1, 2].flatMap((seed) => [...simulateSessions({ ...OPTIONS, seed })].map((session) => session.timeline.interactionId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[0-9A-Z]{16}$/.test(id))).toEqual([]);
});

test('sessions start in [from, to), in order, more by day than by night', () => {
  const [from, to] = [FROM + 3_599, FROM + DAY + 1];
  const arrivals = [...drawArrivals(createRandom(1, 0), 20_000, from, to)];
  expect(arrivals).toHaveLength(20_000);
  expect(arrivals.every((at, index) => at >= from && at < to && at >= (arrivals[index - 1] ?? 0))).toBe(true);
  const between = (first: number, last: number): number =>
    arrivals.filter((at) => at >= FROM + first * 3_600 && at < FROM + last * 3_600).length;
  expect(between(9, 17)).toBeGreaterThan(5 * between(1, 5));
  expect([...drawArrivals(createRandom(1, 0), 3, FROM, FROM + 1)]).toEqual([FROM, FROM, FROM]);
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
