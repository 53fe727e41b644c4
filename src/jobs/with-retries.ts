import { isTransient, isUnanswered } from '../db/postgres-errors.js';
import { ChatmartError, StoppedError } from '../model/errors.js';
import type { Log } from '../model/log.js';
import { pause, type StopRequest } from './stop.js';

export interface RetryOptions {
  readonly log: Log;
  /** How long to wait before each further attempt. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Goes up with everything that is done for good: after that the delays begin anew. */
  readonly progress: () => number;
  /** Whether the databases have answered before: then one that no longer does is waited for, and the last error says what is left. */
  readonly hasBegun: () => boolean;
  /** Whoever asks to stop waits for no further attempt. */
  readonly stop?: StopRequest | undefined;
}

/** About a quarter of a minute in all: a fail-over of the server or a restart; what takes longer is for the next run. */
export const RETRY_DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000];

/** The retries of a job, from its options. */
export type JobRetries = Pick<RetryOptions, 'retryDelaysMs' | 'stop'>;

/**
 * Does work again that failed for a reason that passes: a lost connection, a restart, a deadlock. Any other error is thrown at once. Work
 * must find for itself what an earlier attempt committed. Errors: `StoppedError`.
 */
export async function withRetries<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { log, progress, hasBegun, stop, retryDelaysMs = RETRY_DELAYS_MS } = options;
  let failures = 0;
  for (;;) {
    stop?.afterChunk.throwIfAborted();
    const done = progress();
    try {
      return await work();
    } catch (error) {
      // Sessions that were ended fail in many ways; the reason is the one to tell.
      if (error instanceof StoppedError) throw error;
      stop?.atOnce.throwIfAborted();
      if (progress() > done) failures = 0;
      const delayMs = retryDelaysMs[failures++];
      const isWorthWaiting = isTransient(error) && (hasBegun() || !isUnanswered(error));
      if (!isWorthWaiting || delayMs === undefined) throw hasBegun() && error instanceof ChatmartError ? error.afterWork() : error;
      const reason = error instanceof Error ? error.message : String(error);
      log(`warning: ${reason}. What was committed stays; trying again in ${delayMs / 1000} s (${failures} of ${retryDelaysMs.length})`, {
        code: 'trying-again',
      });
      await pause(delayMs, stop);
    }
  }
}
