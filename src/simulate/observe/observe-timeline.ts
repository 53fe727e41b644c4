import { recordSpans, type Span } from './spans.js';
import type { LeaveReason, Party, PartyRole, SessionEvent, Timeline, Visibility } from '../play/timeline.js';

/** A message visible to the customer (or from the customer). `side` AGENT: an agent or supervisor, as in the statistics. */
export interface VisibleMessage {
  readonly at: number;
  readonly side: 'CLIENT' | 'AGENT' | 'BOT';
  readonly size: number;
}

/** Consecutive messages from one side. Bot messages neither ask, answer nor interrupt: they do not come from an agent. */
export interface Turn {
  readonly side: 'CLIENT' | 'AGENT';
  readonly first: number;
  last: number;
  /** It began while an async session was dormant. */
  readonly whileDormant: boolean;
  /** Number of active states that had ended before it began. */
  readonly activeBefore: number;
}

/** What Chat Server records while a session runs; the statistics are computed from it. "Agent" always means one visible to the customer. */
export interface Observation {
  readonly timeline: Timeline;
  /** End of the session, or of its known part. */
  readonly end: number;
  /** The event that closed the session; undefined while it is open. */
  readonly closing: SessionEvent | undefined;
  /** Unique parties. */
  readonly agents: ReadonlySet<Party>;
  readonly coaches: ReadonlySet<Party>;
  readonly monitors: ReadonlySet<Party>;
  readonly bots: ReadonlySet<Party>;
  readonly firstAgentAt: number | undefined;
  readonly firstBotAt: number | undefined;
  readonly messages: readonly VisibleMessage[];
  readonly turns: readonly Turn[];
  /** Times of all actions that every participant can see: joining, writing, leaving. */
  readonly activity: readonly number[];
  readonly withCustomer: readonly Span[];
  /** At least one agent is connected: the active state. */
  readonly active: readonly Span[];
  /** Async only: the last agent has left, and the workflow is not looking for another one yet. */
  readonly dormant: readonly Span[];
  /** How the customer left, if one was present but none at the end. A restoration does not count as leaving. */
  readonly customerLeft: LeaveReason | undefined;
  /** Whether an agent was still present when closing began; a party that closes the session by leaving still is. */
  readonly agentAtClosing: boolean;
  /** Whether Chat Server remembers that an agent was present; a session restored without any message does not. */
  readonly agentRemembered: boolean;
}

/** Plays a timeline once, from its first event to its last, or only its first `count` events. */
export function observeTimeline(timeline: Timeline, count = timeline.events.length): Observation {
  const events = count < timeline.events.length ? timeline.events.slice(0, count) : timeline.events;
  const closing = events.length === timeline.events.length ? events.at(-1) : undefined;
  const end = events.at(-1)?.at ?? timeline.start;
  const inside = new Map<Party, Visibility>();
  const [agents, coaches, monitors, bots] = [new Set<Party>(), new Set<Party>(), new Set<Party>(), new Set<Party>()];
  const messages: VisibleMessage[] = [];
  const turns: Turn[] = [];
  const activity: number[] = [];
  const customerStays = recordSpans();
  const activePhases = recordSpans();
  const dormantPhases = recordSpans();
  let firstAgentAt: number | undefined;
  let firstBotAt: number | undefined;
  let customerLeft: LeaveReason | undefined;
  let agentAtClosing = false;
  let agentRemembered = false;
  let anyMessage = false;
  let routing = false;

  const anyAgent = (): boolean => {
    for (const [party, visibility] of inside) if (visibility === 'ALL' && toSide(party.role) === 'AGENT') return true;
    return false;
  };

  for (const event of events) {
    if (event === closing) agentAtClosing = anyAgent();
    switch (event.kind) {
      case 'join':
        inside.set(event.party, event.visibility);
        if (event.visibility === 'ALL') activity.push(event.at);
        switch (toSide(event.party.role)) {
          case 'CLIENT':
            customerStays.open(event.at);
            customerLeft = undefined;
            break;
          case 'BOT':
            bots.add(event.party);
            firstBotAt ??= event.at;
            break;
          case 'AGENT':
            if (event.visibility === 'VIP') coaches.add(event.party);
            else if (event.visibility === 'INT') monitors.add(event.party);
            else {
              agents.add(event.party);
              firstAgentAt ??= event.at;
              agentRemembered = true;
              routing = false;
            }
        }
        break;
      case 'message': {
        anyMessage = true;
        const side = toSide(event.party.role);
        if (side !== 'CLIENT' && (inside.get(event.party) !== 'ALL' || (event.visibility ?? 'ALL') !== 'ALL')) break;
        activity.push(event.at);
        messages.push({ at: event.at, side, size: event.size });
        if (side === 'BOT') break;
        const turn = turns.at(-1);
        if (turn?.side === side) turn.last = event.at;
        else
          turns.push({
            side,
            first: event.at,
            last: event.at,
            whileDormant: dormantPhases.isOpen(),
            activeBefore: activePhases.spans.length,
          });
        break;
      }
      case 'leave':
        if (inside.get(event.party) === 'ALL') activity.push(event.at);
        inside.delete(event.party);
        if (event.party.role !== 'CLIENT') break;
        customerStays.close(event.at);
        customerLeft = event.reason;
        break;
      case 'restore':
        inside.clear();
        customerStays.close(event.at);
        agentRemembered &&= anyMessage;
        break;
      case 'route':
        dormantPhases.close(event.at);
        routing = true;
        break;
      case 'update':
      case 'close':
        break;
    }
    // Joining again with another visibility can also begin or end the active state.
    if (anyAgent()) {
      dormantPhases.close(event.at);
      activePhases.open(event.at);
    } else if (activePhases.close(event.at) && timeline.asyncMode && event !== closing && !routing) dormantPhases.open(event.at);
  }
  for (const spans of [customerStays, activePhases, dormantPhases]) spans.close(end);

  return {
    timeline,
    end,
    closing,
    agents,
    coaches,
    monitors,
    bots,
    firstAgentAt,
    firstBotAt,
    messages,
    turns,
    activity,
    withCustomer: customerStays.spans,
    active: activePhases.spans,
    dormant: dormantPhases.spans,
    customerLeft,
    agentAtClosing,
    agentRemembered,
  };
}

const toSide = (role: PartyRole): VisibleMessage['side'] => (role === 'SUPERVISOR' ? 'AGENT' : role);
