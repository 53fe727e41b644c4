import { activePhases, dormantPhases, secondsWithin } from './phases.js';
import { isVisibleMessage, type Played } from './replay.js';

/** Seconds of each wait and each reply. */
export interface WaitReply {
  readonly agentReplies: readonly number[];
  readonly agentWaits: readonly number[];
  readonly customerReplies: readonly number[];
  readonly customerWaits: readonly number[];
}

/**
 * Wait: from a turn's last message to the answer's first. Reply: from first to first. Agents' times exclude the dormant phases of async
 * sessions; customers' times include them.
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
      // Nobody could reply before an agent was back. One was back: otherwise there would be no answer.
      const rejoined = active.find(({ firstStep }) => firstStep > asked.firstStep)!;
      return answered.first - rejoined.from - secondsWithin(dormant, rejoined.from, answered.first);
    }),
    agentWaits: askedByAgent.map(({ asked, answered }) => answered.first - asked.last - secondsWithin(dormant, asked.last, answered.first)),
    customerReplies: askedByAgent.map(({ asked, answered }) => answered.first - asked.first),
    customerWaits: askedByCustomer.map(({ asked, answered }) => answered.first - asked.last),
  };
}

type Side = 'CLIENT' | 'AGENT';

/** Consecutive messages of one side, as the customer sees them. */
interface Turn {
  readonly side: Side;
  /** Seconds of the first and last message. */
  readonly first: number;
  last: number;
  /** Position of the first message among the steps. */
  readonly firstStep: number;
}

/** All turns of one side, each with the other side's turn that answered it. Unanswered turns do not count. */
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
    // Bots neither ask nor answer, and their messages do not separate those of others.
    if (!isVisibleMessage(step) || step.party?.role === 'BOT') return;
    const side = step.party?.role === 'CLIENT' ? 'CLIENT' : 'AGENT';
    const { at } = step.event;
    const turn = turns.at(-1);
    if (turn?.side === side) turn.last = at;
    else turns.push({ side, first: at, last: at, firstStep: index });
  });
  return turns;
}
