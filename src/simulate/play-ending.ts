import {
  closeBySystem,
  createParty,
  join,
  leave,
  othersInside,
  pass,
  passInSilence,
  say,
  update,
  type TimelineDraft,
} from './timeline-draft.js';
import type { Party } from './timeline.js';

/** The customer leaves; where an agent is still there, the session lasts until the agent has left, too, or for as long as Chat Server can save it. */
export function endByCustomer(draft: TimelineDraft, customer: Party, agent?: Party): void {
  const { random } = draft;
  pass(draft, random.skewed(12, 0.8));
  leave(draft, customer, random.chance(0.78) ? 'QUIT' : 'DISCONNECT');
  if (agent === undefined) return;
  pass(draft, random.skewed(15, 0.9, 0));
  const ending = random.next();
  if (ending < 0.93) leave(draft, agent, 'FORCE');
  else if (ending < 0.945) closeBySystem(draft, 'DB_ERROR');
  else endByLastOne(draft, agent);
}

/** The customer is gone, and nobody asks for the session to be closed: it ends when the last one has left, an async one by inactivity control. */
function endByLastOne(draft: TimelineDraft, agent: Party): void {
  for (const other of othersInside(draft, agent)) leave(draft, other, 'QUIT');
  pass(draft, draft.random.integer(0, 20));
  leave(draft, agent, draft.random.chance(0.6) ? 'QUIT' : 'DISCONNECT');
  if (!draft.asyncMode) return;
  update(draft, 'agents');
  endByDormancy(draft);
}

/** Nobody comes back to an async session, until inactivity control has warned and then closed. */
export function endByDormancy(draft: TimelineDraft, alreadySilent = 0): void {
  passInSilence(draft, Math.max(0, draft.inactivity.asyncAlert + draft.closing.async - alreadySilent), 'dormant');
  closeBySystem(draft, draft.random.chance(0.9) ? 'INACTIVE' : 'DB_ERROR');
}

/** Whoever has the session closes it. */
export function endByParty(draft: TimelineDraft, party: Party): void {
  pass(draft, draft.random.skewed(9, 0.6));
  leave(draft, party, 'FORCE');
}

/** Nobody writes any more, until inactivity control has warned and then closed. */
export function endByInactivity(draft: TimelineDraft): void {
  passInSilence(draft, draft.inactivity.activeAlert + draft.closing.active, 'active');
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
