import { setTimeout as pause } from 'node:timers/promises';
import { BusyError } from '../../model/errors.js';
import { queryRow, type Connection } from '../../db/connection.js';

const POLL_MS = 250;
/** Longer than any migration should take: then the other one hangs, and a person must look. */
const MAX_POLLS = (10 * 60_000) / POLL_MS;

/** Runs `work` while no other migration of the same mart does; waits for one that is at work. Throws BusyError after ten minutes. */
export async function withMigrationLock<T>(
  guard: Connection,
  { schema, log }: { readonly schema: string; readonly log: (line: string) => void },
  work: () => Promise<T>,
): Promise<T> {
  const name = `chatmart migrate ${schema}`;
  // Polled: a session that waits inside pg_advisory_lock holds a snapshot, and CREATE INDEX CONCURRENTLY would wait for that for ever.
  for (let polls = 0; !(await tryLock(guard, name)); polls++) {
    if (polls === 0) log('another chatmart migrate is at work on this mart; waiting for it');
    if (polls === MAX_POLLS)
      throw new BusyError('migration-at-work', `Another chatmart migrate has been at work on schema ${schema} for ten minutes`, {
        hint: 'This one changed nothing. When the other one has ended, type chatmart migrate again.',
      });
    await pause(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await guard.query('select pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch(() => undefined);
  }
}

async function tryLock(guard: Connection, name: string): Promise<boolean> {
  const { taken } = await queryRow<{ taken: boolean }>(guard, {
    text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
    values: [name],
  });
  return taken;
}
