import { expect, test } from 'vitest';
import { toSessionKvps, type SessionStatistics } from '../../src/simulate/observe/session-kvps.js';
import type { Party, SessionEvent, Timeline } from '../../src/simulate/play/timeline.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { GUIDE_KEYS } from '../oracle/kvps.js';

// 2026-01-15T10:00:00Z; all times below are seconds after it.
const START = 1_768_471_200;

const customer: Party = { role: 'CLIENT' };
const [anna, ben]: Party[] = [{ role: 'AGENT' }, { role: 'AGENT' }] as const;
const supervisor: Party = { role: 'SUPERVISOR' };
const bot: Party = { role: 'BOT' };

type Visibility = 'ALL' | 'VIP' | 'INT';
const join = (at: number, party: Party, visibility: Visibility = 'ALL'): SessionEvent => ({
  kind: 'join',
  at: START + at,
  party,
  visibility,
});
const say = (at: number, party: Party, size = 1): SessionEvent => ({ kind: 'message', at: START + at, party, size });
const leave = (at: number, party: Party, reason: 'QUIT' | 'DISCONNECT' | 'FORCE'): SessionEvent => ({
  kind: 'leave',
  at: START + at,
  party,
  reason,
});
const route = (at: number): SessionEvent => ({ kind: 'route', at: START + at });
const close = (at: number, reason: 'INACTIVE' | 'DB_ERROR'): SessionEvent => ({ kind: 'close', at: START + at, reason });

const timelineOf = (events: SessionEvent[], more: Partial<Timeline> = {}): Timeline => ({
  interactionId: 'AAHMA1000000YST3',
  chatSessionId: 'AAHMA2000000YST3',
  tenantId: 101,
  mediaType: 'chat',
  mediaOrigin: 'Web chat',
  languageName: 'Русский',
  asyncMode: false,
  botGateway: true,
  inactivity: { activeAlert: 120, asyncAlert: 3600 },
  start: START,
  events,
  ...more,
});

const isOfGuide = (kvp: string): boolean => GUIDE_KEYS.some((key) => key.kvp === kvp);

/** The guide's keys that the simulator attaches. */
const kvpsOf = (timeline: Timeline, statistics: SessionStatistics = 'all'): Record<string, string> =>
  Object.fromEntries([...toSessionKvps(timeline, { statistics })].filter(([kvp]) => isOfGuide(kvp)));

/** Only the named keys, as numbers if they are present. */
const family = (kvps: Record<string, string>, name: string): (number | undefined)[] =>
  ['TotalCount', 'TotalTime', 'MaxTime'].map((part) => (kvps[name + part] === undefined ? undefined : Number(kvps[name + part])));

const REGULAR = [
  join(0, customer),
  say(5, customer, 10),
  join(20, anna),
  say(30, anna, 40),
  say(32, anna, 8),
  say(50, customer, 6),
  say(55, customer, 4),
  say(80, anna, 12),
  leave(100, customer, 'QUIT'),
  leave(110, anna, 'FORCE'),
];

test('a regular session: every key, worked out by hand', () => {
  expect(kvpsOf(timelineOf(REGULAR))).toEqual({
    ChatServerSessionStartedAt: '2026-01-15T10:00:00Z',
    ChatServerSessionClosedAt: '2026-01-15T10:01:50Z',
    csg_MediaType: 'chat',
    csg_TenantId: '101',
    csg_ChatSessionID: 'AAHMA2000000YST3',
    csg_LanguageName: 'Русский',
    csg_MediaOrigin: 'Web chat',
    csg_ChatAsyncMode: '0',
    // The customer left first; the agent closed the session by leaving, so it was present at the close.
    csg_SessionEndedAgent: 'PRESENT',
    csg_SessionEndedBy: 'CLIENT',
    csg_SessionEndedReason: 'QUIT',
    csg_MessagesFromAgentsCount: '3',
    csg_MessagesFromAgentsSize: '60', // 40 + 8 + 12
    csg_MessagesFromCustomersCount: '3',
    csg_MessagesFromCustomersSize: '20', // 10 + 6 + 4
    csg_PartiesAsAgentCount: '1',
    csg_PartiesAsCoachCount: '0',
    csg_PartiesAsMonitorCount: '0',
    csg_SessionTotalTime: '110',
    csg_SessionUntilFirstAgentTime: '20',
    csg_SessionUntilFirstReplyTime: '30',
    csg_SessionWithCustomerTime: '100',
    cse_ActiveIdleTotalCount: '0',
    cse_ActiveIdleTotalTime: '0',
    cse_ActiveIdleMaxTime: '0',
    cse_SessionHandleTotalCount: '1',
    cse_SessionHandleTotalTime: '90', // 20 to 110
    cse_SessionHandleMaxTime: '90',
    // From the first customer message in a row to the agent's answer: 30 - 5 and 80 - 50.
    cse_AgentReplyTotalCount: '2',
    cse_AgentReplyTotalTime: '55',
    cse_AgentReplyMaxTime: '30',
    // From the agent's last message in a row to the customer's: 50 - 32. The message at 80 was never answered.
    cse_AgentWaitTotalCount: '1',
    cse_AgentWaitTotalTime: '18',
    cse_AgentWaitMaxTime: '18',
    // From the agent's first message in a row to the customer's: 50 - 30.
    cse_CustomerReplyTotalCount: '1',
    cse_CustomerReplyTotalTime: '20',
    cse_CustomerReplyMaxTime: '20',
    // From the customer's last message in a row to the agent's: 30 - 5 and 80 - 55.
    cse_CustomerWaitTotalCount: '2',
    cse_CustomerWaitTotalTime: '50',
    cse_CustomerWaitMaxTime: '25',
    csg_MessagesFromBotsCount: '0',
    csg_MessagesFromBotsSize: '0',
    csg_SessionUntilFirstBotTime: '0',
    csg_PartiesAsBotCount: '0',
  });
});

test('an async session: routing is not dormant, and dormant time counts neither as reply time nor as wait', () => {
  const kvps = kvpsOf(
    timelineOf(
      [
        join(0, customer),
        say(0, customer),
        route(1),
        join(60, anna), // the first routing is not dormant
        say(70, anna),
        leave(100, anna, 'QUIT'), // dormant from 100
        say(5_100, customer), // idle from 100 + 3600 = 3700: 1400 s
        route(5_105), // dormant for 5005 s
        join(5_165, anna),
        say(5_185, anna),
        leave(5_200, anna, 'QUIT'), // dormant from 5200
        close(12_400, 'INACTIVE'), // dormant for 7200 s, idle for 3600 s of them
      ],
      { asyncMode: true },
    ),
  );
  expect(kvps['csg_ChatAsyncMode']).toBe('1');
  expect(family(kvps, 'cse_AsyncDormant')).toEqual([2, 12_205, 7_200]);
  expect(family(kvps, 'cse_AsyncIdle')).toEqual([2, 5_000, 3_600]);
  expect(family(kvps, 'cse_SessionHandle')).toEqual([2, 75, 40]); // 60 to 100, 5165 to 5200
  expect(family(kvps, 'cse_ActiveIdle')).toEqual([0, 0, 0]);
  // 70 - 0; the message at 5100 came into a dormant session: 5185 - 5165, from the agent's return.
  expect(family(kvps, 'cse_AgentReply')).toEqual([2, 90, 70]);
  // 5100 - 70 = 5030, less 5000 of dormant time.
  expect(family(kvps, 'cse_AgentWait')).toEqual([1, 30, 30]);
  // Nothing is excluded for customers: 5100 - 70; 70 - 0 and 5185 - 5100.
  expect(family(kvps, 'cse_CustomerReply')).toEqual([1, 5_030, 5_030]);
  expect(family(kvps, 'cse_CustomerWait')).toEqual([2, 155, 85]);
  expect(kvps['csg_PartiesAsAgentCount']).toBe('1');
  expect(kvps['csg_SessionWithCustomerTime']).toBe('12400');
  expect([kvps['csg_SessionEndedAgent'], kvps['csg_SessionEndedBy'], kvps['csg_SessionEndedReason']]).toEqual([
    'VISITED',
    'SYSTEM',
    'INACTIVE',
  ]);
});

test('an async session that an agent closes does not become dormant by it', () => {
  const events = [join(0, customer), join(1, anna), leave(50, anna, 'FORCE')];
  expect(family(kvpsOf(timelineOf(events, { asyncMode: true })), 'cse_AsyncDormant')).toEqual([0, 0, 0]);
});

test('the same moments in a regular session: no dormant phase to leave out', () => {
  const events = [join(0, customer), join(1, anna), say(2, anna), leave(3, anna, 'QUIT'), say(9, customer), join(20, ben), say(25, ben)];
  const kvps = kvpsOf(timelineOf([...events, leave(30, ben, 'FORCE')]));
  expect(family(kvps, 'cse_AgentReply')).toEqual([1, 16, 16]);
  expect(family(kvps, 'cse_AgentWait')).toEqual([1, 7, 7]);
  expect(family(kvps, 'cse_AsyncDormant')).toEqual([undefined, undefined, undefined]);
});

test('a bot hands over, agents pass the chat on, coach and monitor stay out of sight', () => {
  const kvps = kvpsOf(
    timelineOf([
      join(0, customer),
      join(2, bot),
      say(3, bot, 100),
      say(10, customer, 5),
      say(11, bot, 50),
      route(12),
      join(40, anna),
      leave(40, bot, 'QUIT'),
      join(41, supervisor, 'INT'),
      join(42, ben, 'VIP'),
      say(43, ben, 999), // whispered
      say(50, anna, 7),
      leave(60, ben, 'QUIT'),
      join(70, ben), // the coach takes over
      leave(75, anna, 'QUIT'),
      leave(80, supervisor, 'QUIT'),
      join(80, supervisor, 'VIP'),
      leave(90, supervisor, 'QUIT'),
      join(95, ben), // the same party, not another one
      say(300, ben, 3), // silent since 95: 205 s, 85 of them over the threshold of 120
      leave(310, ben, 'FORCE'),
    ]),
  );
  expect(kvps).toMatchObject({
    csg_MessagesFromBotsCount: '2',
    csg_MessagesFromBotsSize: '150',
    csg_SessionUntilFirstBotTime: '2',
    csg_PartiesAsBotCount: '1',
    csg_PartiesAsAgentCount: '2', // Anna and Ben
    csg_PartiesAsCoachCount: '2', // Ben and the supervisor
    csg_PartiesAsMonitorCount: '1', // the supervisor
    csg_MessagesFromAgentsCount: '2',
    csg_MessagesFromAgentsSize: '10',
    csg_SessionUntilFirstAgentTime: '40',
    csg_SessionUntilFirstReplyTime: '50',
    csg_SessionEndedAgent: 'PRESENT',
    csg_SessionEndedBy: 'AGENT',
    csg_SessionEndedReason: 'FORCE',
  });
  // Ben was there before Anna left: one active state, 40 to 310.
  expect(family(kvps, 'cse_SessionHandle')).toEqual([1, 270, 270]);
  expect(family(kvps, 'cse_ActiveIdle')).toEqual([1, 85, 85]);
  // The bot's messages between question and answer do not count as an agent's: 50 - 10.
  expect(family(kvps, 'cse_AgentReply')).toEqual([1, 40, 40]);
});

test('idle time counts from the moment at which the threshold is passed, until the end of the active state', () => {
  const events = [join(0, customer), join(0, anna), say(120, customer), say(241, anna), leave(500, anna, 'QUIT')];
  const kvps = kvpsOf(timelineOf([...events, leave(900, customer, 'DISCONNECT')]));
  // 120 s are not more than the threshold; 121 s are, by 1 s; 241 to 500 by 139 s; after 500 no agent is there.
  expect(family(kvps, 'cse_ActiveIdle')).toEqual([2, 140, 139]);
  expect(kvps['csg_SessionEndedAgent']).toBe('VISITED');
});

test.each<[string, SessionEvent[], [string, string, string]]>([
  ['the customer gives up', [join(0, customer), leave(30, customer, 'DISCONNECT')], ['ABSENT', 'CLIENT', 'DISCONNECT']],
  ['a bot settles it', [join(0, customer), join(1, bot), leave(9, bot, 'FORCE')], ['ABSENT', 'BOT', 'FORCE']],
  ['only a monitor came', [join(0, customer), join(1, supervisor, 'INT'), leave(9, customer, 'QUIT')], ['ABSENT', 'CLIENT', 'QUIT']],
  ['a supervisor closes', [join(0, customer), join(1, supervisor), leave(9, supervisor, 'FORCE')], ['PRESENT', 'SUPERVISOR', 'FORCE']],
  ['Chat Server closes', [join(0, customer), join(1, anna), close(9, 'DB_ERROR')], ['PRESENT', 'SYSTEM', 'DB_ERROR']],
  ['nobody but an agent', [join(0, anna), leave(9, anna, 'DISCONNECT')], ['PRESENT', 'AGENT', 'DISCONNECT']],
  [
    'the customer came back after leaving',
    [join(0, customer), join(1, anna), leave(2, customer, 'DISCONNECT'), join(5, customer), leave(9, anna, 'FORCE')],
    ['PRESENT', 'AGENT', 'FORCE'],
  ],
  [
    'the customer left, then inactivity control closed',
    [join(0, customer), join(1, anna), leave(2, customer, 'QUIT'), close(200, 'INACTIVE')],
    ['PRESENT', 'CLIENT', 'QUIT'],
  ],
])('end reason codes: %s', (_, events, expected) => {
  const kvps = kvpsOf(timelineOf(events));
  expect([kvps['csg_SessionEndedAgent'], kvps['csg_SessionEndedBy'], kvps['csg_SessionEndedReason']]).toEqual(expected);
});

test('a bot is a bot however visible, never a coach or a monitor; what it whispers does not count', () => {
  const kvps = kvpsOf(timelineOf([join(0, customer), join(5, bot, 'VIP'), say(6, bot), leave(9, customer, 'QUIT')]));
  expect(kvps).toMatchObject({
    csg_PartiesAsBotCount: '1',
    csg_SessionUntilFirstBotTime: '5',
    csg_MessagesFromBotsCount: '0',
    csg_PartiesAsCoachCount: '0',
  });
});

test('a session whose last event closes nothing is a mistake of the player', () => {
  expect(() => kvpsOf(timelineOf([join(0, customer)]))).toThrow(/AAHMA1000000YST3 ends with join/);
});

test('attach-session-statistics: none is the four that are always attached, fired leaves out what did not occur', () => {
  const keys = readKvpMap().keys.filter(({ kvp }) => isOfGuide(kvp));
  const always = keys.filter((key) => key.attached === 'always').map((key) => key.kvp);
  expect(Object.keys(kvpsOf(timelineOf(REGULAR), 'none')).sort()).toEqual(always.sort());

  const abandoned = timelineOf([join(0, customer), leave(30, customer, 'QUIT')], { asyncMode: true });
  const [all, fired] = [kvpsOf(abandoned), kvpsOf(abandoned, 'fired')];
  const whenFired = keys.filter((key) => key.attached === 'fired').map((key) => key.kvp);
  expect(Object.keys(all).sort()).toEqual(keys.map((key) => key.kvp).sort());
  expect(
    Object.keys(all)
      .filter((key) => !(key in fired))
      .sort(),
  ).toEqual(whenFired.sort());
  expect(Object.keys(kvpsOf(timelineOf(REGULAR), 'fired')).filter((key) => key.startsWith('cse_'))).toHaveLength(5 * 3);
});

test('absent: what the customer’s side did not say, async keys of a regular session, bot keys without Bot Gateway Server', () => {
  const kvps = kvpsOf(timelineOf(REGULAR, { languageName: undefined, mediaOrigin: undefined, botGateway: false }));
  const absent = GUIDE_KEYS.map((key) => key.kvp).filter((key) => !(key in kvps));
  expect(absent.filter((key) => !key.startsWith('cse_Async')).sort()).toEqual([
    'csg_LanguageName',
    'csg_MediaOrigin',
    'csg_MessagesFromBotsCount',
    'csg_MessagesFromBotsSize',
    'csg_PartiesAsBotCount',
    'csg_SessionUntilFirstBotTime',
  ]);
  expect(absent.filter((key) => key.startsWith('cse_Async'))).toHaveLength(6);
});
