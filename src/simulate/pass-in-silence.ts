import { pass, update, type TimelineDraft } from './timeline-draft.js';

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
