import { playAgents } from './agents.js';
import { playDormancy, playWaking } from './dormancy.js';
import { endByCustomer, endByFailure, endByParty } from './ending.js';
import { longestSilence, passInSilence } from './conversation.js';
import { createParty, join, leave, leaveToTheLast, pass, restore, say, sayInARow, update, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

const DAY = 86_400;
/** Longest a simulated customer stays silent. */
const LONGEST_SILENCE = 6 * DAY;
/** More returns than this would fill months. */
const MOST_RETURNS = 12;

/** The rest of an async session whose first agent is there: active and dormant phases in turn, until somebody ends it. */
export function playAsyncPhases(draft: TimelineDraft, customer: Party, firstAgent: Party): void {
  const { random } = draft;
  let agent = firstAgent;
  // Most are done within a day or two; some customers come back for weeks.
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

/** It asks the customer what the matter is, while the session is still dormant. */
function joinBot(draft: TimelineDraft): Party {
  const bot = createParty('BOT');
  join(draft, bot);
  say(draft, bot);
  return bot;
}
