import { join, leave, pass, sayInARow, type TimelineDraft, update } from './timeline-draft.js';
import type { Party } from './timeline.js';

/**
 * Customer and agent write in turns. Now and then one of them is away beyond the limit of inactivity control, or the customer's connection
 * breaks briefly.
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

/** Mostly under a minute; sometimes (in an async session often) just below, exactly at or above the threshold of inactivity control. */
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

/** Seconds of inactivity after which inactivity control warns and closes; never before the first agent or while one is being looked for. */
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

/** Seconds since the last activity that inactivity control saw. */
export const quietFor = ({ now, quietSince }: TimelineDraft): number => now - quietSince;

/** Seconds of silence left before inactivity control closes the session. */
export const longestSilence = (draft: TimelineDraft): number => toTimeouts(draft).close - quietFor(draft) - 1;

/** Passes time in silence, but not so much that the session is closed. */
export const passInSilence = (draft: TimelineDraft, seconds: number): void => passWarned(draft, Math.min(seconds, longestSilence(draft)));

/** Passes time in silence until inactivity control closes the session. */
export const passUntilInactive = (draft: TimelineDraft): void => passWarned(draft, longestSilence(draft) + 1);

/** Inactivity control gives its last warning half-way between the threshold and the end of the silence. */
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
