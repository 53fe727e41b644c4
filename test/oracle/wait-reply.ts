import { activePhases, dormantPhases, secondsWithin } from './phases.js';
import { isVisibleMessage, type Played } from './replay.js';

/** Seconds of each single wait and reply. */
export interface WaitReply {
  readonly agentReplies: readonly number[];
  readonly agentWaits: readonly number[];
  readonly customerReplies: readonly number[];
  readonly customerWaits: readonly number[];
}

/**
 * Wait: from the last message of a turn to the first of the answer. Reply: from the first to the first. What agents need does not count
 * while an async session is dormant; what customers need does.
 */
export function waitReply(played: Played, asyncMode: boolean): WaitReply {
  const active = activePhases(played);
  const dormant = asyncMode ? dormantPhases(played) : [];
  const askedByCustomer = exchanges(played, 'CLIENT');
  const askedByAgent = exchanges(played, 'AGENT');
  return {
    agentReplies: askedByCustomer.map(({ asked, answered }) => {
      const wasDormant = dormant.some(({ firstStep, lastStep }) => firstStep < asked.firstStep && asked.firstStep < lastStep);
      if (!wasDormant) return answered.first - asked.first - secondsWithin(dormant, asked.first, answered.first);
      // Nobody could reply before an agent was back. One was: else there would be no answer.
      const rejoined = active.find(({ firstStep }) => firstStep > asked.firstStep)!;
      return answered.first - rejoined.from - secondsWithin(dormant, rejoined.from, answered.first);
    }),
    agentWaits: askedByAgent.map(({ asked, answered }) => answered.first - asked.last - secondsWithin(dormant, asked.last, answered.first)),
    customerReplies: askedByAgent.map(({ asked, answered }) => answered.first - asked.first),
    customerWaits: askedByCustomer.map(({ asked, answered }) => answered.first - asked.last),
  };
}

type Side = 'CLIENT' | 'AGENT';

/** Messages in a row of one side, as the customer sees them. */
interface Turn {
  readonly side: Side;
  /** Seconds of the first and of the last message. */
  readonly first: number;
  last: number;
  /** Position of the first message among the steps. */
  readonly firstStep: number;
}

/** All turns of one side, each with the turn of the other side that answered it. An unanswered turn counts nowhere. */
function exchanges(played: Played, asking: Side): { asked: Turn; answered: Turn }[] {
  const turns = collectTurns(played);
  return turns.slice(1).flatMap((answered, index) => {
    const asked = turns[index]!;
    return asked.side === asking ? [{ asked, answered }] : [];
  });
}

function collectTurns({ steps }: Played): Turn[] {
  const turns: Turn[] = [];
  steps.forEach((step, index) => {
    // Bots neither ask nor answer, nor do they come between the messages of others.
    if (!isVisibleMessage(step) || step.party?.role === 'BOT') return;
    const side = step.party?.role === 'CLIENT' ? 'CLIENT' : 'AGENT';
    const { at } = step.event;
    const turn = turns.at(-1);
    if (turn?.side === side) turn.last = at;
    else turns.push({ side, first: at, last: at, firstStep: index });
  });
  return turns;
}
