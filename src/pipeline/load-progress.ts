import { counted, toCountText, toDurationText } from '../model/text.js';
import { monotonicMs } from '../model/clock.js';
import type { Log } from '../model/log.js';

/** How far the load of a source has come, counted on with each chunk. Parts are measured by ids, which most rows use up one by one. */
export interface LoadProgress {
  readonly source: string;
  /** Nothing of the source counts as loaded before it is done. */
  readonly isFirst: boolean;
  /** The ids before the load's first row; before those that this process has read of it; and its last one. */
  readonly beforeId: number;
  readonly fromId: number;
  readonly endId: number;
  readonly startMs: number;
  reachedId: number;
  /** Loaded by this process. */
  rows: number;
  /** All sources are loaded; what follows are the aggregates. */
  isDone: boolean;
}

/** The progress of a load. */
export interface LoadFigures {
  /** Loaded so far; where an earlier process had begun it, those of that one as the ids tell. */
  readonly rows: number;
  /** In all; null: nothing tells yet. */
  readonly ofRows: number | null;
  readonly secondsLeft: number | null;
}

/** Rows done, and estimates of the rest. */
export function toLoadFigures({ beforeId, fromId, endId, reachedId, rows, startMs }: LoadProgress, nowMs = monotonicMs()): LoadFigures {
  const ids = reachedId - fromId;
  if (ids <= 0) return { rows: 0, ofRows: null, secondsLeft: null };
  const rowsAnId = rows / ids;
  return {
    rows: Math.round(rowsAnId * (reachedId - beforeId)),
    ofRows: Math.round(rowsAnId * (endId - beforeId)),
    secondsLeft: (((nowMs - startMs) / 1_000) * (endId - reachedId)) / ids,
  };
}

/** How far it is, for people. */
export function toLoadText(progress: LoadProgress, nowMs?: number): string {
  const { source, isFirst, beforeId, endId, reachedId, isDone } = progress;
  const { rows, ofRows, secondsLeft } = toLoadFigures(progress, nowMs);
  const load = `${isFirst ? 'first load' : 'load'} of source ${source}`;
  if (isDone) return `${load}: all rows are loaded; aggregating`;
  if (reachedId <= beforeId) return `${load}: nothing loaded yet`;
  const percent = Math.floor((100 * (reachedId - beforeId)) / (endId - beforeId));
  if (ofRows === null || secondsLeft === null) return `${load}: ${percent} %`;
  return `${load}: ${percent} %, ${toCountText(rows)} of about ${counted(ofRows, 'row')}, about ${toDurationText(secondsLeft)} left`;
}

/** So often it is told how far a load is: a first one may take hours. */
const TOLD_EVERY_MS = 5 * 60_000;

/** Tells every five minutes of `work` how far the load is that is under way. */
export async function tellProgress<T>(
  log: Log,
  find: () => LoadProgress | undefined,
  work: () => Promise<T>,
  everyMs = TOLD_EVERY_MS,
): Promise<T> {
  const tell = (): void => {
    const progress = find();
    if (progress === undefined) return;
    const { source } = progress;
    log(toLoadText(progress), { code: 'load-progress', level: 'info', data: { source, ...toLoadFigures(progress) } });
  };
  const timer = setInterval(tell, everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
