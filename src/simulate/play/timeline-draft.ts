import type { InactivityClosing } from '../market.js';
import type { Random } from '../random.js';
import type { InactivityControl, LeaveReason, Party, PartyRole, SessionEvent, SystemReason, Visibility } from './timeline.js';

/**
 * When Chat Server attaches intermediate updates (`attach-stats-rep-events`): as an agent comes or goes, at every fifth message, as
 * inactivity control warns, or every six hours.
 */
export const UPDATE_TRIGGERS = ['agents', 'messages', 'warnings', 'time'] as const;
export type UpdateTrigger = (typeof UPDATE_TRIGGERS)[number];

/** At least one agent is connected; the last one has left an async session, and none is being looked for. */
export type Phase = 'active' | 'dormant';

/** A session while it is being played: a moving "now" and what has happened up to it. */
export interface TimelineDraft {
  readonly random: Random;
  readonly inactivity: InactivityControl;
  readonly closing: InactivityClosing;
  readonly asyncMode: boolean;
  /** Whether bots can take part. */
  readonly bots: boolean;
  /** Whether a dormant session goes on when its customer leaves. */
  readonly outlivesCustomer: boolean;
  /** Undefined: Chat Server attaches nothing before the end. */
  readonly updates: UpdateTrigger | undefined;
  readonly events: SessionEvent[];
  /** Who is in the session, each with the visibility of its last joining. */
  readonly inside: Map<Party, Visibility>;
  /** What inactivity control watches: the session is active, or an async one is dormant. */
  phase: Phase | undefined;
  /** Since when nothing has happened that all participants see; since the phase began at the earliest. */
  quietSince: number;
  /** The workflow looks for an agent. */
  routing: boolean;
  now: number;
  messages: number;
  /** When time itself triggers an update. */
  nextUpdate: number;
}

const UPDATE_EVERY_SECONDS = 6 * 3_600;
const UPDATE_EVERY_MESSAGES = 5;

/** A session in which nothing has happened yet. Updates are no matter of chance: with and without them, it is the same session. */
export const createDraft = (
  given: Pick<TimelineDraft, 'random' | 'inactivity' | 'closing' | 'asyncMode' | 'bots' | 'outlivesCustomer' | 'updates'>,
  start: number,
): TimelineDraft => ({
  ...given,
  events: [],
  inside: new Map(),
  phase: undefined,
  quietSince: start,
  routing: false,
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

/** What it says comes to pass, and may begin or end a phase. */
function happen(draft: TimelineDraft, event: SessionEvent): void {
  draft.events.push(event);
  const agents = agentsInside(draft);
  const isActive = agents.length > 0;
  if (event.kind === 'join' && agents.includes(event.party)) draft.routing = false;
  const isDormant = draft.asyncMode && draft.phase !== undefined && !draft.routing;
  const phase = isActive ? 'active' : isDormant ? 'dormant' : undefined;
  if (phase !== draft.phase) draft.quietSince = draft.now;
  draft.phase = phase;
}

/** A party comes in, or goes on with another visibility; the customer sees it unless it is a coach (VIP) or a monitor (INT). */
export const join = (draft: TimelineDraft, party: Party, visibility: Visibility = 'ALL'): void => {
  draft.inside.set(party, visibility);
  if (visibility === 'ALL') draft.quietSince = draft.now;
  happen(draft, { kind: 'join', at: draft.now, party, visibility });
};

/** A party goes; with FORCE, or as the last one, it closes the session: then nothing may follow. */
export const leave = (draft: TimelineDraft, party: Party, reason: LeaveReason): void => {
  if (draft.inside.get(party) === 'ALL') draft.quietSince = draft.now;
  draft.inside.delete(party);
  happen(draft, { kind: 'leave', at: draft.now, party, reason });
};

/** Agents, as the statistics mean them, who are in the session: the customer sees them. */
export const agentsInside = ({ inside }: TimelineDraft): Party[] =>
  [...inside.keys()].filter((party) => inside.get(party) === 'ALL' && (party.role === 'AGENT' || party.role === 'SUPERVISOR'));

/** All agents go, `last` after the others, so that none is left. */
export function leaveToTheLast(draft: TimelineDraft, last: Party, reason: LeaveReason): void {
  for (const other of agentsInside(draft)) if (other !== last) leave(draft, other, 'QUIT');
  leave(draft, last, reason);
}

/** The workflow begins to look for an agent. */
export const route = (draft: TimelineDraft): void => {
  draft.routing = true;
  happen(draft, { kind: 'route', at: draft.now });
};

/** Another Chat Server takes the session over: nobody is in it any more. */
export const restore = (draft: TimelineDraft): void => {
  draft.inside.clear();
  happen(draft, { kind: 'restore', at: draft.now });
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
  if (draft.inside.get(party) === 'ALL' && (visibility ?? 'ALL') === 'ALL') draft.quietSince = draft.now;
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
