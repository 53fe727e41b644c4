import { withConnection } from '../../src/db/connection.js';
import { query } from './databases.js';
import { pollUntil } from './poll-until.js';

/** The mart waits for this lock when a chunk is about to be committed. */
const LOCK = 42;

export interface HeldChunk {
  /** Waits until a transaction has reached the lock. */
  readonly reached: () => Promise<void>;
  /** Lets it and all others through. */
  readonly release: () => Promise<unknown>;
}

/** Holds up the transaction that writes the n-th chunk of a mart, after all its writes, while `work` runs. */
export async function withHeldChunk(martUrl: string, nth: number, work: (held: HeldChunk) => Promise<void>): Promise<void> {
  await query(
    martUrl,
    `drop function if exists hold_chunk() cascade;
     create function hold_chunk() returns trigger language plpgsql as $$
     begin
       if (select count(*) from infomart.ctl_extract_history) >= ${nth} then perform pg_advisory_xact_lock(${LOCK}); end if;
       return null;
     end $$;
     create trigger hold_chunk after insert on infomart.ctl_extract_history for each statement execute function hold_chunk()`,
  );
  await withConnection({ url: martUrl, applicationName: 'test' }, async (guard) => {
    await guard.query(`select pg_advisory_lock(${LOCK})`);
    await work({
      reached: () =>
        pollUntil(async () => {
          const waiting = `select from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted`;
          return (await query(guard, waiting)).length > 0;
        }),
      release: () => guard.query('select pg_advisory_unlock_all()'),
    });
  });
  await query(martUrl, 'drop trigger hold_chunk on infomart.ctl_extract_history; drop function hold_chunk');
}
