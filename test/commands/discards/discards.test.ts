import { beforeAll, describe, expect, test } from 'vitest';
import { freshDatabases, query } from '../../support/databases.js';
import { playHistories, runCycle, type AfterRun, type KeyValue } from '../../support/histories.js';
import { writeUserData } from '../../support/user-data.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
const seconds = (text: string): number => Date.parse(text) / 1000;

/** Ten minutes on 1 March 2026. */
const TIMES: readonly KeyValue[] = [
  [START, '2026-03-01T10:07:00Z'],
  [END, '2026-03-01T10:17:00Z'],
];
const [BEGUN, ENDED] = [seconds('2026-03-01T10:07:00Z'), seconds('2026-03-01T10:17:00Z')];

interface Line {
  /** The reason's number, with its name. */
  readonly code: number;
  readonly what: string;
  /** The rows that arrive. */
  readonly rows: readonly KeyValue[];
  readonly keyname: string;
  readonly raw: string | null;
  /** Columns of the fact; null if there is no fact. */
  readonly fact: Readonly<Record<string, unknown>> | null;
  /** A row that corrects it, and the fact's columns afterwards. */
  readonly correction: readonly KeyValue[];
  readonly corrected: Readonly<Record<string, unknown>>;
}

const times = { start_ts: BEGUN, end_ts: ENDED };

/** A time that prevents a fact, corrected by a later row. */
const badTime = (code: number, what: string, rows: readonly KeyValue[], keyname: string, raw: string | null): Line => ({
  ...{ code, what, rows, keyname, raw },
  fact: null,
  correction: TIMES.filter(([key]) => key === keyname),
  corrected: times,
});

/** A value that its column cannot hold, and a later valid one. */
const badValue = (
  code: number,
  [keyname, raw]: readonly [string, string],
  column: string,
  loaded: unknown,
  [later, value]: [string, unknown],
): Line => ({
  ...{ code, what: `${keyname} = ${JSON.stringify(raw.length > 30 ? `${raw.slice(0, 30)}…` : raw)}`, keyname, raw },
  rows: [...TIMES, [keyname, raw]],
  fact: { ...times, [column]: loaded },
  correction: [[keyname, later]],
  corrected: { ...times, [column]: value },
});

const badMeasure = (raw: string): Line => badValue(9, ['csg_PartiesAsAgentCount', raw], 'agents_count', 0, ['3', 3]);

const LINES: Readonly<Record<string, Line>> = {
  'no-start': badTime(1, 'no start', [TIMES[1]!, ['csg_TenantId', '101']], START, null),
  'empty-start': badTime(1, 'an empty start', [[START, ''], TIMES[1]!], START, null),
  'bad-start': badTime(2, 'a start that is no time', [[START, 'yesterday'], TIMES[1]!], START, 'yesterday'),
  'no-such-day': badTime(2, 'a start on 30 February', [[START, '2026-02-30T10:00:00Z'], TIMES[1]!], START, '2026-02-30T10:00:00Z'),
  'start-1999': badTime(3, 'a start before 2000', [[START, '1999-12-31T23:59:59Z'], TIMES[1]!], START, '1999-12-31T23:59:59Z'),
  'start-future': badTime(
    4,
    'a start over a day after ICON stored it',
    [[START, '2026-03-03T00:00:01Z', seconds('2026-03-02T00:00:00Z')], TIMES[1]!],
    START,
    '2026-03-03T00:00:01Z',
  ),
  'no-end': badTime(5, 'a regular session without an end', [TIMES[0]!, ['csg_ChatAsyncMode', '0']], END, null),
  'bad-end': badTime(6, 'an end that is no time', [TIMES[0]!, [END, '10:17']], END, '10:17'),
  'end-61-before': badTime(7, 'an end 61 s before the start', [TIMES[0]!, [END, '2026-03-01T10:05:59Z']], END, '2026-03-01T10:05:59Z'),
  'end-60-before': {
    ...badTime(8, 'an end 60 s before the start', [TIMES[0]!, [END, '2026-03-01T10:06:00Z']], END, '2026-03-01T10:06:00Z'),
    fact: { start_ts: BEGUN, end_ts: BEGUN },
  },
  'measure-negative': badMeasure('-1'),
  'measure-large': badMeasure('2147483648'),
  'measure-fraction': badMeasure('1.0'),
  'measure-text': badMeasure('three'),
  'tenant-text': badValue(10, ['csg_TenantId', 'Bank'], 'tenant_key', -1, ['101', 101]),
  'tenant-large': badValue(10, ['csg_TenantId', '2147483648'], 'tenant_key', -1, ['101', 101]),
  'flag-2': badValue(11, ['csg_ChatAsyncMode', '2'], 'async_mode', 0, ['1', 1]),
  'long-origin': badValue(12, ['csg_MediaOrigin', '😀'.repeat(1025)], 'media_origin', '😀'.repeat(1024), ['web', 'web']),
  'long-language': badValue(12, ['csg_LanguageName', 'ж'.repeat(2000)], 'language_name', 'ж'.repeat(1024), ['ж', 'ж']),
  'long-code': badValue(12, ['csg_SessionEndedBy', 'client'.repeat(10)], 'ended_by', 'CLIENT'.repeat(9).slice(0, 50), ['CLIENT', 'CLIENT']),
  'long-media-type': badValue(12, ['csg_MediaType', 'm'.repeat(256)], 'media_name_code', 'M'.repeat(255), ['chat', 'CHAT']),
  'long-session-id': badValue(12, ['csg_ChatSessionID', 's'.repeat(256)], 'chat_session_id', 's'.repeat(255), ['s', 's']),
};

const BAD_CALLIDS = ['', 'c'.repeat(51)];

let before: AfterRun;
let after: AfterRun;
let again: AfterRun;

beforeAll(async () => {
  const urls = await freshDatabases();
  // Real installations differ in the widths of these columns.
  await query(urls.idbUrl, 'alter table g_userdata_history alter callid type text, alter value type text');
  const bad = Object.fromEntries(BAD_CALLIDS.map((callid) => [callid, [TIMES, [], TIMES]]));
  const lines = Object.fromEntries(Object.entries(LINES).map(([guid, { rows, correction }]) => [guid, [rows, correction, []]]));
  const good = {
    'forms-no-zone': [
      [
        [START, '2026-03-01T10:07:00'],
        [END, '2026-03-01 10:17'],
      ],
    ],
    'forms-offset': [
      [
        [START, '2026-03-01T12:07:00.999+02:00'],
        [END, '2026-03-01T05:17:00-0500'],
      ],
    ],
    'forms-epoch': [
      [
        [START, String(BEGUN)],
        [END, `${ENDED}999`],
      ],
    ],
    empty: [
      [
        ...TIMES,
        ['csg_PartiesAsAgentCount', ''],
        ['csg_MediaOrigin', '  '],
        ['csg_TenantId', ''],
        ['csg_MediaType', ''],
        ['csg_ChatAsyncMode', ''],
      ],
    ],
    'unknown-code': [[...TIMES, ['csg_SessionEndedBy', 'robot'], ['csg_SessionEndedReason', 'BORED']]],
    'blanks-around': [
      [
        ...TIMES,
        ['csg_PartiesAsAgentCount', ' 3 '],
        ['csg_MediaOrigin', ' web '],
        ['csg_SessionEndedBy', ' client '],
        ['csg_TenantId', ' 7 '],
      ],
    ],
    'other-keys': [[...TIMES, ['Subject', 'csg_PartiesAsAgentCount'], ['csg_partiesasagentcount', '9'], ['csg_PartiesAsAgentCount2', '9']]],
    'start-a-day-ahead': [
      [
        [START, '2026-03-02T10:07:00Z', BEGUN],
        [END, '2026-03-02T10:17:00Z'],
      ],
    ],
  } satisfies Record<string, [KeyValue[]]>;
  [before, after, again] = (await playHistories(urls, { ...bad, ...lines, ...good })) as [AfterRun, AfterRun, AfterRun];
});

describe.each(Object.entries(LINES))('%s', (guid, { code, what, keyname, raw, fact, corrected }) => {
  const row = { guid, code, keyname, raw_value: raw };

  test(`${what}: reason ${code} on record, ${fact === null ? 'no fact' : 'the fact is loaded'}`, () => {
    expect(before.discards(guid)).toEqual([{ ...row, etl_ts: before.at, resolved_ts: null }]);
    if (fact === null) expect(before.mart.facts.get(guid)).toBeUndefined();
    else expect(before.mart.facts.get(guid)).toMatchObject(fact);
  });

  test('a later row puts it right: the fact is there, the discard is resolved and kept', () => {
    expect(after.discards(guid)).toEqual([{ ...row, etl_ts: before.at, resolved_ts: after.at }]);
    expect(after.mart.facts.get(guid)).toMatchObject(corrected);
  });
});

test('a value that cannot be read leaves its bit of KVP_PRESENT unset', () => {
  const bits = (guid: string): unknown[] => [before, after].map(({ mart }) => mart.facts.get(guid)!['kvp_present']);
  const [start, end, tenant, agents, mode] = [1, 2, 4, 128, 2 ** 36];
  expect(bits('measure-text')).toEqual([start + end, start + end + agents]);
  expect(bits('tenant-text')).toEqual([start + end, start + end + tenant]);
  expect(bits('flag-2')).toEqual([start + end, start + end + mode]);
});

test('a CALLID that is empty or over 50 characters: its rows are put on record once, however often they come', () => {
  const row = { code: 14, keyname: null, etl_ts: before.at, resolved_ts: null };
  expect(again.discards('')).toEqual([{ ...row, guid: '', raw_value: '' }]);
  expect(again.discards(`${'c'.repeat(49)}…`)).toEqual([{ ...row, guid: `${'c'.repeat(49)}…`, raw_value: 'c'.repeat(51) }]);
  expect([...again.mart.facts.keys()].filter((guid) => guid === '' || guid.startsWith('cc'))).toEqual([]);
});

test('a CALLID that is too long is not taken for the interaction that it begins like', async () => {
  const urls = await freshDatabases();
  await query(urls.idbUrl, 'alter table g_userdata_history alter callid type text');
  const good = 'g'.repeat(50);
  await writeUserData(urls.idbUrl, [...TIMES.map(([key, value]) => [good, key, value] as const), [`${good}!`, ...TIMES[0]!]]);
  await runCycle(urls);
  await writeUserData(urls.idbUrl, [[good, 'csg_MediaOrigin', 'web']]);
  await runCycle(urls);
  expect(await query(urls.martUrl, 'select code, raw_value from infomart.stg_transform_discards where resolved_ts is null')).toEqual([
    { code: 14, raw_value: `${good}!` },
  ]);
});

test('a start row without ADDED_TS does not hide that a later one lies in the future', async () => {
  const { idbUrl, martUrl } = await freshDatabases();
  await query(
    idbUrl,
    `insert into g_userdata_history (callid, keyname, value, changetype, added_ts)
     select 'G1', keyname, value, 1, added_ts
     from (values
       (1, '${START}', '2026-03-03T00:00:01Z', null),
       (2, '${START}', '2026-03-03T00:00:01Z', ${seconds('2026-03-02T00:00:00Z')}),
       (3, '${END}', '2026-03-03T00:10:00Z', ${seconds('2026-03-02T00:00:00Z')})
     ) as given (place, keyname, value, added_ts)
     order by place`,
  );
  await runCycle({ idbUrl, martUrl });
  expect(await query(martUrl, 'select code from infomart.stg_transform_discards')).toEqual([{ code: 4 }]);
});

describe('what is loaded without a discard', () => {
  test.each(['forms-no-zone', 'forms-offset', 'forms-epoch'])('times as ISO 8601, epoch seconds and milliseconds: %s', (guid) => {
    expect(before.mart.facts.get(guid)).toMatchObject(times);
    expect(before.discards(guid)).toEqual([]);
  });

  test('a start up to a day after ICON stored it', () => {
    expect(before.mart.facts.get('start-a-day-ahead')).toMatchObject({ start_ts: BEGUN + 86_400 });
    expect(before.discards('start-a-day-ahead')).toEqual([]);
  });

  test('an empty value is an absent one', () => {
    const absent = {
      agents_count: 0,
      media_origin: 'NO_VALUE',
      tenant_key: -2,
      media_name_code: 'NO_VALUE',
      async_mode: 0,
      kvp_present: 3,
    };
    expect(before.mart.facts.get('empty')).toMatchObject(absent);
    expect(before.discards('empty')).toEqual([]);
  });

  test('blanks around a value do not count', () => {
    const values = { agents_count: 3, media_origin: 'web', ended_by: 'CLIENT', tenant_key: 7 };
    expect(before.mart.facts.get('blanks-around')).toMatchObject(values);
    expect(before.discards('blanks-around')).toEqual([]);
  });

  test('an unknown code, as it is, and counted', () => {
    expect(before.mart.facts.get('unknown-code')).toMatchObject({ ended_by: 'ROBOT', ended_reason: 'BORED' });
    expect(before.summary.unknownCodes).toMatchObject({ 'csg_SessionEndedBy=ROBOT': 1, 'csg_SessionEndedReason=BORED': 1 });
  });

  test('keys that no spec names are ignored, and counted', () => {
    expect(before.mart.facts.get('other-keys')).toMatchObject({ ...times, agents_count: 0, kvp_present: 3 });
    expect(before.summary.ignoredRows).toBe(3);
    expect(before.discards('other-keys')).toEqual([]);
  });
});

test('the run tells how many new discards it wrote, by reason', () => {
  expect(before.summary.discards).toEqual({
    ...{ NO_START: 2, BAD_START: 2, START_TOO_EARLY: 1, START_IN_FUTURE: 1, NO_END: 1, BAD_END: 1, END_BEFORE_START: 1, CLOCK_SKEW: 1 },
    ...{ BAD_MEASURE: 4, BAD_KEY: 2, BAD_FLAG: 1, TEXT_CUT: 5, BAD_CALLID: 2 },
  });
  expect(after.summary.discards).toEqual({});
  expect(after.summary.sessions).toMatchObject({ inserted: 9, updated: 13, deleted: 0, discarded: 0, reread: 22 });
});
