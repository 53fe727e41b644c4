import type { Observation, Turn } from './observe-timeline.js';
import { sharedSeconds, toDuration, toIdleSpans } from './spans.js';

/** How long each event of one kind took, in seconds: TotalCount, TotalTime and MaxTime of a `cse_` family come from it. */
export type RepeatedEventRule = (session: Observation) => number[];

/** Of "General transcript statistics": the active state, with at least one agent connected, and its idle states. */
export const ACTIVE_STATE = {
  cse_ActiveIdle: (session) => toIdleSpans(session.active, session.activity, session.timeline.inactivity.activeAlert).map(toDuration),
  cse_SessionHandle: (session) => session.active.map(toDuration),
} satisfies Record<string, RepeatedEventRule>;

/** "Extended (wait-reply) statistics". Waiting is counted from the last message in a row, replying from the first one. */
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

/** "Async chat session statistics": only of async sessions. */
export const ASYNC_PHASES = {
  cse_AsyncDormant: (session) => session.dormant.map(toDuration),
  cse_AsyncIdle: (session) => toIdleSpans(session.dormant, session.activity, session.timeline.inactivity.asyncAlert).map(toDuration),
} satisfies Record<string, RepeatedEventRule>;

interface Exchange {
  readonly asked: Turn;
  readonly answered: Turn;
}

/** Each turn of the side that asks, with the other side's turn that answers it. */
function exchanges(session: Observation, asking: Turn['side']): Exchange[] {
  const found: Exchange[] = [];
  for (const [index, answered] of session.turns.entries()) {
    const asked = session.turns[index - 1];
    if (asked?.side === asking) found.push({ asked, answered });
  }
  return found;
}

/** When an agent could begin to reply: at once, but if the message came into a dormant session, when an agent was back. */
const toReplyStart = (session: Observation, asked: Turn): number =>
  (asked.whileDormant ? session.active[asked.activeBefore]?.from : undefined) ?? asked.first;
