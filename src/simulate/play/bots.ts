import { playTakeover } from './restoration.js';
import { createParty, join, leave, pass, say, sayInARow, type TimelineDraft } from './timeline-draft.js';
import type { Party } from './timeline.js';

/** One or two bots talk with the customer. `bot` is the one still present; `settled`: no agent is needed. */
export function playBots(draft: TimelineDraft, customer: Party): { readonly bot: Party; readonly settled: boolean } {
  const { random } = draft;
  let bot = createParty('BOT');
  pass(draft, random.integer(0, 3));
  join(draft, bot);
  say(draft, bot);
  playBotTurns(draft, customer, bot, random.integer(1, 4));
  if (random.chance(0.015)) {
    playTakeover(draft, customer, bot);
    playBotTurns(draft, customer, bot, 1);
  }
  if (random.chance(0.12)) {
    const specialist = createParty('BOT');
    join(draft, specialist);
    leave(draft, bot, 'QUIT');
    bot = specialist;
    say(draft, bot);
    playBotTurns(draft, customer, bot, random.integer(1, 4));
  }
  return { bot, settled: random.chance(0.3) };
}

/** The customer writes and a bot answers, `turns` times. */
export function playBotTurns(draft: TimelineDraft, customer: Party, bot: Party, turns: number): void {
  for (let turn = 0; turn < turns; turn++) {
    pass(draft, draft.random.skewed(14, 0.6));
    sayInARow(draft, customer);
    pass(draft, draft.random.integer(0, 2));
    say(draft, bot);
  }
}

/** A bot that the customer does not see: it listens, and advises the agents. */
export function joinAssistant(draft: TimelineDraft): Party {
  const { random } = draft;
  const bot = createParty('BOT');
  join(draft, bot, random.chance(0.7) ? 'INT' : 'VIP');
  if (random.chance(0.6)) {
    pass(draft, random.integer(0, 4));
    say(draft, bot);
  }
  return bot;
}
