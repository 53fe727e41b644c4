import { beforeAll, describe, expect, test } from 'vitest';
import { freshDatabases, query } from '../support/databases.js';
import { playHistories, runCycle, type AfterRun, type Histories, type KeyValue } from '../support/histories.js';
import { differences, LEVELS, type Row } from '../support/mart-content.js';
import { sumLevel } from '../support/summed-levels.js';
import { writeUserData } from '../support/user-data.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const TIMES: readonly KeyValue[] = [
  [START, '2026-03-01T10:07:00Z'],
  [END, '2026-03-01T10:17:00Z'],
];
const [BEGUN, ENDED] = [Date.UTC(2026, 2, 1, 10, 7) / 1000, Date.UTC(2026, 2, 1, 10, 17) / 1000];
const OPEN_END = { end_ts: 0, end_date_time_key: 2147482800, active_flag: 1 };
const AGENTS_BIT = 128;

/** What arrives before the first, second and third run. */
const HISTORIES = {
  changed: [[...TIMES, ['csg_SessionTotalTime', '600']], [['csg_SessionTotalTime', '610']], [['csg_SessionTotalTime', '605']]],
  'changed-at-once': [[...TIMES, ['csg_SessionTotalTime', '900'], ['csg_SessionTotalTime', '30']]],
  deleted: [[...TIMES, ['csg_PartiesAsAgentCount', '2']], [['csg_PartiesAsAgentCount', null]], [['csg_PartiesAsAgentCount', '0']]],
  'deleted-at-once': [
    [...TIMES, ['csg_MediaOrigin', 'web'], ['csg_MediaOrigin', null]],
    [
      ['csg_MediaOrigin', null],
      ['csg_MediaOrigin', 'sms'],
    ],
  ],
  moved: [TIMES, [[START, '2026-03-01T08:59:59Z']], [[START, '2026-02-28T23:50:00Z']]],
  'other-group': [
    TIMES,
    [['csg_LanguageName', 'Deutsch']],
    [
      ['csg_TenantId', '102'],
      ['csg_MediaType', 'smssession'],
    ],
  ],
  'gone-and-back': [TIMES, [[START, null]], [[START, '2026-03-01T10:07:00Z']]],
  'bad-and-back': [TIMES, [[END, 'never']], [[END, '2026-03-01T10:17:00Z']]],
  'end-deleted': [TIMES, [[END, null]], [['csg_ChatAsyncMode', '1']]],
  'end-first': [[TIMES[1]!, ['csg_SessionTotalTime', '600']], [TIMES[0]!]],
  'same-again': [[...TIMES, ['csg_MediaOrigin', 'web']], [...TIMES, ['csg_MediaOrigin', 'web']], [['csg_MediaOrigin', 'web']]],
  async: [
    [TIMES[0]!, ['csg_ChatAsyncMode', '1'], ['csg_MessagesFromCustomersCount', '1']],
    [['csg_MessagesFromCustomersCount', '5']],
    [TIMES[1]!, ['csg_SessionEndedAgent', 'PRESENT']],
  ],
  'async-reopened': [[...TIMES, ['csg_ChatAsyncMode', '1']], [[END, null]], [TIMES[1]!]],
  purged: [
    [
      ...TIMES,
      ...([
        ['csg_PartiesAsAgentCount', '2'],
        ['csg_MediaOrigin', 'web'],
        ['csg_ChatSessionID', 's'.repeat(300)],
        ['csg_TenantId', 'Bank'],
        ['csg_MediaType', 'smssession'],
      ] as const),
    ],
    {
      purge: true,
      rows: [
        ['csg_PartiesAsAgentCount', '3'],
        ['csg_SessionTotalTime', '600'],
      ],
    },
    { purge: true, rows: [['csg_MediaOrigin', null]] },
  ],
  'purged-skew': [[TIMES[0]!, [END, '2026-03-01T10:06:30Z']], { purge: true, rows: [['csg_MediaOrigin', 'web']] }],
  'purged-future': [[[START, '2027-01-01T00:00:00Z'], TIMES[1]!], { purge: true, rows: [['csg_MediaOrigin', 'web']] }],
  'purged-active': [[TIMES[0]!, ['csg_ChatAsyncMode', '1']], { purge: true, rows: [TIMES[1]!] }],
  'unreadable-then-empty': [
    [...TIMES, ['csg_TenantId', 'Bank'], ['csg_PartiesAsAgentCount', 'two']],
    [
      ['csg_TenantId', ''],
      ['csg_PartiesAsAgentCount', ''],
    ],
  ],
  'cut-then-short': [[...TIMES, ['csg_MediaOrigin', 'm'.repeat(1025)]], [['csg_MediaOrigin', 'm'.repeat(1024)]]],
  'skew-then-right': [[TIMES[0]!, [END, '2026-03-01T10:06:30Z']], [[END, '2026-03-01T10:07:00Z']]],
} satisfies Histories;

type Name = keyof typeof HISTORIES;

let urls: { idbUrl: string; martUrl: string };
let runs: AfterRun[];

beforeAll(async () => {
  urls = await freshDatabases();
  await query(urls.idbUrl, 'alter table g_userdata_history alter value type text');
  runs = await playHistories(urls, HISTORIES);
});

/** The interaction's fact after each run. */
const facts = (name: Name): (Row | undefined)[] => runs.map(({ mart }) => mart.facts.get(name));

/** One column of it; undefined if there is no fact. */
const column = (name: Name, of: string): unknown[] => facts(name).map((fact) => fact?.[of]);

/** Codes of the open discards after each run. */
const open = (name: Name): unknown[][] =>
  runs.map(({ mart }) => mart.openDiscards.filter((row) => row['guid'] === name).map((row) => row['code']));

describe('a key', () => {
  test('is changed later: the newest row wins', () => {
    expect(column('changed', 'session_duration')).toEqual([600, 610, 605]);
    expect(column('changed-at-once', 'session_duration')).toEqual([30, 30, 30]);
  });

  test('is deleted later: absent, not zero; and comes back: zero, not absent', () => {
    expect(column('deleted', 'agents_count')).toEqual([2, 0, 0]);
    expect(column('deleted', 'kvp_present')).toEqual([3 + AGENTS_BIT, 3, 3 + AGENTS_BIT]);
    expect(column('deleted-at-once', 'media_origin')).toEqual(['NO_VALUE', 'sms', 'sms']);
  });

  test('comes later: the fact moves to another member', () => {
    expect(column('other-group', 'language_name')).toEqual(['NO_VALUE', 'Deutsch', 'Deutsch']);
    expect(column('other-group', 'tenant_key')).toEqual([-2, -2, 102]);
    expect(column('other-group', 'media_name_code')).toEqual(['NO_VALUE', 'NO_VALUE', 'SMSSESSION']);
  });

  test('comes again with the same value: the fact is not written again', async () => {
    expect(column('same-again', 'media_origin')).toEqual(['web', 'web', 'web']);
    const written = `select update_audit_key is not null as twice from infomart.chat_session_fact where media_server_ixn_guid = $1`;
    expect(await query(urls.martUrl, written, ['same-again'])).toEqual([{ twice: false }]);
    expect(await query(urls.martUrl, written, ['changed'])).toEqual([{ twice: true }]);
  });
});

describe('a session', () => {
  test('whose start is corrected moves to another interval', () => {
    const key = (...at: [number, number, number, number, number]): number => Date.UTC(...at) / 1000;
    expect(column('moved', 'start_date_time_key')).toEqual([key(2026, 2, 1, 10, 0), key(2026, 2, 1, 8, 45), key(2026, 1, 28, 23, 45)]);
  });

  test('whose start or end is deleted or spoilt is a fact no more, and is one again when it comes back', () => {
    for (const name of ['gone-and-back', 'bad-and-back'] as const)
      expect(column(name, 'start_ts'), name).toEqual([BEGUN, undefined, BEGUN]);
    expect(open('gone-and-back')).toEqual([[], [1], []]);
    expect(open('bad-and-back')).toEqual([[], [6], []]);
  });

  test('whose end is deleted waits for it; an async one is active', () => {
    expect(open('end-deleted')).toEqual([[], [5], []]);
    expect(facts('end-deleted')[0]).toMatchObject({ end_ts: ENDED });
    expect(facts('end-deleted')[1]).toBeUndefined();
    expect(facts('end-deleted')[2]).toMatchObject(OPEN_END);
  });

  test('whose end comes first is complete when the start comes', () => {
    expect(open('end-first')).toEqual([[1], [], []]);
    expect(facts('end-first')[0]).toBeUndefined();
    expect(facts('end-first')[1]).toMatchObject({ start_ts: BEGUN, end_ts: ENDED, session_duration: 600 });
  });

  test('that is asynchronous is active until it is closed', () => {
    expect(facts('async')).toMatchObject([
      { ...OPEN_END, msg_from_customers_count: 1, async_mode: 1 },
      { ...OPEN_END, msg_from_customers_count: 5 },
      { end_ts: ENDED, active_flag: 0, msg_from_customers_count: 5, ended_agent: 'PRESENT' },
    ]);
    expect(runs[0]!.summary.sessions.active).toBe(2);
    expect(column('async-reopened', 'active_flag')).toEqual([0, 1, 0]);
    expect(column('async-reopened', 'end_ts')).toEqual([ENDED, 0, ENDED]);
  });
});

describe('an IDB that was purged', () => {
  test('takes nothing out of the mart; what comes later is added', () => {
    const kept = { start_ts: BEGUN, end_ts: ENDED, chat_session_id: 's'.repeat(255), tenant_key: -1, media_name_code: 'SMSSESSION' };
    expect(facts('purged')).toMatchObject([
      { ...kept, agents_count: 2, media_origin: 'web', session_duration: 0 },
      { ...kept, agents_count: 3, media_origin: 'web', session_duration: 600 },
      { ...kept, agents_count: 3, media_origin: 'NO_VALUE', session_duration: 600 },
    ]);
    expect(open('purged')).toEqual([
      [10, 12],
      [10, 12],
      [10, 12],
    ]);
  });

  test('is told by the number of values that were kept', async () => {
    const purged = await freshDatabases();
    await writeUserData(
      purged.idbUrl,
      [...TIMES, ['csg_MediaOrigin', 'web'] as const].map(([key, value]) => ['one', key, value]),
    );
    expect((await runCycle(purged)).keptValues).toBe(0);
    await query(purged.idbUrl, 'delete from g_userdata_history');
    await writeUserData(purged.idbUrl, [['one', 'csg_SessionTotalTime', '600']]);
    // Start, end and origin.
    expect((await runCycle(purged)).keptValues).toBe(3);
  });

  test('keeps what was wrong with a value that is gone', () => {
    expect(open('purged-skew')).toEqual([[8], [8], [8]]);
    expect(column('purged-skew', 'end_ts')).toEqual([BEGUN, BEGUN, BEGUN]);
    expect(open('purged-future')).toEqual([[4], [4], [4]]);
    expect(facts('purged-future')).toEqual([undefined, undefined, undefined]);
  });

  test('lets a session end whose start it no longer has', () => {
    expect(column('purged-active', 'active_flag')).toEqual([1, 0, 0]);
    expect(column('purged-active', 'start_ts')).toEqual([BEGUN, BEGUN, BEGUN]);
  });
});

describe('a discard is resolved', () => {
  test('when the value that cannot be read is emptied', () => expect(open('unreadable-then-empty')).toEqual([[9, 10], [], []]));
  test('when the text comes again and fits', () => expect(open('cut-then-short')).toEqual([[12], [], []]));
  test('when the end comes again and is the start', () => expect(open('skew-then-right')).toEqual([[8], [], []]));
});

test('after each run the aggregates are what the facts add up to: old intervals and new ones', () => {
  for (const [index, { mart }] of runs.entries())
    for (const level of LEVELS)
      expect(differences(sumLevel(mart.facts.values(), level), mart.levels[level]), `${level} after run ${index + 1}`).toEqual([]);
});
