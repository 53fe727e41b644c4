import { withConnection } from '../../src/db/connection.js';
import { withTransaction } from '../../src/db/transaction.js';
import { readCheckedMart } from './breaches.js';
import { freshDatabases, query } from './databases.js';
import { runCycle, type Urls } from './histories.js';
import { differences, LEVELS, readMart, type MartContent } from './mart-content.js';
import { insertUserData, writeUserData, type UserDataRow } from './user-data.js';

/** What is written between two runs. */
export interface Growth {
  /** Written in the middle of `committed` by a transaction that stays open during the run; if empty, the run sees everything. */
  readonly held: readonly UserDataRow[];
  /** Committed before the run: half below the open transaction's ceiling, half above. */
  readonly committed: readonly UserDataRow[];
}

/** Grows a fresh IDB, with a run after each step; the last step must hold nothing back. */
export async function runWhileGrowing(growths: readonly Growth[]): Promise<Urls> {
  const urls = await freshDatabases();
  for (const { held, committed } of growths) {
    const half = Math.floor(committed.length / 2);
    await writeUserData(urls.idbUrl, committed.slice(0, half));
    if (held.length === 0) {
      await writeUserData(urls.idbUrl, committed.slice(half));
      await runCycle(urls);
    } else
      await withConnection({ url: urls.idbUrl, applicationName: 'test' }, (icon) =>
        withTransaction(icon, async () => {
          await insertUserData(icon, held);
          await writeUserData(urls.idbUrl, committed.slice(half));
          await runCycle(urls, { settleMs: 0 });
        }),
      );
  }
  return urls;
}

/** One run over a fresh IDB that holds the rows of another one in the order of their ids. */
export async function runOnceOverRowsOf(idbUrl: string): Promise<Urls> {
  const rows = await query<{ row: UserDataRow }>(
    idbUrl,
    `select jsonb_build_array(callid, keyname, case when changetype = 3 then null else value end, added_ts) as row
     from g_userdata_history order by id`,
  );
  const urls = await freshDatabases();
  await writeUserData(
    urls.idbUrl,
    rows.map(({ row }) => row),
  );
  await runCycle(urls);
  return urls;
}

/** Where two marts differ in facts, open discards or any aggregate level, and failed data checks of the second one, as text. */
export async function compareMarts(expectedUrl: string, actualUrl: string): Promise<string[]> {
  const expected = await readMart(expectedUrl);
  const { mart: actual, breaches } = await readCheckedMart(actualUrl);
  const discardsOf = ({ openDiscards }: MartContent) =>
    new Map(openDiscards.map((row) => [`${String(row['guid'])} discard ${JSON.stringify(row)}`, row]));
  return [
    ...differences(expected.facts, actual.facts),
    ...differences(discardsOf(expected), discardsOf(actual)),
    ...LEVELS.flatMap((level) => differences(expected.levels[level], actual.levels[level]).map((difference) => `${level} ${difference}`)),
    ...breaches,
  ];
}
