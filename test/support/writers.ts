import { setTimeout as sleep } from 'node:timers/promises';
import { withConnection, type Connection } from '../../src/db/connection.js';
import { query, testClock } from './databases.js';
import { MAPPED_KEYS } from '../oracle/kvps.js';
import type { UserDataRow } from './user-data.js';
import type { WriterStep, WriterTransaction } from './writers-traffic.js';

const PREPARED_MS = 1_500;

export interface WriterOptions {
  /** How many writers there are, each on its own connection. */
  readonly writers: number;
  /** How far below the largest id rows are updated in place. */
  readonly updatedIds: number;
}

/** Lets many writers process transactions concurrently. Returns when all of them have ended. */
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
      return insertNow(icon, step.rows);
    case 'insert-in-savepoint':
    case 'insert-and-roll-back-to-savepoint':
      await icon.query('savepoint half');
      await insertNow(icon, step.rows);
      await icon.query(step.kind === 'insert-in-savepoint' ? 'release savepoint half' : 'rollback to savepoint half');
      return;
    case 'update':
      return updateYoung(icon, updatedIds);
  }
}

/** ICON's clock starts half a day before the test's and advances one second per id, so id order and time order always agree. */
const BEGINS_TS = testClock().getTime() / 1000 - 43_200;

async function insertNow(icon: Connection, rows: readonly UserDataRow[]): Promise<void> {
  await icon.query(
    `insert into g_userdata_history (id, callid, keyname, value, changetype, type, added_ts)
     select id, callid, keyname, value, case when value is null then 3 else 1 end, 1, ${BEGINS_TS} + id
     from (
       select nextval('g_userdata_history_id_seq') as id, callid, keyname, value
       from (select * from unnest($1::text[], $2::text[], $3::text[]) with ordinality as given (callid, keyname, value, position) order by position) as given
     ) as drawn`,
    [rows.map(([callid]) => callid), rows.map(([, keyname]) => keyname), rows.map(([, , value]) => value)],
  );
}

/** No later row has its key: an older row would not have counted before, and might once time decides which row is newer. */
const IS_NEWEST = `not exists (
  select from g_userdata_history as later where later.callid = row.callid and later.keyname = row.keyname and later.id > row.id
)`;
const COUNTED = MAPPED_KEYS.filter(({ kind }) => kind === 'sum').map(({ kvp }) => kvp);

/** Adds to some values that others have committed; skips rows that another writer is changing. */
async function updateYoung(icon: Connection, updatedIds: number): Promise<void> {
  await icon.query(
    `update g_userdata_history set value = (value::int + 1)::text, changetype = 2
     where id in (
       select id from g_userdata_history as row
       where keyname = any ($1) and changetype <> 3 and id > (select max(id) - $2 from g_userdata_history) and ${IS_NEWEST}
       order by md5(id::text || pg_current_xact_id()) limit 5 for update skip locked
     )`,
    [COUNTED, updatedIds],
  );
}

/** Adds to some of the values that were written first. */
export const updateOldest = (idbUrl: string): Promise<unknown> =>
  query(
    idbUrl,
    `update g_userdata_history set value = (value::int + 1)::text, changetype = 2
     where id in (select id from g_userdata_history as row where keyname = any ($1) and changetype <> 3 and ${IS_NEWEST} order by id limit 100)`,
    [COUNTED],
  );
