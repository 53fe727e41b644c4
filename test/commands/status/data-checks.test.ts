import { beforeAll, describe, expect, test } from 'vitest';
import { connect, withConnection, type Connection } from '../../../src/db/connection.js';
import { checkIdbSessions } from '../../../src/commands/status/data-checks/check-idb-sessions.js';
import { checkMart } from '../../../src/commands/status/status.js';
import { isBroken, type DataCheckResult } from '../../../src/commands/status/data-checks/data-check.js';
import { writeSimulatedSessions } from '../../../src/commands/simulate/simulate.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { closeAfterFile } from '../../support/closers.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { isWhole, sampleOf } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { writeUserData } from '../../support/user-data.js';

const map = readKvpMap();
let urls: Urls;

beforeAll(async () => {
  urls = await freshDatabases();
  await writeSimulatedSessions({
    ...{
      idbUrl: urls.idbUrl,
      idbSchema: 'public',
      sessions: isWhole ? 2_000 : 800,
      seed: 5,
      statistics: 'mixed',
      updates: true,
      corrections: true,
    },
    from: new Date('2026-03-02T00:00:00Z'),
    to: new Date('2026-03-04T00:00:00Z'),
    until: new Date('2026-03-04T02:00:00Z'),
    log: () => undefined,
  });
  await runCycle(urls);
  // One discard of each kind that leaves no fact.
  await writeUserData(urls.idbUrl, [
    ['without start', 'csg_MediaType', 'chat'],
    ['without end', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['bad start', 'ChatServerSessionStartedAt', 'never'],
    ['', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
    ['of another application', 'Subject', 'hello'],
  ]);
  await runCycle(urls);
  session = await connect({ url: urls.martUrl, schema: 'infomart', applicationName: 'test' });
  closeAfterFile(() => session.end());
});

/** One session for all tests: in each new one PostgreSQL reads its catalogue again for the wide views. */
let session: Connection;
const withMart = <T>(work: (mart: Connection) => Promise<T>): Promise<T> => work(session);

const idb = () => ({ name: 'idb', url: urls.idbUrl, idbSchema: 'public', idbTable: undefined });
const checkIdb = (mart: Connection, source = idb(), now = testClock()): Promise<DataCheckResult> =>
  checkIdbSessions(mart, { source, map, now });

/** What the checks report after a statement has changed the mart; the change is rolled back. */
const breachesAfter = (statement: string): Promise<Record<string, { breaches: number; example: string | undefined }>> =>
  withMart(async (mart) => {
    await mart.query('begin');
    await mart.query(statement);
    const results = [...(await checkMart(mart)), await checkIdb(mart)];
    await mart.query('rollback');
    return Object.fromEntries(results.filter(isBroken).map(({ name, breaches, examples }) => [name, { breaches, example: examples[0] }]));
  });

test('a mart that was loaded breaks none', async () => {
  const results = await withMart(async (mart) => [...(await checkMart(mart)), await checkIdb(mart)]);
  expect(results.map(({ name, breaches, examples, skipped }) => ({ name, breaches, examples, skipped }))).toEqual(
    results.map(({ name }) => ({ name, breaches: 0, examples: [], skipped: null })),
  );
  expect(new Set(results.map(({ name }) => name)).size).toBe(13);
});

const ONE = `(select min(media_server_ixn_guid) from chat_session_fact where active_flag = 0)`;
const CASES: readonly (readonly [what: string, statement: string, broken: readonly string[], example: RegExp])[] = [
  [
    'a fact without dimension',
    `update chat_session_fact set chat_session_dim_key = 999999 where media_server_ixn_guid = ${ONE}`,
    ['fact-members', 'level-day'],
    /^session \S+: CHAT_SESSION_DIM_KEY 999999 is not in CHAT_SESSION_DIM$/,
  ],
  [
    'a fact without tenant',
    `update chat_session_fact set tenant_key = 999999 where media_server_ixn_guid = ${ONE}`,
    ['fact-members', 'level-day'],
    /TENANT_KEY 999999 is not in TENANT$/,
  ],
  [
    'a fact without media type',
    `update chat_session_fact set media_type_key = 999999 where media_server_ixn_guid = ${ONE}`,
    ['fact-members', 'level-day'],
    /MEDIA_TYPE_KEY 999999 is not in MEDIA_TYPE$/,
  ],
  [
    'a fact that ends in no interval',
    `update chat_session_fact set end_ts = 2000000000, end_date_time_key = 1999999800 where media_server_ixn_guid = ${ONE}`,
    ['fact-calendar', 'level-day'],
    /END_DATE_TIME_KEY 1999999800 is not in DATE_TIME$/,
  ],
  [
    'a fact that nobody wrote',
    `update chat_session_fact set update_audit_key = 987654321 where media_server_ixn_guid = ${ONE}`,
    ['fact-audit'],
    /UPDATE_AUDIT_KEY 987654321 is not in CTL_AUDIT_LOG$/,
  ],
  [
    'an audit row that is gone',
    `delete from ctl_audit_log where audit_key = (select min(create_audit_key) from chat_session_fact)`,
    ['fact-audit'],
    /CREATE_AUDIT_KEY \d+ is not in CTL_AUDIT_LOG$/,
  ],
  [
    'own values without a fact',
    `insert into chat_session_attached_data (media_server_ixn_guid, create_audit_key) values ('nobody', 0)`,
    ['attached-data'],
    /^own values of nobody: MEDIA_SERVER_IXN_GUID nobody is not in CHAT_SESSION_FACT$/,
  ],
  [
    'a fact in another interval',
    `update chat_session_fact set start_ts = start_ts - 900 where media_server_ixn_guid = ${ONE}`,
    ['fact-times'],
    /START_TS \d+, START_DATE_TIME_KEY/,
  ],
  [
    'an ended fact that is active',
    `update chat_session_fact set active_flag = 1 where media_server_ixn_guid = ${ONE}`,
    ['fact-times', 'level-day'],
    /ACTIVE_FLAG 1$/,
  ],
  [
    'a fact that ends before it begins',
    `update chat_session_fact set end_ts = 946684800, end_date_time_key = 946684800 where media_server_ixn_guid = ${ONE}`,
    ['fact-calendar', 'fact-times'],
    /END_DATE_TIME_KEY 946684800/,
  ],
  [
    'a session that was discarded as well',
    `insert into stg_transform_discards (table_name, guid, create_audit_key, code, reason, etl_ts, etl_date_time_key) select 'T', ${ONE}, 0, 5, 'no end', 0, 0`,
    ['session-and-discard'],
    /open discard no end$/,
  ],
  [
    'a session that is gone',
    `delete from chat_session_fact where media_server_ixn_guid = ${ONE}`,
    ['idb-sessions-idb', 'level-day'],
    /neither a fact nor an open discard$/,
  ],
  [
    'a discard that is gone',
    `delete from stg_transform_discards where guid = 'without end'`,
    ['idb-sessions-idb'],
    /^session without end: neither a fact nor an open discard$/,
  ],
  [
    'a discard that was resolved too early',
    `update stg_transform_discards set resolved_ts = 1 where guid = 'bad start'`,
    ['idb-sessions-idb'],
    /^session bad start/,
  ],
  [
    'a day that lost a measure',
    `update agt_chat_stats_day set agent_reply_count = agent_reply_count + 1, sessions_replied = sessions_replied + 1 where (date_time_key, tenant_key, media_type_key, chat_session_dim_key) = (select date_time_key, tenant_key, media_type_key, chat_session_dim_key from agt_chat_stats_day limit 1)`,
    ['level-day', 'level-month'],
    /: SESSIONS_REPLIED, AGENT_REPLY_COUNT$/,
  ],
  ['a month that is gone', `delete from agt_chat_stats_month`, ['level-month'], /: missing$/],
  [
    'a day of no session',
    `insert into agt_chat_stats_day (agr_set_key, date_time_key, tenant_key, media_type_key, chat_session_dim_key, sessions, sessions_active, sessions_handled, sessions_abandoned, sessions_unknown, sessions_replied, abandoned_duration, abandoned_max_duration) select 1, 1772496000, -2, -2, -2, 0, 0, 0, 0, 0, 0, 0, 0`,
    ['level-day', 'level-month', 'outcomes'],
    /: of no session$|: missing$/,
  ],
  [
    'outcomes that do not add up',
    `update agt_chat_stats_month set sessions_unknown = sessions_unknown + 1`,
    ['level-month', 'outcomes'],
    /SESSIONS_UNKNOWN$/,
  ],
  [
    'sessions without an agent of which nobody says what became of them',
    `update agt_chat_stats_month set outcome_left_with_bot = outcome_left_with_bot + 1`,
    ['level-month', 'outcomes'],
    /^AGT_CHAT_STATS_MONTH of .*: SESSIONS \d+, OUTCOME_OPEN \d+, .*OUTCOME_LEFT_WITH_BOT \d+, /,
  ],
  [
    'a part of them that is not known',
    `update agt_chat_stats_month set outcome_closed_by_bot = null`,
    ['level-month', 'outcomes'],
    /: some outcomes are unknown, others are not$/,
  ],
  [
    'measures that are not known though their facts are there',
    `update agt_chat_stats_day set sessions_abandoned_alone = null, abandoned_alone_duration = null, abandoned_alone_max_duration = null`,
    ['level-day', 'level-month'],
    /: SESSIONS_ABANDONED_ALONE, ABANDONED_ALONE_DURATION, ABANDONED_ALONE_MAX_DURATION$/,
  ],
  [
    'an aggregate without dimension',
    `update agt_chat_stats_month set chat_session_dim_key = chat_session_dim_key + 100000`,
    ['aggregate-members', 'level-month'],
    /^AGT_CHAT_STATS_MONTH of .*is not in CHAT_SESSION_DIM$/,
  ],
  [
    'a view that somebody replaced',
    `create or replace view ag2_chat_stats_week as select * from agt_chat_stats_week limit 1`,
    ['levels'],
    /^AG2_CHAT_STATS_WEEK has \d+ sessions, AGT_CHAT_STATS_DAY \d+$/,
  ],
];

describe('each rule that is broken is told', () => {
  test.each(sampleOf(CASES, 4))('%s', async (_, statement, broken, example) => {
    const found = await breachesAfter(statement);
    expect(Object.keys(found).sort()).toEqual([...broken].sort());
    expect(
      Object.values(found)
        .map((each) => each.example)
        .join('\n'),
    ).toMatch(new RegExp(example.source, 'm'));
  });
});

test('a day that waits for the aggregation breaks nothing', async () => {
  const change = `delete from chat_session_fact where media_server_ixn_guid = 'x';
    update chat_session_fact set session_duration = session_duration + 1 where media_server_ixn_guid = ${ONE};`;
  expect(Object.keys(await breachesAfter(change))).toEqual(['level-day']);
  const told = `${change} insert into chatmart_pending_agg (start_date_time_key, audit_key)
    select start_date_time_key, 1 from chat_session_fact where media_server_ixn_guid = ${ONE}`;
  expect(await breachesAfter(told)).toEqual({});
});

describe('sessions that the mart does not promise yet are none that it lost', () => {
  test('committed after the last run, or still open then', async () => {
    await withConnection({ url: urls.idbUrl, applicationName: 'ICON' }, async (icon) => {
      await icon.query('begin');
      await icon.query(`insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
        values ('open', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z', 1, 1772409600)`);
      await runCycle(urls, { settleMs: 0 });
      await writeUserData(urls.idbUrl, [['later', 'ChatServerSessionStartedAt', '2026-03-01T10:07:00Z']]);
      await icon.query('commit');
    });
    expect(await withMart((mart) => checkIdb(mart))).toMatchObject({ breaches: 0, skipped: null });
    await runCycle(urls);
    expect(
      await query(urls.martUrl, `select guid from infomart.stg_transform_discards where guid in ('open', 'later') order by 1`),
    ).toEqual([{ guid: 'later' }, { guid: 'open' }]);
  });

  test('stored more than three days ago', async () => {
    const gone = `delete from stg_transform_discards where guid = 'without end'`;
    await withMart(async (mart) => {
      await mart.query(`begin; ${gone}`);
      expect(await checkIdb(mart)).toMatchObject({ breaches: 1 });
      expect(await checkIdb(mart, idb(), new Date('2026-03-05T00:00:01Z'))).toMatchObject({ breaches: 0, skipped: null });
      await mart.query('rollback');
    });
  });
});

describe('an IDB that cannot be asked is no breach', () => {
  const skipped = async (source: ReturnType<typeof idb>): Promise<string | null> => {
    const result = await withMart((mart) => checkIdb(mart, source));
    expect(result.breaches).toBe(0);
    return result.skipped;
  };

  test('out of reach', async () => {
    const away = Object.assign(new URL(urls.idbUrl), { port: '1' }).toString();
    expect(await skipped({ ...idb(), url: away })).toContain('cannot be reached');
  });

  test('never read', async () => {
    expect(await skipped({ ...idb(), name: 'idb2' })).toBe('nothing of it is complete yet');
  });

  test('another one than before', async () => {
    const { idbUrl } = await freshDatabases();
    expect(await skipped({ ...idb(), url: idbUrl })).toContain('it has changed');
  });

  test('without an index on ADDED_TS', async () => {
    await query(urls.idbUrl, 'drop index idx_g_ud_h_ats');
    expect(await skipped(idb())).toBe('without an index on ADDED_TS (public.g_userdata_history) all rows would have to be read');
    await query(urls.idbUrl, 'create index idx_g_ud_h_ats on g_userdata_history (added_ts)');
  });
});
