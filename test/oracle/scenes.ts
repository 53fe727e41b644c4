import { hasAgent, hasCustomer, isAgent, isVisibleMessage, type Played, type Step } from './replay.js';
import type { Party, Truth } from './truth.js';

/** Recognizes a kind of session by what happened in it. */
export type IsOfKind = (played: Played, truth: Truth) => boolean;

/** How agents, supervisors and bots take turns in closed sessions. */
export const SCENES: Readonly<Record<string, IsOfKind>> = {
  'a second agent is there before the first one, who writes no more, goes': ofSecondAgent((writers, [first]) => !writers.includes(first)),
  'two agents write in turns': ofSecondAgent((writers, [first, second]) => writers.includes(first) && writers.includes(second)),
  'passed on through the queue to another agent': ofQueue((before, after) => before !== after),
  'passed on through the queue to the same agent': ofQueue((before, after) => before === after),
  'an agent leaves, and comes back without being looked for': ({ steps }, { asyncMode }) =>
    !asyncMode &&
    steps.some((left, index) => {
      if (left.event.kind !== 'leave' || left.event.reason !== 'DISCONNECT' || !isAgent(left.party, left.visibility)) return false;
      const next = steps.slice(index + 1).find(({ event, party }) => party === left.party || event.kind === 'route' || isRestored(event));
      return next !== undefined && joinsAsAgent(next);
    }),
  'a supervisor who was unseen takes over': ({ steps }) =>
    steps.some((seen, index) => {
      if (!joinsAsAgent(seen) || seen.party?.role !== 'SUPERVISOR' || !hasAgent(seen.before)) return false;
      const wasUnseen = steps.slice(0, index).some(({ event, party }) => party === seen.party && 'visibility' in event);
      const rest = steps.slice(index + 1);
      const alone = rest.findIndex(({ after }) => [...after].filter(([party, visibility]) => isAgent(party, visibility)).length === 1);
      return wasUnseen && alone !== -1 && writes(rest.slice(alone), seen.party);
    }),
  'a bot passes the customer on to another bot': ({ steps }) =>
    steps.some(
      ({ event, party, visibility, after }, index) =>
        event.kind === 'leave' &&
        party?.role === 'BOT' &&
        visibility === 'ALL' &&
        [...after.keys()].some((other) => other.role === 'BOT' && writes(steps.slice(index), other)),
    ),
  'a bot leaves to an agent': ({ steps }) =>
    steps.some(
      ({ event, party, visibility }, index) =>
        event.kind === 'leave' && party?.role === 'BOT' && visibility === 'ALL' && joinsAsAgent(steps[index + 1]),
    ),
  'a bot hands over to the agent who is there': ({ steps }) =>
    steps.some(
      (step, index) =>
        joinsAsAgent(step) &&
        !hasAgent(step.before) &&
        [...step.before.keys()].some((party) => party.role === 'BOT' && writes(steps.slice(index), party)),
    ),
  'restored in the middle of a talk, which goes on': ofRestoredTalk((rest) =>
    rest.some(({ after }) => hasAgent(after) && hasCustomer(after)),
  ),
  'restored in the middle of a talk, and the agent never comes back': ofRestoredTalk((rest) => !rest.some(joinsAsAgent)),
  'put to sleep by a restoration with its agent inside': ({ steps }, { asyncMode }) =>
    asyncMode && steps.some((step, index) => isRestoredWithAgent(step) && (steps[index + 2]?.event.at ?? 0) - step.event.at > 600),
};

/** A second agent joins while the first is there, and stays when the first leaves; `writers`: all who wrote in between. */
function ofSecondAgent(is: (writers: readonly (Party | undefined)[], agents: readonly [first: Party, second: Party]) => boolean): IsOfKind {
  return ({ steps }) =>
    steps.some((step, index) => {
      const { party: second, before } = step;
      if (second?.role !== 'AGENT' || before.has(second) || !joinsAsAgent(step)) return false;
      const first = [...before.keys()].find((party) => party.role === 'AGENT' && isAgent(party, before.get(party)));
      if (first === undefined) return false;
      const rest = steps.slice(index + 1);
      const gone = rest.findIndex(({ after }) => !isAgent(first, after.get(first)));
      if (gone === -1 || !isAgent(second, rest[gone]!.after.get(second))) return false;
      const writers = rest
        .slice(0, gone)
        .filter(isVisibleMessage)
        .map(({ party }) => party);
      return is(writers, [first, second]);
    });
}

/** The last agent of a regular session leaves, the workflow looks for the next one, and one joins. */
function ofQueue(is: (before: Party | undefined, after: Party | undefined) => boolean): IsOfKind {
  return ({ steps }, { asyncMode }) =>
    !asyncMode &&
    steps.some((step, index) => {
      if (step.event.kind !== 'leave' || !hasAgent(step.before) || hasAgent(step.after)) return false;
      const next = steps.slice(index + 1).find((later) => later.event.kind === 'route' || joinsAsAgent(later));
      if (next?.event.kind !== 'route') return false;
      const agent = steps.slice(steps.indexOf(next)).find(joinsAsAgent);
      return agent !== undefined && is(step.party, agent.party);
    });
}

/** A regular session is restored while an agent who has written is inside; `rest`: the steps after that. */
function ofRestoredTalk(is: (rest: readonly Step[]) => boolean): IsOfKind {
  return ({ steps }, { asyncMode }) =>
    !asyncMode &&
    steps.some(
      (step, index) =>
        isRestoredWithAgent(step) &&
        [...step.before].some(([party, visibility]) => isAgent(party, visibility) && writes(steps.slice(0, index), party)) &&
        is(steps.slice(index)),
    );
}

const joinsAsAgent = (step: Step | undefined): boolean => step?.event.kind === 'join' && isAgent(step.party, step.visibility);

const isRestored = ({ kind }: Step['event']): boolean => kind === 'restore';

const isRestoredWithAgent = (step: Step): boolean => isRestored(step.event) && hasAgent(step.before);

/** Whether the customer sees a message of a party. */
const writes = (steps: readonly Step[], party: Party | undefined): boolean =>
  steps.some((step) => step.party === party && isVisibleMessage(step));
