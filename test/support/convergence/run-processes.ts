import { startProcess, type StartedProcess } from '../start-process.js';
import type { FlatRunOptions } from '../jobs.js';

/** A process that waits for the options of its run. */
export interface RunProcess extends Pick<StartedProcess, 'child' | 'ended'> {
  readonly start: (options: FlatRunOptions, nowTs: number) => void;
}

/** Provides processes whose modules are already loaded: the next one starts while the last one runs. */
export function keepRunProcess(): () => Promise<RunProcess> {
  const startNext = (): Promise<StartedProcess> => {
    const starting = startProcess('convergence/run-process.ts', []);
    // The error surfaces where the process is taken.
    starting.catch(() => undefined);
    return starting;
  };
  let next: Promise<StartedProcess> | undefined;
  return async () => {
    const { child, ended } = await (next ?? startNext());
    next = startNext();
    return {
      child,
      ended,
      start: ({ idbUrl, martUrl, martSchema, idbSchema, settleMs, idSlack }, nowTs) => {
        child.stdin.write(`${JSON.stringify({ idbUrl, martUrl, martSchema, idbSchema, settleMs, idSlack, nowTs })}\n`);
      },
    };
  };
}
