import { createParty, join, leave, pass, say, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/**
 * Customer and agent write in turns; now and then one of them is away for longer than inactivity control likes, or the customer's
 * connection breaks for a moment.
 */
export function playExchange(draft: TimelineDraft, customer: Party, agent: Party, turns: number): void {
  const { random } = draft;
  for (let turn = 0; turn < turns; turn++) {
    pass(draft, toPause(draft));
    if (random.chance(0.02)) playReconnection(draft, customer);
    sayInARow(draft, customer);
    pass(draft, random.chance(0.01) ? toPause(draft) : random.skewed(28, 0.7));
    sayInARow(draft, agent);
  }
}

/** Mostly under a minute; sometimes up to the threshold of inactivity control, to the second, or beyond it. */
function toPause({ random, inactivity }: TimelineDraft): number {
  return random.chance(0.04) ? inactivity.activeAlert + random.pick([0, 1, random.integer(2, 240)]) : random.skewed(24, 0.8);
}

function playReconnection(draft: TimelineDraft, customer: Party): void {
  leave(draft, customer, 'DISCONNECT');
  pass(draft, draft.random.integer(1, 25));
  join(draft, customer);
}

/** One bot or two talk with the customer. `bot` is the one still there; `settled`: no agent is needed. */
export function playBots(draft: TimelineDraft, customer: Party): { readonly bot: Party; readonly settled: boolean } {
  const { random } = draft;
  let bot = createParty('BOT');
  pass(draft, random.integer(0, 3));
  join(draft, bot);
  say(draft, bot);
  playBotTurns(draft, customer, bot);
  if (random.chance(0.12)) {
    const specialist = createParty('BOT');
    join(draft, specialist);
    leave(draft, bot, 'QUIT');
    bot = specialist;
    say(draft, bot);
    playBotTurns(draft, customer, bot);
  }
  return { bot, settled: random.chance(0.3) };
}

function playBotTurns(draft: TimelineDraft, customer: Party, bot: Party): void {
  for (let turn = draft.random.integer(1, 4); turn > 0; turn--) {
    pass(draft, draft.random.skewed(14, 0.6));
    sayInARow(draft, customer);
    pass(draft, draft.random.integer(0, 2));
    say(draft, bot);
  }
}
