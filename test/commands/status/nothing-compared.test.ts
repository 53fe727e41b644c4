import { beforeEach, describe, expect, test } from 'vitest';
import { toReconcileText } from '../../../src/commands/reconcile/text.js';
import { withConnection } from '../../../src/db/connection.js';
import { checkIdbSessions } from '../../../src/commands/status/data-checks/check-idb-sessions.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import type { Urls } from '../../support/histories.js';
import { NOON, reconcileAll, session } from '../../support/reconciliation.js';
import { runCli } from '../../support/run-cli.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { run } from '../../support/jobs.js';

const MANY = Array.from({ length: 20 }, (_, index) => `G${index}`);

let urls: Urls;
const source = () => ({ ...urls, martSchema: 'infomart', idbSchema: 'public', idbTable: 'shown' });

beforeEach(async () => {
  urls = await freshDatabases();
  const voice = (addedTs: number): UserDataRow => ['V1', 'ANI', '0049', addedTs];
  await writeUserData(urls.idbUrl, [
    voice(NOON - 86_400),
    ...MANY.flatMap((guid) => session(guid)),
    ...Array.from({ length: 9 }, () => voice(NOON)),
  ]);
  // Lookups by CALLID find nothing, as with an index damaged by an upgrade of the C library.
  await query(
    urls.idbUrl,
    `create table spoilt ();
     create view shown as
     select id, case when to_regclass('spoilt') is null and current_query() ~ 'callid = any' then '' else callid end as callid, keyname, value, changetype, added_ts
     from g_userdata_history`,
  );
  await run({ ...source(), clock: testClock, settleMs: 0 });
});

const cli = async () => {
  const { code, stdout, stderr } = await runCli(['reconcile', '--from', '2026-03-02', '--to', '2026-03-03'], {
    env: { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl, CHATMART_IDB_TABLE: 'shown' },
  });
  return { code, stdout, stderr };
};

const check = () =>
  withConnection({ url: urls.martUrl, applicationName: 'test', schema: 'infomart' }, (mart) =>
    checkIdbSessions(mart, {
      source: { name: 'idb', url: urls.idbUrl, idbSchema: 'public', idbTable: 'shown' },
      map: readKvpMap(),
      now: testClock(),
    }),
  );

const lose = () => query(urls.martUrl, 'delete from infomart.chat_session_fact');

test('interactions that the IDB finds by time and not by CALLID are never right', async () => {
  await lose();
  await query(urls.idbUrl, 'drop table spoilt');
  const found = await reconcileAll(urls, source());
  expect(found).toMatchObject({ interactions: 0, right: 0, missing: 0, sources: [{ notFound: 20 }] });
  const { code, stdout, stderr } = await cli();
  expect({ code, result: /^result.*$/m.exec(stdout)?.[0], warning: /^warning +not compared.*$/m.exec(stdout)?.[0] }).toEqual({
    code: 4,
    result: 'result    nothing was compared; not compared: 20 interactions of idb that CALLID does not find',
    warning: 'warning   not compared: ADDED_TS finds 20 interactions of public.shown that CALLID does not',
  });
  expect(stderr).toContain('code: reconcile-incomplete');
});

test('what was compared is told beside what was not', async () => {
  await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid > 'G5'`);
  await query(urls.idbUrl, 'drop table spoilt');
  const found = await reconcileAll(urls, source());
  expect(found).toMatchObject({ interactions: 16, right: 16, sources: [{ notFound: 4 }] });
  expect(toReconcileText(found)).toContain(
    'result    nothing missing, nothing different among those compared; not compared: 4 interactions of idb that CALLID does not find\n',
  );
});

describe('an IDB that tells of no session where the mart has many', () => {
  beforeEach(() => query(urls.idbUrl, `update g_userdata_history set keyname = 'voice_' || keyname where callid <> 'V1'`));

  test('reconcile says that nothing was compared, and exits 4', async () => {
    const { code, stdout, stderr } = await cli();
    expect({ code, result: /^result.*$/m.exec(stdout)?.[0] }).toEqual({
      code: 4,
      result: 'result    nothing was compared: the range has no rows of chat sessions',
    });
    expect(stderr).toContain('public.shown has no interactions in that time, but the mart has 20 sessions that ended in it');
  });

  test('so does the daily comparison of a run', async () => {
    const lines: string[] = [];
    const later = new Date(testClock().getTime() + 23 * 3_600_000);
    await query(urls.martUrl, 'update infomart.chatmart_source set reconciled_at = null');
    const { sources } = await run({ ...source(), clock: () => later, settleMs: 0, log: (line) => lines.push(line) });
    expect(sources).toMatchObject([{ reconciled: { interactions: 0 } }]);
    expect(lines.filter((line) => line.includes('be compared'))).toEqual([
      'the last days of source idb could not be compared completely: public.shown has no interactions in that time, but the mart has 20 sessions that ended in it',
    ]);
  });

  test('so does status --check', async () => {
    expect(await check()).toMatchObject({
      breaches: 0,
      skipped: 'the IDB has no session in that time, but the mart has 20 that ended in it',
    });
  });

  deepTest('a handful may have been stored later', async () => {
    await query(urls.martUrl, `delete from infomart.chat_session_fact where media_server_ixn_guid > 'G17'`);
    const { code, stdout } = await cli();
    expect({ code, result: /^result.*$/m.exec(stdout)?.[0] }).toEqual({
      code: 0,
      result: 'result    nothing was compared: the range has no rows of chat sessions',
    });
    expect((await check()).skipped).toBeNull();
  });
});

test('where something was compared all is well', async () => {
  const { code, stdout } = await cli();
  expect({ code, result: /^result.*$/m.exec(stdout)?.[0] }).toEqual({ code: 0, result: 'result    nothing missing, nothing different' });
  expect(await check()).toMatchObject({ breaches: 0, skipped: null, compared: { idb: 20, mart: 20 } });
});
