import { join, pass, restore, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** Another Chat Server takes over: everybody is out; the customer's browser joins again by itself, and after it the others that are named. */
export function playTakeover(draft: TimelineDraft, customer: Party, ...others: Party[]): void {
  const { random } = draft;
  pass(draft, random.integer(0, 20));
  restore(draft);
  for (const party of [customer, ...others]) {
    pass(draft, random.integer(0, 10));
    join(draft, party);
  }
}
