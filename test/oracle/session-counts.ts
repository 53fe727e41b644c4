/** What is known of a session, for counting it: columns of the fact by name, codes of its dimension row. */
export interface CountedSession {
  readonly isOpen: boolean;
  /** ENDED_AGENT and ENDED_BY; undefined: no dimension row. */
  readonly endedAgent: string | undefined;
  readonly endedBy: string | undefined;
  /** Whether csg_PartiesAsAgentCount and csg_MessagesFromAgentsCount came. */
  readonly isAgentCountKnown: boolean;
  readonly areAgentMessagesKnown: boolean;
  /** END_TS - START_TS; meaningless while the session is open. */
  readonly lasted: number;
  readonly column: (name: string) => number;
}

const WITHOUT_AGENT = ['abandoned', 'short-abandoned', 'left-with-bot', 'closed-by-bot', 'closed-by-system'];

/** VISITED counts as handled, and a session is short-abandoned up to 10 seconds. */
export function outcomeOf(session: CountedSession): string {
  if (session.isOpen) return 'open';
  switch (session.endedAgent) {
    case 'ABSENT':
      return outcomeWithoutAgent(session);
    case 'PRESENT':
    case 'VISITED':
      return outcomeWithAgent(session);
    default:
      if (!session.isAgentCountKnown) return 'unknown';
      return session.column('agents_count') > 0 ? outcomeWithAgent(session) : outcomeWithoutAgent(session);
  }
}

const outcomeWithAgent = ({ areAgentMessagesKnown, column }: CountedSession): string =>
  areAgentMessagesKnown && column('msg_from_agents_count') === 0 ? 'agent-never-wrote' : 'handled';

function outcomeWithoutAgent(session: CountedSession): string {
  if (session.endedBy === 'BOT') return 'closed-by-bot';
  if (hadBot(session)) return 'left-with-bot';
  if (['SYSTEM', 'AGENT', 'SUPERVISOR'].includes(String(session.endedBy))) return 'closed-by-system';
  return waitOf(session) <= 10 ? 'short-abandoned' : 'abandoned';
}

export const waitOf = ({ column, lasted }: CountedSession): number => column('session_duration') || lasted;

const hadBot = ({ column }: CountedSession): boolean =>
  column('bots_count') > 0 || column('msg_from_bots_count') > 0 || column('until_first_bot_duration') > 0;

/** The measures of one session that no user-data key holds: what it adds to sums, and what it raises maxima to. */
export function countSession(session: CountedSession): { readonly sums: Record<string, number>; readonly maxima: Record<string, number> } {
  const { column } = session;
  const outcome = outcomeOf(session);
  const isWithout = WITHOUT_AGENT.includes(outcome);
  const gaveUp = ['abandoned', 'short-abandoned'].includes(outcome);
  const isHandled = ['handled', 'agent-never-wrote'].includes(outcome);
  const isAnswered = isHandled || (session.isOpen && column('agents_count') > 0);
  const duration = column('session_duration');
  const answeredWithin = (seconds: number): boolean =>
    isAnswered && column('agents_count') > 0 && column('until_first_agent_duration') <= seconds;
  const abandonedWithin = (seconds: number): boolean => gaveUp && waitOf(session) <= seconds;
  const flags = {
    sessions: true,
    sessions_active: session.isOpen,
    sessions_handled: isHandled,
    sessions_abandoned: isWithout,
    sessions_unknown: outcome === 'unknown',
    sessions_replied: column('agent_reply_count') > 0,
    sessions_abandoned_alone: gaveUp,
    sessions_left_with_bot: outcome === 'left-with-bot',
    sessions_closed_by_bot: outcome === 'closed-by-bot',
    sessions_with_bot: hadBot(session),
    sessions_handed_over: hadBot(session) && isAnswered,
    sessions_offered: isAnswered || gaveUp || outcome === 'closed-by-system',
    sessions_answered: isAnswered,
    sessions_with_first_reply: column('msg_from_agents_count') > 0 || column('until_first_reply_duration') > 0,
    sessions_ended: !session.isOpen,
    sessions_ended_within_a_day: !session.isOpen && session.lasted <= 24 * 60 * 60,
    answered_within_20_seconds: answeredWithin(20),
    abandoned_within_20_seconds: abandonedWithin(20),
    answered_within_60_seconds: answeredWithin(60),
    abandoned_within_60_seconds: abandonedWithin(60),
  };
  const outcomes = [...WITHOUT_AGENT, 'open', 'handled', 'agent-never-wrote', 'unknown'].map(
    (name) => [`outcome_${name.replaceAll('-', '_')}`, outcome === name] as const,
  );
  return {
    sums: {
      ...Object.fromEntries([...Object.entries(flags), ...outcomes].map(([name, holds]) => [name, holds ? 1 : 0])),
      abandoned_duration: isWithout ? duration : 0,
      abandoned_alone_duration: gaveUp ? duration : 0,
      answered_until_first_agent_duration: isAnswered ? column('until_first_agent_duration') : 0,
      ended_session_duration: session.isOpen ? 0 : duration,
      ended_handle_duration: isHandled ? column('handle_duration') : 0,
    },
    maxima: { abandoned_max_duration: isWithout ? duration : 0, abandoned_alone_max_duration: gaveUp ? duration : 0 },
  };
}
