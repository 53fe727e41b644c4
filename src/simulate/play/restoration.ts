import { playExchange } from './conversation.js';
import { endByCustomer, endByFailure, endByParty } from './ending.js';
import { join, pass, restore, type TimelineDraft, createParty, leave, route, say, sayInARow, whisper } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Another Chat Server takes over: all parties are out. The customer's browser rejoins by itself, then the given others. */
export function playTakeover(draft: TimelineDraft, customer: Party, ...others: Party[]): void {
  const { random } = draft;
  pass(draft, random.integer(0, 20));
  restore(draft);
  for (const party of [customer, ...others]) {
    pass(draft, random.integer(0, 10));
    join(draft, party);
  }
}

/** The agent's desktop rejoins too, and the conversation continues. */
export function playRestoration(draft: TimelineDraft, customer: Party, agent: Party): void {
  const { random } = draft;
  playTakeover(draft, customer);
  pass(draft, random.integer(1, 30));
  join(draft, agent);
  playExchange(draft, customer, agent, random.integer(0, 3));
}

/** The agent never returns: the search for another one fails until someone gives up. */
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

/** The customer never returns, although nobody saw them leave: the agent asks once more, then closes. */
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
 * An agent has joined, hardly anyone has written yet, and the Chat Server fails, perhaps after the agent has left. Returns the agent who is
 * about to return, if any.
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
