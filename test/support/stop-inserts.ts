import { setTimeout as sleep } from 'node:timers/promises';
import { connect, withConnection } from '../../src/db/connection.js';
import { closeAfterFile } from './closers.js';
import { query } from './databases.js';

/** Stops sessions in the middle of inserting into a table. */
export interface Stop {
  /** Waits until a session is stopped there, with its transaction open. */
  readonly reached: () => Promise<void>;
  /** Lets all sessions continue from now on. */
  readonly open: () => Promise<void>;
}

/** Makes every insert into a table of a mart wait inside its transaction. */
export async function stopInserts(martUrl: string, table: string): Promise<Stop> {
  const holder = await connect({ url: martUrl, applicationName: 'holder' });
  closeAfterFile(() => holder.end());
  await query(
    holder,
    `create or replace function infomart.stop() returns trigger language plpgsql as $$
     begin perform pg_advisory_xact_lock_shared(7, 7); return new; end $$;
     create trigger stop before insert on infomart.${table} for each row execute function infomart.stop();
     select pg_advisory_lock(7, 7)`,
  );
  return {
    reached: () => untilSomebodyWaits(martUrl, 'objsubid = 2'),
    open: () => holder.end(),
  };
}

const POLL_MS = 20;
/** About ten seconds; after that, the expected session has not stopped here. */
const MOST_POLLS = 500;

/** Waits until a session waits for the mart's writer lock. */
export const untilWriterQueues = (martUrl: string): Promise<void> => untilSomebodyWaits(martUrl, 'objsubid = 1');

/** PostgreSQL shows advisory locks on one number with 1, those on two numbers with 2. */
async function untilSomebodyWaits(martUrl: string, which: string): Promise<void> {
  const waiting = `select from pg_locks join pg_database on pg_database.oid = database
    where locktype = 'advisory' and not granted and datname = current_database() and ${which}`;
  await withConnection({ url: martUrl, applicationName: 'test' }, async (watcher) => {
    for (let polls = 0; (await query(watcher, waiting)).length === 0; polls++) {
      if (polls === MOST_POLLS) throw new Error('Nobody came to wait');
      await sleep(POLL_MS);
    }
  });
}
