import { expect, test } from 'vitest';
import { observeTimeline } from '../src/simulate/observe-timeline.js';
import { simulateSessions } from '../src/simulate/simulate-sessions.js';
import type { Party, Timeline } from '../src/simulate/timeline.js';

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

test('timelines are ones that Chat Server could have seen', () => {
  const problems: string[] = [];
  for (const { timeline } of simulateSessions({ ...OPTIONS, sessions: 3_000, updates: true }))
    for (const problem of problemsOf(timeline)) problems.push(`${timeline.interactionId}: ${problem}`);
  expect(problems).toEqual([]);
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
  const inside = new Set<Party>();
  let customerTookPart = false;
  let last = timeline.start;
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
    if (!('party' in event)) continue;
    const { party } = event;
    customerTookPart ||= party.role === 'CLIENT';
    if (event.kind === 'join') inside.add(party);
    else must(inside.has(party), 'only who is inside can do that');
    if (event.kind !== 'leave') continue;
    inside.delete(party);
    if (party.role === 'CLIENT') must(event.reason !== 'FORCE', 'a customer cannot close');
    else {
      must(event.reason !== 'FORCE' || isLast, 'it closes the session');
      const isLastOne = inside.size === 0 && !(timeline.asyncMode && customerTookPart);
      must(!isLast || event.reason === 'FORCE' || isLastOne, 'it closes only as the last one, and then no async session with a customer');
    }
  }
  return problems;
}

test('interaction ids are distinct, also between seeds, and look like Genesys’s', () => {
  const ids = [1, 2].flatMap((seed) => [...simulateSessions({ ...OPTIONS, seed })].map((session) => session.timeline.interactionId));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[0-9A-Z]{16}$/.test(id))).toEqual([]);
});
