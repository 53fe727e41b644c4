import { toTimeText, type TimeForm } from '../idb/time-form.js';
import type { Timeline } from '../play/timeline.js';
import { type Observation, type Turn, type VisibleMessage, observeTimeline } from './observe-timeline.js';
import { sharedSeconds, toDuration, toIdleSpans, sum } from './spans.js';

/** The duration of each event of one kind, in seconds; TotalCount, TotalTime and MaxTime of a `cse_` family come from it. */
export type RepeatedEventRule = (session: Observation) => number[];

/** From "General transcript statistics": the active state (at least one agent connected) and its idle states. */
export const ACTIVE_STATE = {
  cse_ActiveIdle: (session) => toIdleSpans(session.active, session.activity, session.timeline.inactivity.activeAlert).map(toDuration),
  cse_SessionHandle: (session) => session.active.map(toDuration),
} satisfies Record<string, RepeatedEventRule>;

/** "Extended (wait-reply) statistics". Waiting counts from the last of consecutive messages, replying from the first one. */
export const WAIT_AND_REPLY = {
  cse_AgentReply: (session) =>
    exchanges(session, 'CLIENT').map(({ asked, answered }) => {
      const reply = { from: toReplyStart(session, asked), to: answered.first };
      return toDuration(reply) - sharedSeconds(reply, session.dormant);
    }),
  cse_AgentWait: (session) =>
    exchanges(session, 'AGENT').map(({ asked, answered }) => {
      const wait = { from: asked.last, to: answered.first };
      return toDuration(wait) - sharedSeconds(wait, session.dormant);
    }),
  cse_CustomerReply: (session) => exchanges(session, 'AGENT').map(({ asked, answered }) => answered.first - asked.first),
  cse_CustomerWait: (session) => exchanges(session, 'CLIENT').map(({ asked, answered }) => answered.first - asked.last),
} satisfies Record<string, RepeatedEventRule>;

/** "Async chat session statistics", for async sessions only. */
export const ASYNC_PHASES = {
  cse_AsyncDormant: (session) => session.dormant.map(toDuration),
  cse_AsyncIdle: (session) => toIdleSpans(session.dormant, session.activity, session.timeline.inactivity.asyncAlert).map(toDuration),
} satisfies Record<string, RepeatedEventRule>;

interface Exchange {
  readonly asked: Turn;
  readonly answered: Turn;
}

/** Each turn of the asking side, with the other side's turn that answers it. */
function exchanges(session: Observation, asking: Turn['side']): Exchange[] {
  const found: Exchange[] = [];
  for (const [index, answered] of session.turns.entries()) {
    const asked = session.turns[index - 1];
    if (asked?.side === asking) found.push({ asked, answered });
  }
  return found;
}

/** When an agent could begin to reply: at once, or, for a message into a dormant session, when an agent was back. */
const toReplyStart = (session: Observation, asked: Turn): number =>
  (asked.whileDormant ? session.active[asked.activeBefore]?.from : undefined) ?? asked.first;

/** The value of one user-data key; undefined if Chat Server has nothing to attach. */
export type SingleValueRule = (session: Observation) => number | string | undefined;

const from = (session: Observation, side: VisibleMessage['side']): VisibleMessage[] =>
  session.messages.filter((message) => message.side === side);
const toSize = (messages: readonly VisibleMessage[]): number => sum(messages.map((message) => message.size));
/** Seconds from the start of the session; 0 if it never happened. */
const until = (session: Observation, at: number | undefined): number => (at === undefined ? 0 : at - session.timeline.start);

/** "Chat Session Characteristics" without the two timestamps, which are always attached. */
export const CHARACTERISTICS = {
  csg_ChatSessionID: ({ timeline }) => timeline.chatSessionId,
  csg_LanguageName: ({ timeline }) => timeline.languageName,
  csg_MediaOrigin: ({ timeline }) => timeline.mediaOrigin,
  csg_ChatAsyncMode: ({ timeline }) => (timeline.asyncMode ? 1 : 0),
} satisfies Record<string, SingleValueRule>;

/** "Chat Session End Reason Codes". */
export const END_REASON_CODES = {
  csg_SessionEndedAgent: (session) => (session.agentAtClosing ? 'PRESENT' : session.agentRemembered ? 'VISITED' : 'ABSENT'),
  csg_SessionEndedBy: (session) => toEnding(session).by,
  csg_SessionEndedReason: (session) => toEnding(session).reason,
} satisfies Record<string, SingleValueRule>;

/** A customer who left first ended the session, whoever closed it later; otherwise the party that closed it did. */
function toEnding(session: Observation): { by: string; reason: string } {
  if (session.customerLeft !== undefined) return { by: 'CLIENT', reason: session.customerLeft };
  const { closing } = session;
  switch (closing?.kind) {
    case 'close':
      return { by: 'SYSTEM', reason: closing.reason };
    case 'leave':
      return { by: closing.party.role, reason: closing.reason };
    default:
      throw new Error(`Session ${session.timeline.interactionId} ends with ${closing?.kind ?? 'no event'}, which closes no session`);
  }
}

/** "General transcript statistics" without the sums over the active state. */
export const TRANSCRIPT_STATISTICS = {
  csg_MessagesFromAgentsCount: (session) => from(session, 'AGENT').length,
  csg_MessagesFromAgentsSize: (session) => toSize(from(session, 'AGENT')),
  csg_MessagesFromCustomersCount: (session) => from(session, 'CLIENT').length,
  csg_MessagesFromCustomersSize: (session) => toSize(from(session, 'CLIENT')),
  csg_PartiesAsAgentCount: (session) => session.agents.size,
  csg_PartiesAsCoachCount: (session) => session.coaches.size,
  csg_PartiesAsMonitorCount: (session) => session.monitors.size,
  csg_SessionTotalTime: (session) => until(session, session.end),
  csg_SessionUntilFirstAgentTime: (session) => until(session, session.firstAgentAt),
  csg_SessionUntilFirstReplyTime: (session) => until(session, from(session, 'AGENT')[0]?.at),
  csg_SessionWithCustomerTime: (session) => sum(session.withCustomer.map(toDuration)),
} satisfies Record<string, SingleValueRule>;

/** "Bot-related statistics", by analogy with those of agents: their definitions are not public. */
export const BOT_STATISTICS = {
  csg_MessagesFromBotsCount: (session) => from(session, 'BOT').length,
  csg_MessagesFromBotsSize: (session) => toSize(from(session, 'BOT')),
  csg_SessionUntilFirstBotTime: (session) => until(session, session.firstBotAt),
  csg_PartiesAsBotCount: (session) => session.bots.size,
} satisfies Record<string, SingleValueRule>;

/** Chat Server's option `attach-session-statistics`; `fired` omits the `cse_` keys of events that did not occur. */
export const SESSION_STATISTICS = ['all', 'fired', 'none'] as const;
export type SessionStatistics = (typeof SESSION_STATISTICS)[number];

/** A user-data key and its value. */
export type Kvp = readonly [key: string, value: string];

/** How Chat Server is configured to attach its statistics. */
export interface AttachOptions {
  readonly statistics: SessionStatistics;
  readonly timeForm?: TimeForm;
}

/** What Chat Server attaches to the interaction when the session closes, in a fixed order, as defined in its Administration Guide. */
export const toSessionKvps = (timeline: Timeline, options: AttachOptions): Kvp[] => toKvps(observeTimeline(timeline), options);

/** What Chat Server attaches before the end: the statistics after the first `count` events, without the end and its cause. */
export const toUpdateKvps = (timeline: Timeline, count: number, options: AttachOptions): Kvp[] =>
  toKvps(observeTimeline(timeline, count), options);

function toKvps(session: Observation, { statistics, timeForm = 'iso' }: AttachOptions): Kvp[] {
  const { timeline, closing, end } = session;
  const kvps: Kvp[] = [['ChatServerSessionStartedAt', toTimeText(timeline.start, timeForm)]];
  if (closing !== undefined) kvps.push(['ChatServerSessionClosedAt', toTimeText(end, timeForm)]);
  kvps.push(['csg_MediaType', timeline.mediaType], ['csg_TenantId', String(timeline.tenantId)]);
  if (statistics === 'none') return kvps;

  const onlyFired = statistics === 'fired';
  addSingleValues(kvps, session, CHARACTERISTICS);
  if (closing !== undefined) addSingleValues(kvps, session, END_REASON_CODES);
  addSingleValues(kvps, session, TRANSCRIPT_STATISTICS);
  addFamilies(kvps, session, ACTIVE_STATE, onlyFired);
  addFamilies(kvps, session, WAIT_AND_REPLY, onlyFired);
  if (timeline.asyncMode) addFamilies(kvps, session, ASYNC_PHASES, onlyFired);
  if (timeline.botGateway) addSingleValues(kvps, session, BOT_STATISTICS);
  return kvps;
}

function addSingleValues(kvps: Kvp[], session: Observation, rules: Readonly<Record<string, SingleValueRule>>): void {
  for (const key in rules) {
    const value = rules[key]!(session);
    if (value !== undefined) kvps.push([key, String(value)]);
  }
}

function addFamilies(kvps: Kvp[], session: Observation, rules: Readonly<Record<string, RepeatedEventRule>>, onlyFired: boolean): void {
  for (const family in rules) {
    const durations = rules[family]!(session);
    if (onlyFired && durations.length === 0) continue;
    kvps.push(
      [`${family}TotalCount`, String(durations.length)],
      [`${family}TotalTime`, String(sum(durations))],
      [`${family}MaxTime`, String(Math.max(0, ...durations))],
    );
  }
}
