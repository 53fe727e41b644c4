import { playExchange } from './conversation.js';
import { endByCustomer, endByFailure, endByParty } from './ending.js';
import { playTakeover } from './takeover.js';
import { createParty, join, leave, pass, restore, route, say, sayInARow, whisper, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** The agent's desktop joins again, too, and the talk goes on. */
export function playRestoration(draft: TimelineDraft, customer: Party, agent: Party): void {
  const { random } = draft;
  playTakeover(draft, customer);
  pass(draft, random.integer(1, 30));
  join(draft, agent);
  playExchange(draft, customer, agent, random.integer(0, 3));
}

/** The agent never comes back: another one is looked for in vain, until somebody gives up. */
export function endAfterLostAgent(draft: TimelineDraft, customer: Party): void {
  const { random } = draft;
  playTakeover(draft, customer);
  if (random.chance(0.6)) sayInARow(draft, customer);
  if (random.chance(0.5)) {
    pass(draft, random.integer(1, 30));
    route(draft);
  }
  pass(draft, random.skewed(60, 0.8));
  if (random.chance(0.15)) endByFailure(draft, customer);
  else endByCustomer(draft, customer);
}

/** The customer never comes back, though nobody has seen it leave: the agent asks once more, then closes. */
export function endAfterLostCustomer(draft: TimelineDraft, agent: Party): void {
  const { random } = draft;
  restore(draft);
  pass(draft, random.integer(1, 30));
  join(draft, agent);
  pass(draft, random.skewed(40, 0.8));
  say(draft, agent);
  endByParty(draft, agent);
}

/**
 * An agent has joined, hardly anybody has written yet, and the Chat Server fails, perhaps after the agent has gone. Returns the agent who is
 * about to come back, if one is.
 */
export function playSilentRestoration(draft: TimelineDraft, customer: Party): Party | undefined {
  const { random } = draft;
  const agent = createParty('AGENT');
  join(draft, agent);
  if (random.chance(0.2)) whisper(draft, agent);
  if (random.chance(0.3)) {
    pass(draft, random.integer(1, 30));
    leave(draft, agent, 'QUIT');
  }
  playTakeover(draft, customer);
  pass(draft, random.integer(1, 30));
  if (random.chance(0.5)) return agent;
  if (random.chance(0.5)) sayInARow(draft, customer);
  return undefined;
}
