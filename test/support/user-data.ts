import { withConnection, type Connection } from '../../src/db/connection.js';

/** One row of G_USERDATA_HISTORY: CALLID, key, value (null: the key was deleted), and when ICON stored it (epoch seconds). */
export type UserDataRow = readonly [callid: string, keyname: string, value: string | null, addedTs?: number];

const DEFAULT_ADDED_TS = Date.UTC(2026, 2, 2) / 1000;

/** Writes rows into an IDB in order, as one ICON transaction. */
export const writeUserData = (idbUrl: string, rows: readonly UserDataRow[], table?: string): Promise<void> =>
  withConnection({ url: idbUrl, applicationName: 'test' }, (connection) => insertUserData(connection, rows, table));

/** Writes rows on a connection within the caller's transaction. */
export async function insertUserData(connection: Connection, rows: readonly UserDataRow[], table = 'g_userdata_history'): Promise<void> {
  await connection.query(
    `insert into ${table} (callid, keyname, value, changetype, type, added_ts)
     select callid, keyname, value, case when value is null then 3 else 1 end, 1, added_ts
     from unnest($1::text[], $2::text[], $3::text[], $4::int[]) with ordinality as rows (callid, keyname, value, added_ts, position)
     order by position`,
    [rows.map((row) => row[0]), rows.map((row) => row[1]), rows.map((row) => row[2]), rows.map((row) => row[3] ?? DEFAULT_ADDED_TS)],
  );
}
