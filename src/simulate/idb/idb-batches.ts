import { createPendingQueue } from './pending-queue.js';
import { createRandom, type Weighted } from '../random.js';
import type { SessionStatistics } from '../observe/session-kvps.js';
import { toMoments, type IdbRow, type Moment, type MomentKind } from '../observe/session-moments.js';
import { simulateSessions, type SimulationOptions } from '../simulate-sessions.js';
import { TIME_FORMS, type TimeForm } from './time-form.js';
import type { Timeline } from '../play/timeline.js';

/** What ICON stores at one moment about one interaction. */
export interface IdbBatch {
  readonly interactionId: string;
  readonly moment: MomentKind;
  /** When it happened, epoch seconds. */
  readonly at: number;
  /** When ICON stored it, epoch milliseconds; never before the batch that went ahead. */
  readonly addedMs: number;
  readonly rows: readonly IdbRow[];
}

/** Which sessions, and how Chat Server writes about them. */
export interface IdbOptions extends SimulationOptions {
  /** `mixed`: most sessions have `all`, some one of the others. */
  readonly statistics: SessionStatistics | 'mixed';
  /** The form of the two time stamps; `mixed`: each session has one of all forms that occur. */
  readonly timeForm?: TimeForm | 'mixed' | undefined;
  /** Whether some regular sessions have statistics that are changed, or deleted, right after they were attached. */
  readonly corrections?: boolean | undefined;
  /** Epoch seconds: nothing later is written. Sessions that close later are still open, so that ICON knows of their beginning only. */
  readonly until?: number | undefined;
  /** Is told the timeline of each session that begins, whole, also where `until` cuts it, and which statistics it has. */
  readonly onSession?: ((timeline: Timeline, statistics: SessionStatistics) => void) | undefined;
}

/** Of several Chat Servers not all are configured for reports. */
const STATISTICS_MIX: readonly (Weighted & { readonly which: SessionStatistics })[] = [
  { which: 'all', weight: 75 },
  { which: 'fired', weight: 20 },
  { which: 'none', weight: 5 },
];

/** A session of which something is still to come. */
interface RunningSession {
  readonly interactionId: string;
  readonly moments: readonly Moment[];
  next: number;
}

/**
 * What ICON writes about the simulated sessions, in the order in which it happens, one batch a transaction: between an interaction's
 * creation and its end stand those of many others. Only running sessions are held in memory.
 */
export function* toIdbBatches(options: IdbOptions): Generator<IdbBatch, void, undefined> {
  const running = createPendingQueue<RunningSession>();
  const random = createRandom(options.seed, -1);
  const until = options.until ?? Infinity;
  let lastAddedMs = 0;
  let order = 0;

  const storeNext = (session: RunningSession): IdbBatch => {
    const { kind, at, toRows } = session.moments[session.next++]!;
    const following = session.moments[session.next];
    if (following !== undefined) running.push({ at: following.at, order: order++, what: session });
    // ICON needs up to two seconds, and takes one event after the other.
    lastAddedMs = Math.max(lastAddedMs, at * 1000 + random.integer(0, 2000));
    return { interactionId: session.interactionId, moment: kind, at, addedMs: lastAddedMs, rows: toRows() };
  };
  const storeUntil = function* (time: number): Generator<IdbBatch, void, undefined> {
    for (let next = running.popUntil(time); next !== undefined; next = running.popUntil(time)) yield storeNext(next.what);
  };

  for (const session of simulateSessions(options)) {
    const { timeline } = session;
    if (timeline.start > until) break;
    yield* storeUntil(timeline.start);
    const statistics = options.statistics === 'mixed' ? random.pickWeighted(STATISTICS_MIX).which : options.statistics;
    options.onSession?.(timeline, statistics);
    const timeForm = options.timeForm === 'mixed' ? random.pick(TIME_FORMS) : (options.timeForm ?? 'iso');
    const moments = toMoments(session, { statistics, timeForm, corrections: options.corrections }, random);
    yield storeNext({ interactionId: timeline.interactionId, moments, next: 0 });
  }
  yield* storeUntil(until);
}
