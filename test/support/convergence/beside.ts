import type { Connection } from '../../../src/db/connection.js';
import { query } from '../databases.js';
import { pollUntil } from '../poll-until.js';

/** Starts a job and returns once it has ended or waits for a lock; `ended` is its outcome. */
export async function startBeside(watcher: Connection, job: () => Promise<unknown>): Promise<{ readonly ended: Promise<unknown> }> {
  const state = { hasEnded: false };
  const ended = job().finally(() => (state.hasEnded = true));
  // Its failure is reported when somebody awaits it; until then it must not end the process.
  ended.catch(() => undefined);
  await pollUntil(async () => state.hasEnded || (await query(watcher, 'select from pg_locks where not granted')).length > 0);
  return { ended };
}
