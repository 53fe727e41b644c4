// Writes what ICON would write about the sessions of some Chat Servers, as it happens: each batch at its time, in transactions that commit
// in a different order than they drew their ids; beside it, a client whose transactions stay open for minutes.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SIMULATED_MARK } from '../../dist/src/simulate/idb/idb-copy-text.js';
import { toIdbBatches } from '../../dist/src/simulate/idb/idb-batches.js';

const WRITERS = 6;
/** Share of the transactions that commit late, by up to this many milliseconds. */
const LATE_SHARE = 0.1;
const LATEST_MS = 3_000;
const INSERT = `insert into g_userdata_history (callid, type, keyname, value, changetype, added, added_ts, gsys_ext_vch1)
select callid, 1, keyname, value, changetype, to_timestamp(added_ms / 1000.0) at time zone 'UTC', added_ms / 1000, '${SIMULATED_MARK}'
from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[]) as batch (callid, keyname, value, changetype, added_ms)`;

/**
 * Two Chat Servers at the load of the sizing guide, and one with asynchronous sessions and intermediate updates. Writes until `endsAt`
 * (epoch milliseconds), then stops; anything later is left out.
 */
export async function writeLikeIcon(url, { startsAt, endsAt, seed }) {
  const window = { from: Math.ceil(startsAt / 1000), to: Math.ceil(endsAt / 1000), statistics: 'all' };
  const seconds = window.to - window.from;
  const loads = [
    { ...window, sessions: Math.round(seconds * SESSIONS_A_SECOND), seed, profile: 'sizing' },
    { ...window, sessions: Math.ceil(seconds / 2), seed: seed + 1, profile: 'quiet', updates: true, corrections: true },
  ];
  const tally = { rows: 0, batches: 0, transactions: 0, late: 0, sessions: 0 };
  const queues = Array.from({ length: WRITERS }, () => []);
  let isOver = false;
  const hand = async (load) => {
    for (const batch of toIdbBatches({ ...load, until: window.to })) {
      while (batch.addedMs > Date.now()) {
        if (Date.now() >= endsAt) return;
        await sleep(Math.min(batch.addedMs - Date.now(), 200));
      }
      if (batch.moment === 'created') tally.sessions++;
      queues[hash(batch.interactionId) % WRITERS].push(batch);
    }
  };
  const write = async (queue) => {
    const client = new pg.Client({ connectionString: url, application_name: 'ICON' });
    await client.connect();
    try {
      while (!isOver || queue.length > 0) {
        const batches = queue.splice(0);
        if (batches.length === 0) await sleep(50);
        else await commit(client, batches, tally);
      }
    } finally {
      await client.end();
    }
  };
  const writers = queues.map(write);
  await Promise.all(loads.map(hand));
  isOver = true;
  await Promise.all(writers);
  return tally;
}

const SESSIONS_A_SECOND = 2 * 10;

async function commit(client, batches, tally) {
  const rows = batches.flatMap(({ interactionId, addedMs, rows: some }) => some.map((row) => [interactionId, ...row, addedMs]));
  await client.query('begin');
  await client.query(
    INSERT,
    [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column])),
  );
  const isLate = Math.random() < LATE_SHARE;
  if (isLate) await sleep(Math.random() * LATEST_MS);
  await client.query('commit');
  tally.rows += rows.length;
  tally.batches += batches.length;
  tally.transactions++;
  tally.late += isLate ? 1 : 0;
}

/** Another client's transactions on the IDB's server in turn, each open for `lengths` seconds, until `endsAt`. Returns their number. */
export async function holdCeiling(url, { endsAt, lengths }) {
  const client = new pg.Client({ connectionString: url, application_name: 'nightly job' });
  await client.connect();
  let count = 0;
  try {
    await client.query('create table if not exists nightly (at timestamptz)');
    for (; Date.now() < endsAt; count++) {
      await client.query('begin; insert into nightly values (now())');
      await sleep(Math.min(lengths[count % lengths.length] * 1000, endsAt - Date.now()));
      await client.query('commit');
    }
  } finally {
    await client.end();
  }
  return count;
}

function hash(text) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.charCodeAt(0)) >>> 0;
  return sum;
}
