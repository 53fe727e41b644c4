import { join, leave, pass, sayInARow, type TimelineDraft, update } from './timeline-draft.js';
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

/** After how many seconds without activity inactivity control warns, and closes; never, where no agent has been there yet or one is looked for. */
function toTimeouts({ phase, inactivity, closing }: TimelineDraft): { readonly alert: number; readonly close: number } {
  switch (phase) {
    case 'active':
      return { alert: inactivity.activeAlert, close: inactivity.activeAlert + closing.active };
    case 'dormant':
      return { alert: inactivity.asyncAlert, close: inactivity.asyncAlert + closing.async };
    case undefined:
      return { alert: Infinity, close: Infinity };
  }
}

/** Seconds since inactivity control has last seen activity. */
export const quietFor = ({ now, quietSince }: TimelineDraft): number => now - quietSince;

/** Seconds that may still go by in silence before inactivity control closes the session. */
export const longestSilence = (draft: TimelineDraft): number => toTimeouts(draft).close - quietFor(draft) - 1;

/** Lets time go by in silence, but not so much that the session would be closed. */
export const passInSilence = (draft: TimelineDraft, seconds: number): void => passWarned(draft, Math.min(seconds, longestSilence(draft)));

/** Lets time go by in silence until inactivity control closes the session. */
export const passUntilInactive = (draft: TimelineDraft): void => passWarned(draft, longestSilence(draft) + 1);

/** Half-way from the threshold to the end of the silence, inactivity control has warned for the last time. */
function passWarned(draft: TimelineDraft, seconds: number): void {
  const { alert } = toTimeouts(draft);
  const quiet = quietFor(draft);
  const warnedAfter = Math.ceil((alert + quiet + seconds) / 2) - quiet;
  if (quiet + seconds <= alert || warnedAfter < 0) {
    pass(draft, seconds);
    return;
  }
  pass(draft, warnedAfter);
  update(draft, 'warnings');
  pass(draft, seconds - warnedAfter);
}
