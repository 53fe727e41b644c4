import { createParty, join, leave, pass, route, say, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Customer and agent write in turns; now and then the customer is away for longer than inactivity control likes. */
export function playExchange(draft: TimelineDraft, customer: Party, agent: Party, turns: number): void {
  const { random } = draft;
  for (let turn = 0; turn < turns; turn++) {
    pass(draft, random.chance(0.04) ? draft.inactivity.activeAlert + random.integer(1, 240) : random.skewed(24, 0.8));
    sayInARow(draft, customer);
    pass(draft, random.skewed(28, 0.7));
    sayInARow(draft, agent);
  }
}

/** One bot or two talk with the customer. `bot` is the one still there; `settled`: no agent is needed. */
export function playBots(draft: TimelineDraft, customer: Party): { readonly bot: Party; readonly settled: boolean } {
  const { random } = draft;
  let bot = createParty('BOT');
  pass(draft, random.integer(0, 3));
  join(draft, bot);
  say(draft, bot);
  playBotTurns(draft, customer, bot);
  if (random.chance(0.12)) {
    const specialist = createParty('BOT');
    join(draft, specialist);
    leave(draft, bot, 'QUIT');
    bot = specialist;
    say(draft, bot);
    playBotTurns(draft, customer, bot);
  }
  return { bot, settled: random.chance(0.3) };
}

function playBotTurns(draft: TimelineDraft, customer: Party, bot: Party): void {
  for (let turn = draft.random.integer(1, 4); turn > 0; turn--) {
    pass(draft, draft.random.skewed(14, 0.6));
    sayInARow(draft, customer);
    pass(draft, draft.random.integer(0, 2));
    say(draft, bot);
  }
}

/** An agent joins, greets and talks; supervisors listen or help; the chat may be passed on. Returns who is there in the end. */
export function playAgents(draft: TimelineDraft, customer: Party, agent: Party = createParty('AGENT')): Party {
  const { random } = draft;
  join(draft, agent);
  if (random.chance(0.9)) {
    pass(draft, random.integer(1, 12));
    say(draft, agent);
  }
  const helpers = playHelpers(draft);
  playExchange(draft, customer, agent, random.integer(0, 5));
  for (const helper of helpers) leave(draft, helper, 'QUIT');

  const step = random.next();
  if (step < 0.09) return playConsultedTransfer(draft, customer, agent);
  if (step < 0.14) return playTransferThroughQueue(draft, customer, agent);
  if (step < 0.17) return playEscalation(draft, customer, agent);
  return agent;
}

/** Coaches whisper to the agent, monitors only listen: the customer sees neither. */
function playHelpers(draft: TimelineDraft): Party[] {
  const { random } = draft;
  const helpers: Party[] = [];
  if (random.chance(0.06))
    for (let coach = random.chance(0.3) ? 2 : 1; coach > 0; coach--) {
      const helper = createParty(random.chance(0.5) ? 'SUPERVISOR' : 'AGENT');
      join(draft, helper, 'VIP');
      say(draft, helper);
      helpers.push(helper);
    }
  if (random.chance(0.08))
    for (let monitor = random.chance(0.3) ? 2 : 1; monitor > 0; monitor--) {
      const helper = createParty('SUPERVISOR');
      join(draft, helper, 'INT');
      helpers.push(helper);
    }
  return helpers;
}

/** The second agent is there before the first one leaves, at once or after some time together. */
function playConsultedTransfer(draft: TimelineDraft, customer: Party, first: Party): Party {
  const second = createParty('AGENT');
  join(draft, second);
  pass(draft, draft.random.integer(5, 60));
  const together = draft.random.chance(0.2);
  if (!together) leave(draft, first, 'QUIT');
  playExchange(draft, customer, second, draft.random.integer(1, 4));
  if (together) leave(draft, first, 'QUIT');
  return second;
}

/** The first agent leaves, and the chat waits for the next one; sometimes the same one comes again. */
function playTransferThroughQueue(draft: TimelineDraft, customer: Party, first: Party): Party {
  leave(draft, first, draft.random.chance(0.8) ? 'QUIT' : 'DISCONNECT');
  route(draft);
  pass(draft, draft.random.skewed(40, 0.7));
  const next = draft.random.chance(0.25) ? first : createParty('AGENT');
  join(draft, next);
  playExchange(draft, customer, next, draft.random.integer(1, 4));
  return next;
}

/** A supervisor listens first, then shows himself to the customer. */
function playEscalation(draft: TimelineDraft, customer: Party, agent: Party): Party {
  const supervisor = createParty('SUPERVISOR');
  join(draft, supervisor, 'INT');
  playExchange(draft, customer, agent, 1);
  leave(draft, supervisor, 'QUIT');
  join(draft, supervisor);
  pass(draft, draft.random.integer(3, 20));
  leave(draft, agent, 'QUIT');
  playExchange(draft, customer, supervisor, draft.random.integer(1, 3));
  return supervisor;
}
