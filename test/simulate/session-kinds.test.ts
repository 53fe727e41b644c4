import { expect, test } from 'vitest';
import { simulateSessions } from '../../src/simulate/simulate-sessions.js';
import { toTruthLine } from '../../src/commands/simulate/truth-file.js';
import { countKinds } from '../oracle/session-kinds.js';
import type { Truth } from '../oracle/truth.js';

const DAY = 86_400;
const FROM = Date.UTC(2026, 0, 1) / 1000;
const SESSIONS = { sessions: 20_000, from: FROM, to: FROM + 10 * DAY, seed: 1, updates: true };

const truths = [...simulateSessions(SESSIONS)].map(({ timeline }) => JSON.parse(toTruthLine(timeline, 'all')) as Truth);

test.each([
  ['when all have been closed', Infinity],
  ['while some are open', SESSIONS.to],
])('each kind of session is there, %s', (_, until) => {
  const kinds = [...countKinds(truths, until)];
  expect(kinds.filter(([, sessions]) => sessions < 10)).toEqual([]);
  expect(kinds.length).toBeGreaterThan(30);
});
