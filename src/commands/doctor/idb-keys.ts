import { queryRow } from '../../db/connection.js';
import { readNewestKeys, withMaskedNames, type NewestKeys } from '../../extract/newest-keys.js';
import { toEpochSeconds } from '../../model/clock.js';
import type { KvpMap, MappedKey } from '../../model/mapped-key.js';
import { counted, newestRows, toCountText } from '../../model/text.js';
import type { AdataSpec } from '../../spec/adata-spec.js';
import { checkAdataSpec } from '../../spec/check-adata-spec.js';
import { selectRecentRows } from './doctor.sql.js';
import { note, ok, problem, warning, type CheckResult, type IdbSubject } from './finding.js';

/** What an IDB holds of its last day. */
export interface RecentRows {
  /** ADDED_TS of the newest row, and of the newest row of a chat session; null: none, or none in the last day. */
  readonly newest_ts: number | null;
  readonly newest_chat_ts: number | null;
  readonly is_empty: boolean;
}

const DAY_SECONDS = 86_400;

const WHY_NO_CHATS =
  'Usually Chat Server does not attach them (set its option attach-session-statistics to all or fired), ' +
  'or ICON does not store them (add the keys to its attached-data spec, as chatmart spec check FILE shows, and restart ICON).';

/** Have chat sessions arrived in the last day, and if not, why? */
export async function checkRecentKeys({ connection, table, map, clock }: IdbSubject): Promise<CheckResult[]> {
  const nowTs = toEpochSeconds(clock());
  const mapped = map.keys.map(({ kvp }) => kvp);
  return [judgeRecentRows(await queryRow<RecentRows>(connection, selectRecentRows(table, mapped, nowTs - DAY_SECONDS)), nowTs)];
}

/** Judges the newest rows of an IDB. */
export function judgeRecentRows(
  { newest_ts: newest, newest_chat_ts: newestChat, is_empty: isEmpty }: RecentRows,
  nowTs: number,
): CheckResult {
  if (isEmpty) return warning('it has no rows', 'Check that ICON writes to this database. If it does, wait for the first chat to end.');
  if (newest === null) return note('no row has the time at which ICON stored it');
  const since = nowTs - DAY_SECONDS;
  if (newest < since)
    return warning(
      `ICON has stored nothing since ${toText(newest)}`,
      'Check that ICON is running and that it writes to this database. After a failover it may write to another one.',
    );
  if (newestChat === null) return problem('rows arrived in the last day, but none belongs to a chat session', WHY_NO_CHATS);
  if (newestChat < since)
    return warning(`rows arrived in the last day, but none of a chat session since ${toText(newestChat)}`, WHY_NO_CHATS);
  if (newest > nowTs + DAY_SECONDS / 24)
    return warning(
      `its newest row was stored at ${toText(newest)}, which is in the future`,
      "Synchronize the clock of ICON's machine: sessions that start over a day after they were stored are discarded.",
    );
  return ok(`the newest row of a chat session was stored at ${toText(newestChat)}`);
}

const toText = (ts: number): string => new Date(ts * 1000).toISOString();

/** Do the keys that arrive agree with the KVP map, and with ICON's attached-data specification? */
export async function checkAttachedKeys({ connection, table, map, adataSpec, masker }: IdbSubject): Promise<CheckResult[]> {
  const newest = await readNewestKeys(
    connection,
    table,
    map.keys.map(({ kvp }) => kvp),
  );
  const shown = masker === undefined ? newest : withMaskedNames(newest, masker);
  return [...judgeKeys(shown, map), ...(adataSpec === undefined ? [] : judgeSpec(newest, map, adataSpec))];
}

/** Whether Chat Server attaches the key to every session, or to every session with statistics. */
const isExpected = ({ attached }: MappedKey): boolean => attached === 'always' || attached === 'statistics';

/** Judges the keys of the newest rows. */
export function judgeKeys({ rows, mapped, others }: NewestKeys, map: KvpMap): CheckResult[] {
  const place = newestRows(rows);
  // Another check says why there are none.
  if (mapped.size === 0) return [note(`none of ${place} belongs to a chat session`)];
  const expected = map.keys.filter(isExpected);
  const missing = expected.filter(({ kvp }) => !mapped.has(kvp)).map(({ kvp }) => kvp);
  const ignored = others.size === 0 ? '' : `; ignored: ${toList([...others].map(([name, count]) => `${name} ${toCountText(count)}`))}`;
  if (missing.length === 0) return [ok(`${mapped.size} of the ${counted(map.keys.length, 'mapped key')} are in ${place}${ignored}`)];
  return [
    warning(
      `${missing.length} of ${counted(expected.length, 'key')} that every session should have are missing from ${place}: ${toList(missing)}${ignored}`,
      'Chat Server attaches statistics if attach-session-statistics is all or fired. ICON stores the keys that its attached-data spec names; chatmart spec check FILE checks it.',
    ),
  ];
}

/** Judges whether a specification agrees with the keys that arrive, and whether it is complete. */
export function judgeSpec({ rows, mapped }: NewestKeys, map: KvpMap, spec: AdataSpec): CheckResult[] {
  const lost = new Set(checkAdataSpec(spec, map).lost.map(({ kvp }) => kvp));
  const comeAllTheSame = [...mapped.keys()].filter((kvp) => lost.has(kvp));
  const neverCome = map.keys.filter((key) => isExpected(key) && !lost.has(key.kvp) && !mapped.has(key.kvp)).map(({ kvp }) => kvp);
  const found: CheckResult[] = [];
  if (comeAllTheSame.length > 0)
    found.push(
      warning(
        `${spec.file} does not capture keys that arrive anyway: ${toList(comeAllTheSame)}`,
        'This is not the specification that ICON has read. Check its option adata-spec-name, and restart ICON after a change.',
      ),
    );
  if (lost.size > 0)
    found.push(
      warning(`${spec.file} does not capture ${counted(lost.size, 'mapped key')}`, `To list them: chatmart spec check ${spec.file}`),
    );
  if (mapped.size > 0 && neverCome.length > 0)
    found.push(
      warning(
        `${spec.file} captures keys that are missing from ${newestRows(rows)}: ${toList(neverCome)}`,
        'Set attach-session-statistics of Chat Server to all or fired, and restart ICON if it has not read this specification.',
      ),
    );
  return found.length > 0 ? found : [ok(`${spec.file} captures all mapped keys, and those of every session arrive`)];
}

const MOST_NAMED = 5;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
