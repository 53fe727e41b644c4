import { playAgents } from './agents.js';
import { playAsyncPhases } from './async.js';
import { joinAssistant, playBots } from './bots.js';
import { endByCustomer, endByParty, playEnding } from './ending.js';
import { endAfterLostAgent, endAfterLostCustomer, playRestoration, playSilentRestoration, playTakeover } from './restoration.js';
import { createParty, join, leave, pass, route, say, sayInARow, whisper, type TimelineDraft } from './timeline-draft.js';
import type { LeaveReason, Party, PartyRole } from './timeline.js';

/** Plays a session from its creation to its end. */
export function playSession(draft: TimelineDraft): void {
  const { random } = draft;
  if (random.chance(0.015)) {
    playWithoutCustomer(draft);
    return;
  }
  const customer = createParty('CLIENT');
  join(draft, customer);
  const silent = !random.chance(0.7);
  if (!silent) {
    pass(draft, random.integer(0, 20));
    sayInARow(draft, customer);
    if (draft.bots && random.chance(0.005)) joinAssistant(draft);
  }
  let bot: Party | undefined;
  if (draft.bots && random.chance(0.35)) {
    const talk = playBots(draft, customer);
    if (talk.settled) {
      if (random.chance(0.55)) endByParty(draft, talk.bot);
      else endByCustomer(draft, customer);
      return;
    }
    bot = talk.bot;
  }
  route(draft);
  if (!playQueue(draft, customer, bot)) {
    endByCustomer(draft, customer);
    return;
  }
  let back: Party | undefined;
  if (silent && bot === undefined && random.chance(0.1)) {
    back = playSilentRestoration(draft, customer);
    if (back === undefined) {
      endByCustomer(draft, customer);
      return;
    }
  }
  playWithAgent(draft, customer, back, bot);
}

/** The main part: an agent joins (or is `back`), and the bot hands over. */
function playWithAgent(draft: TimelineDraft, customer: Party, back: Party | undefined, bot: Party | undefined): void {
  const { random } = draft;
  const handsOverLate = bot !== undefined && random.chance(0.3);
  if (bot !== undefined && !handsOverLate) leave(draft, bot, 'QUIT');
  const agent = playAgents(draft, customer, back);
  if (bot !== undefined && handsOverLate) {
    // It was listening: it briefs the agent and says goodbye.
    if (random.chance(0.2)) whisper(draft, bot);
    say(draft, bot);
    leave(draft, bot, 'QUIT');
  }
  if (random.chance(0.03)) playRestoration(draft, customer, agent);
  else if (random.chance(0.015)) {
    endAfterLostAgent(draft, customer);
    return;
  } else if (random.chance(0.003)) {
    endAfterLostCustomer(draft, agent);
    return;
  }
  if (draft.asyncMode) playAsyncPhases(draft, customer, agent);
  else playEnding(draft, customer, agent);
}

/** Waits for an agent, with a bot if it stayed, perhaps during a takeover by another Chat Server. False if the customer gave up first. */
function playQueue(draft: TimelineDraft, customer: Party, bot: Party | undefined): boolean {
  const { random } = draft;
  const wait = random.chance(0.05) ? 0 : random.skewed(35, 1);
  const patience = random.skewed(240, 0.9);
  if (random.chance(0.008)) playTakeover(draft, customer, ...(bot === undefined ? [] : [bot]));
  pass(draft, Math.min(wait, patience));
  return wait <= patience;
}

/** An agent, supervisor or bot opens a session that no customer joins; it ends when that party leaves. */
function playWithoutCustomer(draft: TimelineDraft): void {
  const { random } = draft;
  const party = createParty(random.pick<PartyRole>(draft.bots ? ['AGENT', 'SUPERVISOR', 'BOT'] : ['AGENT', 'SUPERVISOR']));
  pass(draft, random.integer(0, 3));
  join(draft, party);
  pass(draft, random.integer(2, 10));
  sayInARow(draft, party);
  pass(draft, random.skewed(90, 0.8));
  leave(draft, party, random.pick<LeaveReason>(['QUIT', 'DISCONNECT', 'FORCE']));
}
