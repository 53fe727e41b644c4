import { playAgents } from './play-conversation.js';
import { endByCustomer, endByParty } from './play-ending.js';
import { closeBySystem, leave, pass, route, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Longest a simulated customer stays silent: six days. */
const LONGEST_SILENCE = 518_400;
/** `async-idle-close`: Chat Server's default, in seconds. */
const ASYNC_IDLE_CLOSE = 3_600;

/** The rest of an async session whose first agent is there: active and dormant phases in turn, until somebody ends it. */
export function playAsyncPhases(draft: TimelineDraft, customer: Party, firstAgent: Party): void {
  const { random } = draft;
  let agent = firstAgent;
  while (random.chance(0.65)) {
    pass(draft, random.integer(5, 40));
    leave(draft, agent, 'QUIT');
    const silence = Math.min(LONGEST_SILENCE, random.skewed(9_000, 2));
    if (silence > draft.inactivity.asyncAlert && random.chance(0.5)) {
      pass(draft, draft.inactivity.asyncAlert + ASYNC_IDLE_CLOSE);
      closeBySystem(draft, 'INACTIVE');
      return;
    }
    pass(draft, silence);
    sayInARow(draft, customer);
    if (random.chance(0.1)) {
      endByCustomer(draft, customer);
      return;
    }
    pass(draft, random.integer(0, 5));
    route(draft);
    pass(draft, random.skewed(60, 0.8));
    agent = playAgents(draft, customer, random.chance(0.6) ? agent : undefined);
  }
  if (random.chance(0.75)) endByParty(draft, agent);
  else endByCustomer(draft, customer, agent);
}
