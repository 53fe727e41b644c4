import { expect, test } from 'vitest';
import { VERDICT } from '../../src/model/session-batch.js';
import { decideSession, type Decision, type SessionTimes } from '../../src/transform/decide-session.js';

// 2026-02-25T06:13:20Z; times are written as epoch seconds, one of the forms that Chat Server may use.
const START = 1_772_000_000;
const DAY = 86_400;

const decide = (times: Partial<SessionTimes>): Decision =>
  decideSession({ start: String(START), end: String(START + 100), startAddedTs: START + 100, isAsync: false, ...times });

const closedAt = (endTs: number, discard?: 'CLOCK_SKEW'): Decision => ({
  verdict: VERDICT.closed,
  startTs: START,
  endTs,
  discard: discard === undefined ? undefined : { name: discard, about: 'end' },
});

test('a start and an end make a closed session', () => expect(decide({})).toEqual(closedAt(START + 100)));

test('an end up to 60 seconds before the start is the start, by two clocks', () => {
  expect(decide({ end: String(START) })).toEqual(closedAt(START));
  expect(decide({ end: String(START - 1) })).toEqual(closedAt(START, 'CLOCK_SKEW'));
  expect(decide({ end: String(START - 60) })).toEqual(closedAt(START, 'CLOCK_SKEW'));
  expect(decide({ end: String(START - 61) })).toMatchObject({ verdict: VERDICT.none, discard: { name: 'END_BEFORE_START', about: 'end' } });
});

test('without an end an async session is active, and a regular one nothing yet', () => {
  expect(decide({ end: undefined, isAsync: true })).toEqual({ verdict: VERDICT.active, startTs: START, endTs: 0, discard: undefined });
  expect(decide({ end: undefined })).toMatchObject({ verdict: VERDICT.none, startTs: START, discard: { name: 'NO_END', about: 'end' } });
});

test('a start up to a day after ICON stored it is believed; where that is not known, any', () => {
  expect(decide({ startAddedTs: START - DAY }).verdict).toBe(VERDICT.closed);
  expect(decide({ startAddedTs: START - DAY - 1 })).toMatchObject({
    verdict: VERDICT.none,
    discard: { name: 'START_IN_FUTURE', about: 'start' },
  });
  expect(decide({ startAddedTs: undefined }).verdict).toBe(VERDICT.closed);
});

test('a start before 2000, or before what is configured, is none', () => {
  const start2000 = Date.UTC(2000, 0, 1) / 1000;
  expect(decide({ start: String(start2000) }).verdict).toBe(VERDICT.closed);
  expect(decide({ start: String(start2000 - 1) })).toMatchObject({
    verdict: VERDICT.none,
    discard: { name: 'START_TOO_EARLY', about: 'start' },
  });
  const times = { start: String(START), end: String(START), startAddedTs: undefined, isAsync: false };
  expect(decideSession(times, START).verdict).toBe(VERDICT.closed);
  expect(decideSession(times, START + 1).verdict).toBe(VERDICT.none);
});

test('a time that is missing or cannot be read makes no session', () => {
  expect(decide({ start: undefined }).discard).toEqual({ name: 'NO_START', about: 'start' });
  expect(decide({ start: 'soon' })).toMatchObject({ verdict: VERDICT.none, startTs: 0, discard: { name: 'BAD_START', about: 'start' } });
  expect(decide({ end: 'later' })).toMatchObject({ verdict: VERDICT.none, endTs: 0, discard: { name: 'BAD_END', about: 'end' } });
});
