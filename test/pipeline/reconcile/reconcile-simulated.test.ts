import { expect, it } from 'vitest';
import { writeSimulatedSessions } from '../../../src/commands/simulate/simulate.js';
import { MAPPED_KEYS } from '../../oracle/kvps.js';
import { freshDatabases, query } from '../../support/databases.js';
import { isWhole, sampleOf } from '../../support/depth.js';
import { encodedIdb, writeBytes } from '../../support/encoded-idb.js';
import { runCycle } from '../../support/histories.js';
import { differences, readMart } from '../../support/mart-content.js';
import { countsOf, countWrites, reconcileAll } from '../../support/reconciliation.js';

/** Fewer in npm test. */
const SESSIONS = isWhole ? 2_000 : 150;

it(`compares all keys of ${SESSIONS} sessions in all forms without reading one of them again`, async () => {
  const urls = await freshDatabases();
  await writeSimulatedSessions({
    idbUrl: urls.idbUrl,
    idbSchema: 'public',
    sessions: SESSIONS,
    seed: 5,
    statistics: 'mixed',
    timeForm: 'mixed',
    updates: true,
    from: new Date('2026-02-01T00:00:00Z'),
    to: new Date('2026-02-04T00:00:00Z'),
    until: new Date('2026-02-06T00:00:00Z'),
    log: () => undefined,
  });
  await runCycle(urls);
  const [{ keys }] = (await query(
    urls.idbUrl,
    `select count(distinct keyname) filter (where keyname ~ '^(csg_|cse_|ChatServer)') as keys from g_userdata_history`,
  )) as [{ keys: number }];
  expect(keys).toBe(MAPPED_KEYS.length);
  const before = await readMart(urls.martUrl);
  const writes = await countWrites(urls.martUrl);
  const summary = await reconcileAll(urls);
  const { interactions, ...counts } = countsOf(summary);
  // Each interaction counts once per day.
  expect(interactions).toBeGreaterThan(SESSIONS);
  expect(counts).toEqual({ right: interactions, comparedInFull: 0, missing: 0, different: 0, repaired: 0 });
  expect(await countWrites(urls.martUrl)).toEqual(writes);

  // One fact in ten is lost, and one in ten has another value.
  const hash = `abs(hashtext(media_server_ixn_guid)) % 10`;
  await query(urls.martUrl, `delete from infomart.chat_session_fact where ${hash} = 0`);
  const spoilt = await query(
    urls.martUrl,
    `update infomart.chat_session_fact set msg_from_bots_size = msg_from_bots_size + 1
     where ${hash} = 1 and kvp_present & (1::bigint << 48) <> 0 returning 1 as one`,
  );
  const lost = before.facts.size - (await readMart(urls.martUrl)).facts.size;
  expect(Math.min(spoilt.length, lost)).toBeGreaterThan(SESSIONS / 20);
  // What is repaired on one day is right on the next.
  const repair = await reconcileAll(urls);
  expect(countsOf(repair)).toMatchObject({ comparedInFull: 0, missing: lost, different: spoilt.length, repaired: lost + spoilt.length });
  expect(differences(before.facts, (await readMart(urls.martUrl)).facts)).toEqual([]);
  expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions, right: interactions });
  expect(await runCycle(urls)).toMatchObject({ rows: 0, intervals: 0 });
});

it.each(
  sampleOf(
    [
      ['LATIN1', 'latin1'],
      ['SQL_ASCII', 'utf8'],
    ] as const,
    2,
  ),
)('an IDB in %s is compared as well: what is not ASCII is read in full', async (encoding, bytes) => {
  const urls = { ...(await freshDatabases()), idbUrl: await encodedIdb(encoding) };
  const session = (guid: string, language: string) =>
    (
      [
        ['ChatServerSessionStartedAt', '2026-03-01T23:00:00Z'],
        ['ChatServerSessionClosedAt', '2026-03-01T23:20:00Z'],
        ['csg_LanguageName', language],
      ] as const
    ).map(([key, value]) => [guid, key, Buffer.from(value, bytes)] as const);
  await writeBytes(urls.idbUrl, [...session('G1', 'Deutsch'), ...session('G2', 'Français'), ...session('G3', 'Español')]);
  // A CALLID with byte E9: not valid UTF-8 in SQL_ASCII, not ASCII in LATIN1.
  await query(
    urls.idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
     select convert_from('\\x47e9'::bytea, getdatabaseencoding()), keyname, value, changetype, added_ts
     from g_userdata_history where callid = 'G1'`,
  );
  await runCycle(urls);
  const before = await readMart(urls.martUrl);
  expect(before.facts.get('G2')).toMatchObject({ language_name: 'Français' });
  const inFull = encoding === 'LATIN1' ? 2 : 0;
  const counts = { interactions: 3, right: 3, comparedInFull: inFull, missing: 0, different: 0, repaired: 0 };
  expect(countsOf(await reconcileAll(urls))).toEqual(counts);
  await query(urls.martUrl, `update infomart.chat_session_fact set chat_session_dim_key = -2 where media_server_ixn_guid = 'G2'`);
  expect(countsOf(await reconcileAll(urls))).toMatchObject({ different: 1, repaired: 1 });
  expect(differences(before.facts, (await readMart(urls.martUrl)).facts)).toEqual([]);
});
