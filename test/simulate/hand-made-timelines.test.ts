import { describe, expect, test } from 'vitest';
import { toSessionKvps, toUpdateKvps } from '../../src/simulate/observe/session-kvps.js';
import { toTruthLine } from '../../src/commands/simulate/truth-file.js';
import type { Truth } from '../oracle/truth.js';
import { attachedKvps } from '../oracle/kvps.js';
import { readHandMadeTimelines, toTimeline } from '../support/hand-made-timelines.js';

const byKey = (kvps: Iterable<readonly [string, string]>): Record<string, string> => Object.fromEntries(kvps);

/** A truth as the simulator writes it: parties have numbers instead of names. */
function withoutNames(truth: Truth): unknown {
  const ids = new Map(truth.parties.map(({ id }, index) => [id, `p${index + 1}`]));
  return JSON.parse(JSON.stringify(truth), (key, value) =>
    key === 'id' || key === 'party' ? ids.get(value as string) : (value as unknown),
  );
}

describe.each(readHandMadeTimelines())('$name', ({ truth, atEnd, atUpdate }) => {
  const { statistics } = truth;

  test('the simulator would write the same timeline', () =>
    expect(JSON.parse(toTruthLine(toTimeline(truth), statistics))).toEqual(withoutNames(truth)));

  test('the simulator attaches what was worked out by hand', () =>
    expect(byKey(toSessionKvps(toTimeline(truth), { statistics }))).toEqual(byKey(atEnd)));

  test('the oracle says what was worked out by hand', () => expect(byKey(attachedKvps(truth))).toEqual(byKey(atEnd)));

  const updates = truth.events.filter(({ kind }) => kind === 'update');

  test('every update is worked out', () => expect([...atUpdate.keys()]).toEqual(updates.map(({ at }) => at - truth.start)));

  test.each(updates)('the update at $at', (update) => {
    const expected = byKey(atUpdate.get(update.at - truth.start)!);
    expect(byKey(attachedKvps(truth, update))).toEqual(expected);
    expect(byKey(toUpdateKvps(toTimeline(truth), truth.events.indexOf(update) + 1, { statistics }))).toEqual(expected);
  });
});

test('none of them is missing', () => expect(readHandMadeTimelines()).toHaveLength(21));
