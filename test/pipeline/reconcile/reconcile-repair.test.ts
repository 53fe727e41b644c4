import { beforeEach, describe, expect, it } from 'vitest';
import { freshDatabases, isOnCluster, query } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import { runCycle, type KeyValue, type Urls } from '../../support/histories.js';
import { differences, LEVELS, readFacts, readMart } from '../../support/mart-content.js';
import { countsOf, countWrites, END, HOUR, NOON, of, reconcileAll, session, START, writeUnseen } from '../../support/reconciliation.js';
import { sumLevel } from '../../support/summed-levels.js';
import { writeUserData } from '../../support/user-data.js';

let urls: Urls;

beforeEach(async () => {
  urls = await freshDatabases();
});

/** Afterwards everything must be right, with nothing left to do for another comparison or a run. */
async function expectAllRight(): Promise<void> {
  const writes = await countWrites(urls.martUrl);
  expect(await reconcileAll(urls)).toMatchObject({ missing: 0, different: 0, comparedInFull: 0, intervals: 0 });
  expect(await runCycle(urls)).toMatchObject({ rows: 0, intervals: 0 });
  expect(await countWrites(urls.martUrl)).toEqual(writes);
  const mart = await readMart(urls.martUrl);
  for (const level of LEVELS) expect(differences(sumLevel(mart.facts.values(), level), mart.levels[level]), level).toEqual([]);
}

describe('what is wrong in the mart', () => {
  beforeEach(async () => {
    await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2', NOON + HOUR), ...session('G3', NOON + 30 * HOUR)]);
    await runCycle(urls);
  });

  it('facts that are gone come back, and the hours are named', async () => {
    const before = await readMart(urls.martUrl);
    await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid in ('G2', 'G3')`);
    const summary = await reconcileAll(urls);
    expect(countsOf(summary)).toEqual({ interactions: 3, right: 1, comparedInFull: 0, missing: 2, different: 0, repaired: 2 });
    expect(summary.sources[0]!.hours).toEqual([
      { hour: '2026-03-02T13:00:00Z', interactions: 1, right: 0, comparedInFull: 0, missing: 1, different: 0, repaired: 1 },
      { hour: '2026-03-03T18:00:00Z', interactions: 1, right: 0, comparedInFull: 0, missing: 1, different: 0, repaired: 1 },
    ]);
    expect(differences(before.facts, (await readMart(urls.martUrl)).facts)).toEqual([]);
    await expectAllRight();
  });

  it('values that are not what the IDB says are put right, each of them', async () => {
    const before = await readFacts(urls.martUrl);
    const spoils = [
      'session_duration = 1201',
      'session_duration = agents_count, agents_count = session_duration',
      'start_ts = start_ts + 1',
      'end_ts = end_ts - 1',
      'start_date_time_key = start_date_time_key + 900',
      'end_date_time_key = end_date_time_key - 900',
      'active_flag = 1',
      'tenant_key = 102',
      'media_type_key = -2',
      'chat_session_dim_key = -2',
      `chat_session_id = 'S-G3'`,
      'kvp_present = kvp_present & ~16',
    ];
    for (const spoilt of sampleOf(spoils, 8)) {
      await query(urls.martUrl, `update infomart.chat_session_fact set ${spoilt} where media_server_ixn_guid = 'G2'`);
      expect(await readFacts(urls.martUrl), spoilt).not.toEqual(before);
      const counts = { interactions: 3, right: 2, comparedInFull: 0, missing: 0, different: 1, repaired: 1 };
      expect(countsOf(await reconcileAll(urls)), spoilt).toEqual(counts);
      expect(await readFacts(urls.martUrl), spoilt).toEqual(before);
    }
    await expectAllRight();
  });

  it('rows that no window held are read: an interaction, a key, a deletion', async () => {
    await writeUnseen(urls, [
      ...session('G4', NOON + 2 * HOUR),
      ...of('G1', [['csg_LanguageName', 'Deutsch']], NOON + 2 * HOUR),
      ...of('G2', [['csg_MediaOrigin', null]], NOON + 2 * HOUR),
      ...of('G5', [[START, '2026-03-02T11:00:00Z']], NOON + 2 * HOUR),
    ]);
    expect(await runCycle(urls)).toMatchObject({ rows: 0 });
    const summary = await reconcileAll(urls, { from: new Date('2026-03-02T14:00:00Z'), to: new Date('2026-03-02T15:00:00Z') });
    expect(countsOf(summary)).toEqual({ interactions: 4, right: 0, comparedInFull: 0, missing: 2, different: 2, repaired: 4 });
    expect(summary.discards).toEqual({ NO_END: 1 });
    const { facts } = await readMart(urls.martUrl);
    expect(facts.get('G1')).toMatchObject({ language_name: 'Deutsch', session_duration: 1200 });
    expect(facts.get('G2')).toMatchObject({ media_origin: 'NO_VALUE', session_duration: 1200 });
    expect(facts.get('G4')).toMatchObject({ media_origin: 'web' });
    await expectAllRight();
  });

  deepTest('the end of a session that waited for it is found, or its start, or that it is asynchronous', async () => {
    const [start, end]: KeyValue[] = [
      [START, '2026-03-02T11:00:00Z'],
      [END, '2026-03-02T11:20:00Z'],
    ];
    await writeUserData(urls.idbUrl, [...of('G6', [start!]), ...of('G7', [start!]), ...of('G8', [end!])]);
    await runCycle(urls);
    await writeUnseen(urls, [...of('G6', [end!]), ...of('G7', [['csg_ChatAsyncMode', '1']]), ...of('G8', [start!])]);
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ missing: 0, different: 3, repaired: 3 });
    await expectAllRight();
  });

  deepTest('a discard that holds no longer is resolved', async () => {
    await query(
      urls.martUrl,
      `insert into infomart.stg_transform_discards (table_name, guid, code, reason, etl_ts, etl_date_time_key, keyname, raw_value, create_audit_key)
       select 'G_USERDATA_HISTORY', 'G1', 9, 'bad', 0, 0, 'csg_SessionTotalTime', 'many', create_audit_key
       from infomart.chat_session_fact where media_server_ixn_guid = 'G1'`,
    );
    expect(countsOf(await reconcileAll(urls))).toMatchObject({ different: 1, repaired: 1 });
    await expectAllRight();
  });
});

// Distributed tables have no triggers.
it.skipIf(isOnCluster())('what the mart refuses is reported as not repaired', async () => {
  await writeUserData(urls.idbUrl, [...session('G1'), ...session('G2')]);
  await runCycle(urls);
  await query(
    urls.martUrl,
    `delete from infomart.chat_session_fact where media_server_ixn_guid = 'G2';
     create function infomart.swallow() returns trigger language plpgsql as $$
       begin delete from infomart.chat_session_fact where media_server_ixn_guid = new.media_server_ixn_guid; return null; end $$;
     create trigger swallow after insert on infomart.chat_session_fact for each row execute function infomart.swallow()`,
  );
  expect(countsOf(await reconcileAll(urls))).toMatchObject({ interactions: 2, right: 1, missing: 1, repaired: 0 });
});
