import { passInSilence, quietFor } from './pass-in-silence.js';
import { join, leave, pass, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/**
 * Customer and agent write in turns; now and then one of them is away for longer than inactivity control likes, or the customer's
 * connection breaks for a moment.
 */
export function playExchange(draft: TimelineDraft, customer: Party, agent: Party, turns: number): void {
  const { random } = draft;
  for (let turn = 0; turn < turns; turn++) {
    passInSilence(draft, toPause(draft));
    if (random.chance(0.02)) playReconnection(draft, customer);
    sayInARow(draft, customer);
    passInSilence(draft, random.chance(0.01) ? toPause(draft) : random.skewed(28, 0.7));
    sayInARow(draft, agent);
  }
}

/** Mostly under a minute; sometimes, in an async session often, up to the threshold of inactivity control, to the second, or beyond it. */
function toPause(draft: TimelineDraft): number {
  const { random, inactivity, closing, asyncMode } = draft;
  if (!random.chance(asyncMode ? 0.2 : 0.04)) return random.skewed(24, 0.8);
  const silence = inactivity.activeAlert + random.pick([0, 1, random.integer(2, closing.active - 1)]);
  return Math.max(0, silence - quietFor(draft));
}

function playReconnection(draft: TimelineDraft, customer: Party): void {
  leave(draft, customer, 'DISCONNECT');
  pass(draft, draft.random.integer(1, 25));
  join(draft, customer);
}
