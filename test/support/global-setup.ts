import type { TestProject } from 'vitest/node';
import { makeRunFolder, removeAbandonedRuns, removeFolderWithServers } from './run-folder.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Holds everything that this test run writes. */
    runFolder: string;
  }
}

/** Runs once per test run, around all workers. However the run ends, its servers and files are removed; after SIGKILL by the next run. */
export default function setup(project: TestProject): () => void {
  removeAbandonedRuns();
  const folder = makeRunFolder();
  project.provide('runFolder', folder);
  const remove = (): void => removeFolderWithServers(folder);
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      remove();
      process.kill(process.pid, signal);
    });
  return remove;
}
