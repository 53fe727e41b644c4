import { beforeEach, expect, test } from 'vitest';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { toPresenceBit } from '../../src/model/mapped-key.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { runBackfill } from '../support/backfill-histories.js';
import { freshIdb, freshMart, query } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { runCycle, type Urls } from '../support/histories.js';
import { readMart } from '../support/mart-content.js';

const RANGE = { from: new Date('2026-02-10T00:00:00Z'), to: new Date('2026-02-12T00:00:00Z') };
const SESSIONS = 200;
/** Columns of the fact that a session fills, besides its id and derived columns; each with the key that must be present. */
const COLUMNS = [
  { column: 'start_ts', bit: 0n },
  { column: 'end_ts', bit: 0n },
  { column: 'media_type_key', bit: 0n },
  { column: 'chat_session_dim_key', bit: 0n },
  { column: 'kvp_present', bit: 0n },
  ...readKvpMap()
    .keys.filter(({ table, type }) => table === 'CHAT_SESSION_FACT' && type !== 'start' && type !== 'end')
    .map((key) => ({ column: key.column.toLowerCase(), bit: toPresenceBit(key) })),
];

let urls: Urls;

beforeEach(async () => {
  urls = { idbUrl: await freshIdb(), martUrl: await freshMart() };
  await writeSimulatedSessions({
    idbUrl: urls.idbUrl,
    idbSchema: 'public',
    ...RANGE,
    sessions: SESSIONS,
    seed: 5,
    statistics: 'all',
    until: RANGE.to,
    log: () => undefined,
  });
  await runCycle(urls);
});

const backfill = () => runBackfill(urls, RANGE.from.toISOString(), RANGE.to.toISOString());
const inMart = <Row extends object = Record<string, unknown>>(text: string, values?: unknown[]) => query<Row>(urls.martUrl, text, values);
const readGuids = async () =>
  (
    await inMart<{ guid: string }>(
      'select media_server_ixn_guid as guid from infomart.chat_session_fact where active_flag = 0 order by media_server_ixn_guid',
    )
  ).map(({ guid }) => guid);

test('a backfill over what is right finds all of it unchanged', async () => {
  const facts = await readGuids();
  const { sessions } = await backfill();
  expect(facts.length).toBeGreaterThan(SESSIONS * 0.9);
  expect(sessions).toMatchObject({ inserted: 0, updated: 0, deleted: 0, reread: 0 });
  expect(sessions.unchanged).toBeGreaterThanOrEqual(facts.length);
});

test('one value that is wrong in the mart is seen, whichever column it is in', async () => {
  const before = await readMart(urls.martUrl);
  const types = await inMart<{ column: string; type: string }>(
    `select column_name as column, data_type as type from information_schema.columns where table_name = 'chat_session_fact'`,
  );
  const typeOf = new Map(types.map(({ column, type }) => [column, type]));
  const touched: string[] = [];
  const columns = sampleOf(COLUMNS, 4);
  for (const { column, bit } of columns) {
    const isText = typeOf.get(column)!.startsWith('character');
    const wrong = isText ? `'wrong'` : /^(media_type|chat_session_dim)_key$/.test(column) ? '-1' : `${column} # 1`;
    const updated = await inMart<{ guid: string }>(
      `update infomart.chat_session_fact set ${column} = ${wrong}
       where media_server_ixn_guid = (
         select min(media_server_ixn_guid) from infomart.chat_session_fact
         where active_flag = 0 and kvp_present & $1 = $1 and media_server_ixn_guid <> all ($2)
       )
       returning media_server_ixn_guid as guid`,
      [bit, touched],
    );
    expect(updated, column).toHaveLength(1);
    touched.push(updated[0]!.guid);
  }
  expect((await readMart(urls.martUrl)).facts).not.toEqual(before.facts);

  const { sessions } = await backfill();
  expect(sessions).toMatchObject({ updated: columns.length, reread: columns.length, inserted: 0, deleted: 0 });
  expect(await readMart(urls.martUrl)).toEqual(before);
});

test('of an interaction with a discard on record the chunk is judged against that, however right its fact is', async () => {
  const [guid] = await readGuids();
  await inMart(
    `insert into infomart.stg_transform_discards
       (table_name, interaction_id, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key, keyname, raw_value)
     values ('G_USERDATA_HISTORY', -2, $1, 1, 14, 'BAD_MEASURE', 0, 0, 'csg_SessionTotalTime', 'wrong')`,
    [guid],
  );
  const { sessions } = await backfill();
  expect(sessions).toMatchObject({ updated: 0, reread: 1 });
  const open = await inMart('select from infomart.stg_transform_discards where guid = $1 and resolved_ts is null', [guid]);
  expect(open).toEqual([]);
});
