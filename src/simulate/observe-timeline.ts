import { recordSpans, type Span } from './spans.js';
import { toEnd, type LeaveReason, type Party, type PartyRole, type Timeline, type Visibility } from './timeline.js';

/** A message that the customer sees (or wrote). `side` AGENT: an agent or a supervisor, as the statistics mean it. */
export interface VisibleMessage {
  readonly at: number;
  readonly side: 'CLIENT' | 'AGENT' | 'BOT';
  readonly size: number;
}

/** A few messages in a row from one side. Those of bots neither ask nor answer, and interrupt nothing: they are not an agent's. */
export interface Turn {
  readonly side: 'CLIENT' | 'AGENT';
  readonly first: number;
  last: number;
  /** It began while an async session was dormant. */
  readonly whileDormant: boolean;
}

/** What Chat Server notes while a session runs; the statistics are computed from it at the end. "Agent" is always one visible to the customer. */
export interface Observation {
  readonly timeline: Timeline;
  readonly end: number;
  /** Unique parties. */
  readonly agents: ReadonlySet<Party>;
  readonly coaches: ReadonlySet<Party>;
  readonly monitors: ReadonlySet<Party>;
  readonly bots: ReadonlySet<Party>;
  readonly firstAgentAt: number | undefined;
  readonly firstBotAt: number | undefined;
  readonly messages: readonly VisibleMessage[];
  readonly turns: readonly Turn[];
  /** Moments of everything that is visible to all participants: joining, writing, leaving. */
  readonly activity: readonly number[];
  readonly withCustomer: readonly Span[];
  /** At least one agent is connected: the active state. */
  readonly active: readonly Span[];
  /** Of an async session: the last agent has left, and the workflow does not yet look for another one. */
  readonly dormant: readonly Span[];
  /** How the customer left, if one was there and none was at the end. */
  readonly customerLeft: LeaveReason | undefined;
  /** Whether an agent was still there when the closing began: who closes the session by leaving is still there. */
  readonly agentAtClosing: boolean;
}

/** Plays a timeline once, from its first event to its last. */
export function observeTimeline(timeline: Timeline): Observation {
  const end = toEnd(timeline);
  const closing = timeline.events.at(-1);
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

  const isAgent = (party: Party): boolean => inside.get(party) === 'ALL' && toSide(party.role) === 'AGENT';
  const anyAgent = (): boolean => [...inside.keys()].some(isAgent);

  for (const event of timeline.events) {
    if (event === closing) agentAtClosing = anyAgent();
    switch (event.kind) {
      case 'join': {
        inside.set(event.party, event.visibility);
        if (event.visibility === 'VIP') coaches.add(event.party);
        else if (event.visibility === 'INT') monitors.add(event.party);
        else {
          activity.push(event.at);
          switch (toSide(event.party.role)) {
            case 'CLIENT':
              customerStays.open(event.at);
              customerLeft = undefined;
              break;
            case 'AGENT':
              agents.add(event.party);
              firstAgentAt ??= event.at;
              break;
            case 'BOT':
              bots.add(event.party);
              firstBotAt ??= event.at;
          }
        }
        break;
      }
      case 'message': {
        if (inside.get(event.party) !== 'ALL') break;
        activity.push(event.at);
        const side = toSide(event.party.role);
        messages.push({ at: event.at, side, size: event.size });
        if (side === 'BOT') break;
        const turn = turns.at(-1);
        if (turn?.side === side) turn.last = event.at;
        else turns.push({ side, first: event.at, last: event.at, whileDormant: dormantPhases.isOpen() });
        break;
      }
      case 'leave':
        if (inside.get(event.party) === 'ALL') activity.push(event.at);
        inside.delete(event.party);
        if (event.party.role !== 'CLIENT') break;
        customerStays.close(event.at);
        customerLeft = event.reason;
        break;
      case 'route':
        dormantPhases.close(event.at);
        break;
      case 'close':
        break;
    }
    // Joining again with another visibility, too, can begin or end the active state.
    if (anyAgent()) {
      dormantPhases.close(event.at);
      activePhases.open(event.at);
    } else if (activePhases.close(event.at) && timeline.asyncMode && event !== closing) dormantPhases.open(event.at);
  }
  for (const spans of [customerStays, activePhases, dormantPhases]) spans.close(end);

  return {
    timeline,
    end,
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
  };
}

const toSide = (role: PartyRole): VisibleMessage['side'] => (role === 'SUPERVISOR' ? 'AGENT' : role);
