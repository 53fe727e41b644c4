import type { InactivityClosing } from './market.js';
import type { Random } from './random.js';
import type { InactivityControl, LeaveReason, Party, PartyRole, SessionEvent, SystemReason, Visibility } from './timeline.js';

/**
 * When Chat Server attaches intermediate updates (`attach-stats-rep-events`): as an agent comes or goes, at every fifth message, as
 * inactivity control warns, or every six hours.
 */
export const UPDATE_TRIGGERS = ['agents', 'messages', 'warnings', 'time'] as const;
export type UpdateTrigger = (typeof UPDATE_TRIGGERS)[number];

/** A session while it is being played: a moving "now" and what has happened up to it. */
export interface TimelineDraft {
  readonly random: Random;
  readonly inactivity: InactivityControl;
  readonly closing: InactivityClosing;
  readonly asyncMode: boolean;
  /** Whether bots can take part. */
  readonly bots: boolean;
  /** Undefined: Chat Server attaches nothing before the end. */
  readonly updates: UpdateTrigger | undefined;
  readonly events: SessionEvent[];
  now: number;
  messages: number;
  /** When time itself triggers an update. */
  nextUpdate: number;
}

const UPDATE_EVERY_SECONDS = 6 * 3_600;
const UPDATE_EVERY_MESSAGES = 5;

/** A session in which nothing has happened yet. Updates are no matter of chance: with and without them, it is the same session. */
export const createDraft = (
  given: Pick<TimelineDraft, 'random' | 'inactivity' | 'closing' | 'asyncMode' | 'bots' | 'updates'>,
  start: number,
): TimelineDraft => ({
  ...given,
  events: [],
  now: start,
  messages: 0,
  nextUpdate: given.updates === 'time' ? start + UPDATE_EVERY_SECONDS : Infinity,
});

/** A participant who has not joined yet. */
export const createParty = (role: PartyRole): Party => ({ role });

/** Lets time go by. */
export const pass = (draft: TimelineDraft, seconds: number): void => {
  draft.now += seconds;
  for (; draft.nextUpdate <= draft.now; draft.nextUpdate += UPDATE_EVERY_SECONDS)
    draft.events.push({ kind: 'update', at: draft.nextUpdate });
};

/** Lets time go by in silence; half-way from `alert` seconds to its end, inactivity control has warned for the last time. */
export function passInSilence(draft: TimelineDraft, seconds: number, phase: 'active' | 'dormant'): void {
  const alert = phase === 'active' ? draft.inactivity.activeAlert : draft.inactivity.asyncAlert;
  const warnedAfter = seconds > alert ? Math.ceil((alert + seconds) / 2) : seconds;
  pass(draft, warnedAfter);
  if (warnedAfter === seconds) return;
  update(draft, 'warnings');
  pass(draft, seconds - warnedAfter);
}

/** The longest silence that inactivity control lets pass: a minute less, since the last sign of life may lie before the silence. */
export const longestSilence = ({ inactivity, closing }: TimelineDraft, phase: 'active' | 'dormant'): number =>
  phase === 'active' ? inactivity.activeAlert + closing.active - 1 : inactivity.asyncAlert + closing.async - 60;

/** A party comes in, or goes on with another visibility; the customer sees it unless it is a coach (VIP) or a monitor (INT). */
export const join = (draft: TimelineDraft, party: Party, visibility: Visibility = 'ALL'): void => {
  draft.events.push({ kind: 'join', at: draft.now, party, visibility });
};

/** A party goes; with FORCE, or as the last one, it closes the session: then nothing may follow. */
export const leave = (draft: TimelineDraft, party: Party, reason: LeaveReason): void => {
  draft.events.push({ kind: 'leave', at: draft.now, party, reason });
};

/** Who is in the session now, beside `party`. */
export function othersInside(draft: TimelineDraft, party: Party): Party[] {
  const inside = new Set<Party>();
  for (const event of draft.events)
    if (event.kind === 'join') inside.add(event.party);
    else if (event.kind === 'leave') inside.delete(event.party);
    else if (event.kind === 'restore') inside.clear();
  inside.delete(party);
  return [...inside];
}

/** The workflow begins to look for an agent. */
export const route = (draft: TimelineDraft): void => {
  draft.events.push({ kind: 'route', at: draft.now });
};

/** Another Chat Server takes the session over: nobody is in it any more. */
export const restore = (draft: TimelineDraft): void => {
  draft.events.push({ kind: 'restore', at: draft.now });
};

/** Chat Server attaches what it knows so far, if it is configured to at such an occasion. */
export const update = (draft: TimelineDraft, occasion: UpdateTrigger): void => {
  if (draft.updates === occasion) draft.events.push({ kind: 'update', at: draft.now });
};

/** Chat Server closes the session; nothing may follow. */
export const closeBySystem = (draft: TimelineDraft, reason: SystemReason): void => {
  draft.events.push({ kind: 'close', at: draft.now, reason });
};

/** Median and greatest length of a message, in characters. */
const MESSAGE_SIZE: Readonly<Record<PartyRole, number>> = { CLIENT: 38, AGENT: 82, SUPERVISOR: 70, BOT: 120 };
const LARGEST_MESSAGE = 4096;

/** One message of a length that is usual for the party's role; `visibility`: not for everyone who sees the sender. */
export function say(draft: TimelineDraft, party: Party, visibility?: Visibility): void {
  const size = Math.min(LARGEST_MESSAGE, draft.random.skewed(MESSAGE_SIZE[party.role], 0.7));
  draft.events.push({ kind: 'message', at: draft.now, party, size, ...(visibility === undefined ? {} : { visibility }) });
  if (++draft.messages % UPDATE_EVERY_MESSAGES === 0) update(draft, 'messages');
}

/** One message from a party that the customer sees, but not for the customer's eyes. */
export const whisper = (draft: TimelineDraft, party: Party): void => say(draft, party, draft.random.chance(0.7) ? 'VIP' : 'INT');

/** Sometimes a second or third one follows before the other side answers. */
export function sayInARow(draft: TimelineDraft, party: Party): void {
  say(draft, party);
  while (draft.random.chance(0.22)) {
    pass(draft, draft.random.integer(2, 15));
    say(draft, party);
  }
}
