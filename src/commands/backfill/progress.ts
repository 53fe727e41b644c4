import type { Log } from '../../model/log.js';
import { monotonicMs } from '../../model/clock.js';
import { toDurationText, counted, toCountText } from '../../model/text.js';
import { type Slice, toTimeText } from '../../model/time-span.js';
import type { CommandContext } from '../../terminal/context.js';
import type { SlicePlan } from './ledger.js';

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

/** Shows how far a job has come: a bar where people look on, a line now and then where a log is kept. */
export interface ProgressPrinter {
  readonly update: (progress: BackfillProgress) => void;
  /** Logs a line without breaking the bar. */
  readonly log: Log;
  /** Takes the bar away; nothing else is left of it. */
  readonly end: () => void;
}

/** A log that is read tomorrow needs no line a second. */
const LINE_EVERY_MS = 15_000;
const BAR_EVERY_MS = 100;

/** The printer for where the program writes its messages. */
export function createProgressPrinter({ log, terminal }: Pick<CommandContext, 'log' | 'terminal'>, nowMs = monotonicMs): ProgressPrinter {
  let shownMs = terminal === undefined ? nowMs() : -Infinity;
  let bar = '';
  const clear = (): void => {
    if (bar !== '') terminal?.write('\r\u001b[K');
  };
  const update = (progress: BackfillProgress): void => {
    if (nowMs() - shownMs < (terminal === undefined ? LINE_EVERY_MS : BAR_EVERY_MS)) return;
    shownMs = nowMs();
    if (terminal === undefined) {
      log(toLine(progress));
      return;
    }
    bar = toBar(progress, terminal.columns());
    terminal.write(`\r${bar}\u001b[K`);
  };
  return {
    update,
    log: (line, fields) => {
      clear();
      log(line, fields);
      terminal?.write(bar);
    },
    end: () => {
      clear();
      bar = '';
    },
  };
}

const toLeft = ({ secondsLeft }: BackfillProgress): string =>
  secondsLeft === null ? 'time left unknown' : `${toDurationText(secondsLeft)} left`;

const toLine = (progress: BackfillProgress): string => {
  const { source, reachedTs, slicesDone, slices, part, rows, rowsPerSecond } = progress;
  return (
    `progress  ${Math.floor(part * 100)}%, ${toCountText(slicesDone)} of ${counted(slices, 'slice')}, ${source} at ${toTimeText(reachedTs)}; ` +
    `${counted(rows, 'row')}, ${toCountText(rowsPerSecond)} rows/s; ${toLeft(progress)}`
  );
};

const BAR_WIDTH = 24;

function toBar(progress: BackfillProgress, columns: number): string {
  const { slicesDone, slices, part, rowsPerSecond } = progress;
  const filled = Math.floor(part * BAR_WIDTH);
  const text =
    `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(part * 100)).padStart(3)}%  ` +
    `${toCountText(slicesDone)}/${counted(slices, 'slice')}  ${toCountText(rowsPerSecond)} rows/s  ${toLeft(progress)}`;
  return text.slice(0, Math.max(0, columns - 1));
}
