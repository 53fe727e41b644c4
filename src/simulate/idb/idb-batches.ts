import type { SessionStatistics } from '../observe/session-kvps.js';
import { toMoments, type IdbRow, type Moment, type MomentKind } from '../observe/session-moments.js';
import type { Timeline } from '../play/timeline.js';
import { createRandom, type Weighted } from '../random.js';
import { simulateSessions, type SimulationOptions } from '../simulate-sessions.js';
import { TIME_FORMS, type TimeForm } from './time-form.js';

/** Numbers rows in ascending order. */
export interface RowIds {
  (): number;
  /** The last number issued. */
  readonly last: () => number;
}

/** Issues numbers from `first` on, with gaps: rolled-back transactions also use up ids. */
export function createRowIds(seed: number, first: number): RowIds {
  const random = createRandom(seed, -2);
  let next = first;
  let untilGap = toRun(random.next());
  const give = (): number => {
    if (untilGap-- === 0) {
      next += random.integer(1, 60);
      untilGap = toRun(random.next());
    }
    return next++;
  };
  return Object.assign(give, { last: () => next - 1 });
}

/** A gap about every two thousand rows. */
const toRun = (share: number): number => Math.floor(share * 4_000);

/** Something that will happen at a time. */
export interface Pending<T> {
  readonly at: number;
  /** Breaks ties: first in, first out. */
  readonly order: number;
  readonly what: T;
}

const isBefore = <T>(a: Pending<T>, b: Pending<T>): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Pending events, ordered by time. */
export interface PendingQueue<T> {
  readonly push: (pending: Pending<T>) => void;
  /** Removes and returns the next one, unless it is after `until`. */
  readonly popUntil: (until: number) => Pending<T> | undefined;
}

/** An empty queue: a binary heap, with logarithmic cost per operation. */
export function createPendingQueue<T>(): PendingQueue<T> {
  const heap: Pending<T>[] = [];

  const swapIfBefore = (child: number, parent: number): boolean => {
    const [below, above] = [heap[child]!, heap[parent]!];
    if (!isBefore(below, above)) return false;
    heap[child] = above;
    heap[parent] = below;
    return true;
  };
  const sinkFirst = (): void => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && isBefore(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!swapIfBefore(child, at)) return;
      at = child;
    }
  };

  return {
    push: (pending) => {
      let at = heap.push(pending) - 1;
      while (at > 0 && swapIfBefore(at, (at - 1) >> 1)) at = (at - 1) >> 1;
    },
    popUntil: (until) => {
      const first = heap[0];
      if (first === undefined || first.at > until) return undefined;
      const last = heap.pop()!;
      if (heap.length > 0) {
        heap[0] = last;
        sinkFirst();
      }
      return first;
    },
  };
}

/** What ICON stores about one interaction at one moment. */
export interface IdbBatch {
  readonly interactionId: string;
  readonly moment: MomentKind;
  /** When it happened, in epoch seconds. */
  readonly at: number;
  /** When ICON stored it, in epoch milliseconds; never before the previous batch. */
  readonly addedMs: number;
  readonly rows: readonly IdbRow[];
}

/** Which sessions to simulate, and how Chat Server writes about them. */
export interface IdbOptions extends SimulationOptions {
  /** `mixed`: most sessions use `all`, some one of the others. */
  readonly statistics: SessionStatistics | 'mixed';
  /** The format of the two timestamps; `mixed`: each session uses one of the formats that occur. */
  readonly timeForm?: TimeForm | 'mixed' | undefined;
  /** Whether some regular sessions have statistics that are changed or deleted right after they were attached. */
  readonly corrections?: boolean | undefined;
  /** Epoch seconds: nothing later is written. Sessions that close later stay open, so ICON knows only their beginning. */
  readonly until?: number | undefined;
  /** Called with the complete timeline of each session that begins, even if `until` cuts it, and with its statistics. */
  readonly onSession?: ((timeline: Timeline, statistics: SessionStatistics) => void) | undefined;
}

/** Not every Chat Server of an installation is configured for reports. */
const STATISTICS_MIX: readonly (Weighted & { readonly which: SessionStatistics })[] = [
  { which: 'all', weight: 75 },
  { which: 'fired', weight: 20 },
  { which: 'none', weight: 5 },
];

/** A session with pending events. */
interface RunningSession {
  readonly interactionId: string;
  readonly moments: readonly Moment[];
  next: number;
}

/**
 * ICON's rows for the simulated sessions in the order of events, one batch per transaction: between an interaction's creation and its end
 * are those of many others. Only running sessions are held in memory.
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
    // ICON needs up to two seconds, and processes events one by one.
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
