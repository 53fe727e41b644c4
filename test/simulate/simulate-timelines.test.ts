import { expect, test } from 'vitest';
import { TENANTS } from '../../src/simulate/market.js';
import { observeTimeline } from '../../src/simulate/observe/observe-timeline.js';
import { simulateSessions } from '../../src/simulate/simulate-sessions.js';
import type { Party, SessionEvent, Timeline, Visibility } from '../../src/simulate/play/timeline.js';

const DAY = 86_400;
const FROM = Date.UTC(2026, 0, 1) / 1000;
const OPTIONS = { sessions: 2_000, from: FROM, to: FROM + 30 * DAY, seed: 1 };

test('all kinds of sessions are there', () => {
  const kinds: Record<string, (timeline: Timeline) => boolean> = {
    coach: ({ events }) => events.some((event) => event.kind === 'join' && event.visibility === 'VIP'),
    monitor: ({ events }) => events.some((event) => event.kind === 'join' && event.visibility === 'INT'),
    'barge-in': ({ events }) =>
      events.some(
        (event, index) =>
          event.kind === 'join' &&
          event.visibility === 'ALL' &&
          events.slice(0, index).findLast((other) => 'party' in other && other.party === event.party && other.kind !== 'message')?.kind ===
            'join',
      ),
    'open supervisor': ({ events }) =>
      events.some((event) => event.kind === 'join' && event.party.role === 'SUPERVISOR' && event.visibility === 'ALL'),
    whisper: ({ events }) => events.some((event) => event.kind === 'message' && event.visibility === 'VIP'),
    restored: ({ events }) => events.some((event) => event.kind === 'restore'),
    'forgotten agent': (timeline) => {
      const session = observeTimeline(timeline);
      return session.agents.size > 0 && !session.agentRemembered;
    },
    'exactly at the threshold': ({ events, inactivity }) =>
      events.some((event, index) => event.at - (events[index - 1]?.at ?? event.at) === inactivity.activeAlert && event.kind === 'message'),
    'two dormant phases': (timeline) => observeTimeline(timeline).dormant.length === 2,
    'idle while dormant': (timeline) =>
      observeTimeline(timeline).dormant.some(({ from, to }) => to - from > timeline.inactivity.asyncAlert),
    'weeks long': (timeline) => observeTimeline(timeline).end - timeline.start > 14 * DAY,
    'no customer': ({ events }) => !events.some((event) => event.kind === 'join' && event.party.role === 'CLIENT'),
    'customer came back': ({ events }) =>
      events.some((event, index) => event.kind === 'leave' && event.party.role === 'CLIENT' && index < events.length - 3),
  };
  const found = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  for (const { timeline } of simulateSessions({ ...OPTIONS, sessions: 5_000 }))
    for (const [kind, isOf] of Object.entries(kinds)) if (isOf(timeline)) found[kind]!++;
  expect(Object.entries(found).filter(([, sessions]) => sessions < 8)).toEqual([]);
});

const timelines = [...simulateSessions({ ...OPTIONS, sessions: 10_000, updates: true })].map(({ timeline }) => timeline);

test.each([
  ['timelines are ones that Chat Server could have seen', problemsOf],
  ['inactivity control closes when it has to, and never else', problemsOfInactivity],
])('%s', (_, toProblems) => {
  const problems = timelines.flatMap((timeline) => toProblems(timeline).map((problem) => `${timeline.interactionId}: ${problem}`));
  expect(problems.slice(0, 10)).toEqual([]);
});

test('sessions of one tenant share its thresholds', () => {
  const thresholds = new Map(timelines.map(({ tenantId, inactivity }) => [JSON.stringify({ tenantId, inactivity }), tenantId]));
  expect([...thresholds.values()].sort()).toEqual(TENANTS.map(({ dbid }) => dbid).sort());
});

test('intermediate updates come on four occasions, and leave the session as it is', () => {
  const eventsOf = (updates: boolean): Timeline['events'][] =>
    [...simulateSessions({ ...OPTIONS, updates })].map(({ timeline }) => timeline.events);
  const [without, withUpdates] = [eventsOf(false), eventsOf(true)];
  expect(withUpdates.map((events) => events.filter(({ kind }) => kind !== 'update'))).toEqual(without);
  const [, ...pairs] = withUpdates.flatMap((events) => events.map((event, index) => [events[index - 1], event] as const));
  const before = pairs.filter(([, { kind }]) => kind === 'update').map(([event, { at }]) => [event!.kind, at > event!.at].join(' later: '));
  expect([...new Set(before)]).toEqual(
    expect.arrayContaining(['join later: false', 'leave later: false', 'message later: false', 'message later: true', 'leave later: true']),
  );
});

function problemsOf(timeline: Timeline): string[] {
  const problems: string[] = [];
  const inside = new Map<Party, Visibility>();
  let customerTookPart = false;
  let last = timeline.start;
  let lastMessage = -Infinity;
  for (const [index, event] of timeline.events.entries()) {
    const isLast = index === timeline.events.length - 1;
    const must = (condition: boolean, rule: string): void => {
      if (!condition) problems.push(`event ${index}, ${event.kind}: ${rule}`);
    };
    must(event.at >= last, 'time never goes back');
    last = event.at;
    if (event.kind === 'restore') inside.clear();
    if (event.kind === 'update') must(timeline.asyncMode, 'only async sessions send updates');
    must(event.kind !== 'close' || isLast, 'nothing comes after it');
    must(!isLast || event.kind === 'close' || event.kind === 'leave', 'closes no session');
    if (event.kind === 'message') lastMessage = event.at;
    // A transcript is saved after each message, and retried for a while.
    if (event.kind === 'close' && event.reason === 'DB_ERROR') must(event.at - lastMessage <= 30, 'a failure to save follows a message');
    if (!('party' in event)) continue;
    const { party } = event;
    customerTookPart ||= party.role === 'CLIENT';
    if (event.kind === 'join') inside.set(party, event.visibility);
    else must(inside.has(party), 'only who is inside can do that');
    if (event.kind !== 'leave') continue;
    inside.delete(party);
    if (party.role === 'CLIENT') {
      must(event.reason !== 'FORCE', 'a customer cannot close');
      must(!isLast || !hasAgent(inside), 'the session continues for the agent who is there');
    } else {
      must(event.reason !== 'FORCE' || isLast, 'it closes the session');
      const isLastOne = inside.size === 0 && !(timeline.asyncMode && customerTookPart);
      must(!isLast || event.reason === 'FORCE' || isLastOne, 'it closes only as the last one, and then no async session with a customer');
    }
  }
  return problems;
}

/** Checks silences as inactivity control measures them: from the last event visible to all participants, or from the phase's beginning. */
function problemsOfInactivity(timeline: Timeline): string[] {
  const { inactivity, asyncMode, events, tenantId } = timeline;
  const { closing, outlivesCustomer } = TENANTS.find(({ dbid }) => dbid === tenantId)!;
  const problems: string[] = [];
  const inside = new Map<Party, Visibility>();
  let phase: 'active' | 'dormant' | 'neither' = 'neither';
  let quietSince = timeline.start;
  for (const [index, event] of events.entries()) {
    const hasCustomer = [...inside.keys()].some(({ role }) => role === 'CLIENT');
    const limit =
      phase === 'active' && hasCustomer
        ? inactivity.activeAlert + closing.active
        : phase === 'dormant'
          ? inactivity.asyncAlert + closing.async
          : Infinity;
    const silence = event.at - quietSince;
    const isClosing = event.kind === 'close' && event.reason === 'INACTIVE';
    if (isClosing ? silence !== limit : silence >= limit)
      problems.push(`event ${index}, ${event.kind}: ${silence} s of silence, limit ${limit}`);
    if (phase === 'dormant' && event.kind === 'leave' && event.party.role === 'CLIENT' && (event === events.at(-1)) === outlivesCustomer)
      problems.push(`event ${index}, ${event.kind}: at this tenant a dormant session ${outlivesCustomer ? 'goes on' : 'ends'}`);
    if (isVisible(event, inside)) quietSince = event.at;
    if (event.kind === 'join') inside.set(event.party, event.visibility);
    if (event.kind === 'leave') inside.delete(event.party);
    if (event.kind === 'restore') inside.clear();
    const before: string = phase;
    if (hasAgent(inside)) phase = 'active';
    else if (phase === 'active') phase = asyncMode ? 'dormant' : 'neither';
    else if (event.kind === 'route') phase = 'neither';
    if (phase !== before) quietSince = event.at;
  }
  return problems;
}

const hasAgent = (inside: ReadonlyMap<Party, Visibility>): boolean =>
  [...inside].some(([{ role }, visibility]) => visibility === 'ALL' && (role === 'AGENT' || role === 'SUPERVISOR'));

function isVisible(event: SessionEvent, inside: ReadonlyMap<Party, Visibility>): boolean {
  if (event.kind === 'join') return event.visibility === 'ALL';
  if (event.kind === 'message') return inside.get(event.party) === 'ALL' && (event.visibility ?? 'ALL') === 'ALL';
  return event.kind === 'leave' && inside.get(event.party) === 'ALL';
}

test('interaction ids are distinct, also between seeds, and look like Genesys’s', () => {
  const ids = [1, 2].flatMap((seed) => [...simulateSessions({ ...OPTIONS, seed })].map((session) => session.timeline.interactionId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[0-9A-Z]{16}$/.test(id))).toEqual([]);
});
