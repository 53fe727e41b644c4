import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { selectChangedIntervals, type ChangedIntervals, type ChangedPeriods } from '../../../src/mart/aggregates/changed-intervals.sql.js';
import { addSessions, selectPeriods, writeChangedRows } from '../../../src/mart/aggregates/rebuild.sql.js';
import { UTC_DAYS } from '../../../src/mart/aggregates/levels.js';
import { queryRow, queryRows, type Connection } from '../../../src/db/connection.js';
import { withTransaction } from '../../../src/db/transaction.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { freshMart, isOnCluster, testClock } from '../../support/databases.js';
import { deepTest, isWhole, sampleOf } from '../../support/depth.js';
import { expectedLevel, LEVELS, readLevel } from '../../support/expected-aggregates.js';
import { MEASURES, removeFacts, withMart, writeDimension, writeFacts, type FactRow } from '../../support/mart-facts.js';
import { aggregate } from '../../support/jobs.js';

const at = (text: string): number => Date.parse(text) / 1000;

let martUrl = '';
const run = (range?: { from: Date; to: Date }) => aggregate({ martUrl, martSchema: 'infomart', range, jobId: 'test', clock: testClock });
const mart = <T>(work: (connection: Connection) => Promise<T>): Promise<T> => withMart(martUrl, work);

/** The ENDED_AGENT group of each dimension member, except VISITED. */
const ENDED_AGENT: Record<number, string> = {
  1: 'ABSENT',
  2: 'PRESENT',
  3: 'VISITED',
  4: 'NO_VALUE',
  5: 'ABSENT',
  6: 'VISITED',
  7: 'NO_VALUE',
  8: 'ABSENT',
  9: 'NO_VALUE',
};
/** Who ended the session; unknown for other members. */
const ENDED_BY: Record<number, string> = { 1: 'CLIENT', 5: 'BOT', 6: 'BOT', 7: 'BOT', 8: 'SYSTEM', 9: 'SUPERVISOR' };

beforeEach(async () => {
  martUrl = await freshMart();
  await mart((connection) =>
    writeDimension(
      connection,
      Object.entries(ENDED_AGENT).map(([id, endedAgent]) => ({
        id: Number(id),
        endedAgent,
        ...(ENDED_BY[Number(id)] === undefined ? {} : { endedBy: ENDED_BY[Number(id)]! }),
      })),
    ),
  );
});

/** Any fact that starts within two weeks of one of these New Years: a Monday, one after a leap year, and a Saturday. */
const anyFact = fc.record({
  start: fc
    .tuple(fc.constantFrom('2024-01-01', '2025-01-01', '2028-01-01'), fc.integer({ min: -7 * 86_400, max: 7 * 86_400 }))
    .map(([newYear, offset]) => at(newYear) + offset),
  tenant: fc.constantFrom(1, 101),
  mediaType: fc.constantFrom(-2, 3),
  dim: fc.integer({ min: 1, max: 9 }),
  active: fc.boolean(),
  agentsKnown: fc.boolean(),
  messagesKnown: fc.boolean(),
  lasted: fc.constantFrom(0, 10, 11, 20, 21, 60, 61, 86_400, 86_401),
  measures: fc.record(
    Object.fromEntries(MEASURES.map(({ name }) => [name, fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2_147_483_647 }))])),
  ),
});

const sampleFacts = (count: number, seed: number, prefix = 'g'): FactRow[] =>
  fc.sample(anyFact, { numRuns: count, seed }).map((fact, index) => ({ ...fact, guid: `${prefix}${index}` }));

const expectAllLevels = (facts: readonly FactRow[]): Promise<void> => expectLevels(LEVELS, facts);

const expectLevels = (levels: readonly (typeof LEVELS)[number][], facts: readonly FactRow[]): Promise<void> =>
  mart(async (connection) => {
    for (const level of levels)
      expect(await readLevel(connection, level), level).toEqual(expectedLevel(facts, ENDED_AGENT, level, ENDED_BY));
  });

test('random facts around New Year give the same sums, maxima and counts as plain arithmetic, at all seven levels', async () => {
  const facts = sampleFacts(400, 1);
  await mart((connection) => writeFacts(connection, facts));
  expect(await run()).toMatchObject({ rows: { day: expect.any(Number) as number } });
  await expectAllLevels(facts);
});

test.each(sampleOf(['as an increment', 'groups', 'intervals'] as const, 3))(
  'changes bit by bit end in the same aggregates as everything at once (%s)',
  async (marked) => {
    const facts = new Map(sampleFacts(120, 2).map((fact) => [fact.guid, fact]));
    await mart((connection) => writeFacts(connection, [...facts.values()]));
    await run();
    for (let round = 0; round < 5; round++) {
      // g0… to g4…: half of them replace facts, half are new; those of the next round replace some of these.
      const changed = [...sampleFacts(20, 10 + round, `g${round}`), ...sampleFacts(10, 20 + round, 'late')];
      const gone = [...facts.keys()].filter((_, index) => index % 17 === round);
      for (const fact of changed) facts.set(fact.guid, fact);
      for (const guid of gone) facts.delete(guid);
      await mart(async (connection) => {
        await writeFacts(connection, changed, marked);
        await removeFacts(connection, gone, marked);
      });
      // Of two rounds the changes wait together: what is new may change, move to another group or go before it is ever counted.
      if (round % 2 === 0) await run();
    }
    await expectAllLevels([...facts.values()]);
  },
);

test('each outcome by its rule; VISITED counts as configured', async () => {
  const facts: FactRow[] = [
    { guid: 'active, whatever it says', start: 0, dim: 1, active: true },
    { guid: 'absent although agents came', start: 0, dim: 1, agentsKnown: true, measures: { agents_count: 2, session_duration: 30 } },
    { guid: 'absent', start: 0, dim: 1, measures: { session_duration: 70 } },
    { guid: 'present', start: 0, dim: 2, measures: { agent_reply_count: 3, session_duration: 500 } },
    { guid: 'visited', start: 0, dim: 3, measures: { agent_reply_count: 1, session_duration: 900 } },
    { guid: 'no presence, agents', start: 0, dim: 4, agentsKnown: true, measures: { agents_count: 1 } },
    { guid: 'no presence, no agents', start: 0, dim: 4, agentsKnown: true, measures: { session_duration: 5 } },
    { guid: 'nothing known', start: 0, dim: 4, measures: { session_duration: 8 } },
  ];
  const start = at('2026-02-28T23:50Z');
  await mart((connection) =>
    writeFacts(
      connection,
      facts.map((fact) => ({ ...fact, start })),
    ),
  );
  const outcomes = () =>
    mart((connection) =>
      queryRows(connection, {
        text: `select sum(sessions) as sessions, sum(sessions_active) as active, sum(sessions_handled) as handled,
          sum(sessions_abandoned) as abandoned, sum(sessions_unknown) as unknown, sum(sessions_replied) as replied,
          sum(abandoned_duration) as waited, max(abandoned_max_duration) as longest from ag2_chat_stats_year`,
      }),
    );
  await run();
  // Abandoned: 30 + 70 + 5 seconds.
  const visitedHandled = { sessions: 8, active: 1, handled: 3, abandoned: 3, unknown: 1, replied: 2, waited: 105, longest: 70 };
  expect(await outcomes()).toEqual([visitedHandled]);

  await mart((connection) => connection.query(`update ctl_schema_info set value = 'abandoned' where property = 'visited-counts-as'`));
  expect(await outcomes()).toEqual([visitedHandled]);
  await run({ from: new Date('2026-02-28'), to: new Date('2026-03-01') });
  expect(await outcomes()).toEqual([{ ...visitedHandled, handled: 2, abandoned: 4, waited: 1005, longest: 900 }]);
});

test('a session without an agent was closed by a bot, left with a bot, closed by the system, or given up with nobody there', async () => {
  const start = at('2026-02-28T23:50Z');
  await mart((connection) =>
    writeFacts(
      connection,
      [
        { guid: 'closed by a bot', dim: 5, measures: { bots_count: 1, session_duration: 1_000 } },
        { guid: 'closed by a bot, whose keys do not come', dim: 5, measures: { session_duration: 1_000 } },
        { guid: 'closed by a bot, no presence', dim: 7, agentsKnown: true, measures: { bots_count: 1, session_duration: 1_000 } },
        { guid: 'left with a bot', dim: 1, measures: { bots_count: 2, session_duration: 1_000 } },
        {
          guid: 'left with a bot that is only known to have written',
          dim: 1,
          measures: { msg_from_bots_count: 2, session_duration: 1_000 },
        },
        {
          guid: 'left with a bot that is only known to have come',
          dim: 1,
          measures: { until_first_bot_duration: 2, session_duration: 1_000 },
        },
        { guid: 'left with a bot, no presence', dim: 4, agentsKnown: true, measures: { bots_count: 1, session_duration: 1_000 } },
        { guid: 'abandoned', dim: 1, measures: { session_duration: 30 } },
        { guid: 'abandoned within ten seconds', dim: 1, measures: { session_duration: 10 } },
        { guid: 'abandoned within ten seconds, by its end', dim: 1, lasted: 10 },
        { guid: 'abandoned after eleven, by its end', dim: 1, lasted: 11 },
        { guid: 'closed by Chat Server', dim: 8, measures: { session_duration: 600 } },
        { guid: 'closed by Chat Server with a bot', dim: 8, measures: { bots_count: 1, session_duration: 600 } },
        { guid: 'abandoned, no presence', dim: 4, agentsKnown: true, measures: { session_duration: 50 } },
        { guid: 'handled after a bot', dim: 2, measures: { bots_count: 1, session_duration: 1_000 } },
        { guid: 'visited, closed by a bot', dim: 6, measures: { bots_count: 1, session_duration: 7_000 } },
        { guid: 'visited', dim: 3, measures: { session_duration: 6_000 } },
        { guid: 'nothing known but a bot', dim: 7, measures: { bots_count: 1 } },
        { guid: 'active with a bot', dim: 1, active: true, measures: { bots_count: 1 } },
      ].map((fact) => ({ ...fact, start })),
    ),
  );
  const outcomes = () =>
    mart((connection) =>
      queryRows(connection, {
        text: `select sum(sessions_abandoned) as without_agent, sum(outcome_closed_by_bot) as closed_by_bot,
          sum(outcome_left_with_bot) as left_with_bot, sum(outcome_closed_by_system) as closed_by_system,
          sum(outcome_short_abandoned) as short, sum(outcome_abandoned) as abandoned, sum(sessions_abandoned_alone) as alone,
          sum(abandoned_alone_duration) as waited, max(abandoned_alone_max_duration) as longest from ag2_chat_stats_year`,
      }),
    );
  await run();
  expect(await outcomes()).toEqual([
    {
      ...{ without_agent: 14, closed_by_bot: 3, left_with_bot: 5, closed_by_system: 1 },
      ...{ short: 2, abandoned: 3, alone: 5, waited: 90, longest: 50 },
    },
  ]);
  // If a session counts as without an agent once its agent has left, the others who took part count for it too.
  await mart((connection) => connection.query(`update ctl_schema_info set value = 'abandoned' where property = 'visited-counts-as'`));
  await run({ from: new Date('2026-02-28'), to: new Date('2026-03-01') });
  expect(await outcomes()).toEqual([
    {
      ...{ without_agent: 16, closed_by_bot: 4, left_with_bot: 5, closed_by_system: 1 },
      ...{ short: 2, abandoned: 4, alone: 6, waited: 6_090, longest: 6_000 },
    },
  ]);
});

test('if a measure is NULL in one row of a period, it is NULL for the period', async () => {
  const days = ['2026-02-01T00:00Z', '2026-02-02T00:00Z', '2026-04-01T00:00Z'].map(at);
  await mart(async (connection) => {
    await writeFacts(
      connection,
      days.map((start) => ({ guid: `at ${start}`, start, dim: 1, measures: { session_duration: 60 } })),
    );
  });
  await run();
  await mart((connection) =>
    connection.query(
      `update agt_chat_stats_month set sessions_abandoned_alone = null, abandoned_alone_max_duration = null where date_time_key = ${days[0]!}`,
    ),
  );
  const read = (level: string) =>
    mart((connection) =>
      queryRows(connection, {
        text: `select sessions_abandoned as without_agent, sessions_abandoned_alone as alone, abandoned_alone_max_duration as longest
          from ag2_chat_stats_${level} order by date_time_key`,
      }),
    );
  expect(await read('year')).toEqual([{ without_agent: 3, alone: null, longest: null }]);
  expect(await read('qrtr')).toEqual([
    { without_agent: 2, alone: null, longest: null },
    { without_agent: 1, alone: 1, longest: 60 },
  ]);
});

describe('only what changed', () => {
  const newYearsEve = at('2027-12-31T23:59Z');

  deepTest('a session that moves over New Year leaves its old periods and enters its new ones', async () => {
    await mart((connection) => writeFacts(connection, [{ guid: 'moving', start: newYearsEve }]));
    await run();
    await mart((connection) => writeFacts(connection, [{ guid: 'moving', start: newYearsEve + 60 }]));
    expect(await run()).toMatchObject({ intervals: 2, rows: { day: 1, month: 1 } });
    await expectAllLevels([{ guid: 'moving', start: newYearsEve + 60 }]);
  });

  test('a group without sessions has no row', async () => {
    await mart((connection) => writeFacts(connection, [{ guid: 'only', start: newYearsEve }]));
    await run();
    await mart((connection) => removeFacts(connection, ['only']));
    await run();
    await expectLevels(LEVELS, []);
  });

  test('the rows of other days and months are not touched', async () => {
    const starts = ['2026-01-01T00:00Z', '2026-01-01T01:00Z', '2026-01-02T00:00Z', '2026-02-01T00:00Z'].map(at);
    await mart((connection) =>
      writeFacts(
        connection,
        starts.map((start) => ({ guid: `at ${start}`, start })),
      ),
    );
    await run();
    await mart((connection) => writeFacts(connection, [{ guid: 'one more', start: starts[0]! + 3599 }]));
    expect(await run()).toMatchObject({
      intervals: 1,
      minStartKey: starts[0]! + 2700,
      maxStartKey: starts[0]! + 2700,
      rows: { day: 1, month: 1 },
    });
    const rebuilt = (table: string) =>
      mart((connection) =>
        queryRows<{ at: number }>(connection, {
          text: `select date_time_key as at from ${table} where agr_set_key = (select max(audit_key) from ctl_audit_log) order by 1`,
        }),
      );
    for (const level of ['day', 'month']) expect(await rebuilt(`agt_chat_stats_${level}`), level).toEqual([{ at: starts[0] }]);
  });

  // On a cluster the statements have another form.
  test.runIf(isWhole && !isOnCluster())('one interval of a large fact is found through the index on START_DATE_TIME_KEY', async () => {
    await mart(async (connection) => {
      const start = at('2026-01-01');
      await writeFacts(connection, [{ guid: 'first', start }]);
      await connection.query(
        `insert into chat_session_fact
         select (jsonb_populate_record(chat_session_fact, jsonb_build_object('media_server_ixn_guid', n::text, 'start_date_time_key', $1 + n * 900))).*
         from chat_session_fact
         cross join generate_series(1, 30000) as n`,
        [start],
      );
      await connection.query('analyze chat_session_fact');
      await connection.query('truncate chatmart_pending_agg');
      await connection.query('insert into chatmart_pending_agg values ($1, 1)', [start + 86_400]);
      await withTransaction(connection, async () => {
        const changed = await queryRow<ChangedIntervals>(connection, selectChangedIntervals([UTC_DAYS]));
        const days = changed.levels['day']!;
        const selection = selectPeriods(readKvpMap(), UTC_DAYS, days, 1);
        const rebuild = writeChangedRows(readKvpMap(), UTC_DAYS, days, { of: 'periods', writesAll: false }, selection);
        const added: ChangedPeriods = {
          ...days,
          addedIntervals: [[start + 86_400], [start + 86_400]],
          additions: [[start + 86_400], [1]],
        };
        for (const write of [rebuild, addSessions(readKvpMap(), UTC_DAYS, added, 1)]) {
          const plan = await queryRows<{ 'QUERY PLAN': string }>(connection, { ...write, text: `explain ${write.text}` });
          expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('Index Scan using i_chat_session_fact_sdt');
        }
      });
    });
  });

  deepTest('if one group of a day changes, the others are not rewritten', async () => {
    const start = at('2026-01-05T12:00Z');
    await mart((connection) =>
      writeFacts(
        connection,
        [1, 2, 3].map((dim) => ({ guid: `of ${dim}`, start, dim })),
      ),
    );
    await run();
    await mart((connection) => writeFacts(connection, [{ guid: 'of 2', start: start + 60, dim: 4 }], 'groups'));
    expect(await run()).toMatchObject({ intervals: 1, rows: { day: 1, month: 1 } });
    const rebuilt = (table: string) =>
      mart((connection) =>
        queryRows<{ dim: number }>(connection, {
          text: `select chat_session_dim_key as dim from ${table} where agr_set_key = (select max(audit_key) from ctl_audit_log)`,
        }),
      );
    for (const level of ['day', 'month']) expect(await rebuilt(`agt_chat_stats_${level}`), level).toEqual([{ dim: 4 }]);
    await expectAllLevels([
      { guid: 'of 1', start, dim: 1 },
      { guid: 'of 2', start, dim: 4 },
      { guid: 'of 3', start, dim: 3 },
    ]);
  });

  test('of whole periods only the rows that differ are written, and only those without sessions deleted', async () => {
    const start = at('2026-01-05T12:00Z');
    const facts = [1, 2, 3].map((dim) => ({ guid: `of ${dim}`, start, dim }));
    await mart((connection) => writeFacts(connection, [...facts, { guid: 'elsewhere', start: start + 86_400, dim: 5 }]));
    await run();
    const versions = async (): Promise<Map<string, string>> => {
      const found = await mart((connection) =>
        queryRows<{ row: string; version: string }>(connection, {
          text: ['day', 'month']
            .map(
              (level) => `select '${level} ' || chat_session_dim_key as row, ctid || ' ' || xmin as version from agt_chat_stats_${level}`,
            )
            .join(' union all '),
        }),
      );
      return new Map(found.map(({ row, version }) => [row, version]));
    };
    const before = await versions();
    expect(before.size).toBe(8);
    // All groups of the interval are marked: one that is gone, one that is new, and one whose sum changed.
    await mart(async (connection) => {
      await removeFacts(connection, ['of 3']);
      await writeFacts(connection, [
        { guid: 'of 4', start, dim: 4 },
        { guid: 'of 2', start, dim: 2, measures: { session_duration: 7 } },
      ]);
    });
    expect(await run()).toMatchObject({ rows: { day: 2, month: 2 } });
    const after = await versions();
    expect(
      [...after]
        .filter(([row, version]) => before.get(row) !== version)
        .map(([row]) => row)
        .sort(),
    ).toEqual([...['day 2', 'day 4', 'month 2', 'month 4']]);
    expect([...before.keys()].filter((row) => !after.has(row))).toEqual(['day 3', 'month 3']);
    // Marked but unchanged: nothing is written unless requested.
    await mart((connection) => connection.query('insert into chatmart_pending_agg values ($1, 1)', [start]));
    expect(await run()).toMatchObject({ intervals: 1, rows: { day: 0, month: 0 } });
    expect(await versions()).toEqual(after);
    expect(await run({ from: new Date('2026-01-05'), to: new Date('2026-01-06') })).toMatchObject({ rows: { day: 3, month: 4 } });
  });

  // On a cluster these views are computed whole (docs/scale.md).
  test.skipIf(isOnCluster()).each(
    sampleOf(
      [
        ['by key', `where date_time_key >= ${at('2026-01-05T12:00Z')} and date_time_key < ${at('2026-01-05T13:00Z')}`],
        ['by date', `join date_time using (date_time_key) where cal_date = '2026-01-05' group by label_yyyy_mm_dd_hh24`],
        ['as a part of a left join', `right join date_time using (date_time_key) where cal_date = '2026-01-05'`],
      ],
      3,
    ),
  )('an hour, named %s, is found through the index of the facts, though its level is a view', async (_, condition) => {
    const plan = await mart(async (connection) => {
      await connection.query('set enable_seqscan to off; set enable_bitmapscan to off; analyze date_time');
      return queryRows<{ 'QUERY PLAN': string }>(connection, {
        text: `explain select sum(sessions) from ag2_chat_stats_hour ${condition}`,
      });
    });
    const lines = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(lines).toContain('Index Scan using i_chat_session_fact_sdt');
    expect(lines).toMatch(/Index Cond: .*start_date_time_key = ANY/);
  });

  test('nothing changed: nothing is written but the job history', async () => {
    expect(await run()).toEqual({
      intervals: 0,
      minStartKey: 0,
      maxStartKey: 0,
      rows: { day: 0, month: 0 },
      seconds: { day: 0, month: 0 },
    });
    expect(await history()).toMatchObject([{ status: 'COMPLETED', row_count: 0, message: 'nothing has changed' }]);
  });
});

const history = () =>
  mart((connection) => queryRows(connection, { text: `select * from ctl_etl_history where job_name = 'Job_AggregateGIM'` }));

test('rows, audit and history agree', async () => {
  const start = at('2026-03-01T10:20Z');
  await mart((connection) =>
    writeFacts(connection, [
      { guid: 'a', start },
      { guid: 'b', start: start + 900 },
    ]),
  );
  await run();
  expect(await mart((connection) => queryRows(connection, { text: `select * from ctl_audit_log where job_id = 'test'` }))).toMatchObject([
    { min_start_date_time_key: at('2026-03-01T10:15Z'), max_start_date_time_key: at('2026-03-01T10:30Z'), row_count: 2 },
  ]);
  expect(await history()).toMatchObject([
    { job_id: 'test', status: 'COMPLETED', start_time: testClock(), end_time: testClock(), duration: 0, row_count: 2 },
  ]);
});

test('a failure leaves queue and aggregates as they were, and says so in the job history', async () => {
  const facts = sampleFacts(10, 3);
  await mart((connection) => writeFacts(connection, facts));
  await run();
  await mart(async (connection) => {
    await writeFacts(connection, [{ guid: 'late', start: facts[0]!.start }]);
    // The days can be written but the months cannot, so everything must be rolled back.
    await connection.query('alter table agt_chat_stats_month add constraint broken check (false) not valid');
  });
  await expect(run()).rejects.toThrow('broken');
  // Quarter hours and hours are views on the facts, so they show a session before aggregation does.
  await expectLevels(
    LEVELS.filter((level) => level !== 'subhr' && level !== 'hour'),
    facts,
  );
  expect(await history()).toMatchObject([{ status: 'FAILED' }]);

  await mart((connection) => connection.query('alter table agt_chat_stats_month drop constraint broken'));
  await run();
  await expectAllLevels([...facts, { guid: 'late', start: facts[0]!.start }]);
});

test('a range is rebuilt whether it changed or not, to its borders and no further', async () => {
  const day = at('2026-03-02');
  const starts = [day - 1, day, day + 86_399, day + 86_400];
  await mart((connection) =>
    writeFacts(
      connection,
      starts.map((start) => ({ guid: `at ${start}`, start })),
    ),
  );
  await run();
  await mart((connection) => connection.query('update agt_chat_stats_day set sessions = 100'));
  expect(await run({ from: new Date('2026-03-02'), to: new Date('2026-03-03') })).toMatchObject({ intervals: 96 });
  const days = await mart((connection) =>
    queryRows(connection, { text: 'select date_time_key as at, sessions from agt_chat_stats_day order by 1' }),
  );
  expect(days).toEqual([
    { at: day - 86_400, sessions: 100 },
    { at: day, sessions: 2 },
    { at: day + 86_400, sessions: 100 },
  ]);
});
