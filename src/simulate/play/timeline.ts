/** A party's role, in the terms of csg_SessionEndedBy. A bot is an agent or supervisor that joined with the style BOT. */
export type PartyRole = 'CLIENT' | 'AGENT' | 'SUPERVISOR' | 'BOT';

/** Who sees a party and its messages: ALL everyone; VIP (a coach) and INT (a silent monitor) everyone but the customer. */
export type Visibility = 'ALL' | 'VIP' | 'INT';

/** How a party left, in the terms of csg_SessionEndedReason; FORCE: it also asked to close the session. */
export type LeaveReason = 'DISCONNECT' | 'QUIT' | 'FORCE';

/** Why Chat Server itself closed the session. */
export type SystemReason = 'INACTIVE' | 'DB_ERROR';

/** One participant, even if it joins repeatedly; compared by identity. */
export interface Party {
  readonly role: PartyRole;
}

/** An event at second `at` (epoch, UTC). */
export type SessionEvent =
  | { readonly kind: 'join'; readonly at: number; readonly party: Party; readonly visibility: Visibility }
  /** `size` in characters; an explicit `visibility` is narrower than the sender's: a visible agent can still whisper. */
  | { readonly kind: 'message'; readonly at: number; readonly party: Party; readonly size: number; readonly visibility?: Visibility }
  | { readonly kind: 'leave'; readonly at: number; readonly party: Party; readonly reason: LeaveReason }
  /** The workflow starts to look for an agent. */
  | { readonly kind: 'route'; readonly at: number }
  /** Another Chat Server took over the session: every party is out and must join again. */
  | { readonly kind: 'restore'; readonly at: number }
  /** Chat Server attaches its statistics so far; async sessions only. */
  | { readonly kind: 'update'; readonly at: number }
  /** Chat Server closes the session itself; always the last event. */
  | { readonly kind: 'close'; readonly at: number; readonly reason: SystemReason };

/** Thresholds of Chat Server's inactivity control, in seconds. */
export interface InactivityControl {
  /** `timeout-alert`: while an agent is connected. */
  readonly activeAlert: number;
  /** `async-idle-alert`: while an async session is dormant. */
  readonly asyncAlert: number;
}

/** One chat session, with at most one customer, from creation to end: the complete input of its statistics. */
export interface Timeline {
  readonly interactionId: string;
  readonly chatSessionId: string;
  readonly tenantId: number;
  readonly mediaType: string;
  readonly mediaOrigin?: string | undefined;
  readonly languageName?: string | undefined;
  readonly asyncMode: boolean;
  /** Whether Bot Gateway Server is deployed; without it, Chat Server attaches no bot keys. */
  readonly botGateway: boolean;
  readonly inactivity: InactivityControl;
  /** When Chat Server created the session, in epoch seconds. */
  readonly start: number;
  /** In order. The last one closes the session: a `close`, or the `leave` upon which Chat Server closed it. */
  readonly events: readonly SessionEvent[];
}

/** When the session was closed, in epoch seconds. */
export const toEnd = (timeline: Timeline): number => timeline.events.at(-1)?.at ?? timeline.start;
