import type { Observation, VisibleMessage } from './observe-timeline.js';
import { sum, toDuration } from './spans.js';

/** The value of one user-data key; undefined: Chat Server has nothing to attach. */
export type SingleValueRule = (session: Observation) => number | string | undefined;

const from = (session: Observation, side: VisibleMessage['side']): VisibleMessage[] =>
  session.messages.filter((message) => message.side === side);
const toSize = (messages: readonly VisibleMessage[]): number => sum(messages.map((message) => message.size));
/** Seconds from the start of the session; 0 where it never came to that. */
const until = (session: Observation, at: number | undefined): number => (at === undefined ? 0 : at - session.timeline.start);

/** "Chat Session Characteristics", but for the two time stamps, which are always attached. */
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

/** A customer who left first has ended the session, whoever closed it later; else whoever closed it has. */
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

/** "General transcript statistics", but for the sums over the active state. */
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

/** "Bot-related statistics": by analogy with those of agents; their own definitions are not public. */
export const BOT_STATISTICS = {
  csg_MessagesFromBotsCount: (session) => from(session, 'BOT').length,
  csg_MessagesFromBotsSize: (session) => toSize(from(session, 'BOT')),
  csg_SessionUntilFirstBotTime: (session) => until(session, session.firstBotAt),
  csg_PartiesAsBotCount: (session) => session.bots.size,
} satisfies Record<string, SingleValueRule>;
