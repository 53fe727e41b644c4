import { describe, expect, test } from 'vitest';
import { toSessionKvps, toUpdateKvps } from '../../src/simulate/observe/session-kvps.js';
import { toTruthLine } from '../../src/commands/simulate/truth-file.js';
import type { Truth } from '../oracle/truth.js';
import { attachedKvps, GUIDE_KEYS } from '../oracle/kvps.js';
import { readHandMadeTimelines, toTimeline } from '../support/hand-made-timelines.js';

const byKey = (kvps: Iterable<readonly [string, string]>): Record<string, string> => Object.fromEntries(kvps);

/** The attached keys among those that a timeline is computed for: those of the guide, and others that it shows. */
const workedOut = (kvps: Iterable<readonly [string, string]>, expected: ReadonlyMap<string, string>): Record<string, string> =>
  byKey([...kvps].filter(([kvp]) => expected.has(kvp) || GUIDE_KEYS.some((key) => key.kvp === kvp)));

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
    expect(workedOut(toSessionKvps(toTimeline(truth), { statistics }), atEnd)).toEqual(byKey(atEnd)));

  test('the oracle says what was worked out by hand', () => expect(workedOut(attachedKvps(truth), atEnd)).toEqual(byKey(atEnd)));

  const updates = truth.events.filter(({ kind }) => kind === 'update');

  test('every update is worked out', () => expect([...atUpdate.keys()]).toEqual(updates.map(({ at }) => at - truth.start)));

  test.each(updates)('the update at $at', (update) => {
    const expected = atUpdate.get(update.at - truth.start)!;
    expect(workedOut(attachedKvps(truth, update), expected)).toEqual(byKey(expected));
    const simulated = toUpdateKvps(toTimeline(truth), truth.events.indexOf(update) + 1, { statistics });
    expect(workedOut(simulated, expected)).toEqual(byKey(expected));
  });
});

test('none of them is missing', () => expect(readHandMadeTimelines()).toHaveLength(21));
