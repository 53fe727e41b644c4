import type { Clock } from '../model/clock.js';
import type { Scheduler, Ticker } from './scheduler.js';

/**
 * Looks for work at once and at each tick, until `stop` is aborted; resolves when all that was begun has ended. Errors: those of
 * `Scheduler.tick`; what else is at work then is waited for.
 */
export async function tickUntilStopped(scheduler: Scheduler, options: { ticker: Ticker; clock: Clock; stop: AbortSignal }): Promise<void> {
  const { ticker, clock, stop } = options;
  const atWork = new Set<Promise<void>>();
  await new Promise<void>((resolve, reject) => {
    const look = (at: Date): void => {
      const tick: Promise<void> = scheduler.tick(at).then(
        () => void atWork.delete(tick),
        (error: unknown) => {
          atWork.delete(tick);
          end(() => reject(toError(error)));
        },
      );
      atWork.add(tick);
    };
    const ticking = ticker(look);
    const end = (settle: () => void): void => {
      ticking.stop();
      stop.removeEventListener('abort', onStop);
      void Promise.all(atWork).then(settle);
    };
    const onStop = (): void => end(resolve);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    // What was missed while nobody ticked.
    else look(clock());
  });
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
