import { queryRow } from '../../db/connection.js';
import { toEpochSeconds } from '../../model/clock.js';
import { selectRecentRows } from './recent-rows.sql.js';
import { note, ok, problem, warning, type Diagnosis } from './finding.js';
import type { IdbPatient } from './patient.js';

/** What an IDB says of its last day. */
export interface RecentRows {
  /** ADDED_TS of the newest row at all, and of the newest one of a chat session; null: there is none, or none in the last day. */
  readonly newest_ts: number | null;
  readonly newest_chat_ts: number | null;
  readonly is_empty: boolean;
}

const DAY_SECONDS = 86_400;

const WHY_NO_CHATS =
  'Usually either Chat Server does not attach them: set its option attach-session-statistics to all or fired, ' +
  'or ICON does not keep them: add the keys to its attached-data spec (chatmart spec check FILE shows which), and restart it.';

/** Have chat sessions come in the last day, and if not, why not? */
export async function checkRecentKeys({ connection, table, map, clock }: IdbPatient): Promise<Diagnosis[]> {
  const nowTs = toEpochSeconds(clock());
  const mapped = map.keys.map(({ kvp }) => kvp);
  return [judgeRecentRows(await queryRow<RecentRows>(connection, selectRecentRows(table, mapped, nowTs - DAY_SECONDS)), nowTs)];
}

/** Of the newest rows of an IDB. */
export function judgeRecentRows(
  { newest_ts: newest, newest_chat_ts: newestChat, is_empty: isEmpty }: RecentRows,
  nowTs: number,
): Diagnosis {
  if (isEmpty) return warning('it holds no row', 'Does ICON write into this database? Then wait for the first chat to end.');
  if (newest === null) return note('no row says when ICON stored it');
  const since = nowTs - DAY_SECONDS;
  if (newest < since)
    return warning(
      `ICON has stored nothing since ${toText(newest)}`,
      'Is ICON running, and is this the database that it writes now? After a fail-over it may be another one.',
    );
  if (newestChat === null) return problem('rows have come in the last day, and none of them is about a chat session', WHY_NO_CHATS);
  if (newestChat < since)
    return warning(`rows have come in the last day, but none of a chat session since ${toText(newestChat)}`, WHY_NO_CHATS);
  if (newest > nowTs + DAY_SECONDS / 24)
    return warning(
      `its newest row was stored at ${toText(newest)}, which is still to come`,
      "Let ICON's machine follow the same time servers: sessions that start over a day after they were stored are discarded.",
    );
  return ok(`the newest row of a chat session was stored at ${toText(newestChat)}`);
}

const toText = (ts: number): string => new Date(ts * 1000).toISOString();
