import { expect, test } from 'vitest';
import { toSessionKvps } from '../../../src/simulate/observe/session-kvps.js';
import { attachedKvps } from '../../oracle/kvps.js';
import type { Truth } from '../../oracle/truth.js';
import { toTimeline } from '../../support/hand-made-timelines.js';

/** An async session that begins at 0; the customer is there from the start, and an agent joins, leaves and returns. */
const asyncSession = (events: readonly (readonly [at: number, kind: 'ask' | 'in' | 'out' | 'route' | 'answer'])[]): Truth => ({
  interactionId: 'G1',
  chatSessionId: 'S1',
  tenantId: 1,
  mediaType: 'chat',
  asyncMode: true,
  botGateway: false,
  statistics: 'all',
  inactivity: { activeAlert: 10_000, asyncAlert: 100_000 },
  start: 0,
  parties: [
    { id: 'p1', role: 'CLIENT' },
    { id: 'p2', role: 'AGENT' },
  ],
  events: [
    { at: 0, kind: 'join', party: 'p1', visibility: 'ALL' },
    ...events.map(([at, kind]): Truth['events'][number] => {
      switch (kind) {
        case 'ask':
          return { at, kind: 'message', party: 'p1', size: 10 };
        case 'answer':
          return { at, kind: 'message', party: 'p2', size: 10 };
        case 'in':
          return { at, kind: 'join', party: 'p2', visibility: 'ALL' };
        case 'out':
          return { at, kind: 'leave', party: 'p2', reason: 'QUIT' };
        case 'route':
          return { at, kind: 'route' };
      }
    }),
    { at: 1000, kind: 'close', reason: 'INACTIVE' },
  ],
});

test.each<[string, Parameters<typeof asyncSession>[0], number]>([
  [
    'a run that began before the session became dormant: 150 - 10, without dormant 40 to 100',
    [
      [10, 'ask'],
      [20, 'in'],
      [40, 'out'],
      [100, 'route'],
      [130, 'in'],
      [150, 'answer'],
    ],
    80,
  ],
  [
    'one that began while it was dormant: from the agent back at 130 to 150',
    [
      [20, 'in'],
      [40, 'out'],
      [50, 'ask'],
      [100, 'route'],
      [130, 'in'],
      [150, 'answer'],
    ],
    20,
  ],
  [
    'one that began during routing, which is not dormant: 150 - 110',
    [
      [20, 'in'],
      [40, 'out'],
      [100, 'route'],
      [110, 'ask'],
      [130, 'in'],
      [150, 'answer'],
    ],
    40,
  ],
  [
    'one that began while it was dormant, in the second in which an agent had come and gone: 150 - 130',
    [
      [20, 'in'],
      [20, 'out'],
      [20, 'ask'],
      [100, 'route'],
      [130, 'in'],
      [150, 'answer'],
    ],
    20,
  ],
  [
    'one that began while it was dormant, over a second phase: 230 - 130, without dormant 160 to 200',
    [
      [20, 'in'],
      [40, 'out'],
      [50, 'ask'],
      [100, 'route'],
      [130, 'in'],
      [160, 'out'],
      [200, 'route'],
      [220, 'in'],
      [230, 'answer'],
    ],
    60,
  ],
])("dormant time is no part of an agent's reply: %s", (_, events, seconds) => {
  const truth = asyncSession(events);
  const simulated = new Map(toSessionKvps(toTimeline(truth), { statistics: 'all' }));
  expect(simulated.get('cse_AgentReplyTotalTime')).toBe(String(seconds));
  expect(attachedKvps(truth).get('cse_AgentReplyTotalTime')).toBe(String(seconds));
});
