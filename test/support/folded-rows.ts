import { readCheckedMart } from './breaches.js';
import { query } from './databases.js';
import { MAPPED_KEYS } from '../oracle/kvps.js';
import { differences, LEVELS, type Row } from './mart-content.js';
import { sumLevel } from './summed-levels.js';
import { sumSessions, type KeyValueRow } from './summed-sessions.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const OPEN_END = { end_ts: 0, end_date_time_key: 2147482800, active_flag: 1 };
const NO_START = 1;
const NO_END = 5;

/** The rows of an IDB, oldest first; rows of a deleted key have no value. */
export const readRows = (idbUrl: string, table = 'g_userdata_history'): Promise<KeyValueRow[]> =>
  query(idbUrl, `select callid, keyname, case when changetype <> 3 then value end as value from ${table} order by id`);

/** Where a mart differs from what well-formed rows, oldest first, add up to: facts, open discards, levels, and failed data checks. */
export async function differencesFromRows(martUrl: string, rows: readonly KeyValueRow[]): Promise<string[]> {
  const { facts, discards } = foldRows(rows);
  const { mart, breaches } = await readCheckedMart(martUrl);
  const found = new Map(mart.openDiscards.map((row) => [String(row['guid']), { code: row['code'] }]));
  return [
    ...differences(facts, mart.facts),
    ...differences(discards, found).map((difference) => `discard of ${difference}`),
    ...LEVELS.flatMap((level) => differences(sumLevel(facts.values(), level), mart.levels[level]).map((text) => `${level} ${text}`)),
    ...breaches,
  ];
}

/** The newest row of each key wins. Sessions without a start, and regular ones without an end, become discards. */
export function foldRows(rows: readonly KeyValueRow[]): { facts: Map<string, Row>; discards: Map<string, Row> } {
  const mapped = new Set(MAPPED_KEYS.map(({ kvp }) => kvp));
  const sessions = new Map<string, Map<string, KeyValueRow>>();
  for (const row of rows) {
    if (!mapped.has(row.keyname)) continue;
    const session = sessions.get(row.callid) ?? new Map<string, KeyValueRow>();
    sessions.set(row.callid, session.set(row.keyname, row));
  }
  const facts = new Map<string, Row>();
  const discards = new Map<string, Row>();
  for (const [callid, keys] of sessions) {
    const has = (key: string): boolean => (keys.get(key)?.value ?? null) !== null;
    const isActive = !has(END) && keys.get('csg_ChatAsyncMode')?.value === '1';
    if (!has(START)) discards.set(callid, { code: NO_START });
    else if (!has(END) && !isActive) discards.set(callid, { code: NO_END });
    else facts.set(callid, { ...sumSessions([...keys.values()]).get(callid), ...(isActive ? OPEN_END : {}) });
  }
  return { facts, discards };
}
