import { monotonicMs } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import { pause, type StopRequest } from './stop.js';

/** Keeps reading below a number of rows a second, so that an IDB that is in use does not feel it. */
export interface Pace {
  /** Waits until the rows that were read so far are paid for. Errors: `StoppedError`. */
  readonly wait: () => Promise<void>;
  readonly count: (rows: number) => void;
  /** The most that a chunk may be wide, from the width of one and its rows. */
  readonly most: (width: number, rows: number) => number;
}

/** A chunk is read at full speed, and then nothing for so long at most. */
const CHUNK_SECONDS = 2;

/** A pace of so many rows a second; time in which less was read is not saved up. */
export function createPace(rowsPerSecond: number, stop: StopRequest | undefined, nowMs: () => number = monotonicMs): Pace {
  let paidMs = nowMs();
  let begunMs = paidMs;
  return {
    wait: async () => {
      const waitMs = paidMs - nowMs();
      if (waitMs > 0) await pause(waitMs, stop);
      begunMs = nowMs();
    },
    count: (rows) => void (paidMs = Math.max(paidMs, begunMs) + (rows / rowsPerSecond) * 1000),
    most: (width, rows) => Math.max(1, Math.floor((width * rowsPerSecond * CHUNK_SECONDS) / Math.max(rows, 1))),
  };
}

/** Rows a second of `--max-rate`, or a ConfigError. */
export function parseMaxRate(text: string): number {
  const rate = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
  if (rate > 0) return rate;
  throw new ConfigError('bad-max-rate', `--max-rate ${JSON.stringify(text)} is no number of rows a second`, {
    hint: 'Nothing was changed. Write a whole number: 20000.',
  });
}
