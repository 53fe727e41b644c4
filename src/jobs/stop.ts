import type { Log } from '../model/log.js';
import { isWaitingForStandby } from '../db/wait-teller.js';
import { StoppedError } from '../model/errors.js';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether the program was asked to stop, handed down into jobs. Reason of both signals: a StoppedError, which is what stopped work throws. */
export interface StopRequest {
  /** Aborted by the first request: a job finishes the chunk at work, and begins no other. */
  readonly afterChunk: AbortSignal;
  /** Aborted by the second one: the sessions of the job are ended, by which the transaction at work is rolled back. */
  readonly atOnce: AbortSignal;
}

/** A stop request, and the function that makes it. */
export interface StopControl {
  readonly stop: StopRequest;
  /** Asks to stop, or, called again, to stop at once. True: somebody asks for the third time, there is nothing more to ask for. */
  readonly request: (signal: NodeJS.Signals) => boolean;
}

/** A stop request that was not made yet. */
export function createStopControl(): StopControl {
  const afterChunk = new AbortController();
  const atOnce = new AbortController();
  const request = (signal: NodeJS.Signals): boolean => {
    if (atOnce.signal.aborted) return true;
    const left = { state: 'committed-stays', next: 'Run the same command again to continue.', signal } as const;
    if (afterChunk.signal.aborted)
      atOnce.abort(new StoppedError('stopped-at-once', `Stopped at once by ${signal}; the current transaction was rolled back`, left));
    else afterChunk.abort(new StoppedError('stopped', `Stopped by ${signal} after the current transaction`, left));
    return false;
  };
  return { stop: { afterChunk: afterChunk.signal, atOnce: atOnce.signal }, request };
}

/** Waits, but no longer than until somebody asks to stop. Errors: `StoppedError`. */
export async function pause(ms: number, stop: StopRequest | undefined): Promise<void> {
  await sleep(ms, undefined, { signal: stop?.afterChunk }).catch((error: unknown) => {
    stop?.afterChunk.throwIfAborted();
    throw error;
  });
}

/** The error of a request that was made, with what to do about it. */
export function toStoppedError({ afterChunk, atOnce }: StopRequest, next: string): StoppedError {
  const cause = (atOnce.aborted ? atOnce : afterChunk).reason as StoppedError;
  return new StoppedError(cause.code, cause.message, { signal: cause.signal, state: cause.state, next, cause });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work`; when the process is told to end meanwhile (Ctrl-C, kill), `cleanUp` runs first and the signal then takes its course.
 * A second signal ends the process at once.
 */
export async function withCleanUpOnSignal<T>(cleanUp: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const endBy = (signal: NodeJS.Signals): void => {
    stopListening();
    process.kill(process.pid, signal); // without a listener: the shell sees how the program ended
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (interruption.signal.aborted) {
      endBy(signal);
      return;
    }
    interruption.abort();
    void cleanUp()
      .catch(() => undefined)
      .then(() => endBy(signal));
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work();
  } finally {
    // Cleaning up ends the sessions of `work`; hide the errors that follow from that.
    if (interruption.signal.aborted) await new Promise(() => undefined);
    stopListening();
  }
}

/**
 * Runs `work` and tells it when the process is asked to end (Ctrl-C, kill): at first to finish its chunk, the second time to roll it back.
 * A third signal ends the process as if nobody listened.
 */
export async function withStopOnSignals<T>(log: Log, work: (stop: StopRequest) => Promise<T>): Promise<T> {
  const { stop, request } = createStopControl();
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (request(signal)) {
      stopListening();
      process.kill(process.pid, signal); // without a listener: the shell sees how the program ended
    } else if (stop.atOnce.aborted)
      log(
        `${signal}: ${isWaitingForStandby() ? 'no longer waiting for the standby; the commit stays' : 'rolling back the current transaction'}`,
      );
    else
      log(
        `${signal}: finishing the current transaction; a second signal ${isWaitingForStandby() ? 'ends its wait for the standby' : 'rolls it back'}`,
      );
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(stop);
  } finally {
    stopListening();
  }
}
