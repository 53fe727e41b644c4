import { createParty, join, leave, pass, route, say, update, type TimelineDraft } from './timeline-draft.js';

/**
 * The guide's "realistic simple scenario" for one Chat Server at its limit: at ten sessions a second, five messages each within a minute and
 * a half are 50 messages a second and up to 1,000 sessions at once.
 */
export function playSimpleSession(draft: TimelineDraft): void {
  const { random } = draft;
  const [customer, agent] = [createParty('CLIENT'), createParty('AGENT')];
  join(draft, customer);
  pass(draft, random.integer(2, 8));
  say(draft, customer);
  route(draft);
  pass(draft, random.integer(4, 16));
  join(draft, agent);
  update(draft, 'agents');
  pass(draft, random.integer(2, 10));
  say(draft, agent);
  pass(draft, random.integer(10, 30));
  say(draft, customer);
  pass(draft, random.integer(10, 30));
  say(draft, agent);
  pass(draft, random.integer(10, 20));
  if (random.chance(0.75)) say(draft, customer);
  pass(draft, random.integer(2, 12));
  if (random.chance(0.5)) {
    leave(draft, customer, 'QUIT');
    pass(draft, random.integer(0, 4));
  }
  leave(draft, agent, 'FORCE');
}
