import type { DiscardName } from '../model/discard.js';
import { FUTURE_START_SECONDS, EARLIEST_TS } from '../model/row-time.js';
import { VERDICT } from '../model/session-batch.js';
import { parseInstant } from './parse-instant.js';

/** The input to the decision whether an interaction becomes a fact. Texts are raw; undefined means that the key is absent. */
export interface SessionTimes {
  readonly start: string | undefined;
  readonly end: string | undefined;
  /** When ICON stored the row of the start, in epoch seconds; undefined if unknown. */
  readonly startAddedTs: number | undefined;
  readonly isAsync: boolean;
}

export interface Decision {
  readonly verdict: (typeof VERDICT)[keyof typeof VERDICT];
  /** Epoch seconds; 0 if unknown. */
  readonly startTs: number;
  readonly endTs: number;
  readonly discard: { readonly name: DiscardName; readonly about: 'start' | 'end' } | undefined;
}

export const EARLIEST_START_TS = EARLIEST_TS;
/** Largest difference between two clocks that is tolerated. */
const CLOCK_SKEW_SECONDS = 60;

/** Decides whether the rows of an interaction make a closed session, an active session or no session, and which discard to record. */
export function decideSession(times: SessionTimes, earliestStartTs: number = EARLIEST_START_TS): Decision {
  const startTs = times.start === undefined ? undefined : parseInstant(times.start);
  const endTs = times.end === undefined ? undefined : parseInstant(times.end);
  const none = (name: DiscardName, about: 'start' | 'end'): Decision => ({
    verdict: VERDICT.none,
    startTs: startTs ?? 0,
    endTs: endTs ?? 0,
    discard: { name, about },
  });

  if (times.start === undefined) return none('NO_START', 'start');
  if (startTs === undefined) return none('BAD_START', 'start');
  if (startTs < earliestStartTs) return none('START_TOO_EARLY', 'start');
  if (times.startAddedTs !== undefined && startTs > times.startAddedTs + FUTURE_START_SECONDS) return none('START_IN_FUTURE', 'start');
  if (times.end === undefined)
    return times.isAsync ? { verdict: VERDICT.active, startTs, endTs: 0, discard: undefined } : none('NO_END', 'end');
  if (endTs === undefined) return none('BAD_END', 'end');
  if (endTs < startTs - CLOCK_SKEW_SECONDS) return none('END_BEFORE_START', 'end');
  if (endTs < startTs) return { verdict: VERDICT.closed, startTs, endTs: startTs, discard: { name: 'CLOCK_SKEW', about: 'end' } };
  return { verdict: VERDICT.closed, startTs, endTs, discard: undefined };
}
