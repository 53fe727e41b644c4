import { hasAgent, hasCustomer, isAgent, isVisibleMessage, type Played, type Step } from './replay.js';

/** A period of time, in epoch seconds. */
export interface Phase {
  readonly from: number;
  readonly to: number;
  /** The steps that began and ended it, by position; the period may last longer than the steps. */
  readonly firstStep: number;
  readonly lastStep: number;
}

/** When at least one agent was connected. */
export const activePhases = (played: Played): Phase[] =>
  collectPhases(
    played,
    (step) => hasAgent(step.after),
    (step) => !hasAgent(step.after),
  );

/**
 * When an async session was dormant: from the last agent's leaving until the workflow looks for another (routing time is excluded) or one
 * joins. Before the first agent it waits, which is not dormant; closing does not make it dormant either.
 */
export const dormantPhases = (played: Played): Phase[] =>
  collectPhases(
    played,
    (step) => hasAgent(step.before) && !hasAgent(step.after) && step !== played.closing && !isRouting(played, step),
    (step) => hasAgent(step.after) || step.event.kind === 'route',
  );

/** Whether the workflow is looking for an agent: it has started, and none has joined since. */
const isRouting = ({ steps }: Played, step: Step): boolean =>
  steps
    .slice(0, steps.indexOf(step))
    .findLast(({ event, party, visibility }) => event.kind === 'route' || (event.kind === 'join' && isAgent(party, visibility)))?.event
    .kind === 'route';

/** When the customer was in the session. */
export const customerPhases = (played: Played): Phase[] =>
  collectPhases(
    played,
    (step) => hasCustomer(step.after),
    (step) => !hasCustomer(step.after),
  );

function collectPhases({ steps, end }: Played, begins: (step: Step) => boolean, ends: (step: Step) => boolean): Phase[] {
  const phases: Phase[] = [];
  let open: Pick<Phase, 'from' | 'firstStep'> | undefined;
  steps.forEach((step, index) => {
    if (open === undefined && begins(step)) open = { from: step.event.at, firstStep: index };
    else if (open !== undefined && ends(step)) {
      phases.push({ ...open, to: step.event.at, lastStep: index });
      open = undefined;
    }
  });
  return open === undefined ? phases : [...phases, { ...open, to: end, lastStep: steps.length }];
}

/** Seconds of each phase. */
export const durationsOf = (phases: readonly Phase[]): number[] => phases.map(({ from, to }) => to - from);

/** Within phases, each period without activity longer than a threshold, in seconds beyond the threshold. */
export function idleDurations({ steps }: Played, phases: readonly Phase[], threshold: number): number[] {
  const activity = steps.filter(isVisibleActivity).map(({ event }) => event.at);
  return phases.flatMap(({ from, to }) => {
    const moments = [from, ...activity.filter((at) => from <= at && at <= to), to];
    const stretches = moments.slice(1).map((at, index) => at - moments[index]!);
    return stretches.filter((seconds) => seconds > threshold).map((seconds) => seconds - threshold);
  });
}

/** Whether all participants see the event: a party joins, writes or leaves. */
export const isVisibleActivity = (step: Step): boolean =>
  isVisibleMessage(step) || ((step.event.kind === 'join' || step.event.kind === 'leave') && step.visibility === 'ALL');

/** Seconds of a period that lie within phases. */
export const secondsWithin = (phases: readonly Phase[], from: number, to: number): number =>
  sum(phases.map((phase) => Math.max(0, Math.min(phase.to, to) - Math.max(phase.from, from))));

/** The sum of all values. */
export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
