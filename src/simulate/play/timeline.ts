/** What a party is, in the words of csg_SessionEndedBy. A bot is an agent or supervisor that joined with the style BOT. */
export type PartyRole = 'CLIENT' | 'AGENT' | 'SUPERVISOR' | 'BOT';

/** Who sees a party and what it writes: ALL everyone; VIP (a coach) and INT (a silent monitor) not the customer. */
export type Visibility = 'ALL' | 'VIP' | 'INT';

/** How a party left, in the words of csg_SessionEndedReason; FORCE: it asked for the session to be closed as well. */
export type LeaveReason = 'DISCONNECT' | 'QUIT' | 'FORCE';

/** Why Chat Server itself closed the session. */
export type SystemReason = 'INACTIVE' | 'DB_ERROR';

/** One participant, however often it joins; compared by identity. */
export interface Party {
  readonly role: PartyRole;
}

/** What happened at a whole second `at` (epoch, UTC). */
export type SessionEvent =
  | { readonly kind: 'join'; readonly at: number; readonly party: Party; readonly visibility: Visibility }
  /** `size` in characters; a `visibility` of its own is narrower than the sender's: an agent who is seen can still whisper. */
  | { readonly kind: 'message'; readonly at: number; readonly party: Party; readonly size: number; readonly visibility?: Visibility }
  | { readonly kind: 'leave'; readonly at: number; readonly party: Party; readonly reason: LeaveReason }
  /** The workflow starts to look for an agent. */
  | { readonly kind: 'route'; readonly at: number }
  /** Another Chat Server took the session over: every party is out, and has to join again. */
  | { readonly kind: 'restore'; readonly at: number }
  /** Chat Server attaches what it knows so far; of async sessions only. */
  | { readonly kind: 'update'; readonly at: number }
  /** Chat Server closes the session by itself: the last event, if it comes. */
  | { readonly kind: 'close'; readonly at: number; readonly reason: SystemReason };

/** Thresholds of Chat Server's inactivity control, in seconds. */
export interface InactivityControl {
  /** `timeout-alert`: while an agent is connected. */
  readonly activeAlert: number;
  /** `async-idle-alert`: while an async session is dormant. */
  readonly asyncAlert: number;
}

/** One chat session, with one customer at most, from its creation to its end: everything its statistics are computed from. */
export interface Timeline {
  readonly interactionId: string;
  readonly chatSessionId: string;
  readonly tenantId: number;
  readonly mediaType: string;
  readonly mediaOrigin?: string | undefined;
  readonly languageName?: string | undefined;
  readonly asyncMode: boolean;
  /** Whether Bot Gateway Server is deployed: without it, Chat Server attaches no bot keys. */
  readonly botGateway: boolean;
  readonly inactivity: InactivityControl;
  /** When Chat Server created the session, epoch seconds. */
  readonly start: number;
  /** In the order in which they happened. The last one closes the session: a `close`, or the `leave` that Chat Server closed it upon. */
  readonly events: readonly SessionEvent[];
}

/** When the session was closed, epoch seconds. */
export const toEnd = (timeline: Timeline): number => timeline.events.at(-1)?.at ?? timeline.start;
