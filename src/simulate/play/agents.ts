import { playExchange, passInSilence } from './conversation.js';
import { playEscalation, playSupervision } from './supervision.js';
import { createParty, join, leave, pass, route, say, update, whisper, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** An agent joins, greets and talks; supervisors listen or help; the chat may be transferred. Returns the agent present at the end. */
export function playAgents(draft: TimelineDraft, customer: Party, agent: Party = createParty('AGENT')): Party {
  const { random } = draft;
  join(draft, agent);
  update(draft, 'agents');
  if (random.chance(0.9)) {
    pass(draft, random.integer(1, 12));
    say(draft, agent);
  }
  playSupervision(draft, customer, agent, () => playExchange(draft, customer, agent, random.integer(0, 5)));

  const step = random.next();
  if (step < 0.06) return playConsultedTransfer(draft, customer, agent);
  if (step < 0.09) return playConference(draft, customer, agent);
  if (step < 0.14) return playTransferThroughQueue(draft, customer, agent);
  if (step < 0.17) return playEscalation(draft, customer, agent);
  if (step < 0.2) return playDropOut(draft, customer, agent);
  return agent;
}

/** The second agent joins before the first one leaves; the first may stay as a coach. */
function playConsultedTransfer(draft: TimelineDraft, customer: Party, first: Party): Party {
  const { random } = draft;
  const second = createParty('AGENT');
  join(draft, second);
  pass(draft, random.integer(5, 60));
  if (random.chance(0.3)) {
    join(draft, first, 'VIP');
    say(draft, first);
    pass(draft, random.integer(5, 60));
  }
  leave(draft, first, 'QUIT');
  playExchange(draft, customer, second, random.integer(1, 4));
  return second;
}

/** Two agents talk with the customer and each other; only one of them stays to the end. */
function playConference(draft: TimelineDraft, customer: Party, first: Party): Party {
  const { random } = draft;
  const second = createParty('AGENT');
  join(draft, second);
  pass(draft, random.integer(2, 20));
  whisper(draft, first);
  for (let round = random.integer(1, 3); round > 0; round--) {
    playExchange(draft, customer, second, 1);
    pass(draft, random.integer(0, 10));
    say(draft, first);
  }
  const [leaving, staying] = random.chance(0.5) ? [first, second] : [second, first];
  leave(draft, leaving, random.chance(0.9) ? 'QUIT' : 'DISCONNECT');
  playExchange(draft, customer, staying, random.integer(0, 2));
  return staying;
}

/** The first agent leaves, and the chat waits for the next one; sometimes the same one returns. */
function playTransferThroughQueue(draft: TimelineDraft, customer: Party, first: Party): Party {
  const { random } = draft;
  leave(draft, first, random.chance(0.8) ? 'QUIT' : 'DISCONNECT');
  pass(draft, random.integer(0, 2));
  route(draft);
  // A supervisor visible to the customer may still be present.
  passInSilence(draft, random.skewed(40, 0.7));
  const next = random.chance(0.25) ? first : createParty('AGENT');
  join(draft, next);
  playExchange(draft, customer, next, random.integer(1, 4));
  return next;
}

/** The agent's connection breaks, and the same agent returns without routing. */
function playDropOut(draft: TimelineDraft, customer: Party, agent: Party): Party {
  const { random } = draft;
  leave(draft, agent, 'DISCONNECT');
  pass(draft, random.integer(2, 60));
  if (random.chance(0.3)) say(draft, customer);
  pass(draft, random.integer(1, 20));
  join(draft, agent);
  playExchange(draft, customer, agent, random.integer(1, 3));
  return agent;
}
