import { playExchange } from './conversation.js';
import { endByCustomer, endByFailure, endByParty } from './ending.js';
import { join, pass, restore, type TimelineDraft, createParty, leave, route, say, sayInARow, whisper } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Another Chat Server takes over: everybody is out; the customer's browser joins again by itself, and after it the others that are named. */
export function playTakeover(draft: TimelineDraft, customer: Party, ...others: Party[]): void {
  const { random } = draft;
  pass(draft, random.integer(0, 20));
  restore(draft);
  for (const party of [customer, ...others]) {
    pass(draft, random.integer(0, 10));
    join(draft, party);
  }
}

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
