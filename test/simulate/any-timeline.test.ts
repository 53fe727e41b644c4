import fc from 'fast-check';
import { test } from 'vitest';
import { isWhole } from '../support/depth.js';
import { toSessionKvps, toUpdateKvps } from '../../src/simulate/observe/session-kvps.js';
import { attachedKvps } from '../oracle/kvps.js';
import type { Truth, TruthEvent } from '../oracle/truth.js';
import { toTimeline } from '../support/hand-made-timelines.js';

// Any events in any order, many within one second, including what no simulated session does.

const PARTIES: Truth['parties'] = [
  { id: 'customer', role: 'CLIENT' },
  { id: 'anna', role: 'AGENT' },
  { id: 'ben', role: 'AGENT' },
  { id: 'sofia', role: 'SUPERVISOR' },
  { id: 'robo', role: 'BOT' },
];
const STAFF = ['anna', 'anna', 'anna', 'ben', 'sofia', 'robo'];

const visibility = fc.constantFrom('ALL', 'ALL', 'ALL', 'VIP', 'INT');
const party = fc.constantFrom('customer', 'customer', 'customer', ...STAFF);
const happening = fc.oneof(
  fc.record({ kind: fc.constant('join'), party: fc.constantFrom(...STAFF), visibility }),
  fc.record({ kind: fc.constant('join'), party: fc.constant('customer'), visibility: fc.constant('ALL') }),
  fc.record({ kind: fc.constant('message'), party, size: fc.integer({ min: 1, max: 99 }) }),
  fc.record({ kind: fc.constant('message'), party: fc.constantFrom(...STAFF), size: fc.integer({ min: 1, max: 99 }), visibility }),
  fc.record({ kind: fc.constant('leave'), party, reason: fc.constantFrom('QUIT', 'DISCONNECT') }),
  fc.record({ kind: fc.constantFrom('route', 'restore', 'update') }),
);
const timed = fc.tuple(fc.constantFrom(0, 0, 0, 1, 9, 30), happening);

const truth = fc
  .record({
    asyncMode: fc.boolean(),
    statistics: fc.constantFrom('all', 'fired'),
    happenings: fc.array(timed, { minLength: 5, maxLength: 40, size: 'max' }),
    closing: fc.constantFrom('customer', 'anna', 'ben', 'robo', undefined),
  })
  .map(({ asyncMode, statistics, happenings, closing }): Truth => ({
    interactionId: 'G1',
    chatSessionId: 'S1',
    tenantId: 1,
    mediaType: 'chat',
    asyncMode,
    botGateway: true,
    statistics,
    inactivity: { activeAlert: 8, asyncAlert: 20 },
    start: 1_772_000_000,
    parties: PARTIES,
    events: toEvents(happenings, asyncMode, closing),
  }));

/** Removes the impossible: a party outside writes nothing and does not leave; a regular session has no updates. */
function toEvents(happenings: readonly (readonly [number, object])[], asyncMode: boolean, closing: string | undefined): TruthEvent[] {
  const inside = new Set<string>();
  let at = 1_772_000_000;
  const events: TruthEvent[] = [];
  for (const [seconds, what] of happenings) {
    at += seconds;
    const event = { at, ...what } as TruthEvent;
    if ((event.kind === 'message' || event.kind === 'leave') && !inside.has(event.party)) continue;
    if (event.kind === 'update' && !asyncMode) continue;
    if (event.kind === 'join') inside.add(event.party);
    if (event.kind === 'leave') inside.delete(event.party);
    if (event.kind === 'restore') inside.clear();
    events.push(event);
  }
  const ending = closing !== undefined && inside.has(closing);
  return [...events, ending ? { at, kind: 'leave', party: closing, reason: 'FORCE' } : { at, kind: 'close', reason: 'DB_ERROR' }];
}

const sorted = (kvps: Iterable<readonly [string, string]>): string => JSON.stringify([...kvps].sort());

test('whatever happens, the simulator attaches what the oracle says', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(truth, (session) => {
      const timeline = toTimeline(session);
      const { statistics } = session;
      return (
        sorted(toSessionKvps(timeline, { statistics })) === sorted(attachedKvps(session)) &&
        session.events.every(
          (event, index) =>
            event.kind !== 'update' || sorted(toUpdateKvps(timeline, index + 1, { statistics })) === sorted(attachedKvps(session, event)),
        )
      );
    }),
    { seed: 20260225, numRuns: isWhole ? 3_000 : 1_000 },
  );
});
