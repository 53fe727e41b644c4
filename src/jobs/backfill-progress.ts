import type { Slice } from '../model/time-span.js';
import { monotonicMs } from '../model/clock.js';
import type { SlicePlan } from './backfill-ledger.js';

/** How far a backfill has come. */
export interface BackfillProgress {
  readonly source: string;
  /** All that is read before it, of the slices that are being read, is loaded. */
  readonly reachedTs: number;
  readonly slicesDone: number;
  readonly slices: number;
  /** Of the work, 0 to 1: by the time that the slices span, as far as the IDB has rows of it. */
  readonly part: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Null: nothing that has rows is done yet. */
  readonly secondsLeft: number | null;
}

/** What is known of a source's rows: when the oldest and the newest was stored; nulls: unknown. */
export interface TimeBounds {
  readonly oldestTs: number | null;
  readonly newestTs: number | null;
}

export interface ProgressMeter {
  /** Takes note of a chunk that was loaded: up to where in its slice, and whether it was the slice's last. */
  readonly advance: (source: string, slice: Slice, reachedTs: number, chunk: { rows: number; isLast: boolean }) => BackfillProgress;
}

/** Measures a backfill of some plans from now on. Slices without rows take no time, so that only time with rows counts as work. */
export function createProgressMeter(
  plans: readonly SlicePlan[],
  boundsOf: (sourceName: string) => TimeBounds | undefined,
  nowMs: () => number = monotonicMs,
): ProgressMeter {
  const work = ({ fromTs, toTs }: Slice, source: string): number => {
    const { oldestTs, newestTs } = boundsOf(source) ?? { oldestTs: null, newestTs: null };
    return Math.max(0, Math.min(toTs, newestTs === null ? toTs : newestTs + 1) - Math.max(fromTs, oldestTs ?? fromTs));
  };
  const total = plans.reduce((sum, { sourceName, toDo }) => sum + toDo.reduce((inPlan, slice) => inPlan + work(slice, sourceName), 0), 0);
  const slices = plans.reduce((sum, { toDo }) => sum + toDo.length, 0);
  const startMs = nowMs();
  let [doneBefore, slicesDone, rows] = [0, 0, 0];
  return {
    advance: (source, slice, reachedTs, chunk) => {
      rows += chunk.rows;
      const done = doneBefore + work({ fromTs: slice.fromTs, toTs: reachedTs }, source);
      if (chunk.isLast) {
        doneBefore += work(slice, source);
        slicesDone++;
      }
      const seconds = (nowMs() - startMs) / 1000;
      return {
        ...{ source, reachedTs, slicesDone, slices, rows },
        part: total === 0 ? slicesDone / slices : done / total,
        rowsPerSecond: seconds > 0 ? Math.round(rows / seconds) : 0,
        secondsLeft: done > 0 ? (seconds * (total - done)) / done : null,
      };
    },
  };
}
