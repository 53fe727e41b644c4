import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection, type Connection } from '../../src/db/connection.js';
import { query } from './databases.js';
import { GUIDE_KEYS } from './guide-keys.js';
import { insertUserData } from './user-data.js';
import type { WriterStep, WriterTransaction } from './writers-traffic.js';

const PREPARED_MS = 1_500;

export interface WriterOptions {
  /** How many there are, each on a connection of its own. */
  readonly writers: number;
  /** Updated in place are rows whose ids are so close below the largest. */
  readonly updatedIds: number;
}

/** Lets many writers work off transactions at once; returns when all of them have ended. */
export async function playTraffic(idbUrl: string, transactions: readonly WriterTransaction[], options: WriterOptions): Promise<void> {
  const { writers, updatedIds } = options;
  const queue = transactions.entries();
  const play = async (icon: Connection): Promise<void> => {
    for (const [number, transaction] of queue) await playTransaction(icon, transaction, { name: `transaction ${number}`, updatedIds });
  };
  const ended = await Promise.allSettled(
    Array.from({ length: writers }, () => withConnection({ url: idbUrl, applicationName: 'ICON' }, play)),
  );
  for (const writer of ended) if (writer.status === 'rejected') throw writer.reason;
}

async function playTransaction(
  icon: Connection,
  transaction: WriterTransaction,
  { name, updatedIds }: { readonly name: string; readonly updatedIds: number },
): Promise<void> {
  await icon.query('begin');
  for (const step of transaction.steps) {
    await sleep(transaction.pauseMs);
    await playStep(icon, step, updatedIds);
  }
  await sleep(transaction.pauseMs);
  switch (transaction.end) {
    case 'commit':
    case 'rollback':
      await icon.query(transaction.end);
      break;
    case 'prepare-and-commit':
    case 'prepare-and-roll-back':
      await icon.query(`prepare transaction '${name}'`);
      await sleep(PREPARED_MS);
      await icon.query(`${transaction.end === 'prepare-and-commit' ? 'commit' : 'rollback'} prepared '${name}'`);
  }
}

async function playStep(icon: Connection, step: WriterStep, updatedIds: number): Promise<void> {
  switch (step.kind) {
    case 'insert':
      return insertUserData(icon, step.rows);
    case 'insert-in-savepoint':
    case 'insert-and-roll-back-to-savepoint':
      await icon.query('savepoint half');
      await insertUserData(icon, step.rows);
      await icon.query(step.kind === 'insert-in-savepoint' ? 'release savepoint half' : 'rollback to savepoint half');
      return;
    case 'update':
      return updateYoung(icon, updatedIds);
  }
}

const COUNTED = GUIDE_KEYS.filter(({ kind }) => kind === 'sum').map(({ kvp }) => kvp);

/** Adds to some values that others have committed; a row that another writer is changing is passed over. */
async function updateYoung(icon: Connection, updatedIds: number): Promise<void> {
  await icon.query(
    `update g_userdata_history set value = (value::int + 1)::text, changetype = 2
     where id in (
       select id from g_userdata_history
       where keyname = any ($1) and changetype <> 3 and id > (select max(id) - $2 from g_userdata_history)
       order by md5(id::text || pg_current_xact_id()) limit 5 for update skip locked
     )`,
    [COUNTED, updatedIds],
  );
}

/** Adds to some of the first values that were written. */
export const updateOldest = (idbUrl: string): Promise<unknown> =>
  query(
    idbUrl,
    `update g_userdata_history set value = (value::int + 1)::text, changetype = 2
     where id in (select id from g_userdata_history where keyname = any ($1) and changetype <> 3 order by id limit 100)`,
    [COUNTED],
  );
