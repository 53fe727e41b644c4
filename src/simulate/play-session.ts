import { playAgents } from './play-agents.js';
import { playAsyncPhases } from './play-async.js';
import { playBots } from './play-conversation.js';
import { endByCustomer, endByParty, playEnding } from './play-ending.js';
import { endAfterLostAgent, playRestoration, playSilentRestoration } from './play-restoration.js';
import { createParty, join, leave, pass, route, say, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { LeaveReason, Party, PartyRole } from './timeline.js';

/** What the channel and the tenant allow. */
export interface Scene {
  readonly asyncMode: boolean;
  /** Whether bots can take part. */
  readonly bots: boolean;
}

/** Plays a session from its creation to its end. */
export function playSession(draft: TimelineDraft, scene: Scene): void {
  const { random } = draft;
  if (random.chance(0.015)) {
    playWithoutCustomer(draft, scene);
    return;
  }
  const customer = createParty('CLIENT');
  join(draft, customer);
  const silent = !random.chance(0.7);
  if (!silent) {
    pass(draft, random.integer(0, 20));
    sayInARow(draft, customer);
  }
  let bot: Party | undefined;
  if (scene.bots && random.chance(0.35)) {
    const talk = playBots(draft, customer);
    if (talk.settled) {
      if (random.chance(0.55)) endByParty(draft, talk.bot);
      else endByCustomer(draft, customer);
      return;
    }
    bot = talk.bot;
  }
  route(draft);
  if (!playQueue(draft)) {
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
  playWithAgent(draft, scene, customer, back, bot);
}

/** The main part: an agent comes (or is `back`), and the bot hands over. */
function playWithAgent(draft: TimelineDraft, scene: Scene, customer: Party, back: Party | undefined, bot: Party | undefined): void {
  const { random } = draft;
  const handsOverLate = bot !== undefined && random.chance(0.3);
  if (bot !== undefined && !handsOverLate) leave(draft, bot, 'QUIT');
  const agent = playAgents(draft, customer, back);
  if (bot !== undefined && handsOverLate) {
    // It has listened, and says good-bye.
    say(draft, bot);
    leave(draft, bot, 'QUIT');
  }
  if (random.chance(0.03)) playRestoration(draft, customer, agent);
  else if (random.chance(0.015)) {
    endAfterLostAgent(draft, customer);
    return;
  }
  if (scene.asyncMode) playAsyncPhases(draft, customer, agent);
  else playEnding(draft, customer, agent);
}

/** Waits for an agent; false: the customer's patience ended first. */
function playQueue(draft: TimelineDraft): boolean {
  const { random } = draft;
  const wait = random.chance(0.05) ? 0 : random.skewed(35, 1);
  const patience = random.skewed(240, 0.9);
  pass(draft, Math.min(wait, patience));
  return wait <= patience;
}

/** An agent, supervisor or bot opens a session that no customer ever joins; it ends when it lets go of it. */
function playWithoutCustomer(draft: TimelineDraft, scene: Scene): void {
  const { random } = draft;
  const party = createParty(random.pick<PartyRole>(scene.bots ? ['AGENT', 'SUPERVISOR', 'BOT'] : ['AGENT', 'SUPERVISOR']));
  pass(draft, random.integer(0, 3));
  join(draft, party);
  pass(draft, random.integer(2, 10));
  sayInARow(draft, party);
  pass(draft, random.skewed(90, 0.8));
  leave(draft, party, random.pick<LeaveReason>(['QUIT', 'DISCONNECT', 'FORCE']));
}
