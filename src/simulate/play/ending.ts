import { passInSilence, passUntilInactive } from './conversation.js';
import {
  agentsInside,
  closeBySystem,
  createParty,
  join,
  leave,
  leaveToTheLast,
  pass,
  say,
  update,
  type TimelineDraft,
} from './timeline-draft.js';
import type { Party } from './timeline.js';

/**
 * The customer leaves. If an agent is still present, the session lasts until the agent leaves too, or until Chat Server fails to save it; a
 * dormant one may continue until inactivity control closes it.
 */
export function endByCustomer(draft: TimelineDraft, customer: Party): void {
  const { random } = draft;
  passInSilence(draft, random.skewed(12, 0.8));
  leave(draft, customer, random.chance(0.78) ? 'QUIT' : 'DISCONNECT');
  const agent = agentsInside(draft).at(-1);
  if (agent === undefined) {
    if (draft.phase === 'dormant' && draft.outlivesCustomer) endByInactivity(draft);
    return;
  }
  pass(draft, random.skewed(15, 0.9, 0));
  const ending = random.next();
  if (ending < 0.93) leave(draft, agent, 'FORCE');
  else if (ending < 0.945) endByFailure(draft, agent);
  else endByLastOne(draft, agent);
}

/** The customer is gone and nobody closes the session: it ends when the last party leaves, an async one by inactivity control. */
function endByLastOne(draft: TimelineDraft, agent: Party): void {
  for (const other of draft.inside.keys()) if (other !== agent) leave(draft, other, 'QUIT');
  pass(draft, draft.random.integer(0, 20));
  leave(draft, agent, draft.random.chance(0.6) ? 'QUIT' : 'DISCONNECT');
  if (!draft.asyncMode) return;
  update(draft, 'agents');
  endByInactivity(draft);
}

/** No visible activity until inactivity control has warned and then closed. */
export function endByInactivity(draft: TimelineDraft): void {
  passUntilInactive(draft);
  closeBySystem(draft, 'INACTIVE');
}

/** Saving the transcript is attempted after each message; it fails after this one, even when retried. */
export function endByFailure(draft: TimelineDraft, party: Party): void {
  say(draft, party);
  pass(draft, draft.random.integer(0, 10));
  closeBySystem(draft, 'DB_ERROR');
}

/** The given party closes the session. */
export function endByParty(draft: TimelineDraft, party: Party): void {
  passInSilence(draft, draft.random.skewed(9, 0.6));
  leave(draft, party, 'FORCE');
}

/** The agents leave; the customer stays for a while, with a bot that asks for a rating, or alone. */
export function endWithoutAgent(draft: TimelineDraft, customer: Party, agent: Party): void {
  const { random } = draft;
  pass(draft, random.integer(3, 20));
  if (random.chance(0.5)) {
    leaveToTheLast(draft, agent, random.chance(0.7) ? 'QUIT' : 'DISCONNECT');
    endByCustomer(draft, customer);
    return;
  }
  const bot = createParty('BOT');
  join(draft, bot);
  leaveToTheLast(draft, agent, 'QUIT');
  say(draft, bot);
  pass(draft, random.skewed(20, 0.8));
  if (random.chance(0.5)) say(draft, customer);
  if (random.chance(0.6)) endByParty(draft, bot);
  else endByCustomer(draft, customer);
}

/** The end of a regular session in which the customer talked with an agent. */
export function playEnding(draft: TimelineDraft, customer: Party, agent: Party): void {
  const ending = draft.random.next();
  if (ending < 0.46) endByCustomer(draft, customer);
  else if (ending < 0.82) endByParty(draft, agent);
  else if (ending < 0.9) endByInactivity(draft);
  else if (ending < 0.985) endWithoutAgent(draft, customer, agent);
  else endByFailure(draft, draft.random.pick([customer, agent]));
}
