import type { Random } from './random.js';
import type {
  InactivityControl,
  LeaveReason,
  MessageVisibility,
  Party,
  PartyRole,
  SessionEvent,
  SystemReason,
  Visibility,
} from './timeline.js';

/** A session while it is being played: a moving "now" and what has happened up to it. */
export interface TimelineDraft {
  readonly random: Random;
  readonly inactivity: InactivityControl;
  /** Whether Chat Server attaches intermediate updates: in async sessions, if it is configured to. */
  readonly updates: boolean;
  readonly events: SessionEvent[];
  now: number;
}

/** A participant who has not joined yet. */
export const createParty = (role: PartyRole): Party => ({ role });

/** Lets time go by. */
export const pass = (draft: TimelineDraft, seconds: number): void => {
  draft.now += seconds;
};

/** A party comes in, or goes on with another visibility; the customer sees it unless it is a coach (VIP) or a monitor (INT). */
export const join = (draft: TimelineDraft, party: Party, visibility: Visibility = 'ALL'): void => {
  draft.events.push({ kind: 'join', at: draft.now, party, visibility });
};

/** A party goes; with FORCE, or as the last one, it closes the session: then nothing may follow. */
export const leave = (draft: TimelineDraft, party: Party, reason: LeaveReason): void => {
  draft.events.push({ kind: 'leave', at: draft.now, party, reason });
};

/** The workflow begins to look for an agent. */
export const route = (draft: TimelineDraft): void => {
  draft.events.push({ kind: 'route', at: draft.now });
};

/** Another Chat Server takes the session over: nobody is in it any more. */
export const restore = (draft: TimelineDraft): void => {
  draft.events.push({ kind: 'restore', at: draft.now });
};

/** Chat Server attaches what it knows so far, if it is configured to. */
export const update = (draft: TimelineDraft): void => {
  if (draft.updates) draft.events.push({ kind: 'update', at: draft.now });
};

/** Chat Server closes the session; nothing may follow. */
export const closeBySystem = (draft: TimelineDraft, reason: SystemReason): void => {
  draft.events.push({ kind: 'close', at: draft.now, reason });
};

/** Median and greatest length of a message, in characters. */
const MESSAGE_SIZE: Readonly<Record<PartyRole, number>> = { CLIENT: 38, AGENT: 82, SUPERVISOR: 70, BOT: 120 };
const LARGEST_MESSAGE = 4096;

/** One message of a length that is usual for the party's role; `visibility`: not for everyone who sees the sender. */
export function say(draft: TimelineDraft, party: Party, visibility?: MessageVisibility): void {
  const size = Math.min(LARGEST_MESSAGE, draft.random.skewed(MESSAGE_SIZE[party.role], 0.7));
  draft.events.push({ kind: 'message', at: draft.now, party, size, ...(visibility === undefined ? {} : { visibility }) });
}

/** Sometimes a second or third one follows before the other side answers. */
export function sayInARow(draft: TimelineDraft, party: Party): void {
  say(draft, party);
  while (draft.random.chance(0.22)) {
    pass(draft, draft.random.integer(2, 15));
    say(draft, party);
  }
}
