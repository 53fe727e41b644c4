import { playAgents } from './play-agents.js';
import { endByCustomer, endByParty } from './play-ending.js';
import { closeBySystem, join, leave, pass, restore, route, sayInARow, update, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

const DAY = 86_400;
/** Longest a simulated customer stays silent. */
const LONGEST_SILENCE = 6 * DAY;
/** `async-idle-close`: Chat Server's default, in seconds. */
const ASYNC_IDLE_CLOSE = 3_600;
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
    else leave(draft, agent, 'QUIT');
    update(draft);
    const silence = Math.min(LONGEST_SILENCE, random.skewed(usualSilence, usualSilence < DAY ? 2 : 0.7));
    if (!takenOver && silence > draft.inactivity.asyncAlert && random.chance(0.3)) {
      pass(draft, draft.inactivity.asyncAlert + ASYNC_IDLE_CLOSE);
      closeBySystem(draft, 'INACTIVE');
      return;
    }
    pass(draft, silence);
    if (takenOver) join(draft, customer);
    sayInARow(draft, customer);
    if (random.chance(0.1)) {
      endByCustomer(draft, customer);
      return;
    }
    pass(draft, random.integer(0, 5));
    // Somebody who is told of the message comes by himself; else the workflow looks for an agent.
    if (random.chance(0.9)) {
      route(draft);
      pass(draft, random.skewed(60, 0.8));
    } else pass(draft, random.skewed(600, 1));
    agent = playAgents(draft, customer, random.chance(0.6) ? agent : undefined);
  }
  if (random.chance(0.75)) endByParty(draft, agent);
  else endByCustomer(draft, customer, agent);
}
