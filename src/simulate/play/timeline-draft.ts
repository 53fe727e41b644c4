import type { InactivityClosing } from '../market.js';
import type { Random } from '../random.js';
import type { InactivityControl, LeaveReason, Party, PartyRole, SessionEvent, SystemReason, Visibility } from './timeline.js';

/**
 * When Chat Server attaches intermediate updates (`attach-stats-rep-events`): when an agent joins or leaves, at every fifth message, when
 * inactivity control warns, or every six hours.
 */
export const UPDATE_TRIGGERS = ['agents', 'messages', 'warnings', 'time'] as const;
export type UpdateTrigger = (typeof UPDATE_TRIGGERS)[number];

/** `active`: at least one agent is connected. `dormant`: the last one has left an async session, and none is being looked for. */
export type Phase = 'active' | 'dormant';

/** A session in the making: a moving "now", and the events up to it. */
export interface TimelineDraft {
  readonly random: Random;
  readonly inactivity: InactivityControl;
  readonly closing: InactivityClosing;
  readonly asyncMode: boolean;
  /** Whether bots can take part. */
  readonly bots: boolean;
  /** Whether a dormant session continues when its customer leaves. */
  readonly outlivesCustomer: boolean;
  /** Undefined: Chat Server attaches nothing before the end. */
  readonly updates: UpdateTrigger | undefined;
  readonly events: SessionEvent[];
  /** The parties in the session, each with the visibility of its last join. */
  readonly inside: Map<Party, Visibility>;
  /** The phase that inactivity control watches; undefined outside both. */
  phase: Phase | undefined;
  /** Time of the last activity visible to all participants, but not before the phase began. */
  quietSince: number;
  /** The workflow is looking for an agent. */
  routing: boolean;
  now: number;
  messages: number;
  /** Time of the next timed update. */
  nextUpdate: number;
}

const UPDATE_EVERY_SECONDS = 6 * 3_600;
const UPDATE_EVERY_MESSAGES = 5;

/** A session without events yet. Updates draw no random numbers: the session is the same with and without them. */
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

/** Advances time. */
export const pass = (draft: TimelineDraft, seconds: number): void => {
  draft.now += seconds;
  for (; draft.nextUpdate <= draft.now; draft.nextUpdate += UPDATE_EVERY_SECONDS)
    draft.events.push({ kind: 'update', at: draft.nextUpdate });
};

/** Adds an event, which may begin or end a phase. */
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

/** A party joins, or changes its visibility. The customer sees it unless it is a coach (VIP) or a monitor (INT). */
export const join = (draft: TimelineDraft, party: Party, visibility: Visibility = 'ALL'): void => {
  draft.inside.set(party, visibility);
  if (visibility === 'ALL') draft.quietSince = draft.now;
  happen(draft, { kind: 'join', at: draft.now, party, visibility });
};

/** A party leaves. With FORCE, or as the last one, it closes the session: then nothing may follow. */
export const leave = (draft: TimelineDraft, party: Party, reason: LeaveReason): void => {
  if (draft.inside.get(party) === 'ALL') draft.quietSince = draft.now;
  draft.inside.delete(party);
  happen(draft, { kind: 'leave', at: draft.now, party, reason });
};

/** Agents in the session as the statistics count them: visible to the customer. */
export const agentsInside = ({ inside }: TimelineDraft): Party[] =>
  [...inside.keys()].filter((party) => inside.get(party) === 'ALL' && (party.role === 'AGENT' || party.role === 'SUPERVISOR'));

/** All agents leave, `last` after the others. */
export function leaveToTheLast(draft: TimelineDraft, last: Party, reason: LeaveReason): void {
  for (const other of agentsInside(draft)) if (other !== last) leave(draft, other, 'QUIT');
  leave(draft, last, reason);
}

/** The workflow starts to look for an agent. */
export const route = (draft: TimelineDraft): void => {
  draft.routing = true;
  happen(draft, { kind: 'route', at: draft.now });
};

/** Another Chat Server takes over the session: all parties are out. */
export const restore = (draft: TimelineDraft): void => {
  draft.inside.clear();
  happen(draft, { kind: 'restore', at: draft.now });
};

/** Chat Server attaches its statistics so far, if it is configured to do so on this occasion. */
export const update = (draft: TimelineDraft, occasion: UpdateTrigger): void => {
  if (draft.updates === occasion) draft.events.push({ kind: 'update', at: draft.now });
};

/** Chat Server closes the session; nothing may follow. */
export const closeBySystem = (draft: TimelineDraft, reason: SystemReason): void => {
  draft.events.push({ kind: 'close', at: draft.now, reason });
};

/** Median and maximum length of a message, in characters. */
const MESSAGE_SIZE: Readonly<Record<PartyRole, number>> = { CLIENT: 38, AGENT: 82, SUPERVISOR: 70, BOT: 120 };
const LARGEST_MESSAGE = 4096;

/** One message of usual length for the party's role; `visibility` restricts it further than the sender's. */
export function say(draft: TimelineDraft, party: Party, visibility?: Visibility): void {
  const size = Math.min(LARGEST_MESSAGE, draft.random.skewed(MESSAGE_SIZE[party.role], 0.7));
  if (draft.inside.get(party) === 'ALL' && (visibility ?? 'ALL') === 'ALL') draft.quietSince = draft.now;
  draft.events.push({ kind: 'message', at: draft.now, party, size, ...(visibility === undefined ? {} : { visibility }) });
  if (++draft.messages % UPDATE_EVERY_MESSAGES === 0) update(draft, 'messages');
}

/** One message hidden from the customer, from a party that the customer sees. */
export const whisper = (draft: TimelineDraft, party: Party): void => say(draft, party, draft.random.chance(0.7) ? 'VIP' : 'INT');

/** One message, sometimes followed by a second or third before the other side answers. */
export function sayInARow(draft: TimelineDraft, party: Party): void {
  say(draft, party);
  while (draft.random.chance(0.22)) {
    pass(draft, draft.random.integer(2, 15));
    say(draft, party);
  }
}
