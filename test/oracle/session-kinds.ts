import { activePhases, dormantPhases, isVisibleActivity, type Phase } from './phases.js';
import { hasAgent, hasCustomer, isVisibleMessage, replay, type Played, type Step } from './replay.js';
import { SCENES, type IsOfKind } from './scenes.js';
import type { Party, Truth } from './truth.js';

/** Kinds of closed sessions, above all rare ones, in which statistics can be wrong. */
const CLOSED_KINDS: Readonly<Record<string, IsOfKind>> = {
  ...SCENES,
  'restored before any agent or bot': ofStep(
    (step, isDormant) => isRestored(step) && !isDormant && step.before.size === 1 && holds(step, 'CLIENT'),
  ),
  'restored with a bot alone beside the customer': ofStep((step) => isRestored(step) && holds(step, 'BOT') && !hasAgent(step.before)),
  'restored while dormant': ofStep((step, isDormant) => isRestored(step) && isDormant && hasCustomer(step.before)),
  'restored after its agent had left, before any message': ({ steps }) =>
    steps.some((step, index) => {
      if (!isRestored(step) || hasAgent(step.before)) return false;
      const earlier = steps.slice(0, index);
      return !earlier.some(({ event }) => event.kind === 'message') && earlier.some(({ before }) => hasAgent(before));
    }),
  'restored, but the customer never comes back': ({ steps }) =>
    steps.some(
      (step, index) => isRestored(step) && hasCustomer(step.before) && !steps.slice(index).some(({ after }) => hasCustomer(after)),
    ),
  'the customer leaves while dormant, and joins again': ofAbsence((between) => !between.some(isRestored)),
  'the customer leaves while dormant, and is back by a restoration': ofAbsence((between) => between.some(isRestored)),
  'the customer writes on while routed after dormancy': ofRouting((before) => before?.party?.role === 'CLIENT'),
  'the customer begins to write while routed after dormancy': ofRouting((before) => before?.party?.role !== 'CLIENT'),
  'a bot joins while dormant': ofStep(({ event, party }, isDormant) => isDormant && event.kind === 'join' && party?.role === 'BOT'),
  'a bot closes while dormant': ofStep(
    ({ event, party }, isDormant) => isDormant && event.kind === 'leave' && event.reason === 'FORCE' && party?.role === 'BOT',
  ),
  'somebody unseen joins while dormant': ofStep(
    ({ event, visibility }, isDormant) => isDormant && event.kind === 'join' && visibility !== 'ALL',
  ),
  'the customer has left, inactivity control closes': ofEndWithoutCustomer('close', 'INACTIVE'),
  'the customer has left, a failure closes': ofEndWithoutCustomer('close', 'DB_ERROR'),
  'the customer has left, the last agent quits': ofEndWithoutCustomer('leave', 'QUIT'),
  'the customer has left, the last agent disconnects': ofEndWithoutCustomer('leave', 'DISCONNECT'),
  'a bot is there as INT': ofStep(({ event, party, visibility }) => event.kind === 'join' && party?.role === 'BOT' && visibility === 'INT'),
  'a bot that is there as INT writes': ofStep(
    ({ event, party, visibility }) => event.kind === 'message' && party?.role === 'BOT' && visibility === 'INT',
  ),
  'an agent whom the customer sees writes as INT': ofStep((step) => isHiddenMessage(step) && step.party?.role === 'AGENT'),
  'a bot that the customer sees writes as INT': ofStep((step) => isHiddenMessage(step) && step.party?.role === 'BOT'),
};

/** Rare kinds of open sessions, as known at their last intermediate update, which is the last step replayed. */
const OPEN_KINDS: Readonly<Record<string, IsOfKind>> = {
  'updated while active': ofOpenPhase(activePhases),
  'updated while active and idle': ofOpenPhase(activePhases, ({ inactivity }) => inactivity.activeAlert),
  'updated while dormant': ofOpenPhase(dormantPhases),
  'updated while dormant and idle': ofOpenPhase(dormantPhases, ({ inactivity }) => inactivity.asyncAlert),
};

/** Kinds of closed sessions that can only occur in a sample without an end. */
const LONG_KINDS: Readonly<Record<string, IsOfKind>> = {
  'closed after more than 14 days': ofLength(14),
  'closed after more than 14 days, with updates before': (played, truth) =>
    ofLength(14)(played, truth) && truth.events.some(({ kind }) => kind === 'update'),
};

/**
 * How many sessions of each kind have statistics by then; open ones are known by their last update. Without an end, all sessions are
 * closed, and some are long.
 */
export function countKinds(truths: readonly Truth[], until = Infinity): Map<string, number> {
  const closedKinds = Object.entries(until < Infinity ? CLOSED_KINDS : { ...CLOSED_KINDS, ...LONG_KINDS });
  const openKinds = Object.entries(until < Infinity ? OPEN_KINDS : {});
  const kinds = new Map([...closedKinds, ...openKinds].map(([kind]) => [kind, 0]));
  for (const truth of truths) {
    const isClosed = truth.events.at(-1)!.at <= until;
    const lastUpdate = truth.events.findLast(({ kind, at }) => kind === 'update' && at <= until);
    if (truth.statistics === 'none' || (!isClosed && lastUpdate === undefined)) continue;
    const played = isClosed ? replay(truth) : replay(truth, lastUpdate);
    for (const [kind, isOf] of isClosed ? closedKinds : openKinds) if (isOf(played, truth)) kinds.set(kind, kinds.get(kind)! + 1);
  }
  return kinds;
}

function ofLength(days: number): IsOfKind {
  return ({ end }, { start }) => end - start > days * 86_400;
}

function ofStep(is: (step: Step, isDormant: boolean) => boolean): IsOfKind {
  return (played, truth) => {
    const dormant = truth.asyncMode ? dormantPhases(played) : [];
    return played.steps.some((step, index) =>
      is(
        step,
        dormant.some((phase) => isWithin(phase, index)),
      ),
    );
  };
}

/** The customer leaves and returns within one dormant phase. */
function ofAbsence(is: (between: readonly Step[]) => boolean): IsOfKind {
  return (played, truth) => {
    const dormant = truth.asyncMode ? dormantPhases(played) : [];
    return played.steps.some(({ event, party }, left) => {
      if (event.kind !== 'leave' || party?.role !== 'CLIENT') return false;
      const phase = dormant.find((candidate) => isWithin(candidate, left));
      const back = played.steps.findIndex(({ after }, index) => index > left && hasCustomer(after));
      return phase !== undefined && isWithin(phase, back) && is(played.steps.slice(left, back));
    });
  };
}

/** The customer writes between the routing that ends a dormant phase and an agent's return; `before`: the last non-bot message before. */
function ofRouting(is: (before: Step | undefined) => boolean): IsOfKind {
  return (played, truth) =>
    truth.asyncMode &&
    dormantPhases(played).some(({ lastStep }) => {
      if (played.steps[lastStep]?.event.kind !== 'route') return false;
      const agentCame = played.steps.findIndex(({ after }, index) => index > lastStep && hasAgent(after));
      const messages = played.steps.flatMap((step, index) =>
        isVisibleMessage(step) && step.party?.role !== 'BOT' ? [{ step, index }] : [],
      );
      const first = messages.findIndex(({ index }) => lastStep < index && index < agentCame);
      return first !== -1 && is(messages[first - 1]?.step);
    });
}

/** How the session was closed after the customer had left: by Chat Server, or by the last agent's leaving. */
function ofEndWithoutCustomer(kind: 'close' | 'leave', reason: string): IsOfKind {
  return ({ steps, closing }) => {
    const customer = steps.findLast(({ party, event }) => party?.role === 'CLIENT' && event.kind !== 'message');
    const { event, before } = closing!;
    const isLast = kind === 'close' || (hasAgent(before) && before.size === 1);
    return customer?.event.kind === 'leave' && event.kind === kind && event.reason === reason && isLast;
  };
}

/** The phase is open and did not begin at the second of the update; with a threshold: it is idle. */
function ofOpenPhase(toPhases: (played: Played) => Phase[], toThreshold?: (truth: Truth) => number): IsOfKind {
  return (played, truth) => {
    const phase = toPhases(played).at(-1);
    if (phase === undefined || phase.lastStep < played.steps.length || phase.from === played.end) return false;
    const lastActivity = played.steps.findLast(isVisibleActivity)?.event.at ?? phase.from;
    return played.end - Math.max(phase.from, lastActivity) > (toThreshold?.(truth) ?? -1);
  };
}

const isWithin = ({ firstStep, lastStep }: Phase, index: number): boolean => firstStep < index && index < lastStep;

function isRestored({ event }: Step): boolean {
  return event.kind === 'restore';
}

function holds({ before }: Step, role: Party['role']): boolean {
  return [...before.keys()].some((party) => party.role === role);
}

/** Whether a party that the customer sees writes a message that the customer does not see. */
function isHiddenMessage({ event, visibility }: Step): boolean {
  return event.kind === 'message' && visibility === 'ALL' && event.visibility === 'INT';
}
