import { closeBySystem, createParty, join, leave, pass, say, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** The customer leaves; where an agent is still there, the session lasts until the agent has left, too. */
export function endByCustomer(draft: TimelineDraft, customer: Party, agent?: Party): void {
  pass(draft, draft.random.skewed(12, 0.8));
  leave(draft, customer, draft.random.chance(0.78) ? 'QUIT' : 'DISCONNECT');
  if (agent === undefined) return;
  pass(draft, draft.random.skewed(15, 0.9, 0));
  leave(draft, agent, 'FORCE');
}

/** Whoever has the session closes it. */
export function endByParty(draft: TimelineDraft, party: Party): void {
  pass(draft, draft.random.skewed(9, 0.6));
  leave(draft, party, 'FORCE');
}

/** Nobody writes any more, until inactivity control has warned and then closed. */
export function endByInactivity(draft: TimelineDraft): void {
  pass(draft, draft.inactivity.activeAlert + draft.random.pick([30, 60, 120]));
  closeBySystem(draft, 'INACTIVE');
}

/** The agents leave, the customer stays for a while: with a bot that asks for a rating, or alone. */
export function endWithoutAgent(draft: TimelineDraft, customer: Party, agent: Party): void {
  const { random } = draft;
  pass(draft, random.integer(3, 20));
  if (random.chance(0.5)) {
    leave(draft, agent, random.chance(0.7) ? 'QUIT' : 'DISCONNECT');
    endByCustomer(draft, customer);
    return;
  }
  const bot = createParty('BOT');
  join(draft, bot);
  leave(draft, agent, 'QUIT');
  say(draft, bot);
  pass(draft, random.skewed(20, 0.8));
  if (random.chance(0.5)) say(draft, customer);
  if (random.chance(0.6)) endByParty(draft, bot);
  else endByCustomer(draft, customer);
}

/** The end of a regular session in which the customer has talked with an agent. */
export function playEnding(draft: TimelineDraft, customer: Party, agent: Party): void {
  const ending = draft.random.next();
  if (ending < 0.46) endByCustomer(draft, customer, agent);
  else if (ending < 0.82) endByParty(draft, agent);
  else if (ending < 0.9) endByInactivity(draft);
  else if (ending < 0.985) endWithoutAgent(draft, customer, agent);
  else closeBySystem(draft, 'DB_ERROR');
}
