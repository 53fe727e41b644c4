import { playAgents } from './agents.js';
import { joinAssistant, playBotTurns } from './bots.js';
import { longestSilence, passInSilence } from './conversation.js';
import { endByInactivity, endByCustomer, endByFailure, endByParty } from './ending.js';
import {
  createParty,
  join,
  leave,
  pass,
  restore,
  route,
  say,
  sayInARow,
  type TimelineDraft,
  leaveToTheLast,
  update,
} from './timeline-draft.js';
import type { Party } from './timeline.js';

/**
 * An async session has lost its last agent: `silence` seconds pass until the customer writes. A visitor, a bot, another Chat Server taking
 * over, or the customer leaving does not wake it. False if it was closed instead.
 */
export function playDormancy(draft: TimelineDraft, customer: Party, wanted: number): boolean {
  const { random } = draft;
  const silence = Math.min(wanted, longestSilence(draft));
  const scene = random.next();
  if (scene < 0.08) return playAbsence(draft, customer, silence);
  if (scene < 0.12) playDormantTakeover(draft, customer, silence);
  else if (scene < 0.17 && draft.bots) {
    passInSilence(draft, silence);
    if (!playBotVisit(draft, customer)) return false;
    passInSilence(draft, silence);
  } else if (scene < 0.2) playLookIn(draft, silence);
  else if (silence > draft.inactivity.asyncAlert && random.chance(0.3)) {
    endByInactivity(draft);
    return false;
  } else passInSilence(draft, silence);
  return true;
}

/** The customer leaves for good or for a while; then joins again, or finds the session restored by another Chat Server. */
function playAbsence(draft: TimelineDraft, customer: Party, silence: number): boolean {
  const { random } = draft;
  const before = random.integer(0, silence);
  passInSilence(draft, before);
  leave(draft, customer, random.chance(0.6) ? 'DISCONNECT' : 'QUIT');
  if (!draft.outlivesCustomer) return false;
  if (random.chance(0.35)) {
    endByInactivity(draft);
    return false;
  }
  passInSilence(draft, silence - before);
  if (random.chance(0.5)) restore(draft);
  join(draft, customer);
  return true;
}

/** The customer's app joins the restored session at once, or when it is next used. */
function playDormantTakeover(draft: TimelineDraft, customer: Party, silence: number): void {
  const { random } = draft;
  const before = random.integer(0, silence);
  passInSilence(draft, before);
  restore(draft);
  const atOnce = random.chance(0.6);
  if (atOnce) join(draft, customer);
  passInSilence(draft, silence - before);
  if (!atOnce) join(draft, customer);
}

/** A bot answers the customer, so that no agent is needed for now; sometimes never, and then it closes the session. */
function playBotVisit(draft: TimelineDraft, customer: Party): boolean {
  const { random } = draft;
  const bot = createParty('BOT');
  sayInARow(draft, customer);
  join(draft, bot);
  say(draft, bot);
  playBotTurns(draft, customer, bot, random.integer(0, 2));
  pass(draft, random.integer(5, 60));
  const isSettled = random.chance(0.2);
  leave(draft, bot, isSettled ? 'FORCE' : 'QUIT');
  return !isSettled;
}

/** A supervisor reads the transcript unseen, or a bot does. */
function playLookIn(draft: TimelineDraft, silence: number): void {
  const { random } = draft;
  const before = random.integer(0, silence);
  passInSilence(draft, before);
  const observer = draft.bots && random.chance(0.4) ? joinAssistant(draft) : createParty('SUPERVISOR');
  if (observer.role === 'SUPERVISOR') join(draft, observer, 'INT');
  passInSilence(draft, silence - before);
  leave(draft, observer, 'QUIT');
}

/** The customer writes and keeps writing while the workflow looks for an agent; or an agent told of the message returns without routing. */
export function playWaking(draft: TimelineDraft, customer: Party): void {
  const { random } = draft;
  // An agent may return without a message from the customer.
  const isAsked = random.chance(0.96);
  if (isAsked) {
    sayInARow(draft, customer);
    pass(draft, random.integer(0, 5));
    if (random.chance(0.1)) {
      passInSilence(draft, random.skewed(600, 1));
      return;
    }
  }
  route(draft);
  const wait = random.skewed(60, 0.8);
  const writes = !isAsked || random.chance(0.2);
  const before = writes ? random.integer(0, wait) : wait;
  pass(draft, before);
  if (writes) sayInARow(draft, customer);
  pass(draft, wait - before);
}

const DAY = 86_400;
/** Longest silence of a simulated customer. */
const LONGEST_SILENCE = 6 * DAY;
/** More returns than this would take months. */
const MOST_RETURNS = 12;

/** The rest of an async session whose first agent is present: active and dormant phases alternate until someone ends it. */
export function playAsyncPhases(draft: TimelineDraft, customer: Party, firstAgent: Party): void {
  const { random } = draft;
  let agent = firstAgent;
  // Most end within a day or two; some customers return for weeks.
  const [returning, usualSilence] = random.chance(0.15) ? [0.9, 3 * DAY] : [0.6, 9_000];
  for (let returns = 0; returns < MOST_RETURNS && random.chance(returning); returns++) {
    pass(draft, random.integer(5, 40));
    const takenOver = random.chance(0.06);
    if (takenOver) restore(draft);
    else leaveToTheLast(draft, agent, 'QUIT');
    update(draft, 'agents');
    const wanted = Math.min(LONGEST_SILENCE, random.skewed(usualSilence, usualSilence < DAY ? 2 : 0.7));
    const silence = Math.min(wanted, longestSilence(draft));
    if (takenOver) {
      passInSilence(draft, silence);
      join(draft, customer);
    } else if (!playDormancy(draft, customer, silence)) return;
    if (random.chance(0.1)) {
      sayInARow(draft, customer);
      if (random.chance(0.15)) endByFailure(draft, customer);
      else endByCustomer(draft, customer);
      return;
    }
    const bot = draft.bots && random.chance(0.05) ? joinBot(draft) : undefined;
    playWaking(draft, customer);
    agent = playAgents(draft, customer, random.chance(0.6) ? agent : undefined);
    if (bot !== undefined) leave(draft, bot, 'QUIT');
  }
  if (random.chance(0.75)) endByParty(draft, agent);
  else endByCustomer(draft, customer);
}

/** A bot asks the customer about the request while the session is still dormant. */
function joinBot(draft: TimelineDraft): Party {
  const bot = createParty('BOT');
  join(draft, bot);
  say(draft, bot);
  return bot;
}
