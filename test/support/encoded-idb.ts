import { randomUUID } from 'node:crypto';
import { closeAfterFile } from './closers.js';
import { idbTables, query } from './databases.js';
import { workerServer } from './worker-server.js';

/** The URL of an empty IDB whose texts are stored in an encoding other than UTF8. */
export async function encodedIdb(encoding: string): Promise<string> {
  const server = await workerServer();
  const name = `test_${encoding.toLowerCase()}_${randomUUID().slice(0, 8)}`;
  await query(server.url('postgres'), `create database ${name} encoding '${encoding}' locale 'C' template template0`);
  closeAfterFile(() => server.dropDatabase(name));
  await query(server.url(name), idbTables());
  return server.url(name);
}

/** Writes rows whose values are bytes in the IDB's encoding, as one ICON transaction. */
export async function writeBytes(
  idbUrl: string,
  rows: readonly (readonly [callid: string, keyname: string, value: Buffer])[],
): Promise<void> {
  await query(
    idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, type, added_ts)
     select callid, keyname, convert_from(decode(value, 'hex'), getdatabaseencoding()), 1, 1, extract(epoch from timestamp '2026-03-02')::int
     from unnest($1::text[], $2::text[], $3::text[]) with ordinality as rows (callid, keyname, value, position)
     order by position`,
    [rows.map((row) => row[0]), rows.map((row) => row[1]), rows.map((row) => row[2].toString('hex'))],
  );
}
