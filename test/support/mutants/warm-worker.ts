import { ThreadsPoolWorker, type WorkerRequest } from 'vitest/node';

type Listener = (message: unknown) => void;

/**
 * A thread that stays, with the modules that it has loaded, when Vitest stops it: the next run begins where this one ended. Vitest would
 * start a thread for each run and load every module again, which takes longer than the tests of a mutant.
 */
export class WarmWorker extends ThreadsPoolWorker {
  #isStarted = false;
  readonly #listeners = new Set<Listener>();

  override async start(): Promise<void> {
    if (!this.#isStarted) await super.start();
    this.#isStarted = true;
  }

  override send(message: WorkerRequest): void {
    if (message.type === 'stop') setImmediate(() => this.#tell({ type: 'stopped', __vitest_worker_response__: true }));
    else super.send(message);
  }

  override stop(): Promise<void> {
    return Promise.resolve();
  }

  override on(event: string, callback: Listener): void {
    if (event === 'message') this.#listeners.add(callback);
    super.on(event, callback);
  }

  override off(event: string, callback: Listener): void {
    this.#listeners.delete(callback);
    super.off(event, callback);
  }

  #tell(message: unknown): void {
    for (const listener of this.#listeners) listener(message);
  }
}
