import type { Party, Truth, TruthEvent, Visibility } from './truth.js';

/** An event, and who was in the session right before and after it. */
export interface Step {
  readonly event: TruthEvent;
  /** The event's party and its visibility when it joined, or right before it left or wrote; both undefined if the event has no party. */
  readonly party: Party | undefined;
  readonly visibility: Visibility | undefined;
  readonly before: Inside;
  readonly after: Inside;
}

/** The parties in the session, each with its current visibility. */
type Inside = ReadonlyMap<Party, Visibility>;

/** A session, as far as it is examined. */
export interface Played {
  readonly steps: readonly Step[];
  /** The second at which it ends, with everything still going on in it. */
  readonly end: number;
  /** The step that closed it. */
  readonly closing: Step | undefined;
}

/** Replays a session event by event: all of it, or as far as an intermediate update knows it. */
export function replay(truth: Truth, update?: TruthEvent): Played {
  const events = update === undefined ? truth.events : truth.events.slice(0, truth.events.indexOf(update) + 1);
  let inside: Inside = new Map();
  const steps = events.map((event): Step => {
    const before = inside;
    const party = 'party' in event ? truth.parties.find(({ id }) => id === event.party) : undefined;
    if (party !== undefined && event.kind === 'join') inside = new Map(before).set(party, event.visibility);
    if (party !== undefined && event.kind === 'leave') inside = new Map([...before].filter(([other]) => other !== party));
    if (event.kind === 'restore') inside = new Map(); // every party must join again
    const visibility = party && (event.kind === 'join' ? event.visibility : before.get(party));
    return { event, party, visibility, before, after: inside };
  });
  return { steps, end: events.at(-1)!.at, closing: update === undefined ? steps.at(-1) : undefined };
}

/** Whether a party counts as an agent: agents and supervisors that the customer sees; not bots, coaches and monitors. */
export const isAgent = (party: Party | undefined, visibility: Visibility | undefined): boolean =>
  (party?.role === 'AGENT' || party?.role === 'SUPERVISOR') && visibility === 'ALL';

/** Whether at least one agent is present. */
export const hasAgent = (inside: Inside): boolean => [...inside].some(([party, visibility]) => isAgent(party, visibility));

/** Whether the customer is present. */
export const hasCustomer = (inside: Inside): boolean => [...inside.keys()].some(({ role }) => role === 'CLIENT');

/** Whether the customer sees a step's message: all of the customer's own; otherwise neither sender nor message may be hidden. */
export function isVisibleMessage({ event, party, visibility }: Step): boolean {
  if (event.kind !== 'message') return false;
  return party?.role === 'CLIENT' || (visibility === 'ALL' && (event.visibility ?? 'ALL') === 'ALL');
}
