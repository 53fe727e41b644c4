import { joinAssistant } from './bots.js';
import { playExchange } from './conversation.js';
import { createParty, join, leave, pass, say, whisper, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** A conversation, perhaps with supervisors (coaches and monitors unseen by the customer, or visible ones) or with a bot. */
export function playSupervision(draft: TimelineDraft, customer: Party, agent: Party, talk: () => void): void {
  const { random } = draft;
  const helpers = [
    ...(random.chance(0.06) ? joinCoaches(draft, agent) : []),
    ...(random.chance(0.08) ? joinMonitors(draft) : []),
    ...(random.chance(0.015) ? [joinOpenly(draft)] : []),
    ...(draft.bots && random.chance(0.012) ? [joinAssistant(draft)] : []),
  ];
  talk();
  if (helpers.length === 0) return;
  if (random.chance(0.2)) playBargeIn(draft, customer, helpers[0]!);
  // Those who stay are still present when the session closes.
  for (const helper of helpers) if (random.chance(0.85)) leave(draft, helper, 'QUIT');
}

/** Coaches whisper to the agent, who whispers back. */
function joinCoaches(draft: TimelineDraft, agent: Party): Party[] {
  const { random } = draft;
  const coaches = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => createParty(random.chance(0.5) ? 'SUPERVISOR' : 'AGENT'));
  for (const coach of coaches) {
    join(draft, coach, 'VIP');
    pass(draft, random.integer(0, 6));
    say(draft, coach);
    if (random.chance(0.4)) whisper(draft, agent);
  }
  return coaches;
}

/** Monitors usually only listen. */
function joinMonitors(draft: TimelineDraft): Party[] {
  const { random } = draft;
  const monitors = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => createParty('SUPERVISOR'));
  for (const monitor of monitors) {
    join(draft, monitor, 'INT');
    if (random.chance(0.1)) say(draft, monitor);
  }
  return monitors;
}

/** A supervisor visible to the customer, who counts as an agent in the statistics. */
function joinOpenly(draft: TimelineDraft): Party {
  const supervisor = createParty('SUPERVISOR');
  join(draft, supervisor);
  pass(draft, draft.random.integer(1, 8));
  say(draft, supervisor);
  return supervisor;
}

/** A hidden helper joins again visibly, says something, and may hide again. */
function playBargeIn(draft: TimelineDraft, customer: Party, helper: Party): void {
  const { random } = draft;
  join(draft, helper);
  pass(draft, random.integer(1, 15));
  say(draft, helper);
  if (random.chance(0.5)) playExchange(draft, customer, helper, 1);
  if (random.chance(0.4)) join(draft, helper, 'INT');
}

/** A supervisor first listens, then takes over the chat from the agent, either without leaving in between or by joining again. */
export function playEscalation(draft: TimelineDraft, customer: Party, agent: Party): Party {
  const { random } = draft;
  const supervisor = createParty('SUPERVISOR');
  join(draft, supervisor, 'INT');
  playExchange(draft, customer, agent, 1);
  if (random.chance(0.4)) leave(draft, supervisor, 'QUIT');
  join(draft, supervisor);
  pass(draft, random.integer(3, 20));
  leave(draft, agent, 'QUIT');
  playExchange(draft, customer, supervisor, random.integer(1, 3));
  return supervisor;
}
