import { playExchange } from './play-conversation.js';
import { endByCustomer } from './play-ending.js';
import { closeBySystem, createParty, join, pass, restore, route, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Another Chat Server takes over, and the customer's browser joins again by itself. */
function playTakeover(draft: TimelineDraft, customer: Party): void {
  pass(draft, draft.random.integer(0, 20));
  restore(draft);
  pass(draft, draft.random.integer(0, 10));
  join(draft, customer);
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
  if (random.chance(0.15)) closeBySystem(draft, 'DB_ERROR');
  else endByCustomer(draft, customer);
}

/** An agent has joined, nobody has written yet, and the Chat Server fails. Returns the agent who is about to come back, if one is. */
export function playSilentRestoration(draft: TimelineDraft, customer: Party): Party | undefined {
  const { random } = draft;
  const agent = createParty('AGENT');
  join(draft, agent);
  playTakeover(draft, customer);
  pass(draft, random.integer(1, 30));
  if (random.chance(0.5)) return agent;
  if (random.chance(0.5)) sayInARow(draft, customer);
  return undefined;
}
