import { toTimeText } from '../model/time-span.js';
import type { BackfillProgress } from '../jobs/backfill-progress.js';

import { monotonicMs } from '../model/clock.js';
import type { CommandContext } from './command-context.js';
import { toDurationText } from '../model/text.js';
import { counted, toCountText } from '../model/text.js';

/** Shows how far a job has come: a bar where people look on, a line now and then where a log is kept. */
export interface ProgressPrinter {
  readonly update: (progress: BackfillProgress) => void;
  /** Logs a line without breaking the bar. */
  readonly log: (line: string) => void;
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
    log: (line) => {
      clear();
      log(line);
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
