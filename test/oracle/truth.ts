/** What really happened in one session: one line of the simulator's truth. Times are epoch seconds. */
export interface Truth {
  readonly interactionId: string;
  readonly chatSessionId: string;
  readonly tenantId: number;
  readonly mediaType: string;
  /** Absent: the session's first user data did not contain it. */
  readonly mediaOrigin?: string;
  readonly languageName?: string;
  readonly asyncMode: boolean;
  readonly botGateway: boolean;
  /** Chat Server's option `attach-session-statistics`. */
  readonly statistics: 'all' | 'fired' | 'none';
  /** Seconds without activity after which a session is idle, while an agent is present and while it is dormant. */
  readonly inactivity: { readonly activeAlert: number; readonly asyncAlert: number };
  readonly start: number;
  readonly parties: readonly Party[];
  /** In the order in which they happened; the last one closes the session. */
  readonly events: readonly TruthEvent[];
}

/** A person or program that takes part in a session. */
export interface Party {
  readonly id: string;
  readonly role: 'CLIENT' | 'AGENT' | 'SUPERVISOR' | 'BOT';
}

/** Who sees a party or a message: ALL includes the customer; VIP and INT exclude the customer. */
export type Visibility = 'ALL' | 'VIP' | 'INT';

/** An event at a given second. */
export type TruthEvent =
  | { readonly at: number; readonly kind: 'join'; readonly party: string; readonly visibility: Visibility }
  | { readonly at: number; readonly kind: 'message'; readonly party: string; readonly size: number; readonly visibility?: Visibility }
  | { readonly at: number; readonly kind: 'leave'; readonly party: string; readonly reason: string }
  | { readonly at: number; readonly kind: 'close'; readonly reason: string }
  | { readonly at: number; readonly kind: 'route' | 'restore' | 'update' };
