import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { CHAT_STATS_LEVELS } from '../../src/mart/aggregates/levels.js';
import { INFO_MART_RULES, type Calendar } from '../../src/model/calendar.js';
import type { AttachedKey } from '../../src/model/attached-key.js';
import type { MappedKey } from '../../src/model/mapped-key.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { emptyDatabase, freshDatabases, freshMart, isOnCluster, query, testClock } from '../support/databases.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { run } from '../../src/commands/run/run.js';
import { aggregate } from '../../src/pipeline/aggregate.js';
import { deepTest, sampleOf } from '../support/depth.js';
import { copyMart } from '../support/copy-mart.js';
import { withMart, writeDimension, writeFacts } from '../support/mart-facts.js';
import { writeUserData, type UserDataRow } from '../support/user-data.js';

const BERLIN: Calendar = { name: 'berlin', timezone: 'Europe/Berlin', ...INFO_MART_RULES };

const at = (text: string): number => Date.parse(text) / 1000;

describe('sessions', () => {
  const OWN: readonly AttachedKey[] = [
    { key: 'Disposition', column: 'DISPOSITION', kind: 'attribute' },
    { key: 'VIP', column: 'IS_VIP', kind: 'flag' },
    { key: 'CallbackAt', column: 'CALLBACK_AT', kind: 'time' },
    { key: 'Score', column: 'SCORE', kind: 'measure' },
    // A column of the view has this name.
    { key: 'Lang', column: 'LANGUAGE', kind: 'attribute' },
    { key: 'OtherLang', column: 'ATTACHED_LANGUAGE', kind: 'attribute' },
    { key: 'Thread', column: 'THREAD_ID', kind: 'attribute' },
  ];
  const START = at('2026-02-10T08:07:06Z');
  const keys = readKvpMap().keys;
  const optional = keys.filter(({ type }) => type !== 'start' && type !== 'end');

  const toText = ({ type, number, values }: MappedKey): string => {
    switch (type) {
      case 'start':
        return String(START);
      case 'end':
        return String(START + 600);
      case 'tenant':
        return '101';
      case 'media-type':
        return 'chat';
      case 'measure':
        return String(1000 + number);
      case 'flag':
        return '1';
      default:
        return values?.[0] ?? `text ${number}`;
    }
  };

  /** A session with the value of each key; `change` replaces some, or takes one away. */
  const session = (guid: string, change: Readonly<Record<string, string | undefined>> = {}): UserDataRow[] =>
    [...keys.map((key) => [key.kvp, toText(key)] as const), ...OWN.map(({ key }) => [key, undefined] as const)].flatMap(
      ([kvp, text]): UserDataRow[] => {
        const value = kvp in change ? change[kvp] : text;
        return value === undefined ? [] : [[guid, kvp, value]];
      },
    );

  type Row = Readonly<Record<string, unknown>>;
  let found: ReadonlyMap<string, Row> = new Map();
  const nobody = { csg_PartiesAsAgentCount: '0', csg_MessagesFromAgentsCount: '0', csg_PartiesAsBotCount: '0' };

  beforeAll(async () => {
    const { idbUrl, martUrl } = await freshDatabases();
    await migrateMart({ martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { attachedData: OWN } });
    await writeUserData(idbUrl, [
      ...session('all'),
      ...optional.flatMap(({ kvp }) => session(kvp, { [kvp]: undefined })),
      ...session('own', {
        Disposition: 'Sold',
        VIP: 'no',
        CallbackAt: String(START),
        Score: '7',
        Lang: 'sv',
        OtherLang: 'nb',
        Thread: 'T1',
      }),
      ...session('open', { ChatServerSessionClosedAt: undefined }),
      ...session('nobody', {
        ...nobody,
        ...{ csg_SessionUntilFirstAgentTime: '0', csg_SessionUntilFirstReplyTime: '0', csg_SessionUntilFirstBotTime: '0' },
      }),
      ...session('at once', {
        csg_SessionUntilFirstAgentTime: '0',
        csg_SessionUntilFirstReplyTime: '0',
        csg_SessionUntilFirstBotTime: '0',
      }),
      ...session('waited', nobody),
    ]);
    await run({ idbUrl, martUrl, idbSchema: 'public', martSchema: 'infomart' }, { clock: testClock });
    const rows = await query<Row>(martUrl, 'select * from chat.sessions');
    found = new Map(rows.map((row) => [row['interaction_id'] as string, row]));
  });

  /** The columns that a key fills, by the key's name. */
  const filled = (key: MappedKey): string => {
    switch (key.column) {
      case 'TENANT_KEY':
        return 'tenant';
      case 'MEDIA_NAME_CODE':
        return 'media_type';
      case 'LANGUAGE_NAME':
        return 'language';
      case 'ENDED_AGENT':
        return 'agent_presence';
      case 'ASYNC_MODE':
        return 'is_async';
      default:
        return key.column.toLowerCase().replace(/_duration$/, '_seconds');
    }
  };

  test('each key fills a column of its own, which is NULL exactly where the key was absent', () => {
    const whole = found.get('all')!;
    expect(new Set(optional.map(filled)).size).toBe(optional.length);
    for (const key of optional) {
      const column = filled(key);
      expect(whole[column], column).not.toBeNull();
      if (key.type === 'measure') expect(whole[column], column).toBe(1000 + key.number);
      expect(found.get(key.kvp)![column], `${column} without ${key.kvp}`).toBeNull();
      for (const other of optional.filter(({ kvp }) => kvp !== key.kvp))
        expect(found.get(key.kvp)![filled(other)], `${filled(other)} without ${key.kvp}`).not.toBeNull();
    }
  });

  test('times are instants, and a session that is open has no end', () => {
    expect(found.get('all')).toMatchObject({
      started_at: new Date(START * 1000),
      ended_at: new Date((START + 600) * 1000),
      is_open: false,
      is_async: true,
    });
    expect(found.get('open')).toMatchObject({ ended_at: null, is_open: true, outcome: 'open' });
    expect(found.get('all')!['changed_at']).toBeInstanceOf(Date);
  });

  test('a wait for somebody who never came is NULL, and of one who was there at once 0', () => {
    const waits = ({
      until_first_agent_seconds: agent,
      until_first_reply_seconds: reply,
      until_first_bot_seconds: bot,
    }: Row): unknown[] => [...[agent, reply, bot]];
    expect(waits(found.get('nobody')!)).toEqual([null, null, null]);
    expect(waits(found.get('at once')!)).toEqual([0, 0, 0]);
    // Chat Server contradicts itself: somebody was waited for, so that there was somebody.
    expect(waits(found.get('waited')!)).toEqual([1006, 1007, 1050]);
  });

  test('own keys have their types, and give way to a column of the view', () => {
    expect(found.get('own')).toMatchObject({
      disposition: 'Sold',
      is_vip: false,
      callback_at: new Date(START * 1000),
      score: 7,
      attached_language: 'nb',
      attached_attached_language: 'sv',
      thread_id: 'T1',
      language: found.get('all')!['language'],
    });
    expect(found.get('own')).not.toHaveProperty('attached_thread_id');
    expect(found.get('all')).toMatchObject({ disposition: null, is_vip: null, callback_at: null, score: null, attached_language: null });
  });
});

const FACTS = fc
  .sample(
    fc.record({
      start: fc.integer({ min: at('2026-03-28T20:00Z'), max: at('2026-03-29T06:00Z') }),
      lasted: fc.integer({ min: 0, max: 9_000 }),
      tenant: fc.constantFrom(1, 2),
      dim: fc.constantFrom(1, 2, 3, -2),
      active: fc.boolean(),
      agentsKnown: fc.boolean(),
      messagesKnown: fc.boolean(),
      measures: fc.record({
        agents_count: fc.integer({ min: 0, max: 2 }),
        msg_from_agents_count: fc.integer({ min: 0, max: 3 }),
        bots_count: fc.constantFrom(0, 0, 1),
        session_duration: fc.integer({ min: 0, max: 30 }),
      }),
    }),
    { numRuns: 200, seed: 17 },
  )
  .map((fact, index) => ({ ...fact, guid: `F${index}`, active: fact.active && index % 4 === 0 }));

describe('a mart with facts', () => {
  let martUrl = '';

  beforeAll(async () => {
    martUrl = await freshMart();
    await withMart(martUrl, async (mart) => {
      await mart.query(
        `insert into gidb_gc_tenant (id, name, state, status, create_audit_key) values (1, 'Bank', 1, 1, 1), (2, 'Shop', 1, 1, 1)`,
      );
      await writeDimension(mart, [
        { id: 1, origin: 'web', language: 'English', endedBy: 'AGENT', endedReason: 'QUIT', endedAgent: 'PRESENT' },
        { id: 2, endedBy: 'CLIENT', endedReason: 'DISCONNECT', endedAgent: 'ABSENT' },
        { id: 3, origin: 'sms', endedBy: 'BOT' },
      ]);
      await mart.query('update chat_session_dim set async_mode = 1 where id = 3');
      await writeFacts(mart, FACTS);
    });
    await migrateMart({ martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { calendars: [BERLIN] } });
    await aggregate({ martUrl, martSchema: 'infomart' }, { clock: testClock });
  });

  test('flags of sessions add up to the measures of the aggregates', async () => {
    const [sums] = await query(
      martUrl,
      `select
         count(*) filter (where was_offered) as offered,
         count(*) filter (where was_answered) as answered,
         count(*) filter (where was_abandoned) as abandoned,
         count(*) filter (where was_handed_over) as handed_over,
         count(*) filter (where has_bot) as with_bot,
         count(*) filter (where is_open) as open,
         count(*) filter (where outcome = 'unknown') as unknown,
         count(*) filter (where was_offered is null) as not_said
       from chat.sessions`,
    );
    const [expected] = await query(
      martUrl,
      `select sum(sessions_offered) as offered, sum(sessions_answered) as answered, sum(sessions_abandoned_alone) as abandoned,
         sum(sessions_handed_over) as handed_over, sum(sessions_with_bot) as with_bot, sum(outcome_open) as open,
         sum(outcome_unknown) as unknown, sum(outcome_unknown) as not_said
       from chat.stats_day`,
    );
    expect(sums).toEqual(expected);
    expect(Object.values(sums!).every((sum) => Number(sum) > 0)).toBe(true);
    expect(
      await query(
        martUrl,
        `select interaction_id from chat.sessions
         join infomart.chat_session on media_server_ixn_guid = interaction_id
         where sessions.outcome <> chat_session.outcome or has_bot <> (with_bot = 1) or started_at <> start_time at time zone 'UTC'`,
      ),
    ).toEqual([]);
  });

  test.each(
    sampleOf(
      CHAT_STATS_LEVELS.flatMap((level) => [level, `${level}_berlin`]),
      5,
    ),
  )('stats_%s are AG2_CHAT_STATS with times and labels', async (name) => {
    const zone = name.endsWith('_berlin') ? 'Europe/Berlin' : 'UTC';
    const [{ count }] = (await query<{ count: string }>(
      martUrl,
      `select count(*) from chat.stats_${name} where period_start is not null and period is not null and sessions > 0
         and extract(epoch from period_start) <= date_time_key and extract(epoch from period_end) > date_time_key`,
    )) as [{ count: string }];
    const columns = (
      await query<{ name: string }>(
        martUrl,
        `select column_name as name from information_schema.columns
       where table_schema = 'infomart' and table_name = 'ag2_chat_stats_${name}' and column_name <> 'agr_set_key' order by 1`,
      )
    ).map((column) => column.name);
    const rows = async (from: string): Promise<unknown[]> =>
      query(martUrl, `select ${columns.join(', ')} from ${from} order by date_time_key, tenant_key, media_type_key, chat_session_dim_key`);
    const expected = await rows(`infomart.ag2_chat_stats_${name}`);
    expect(await rows(`chat.stats_${name}`)).toEqual(expected);
    expect(Number(count)).toBe(expected.length);
    if (zone === 'UTC') return;
    expect(
      await query(
        martUrl,
        `select from chat.stats_${name} where local_start <> period_start at time zone '${zone}' or local_end <> period_end at time zone '${zone}'`,
      ),
    ).toEqual([]);
  });

  test('a day of a calendar that lacks an hour is a day, on its own clocks', async () => {
    expect(
      await query(
        martUrl,
        `select distinct period, local_start::text, local_end::text, period_end - period_start = '23 hours' as is_short, weekday
         from chat.stats_day_berlin where period = '2026-03-29'`,
      ),
    ).toEqual([
      { period: '2026-03-29', local_start: '2026-03-29 00:00:00', local_end: '2026-03-30 00:00:00', is_short: true, weekday: 'Sunday' },
    ]);
  });

  test('concurrency equals counting second by second', async () => {
    const last = at('2026-03-29T12:00Z');
    const rows = await query<Record<string, unknown>>(
      martUrl,
      `select extract(epoch from period_start)::integer as key, tenant, most_open, average_open::float8, open_at_end,
         regular_most_open, regular_open_at_end, async_most_open, async_average_open::float8, async_open_at_end
       from chat.concurrency where period_end <= to_timestamp(${last}) order by 1, 2`,
    );
    const expected: Record<string, unknown>[] = [];
    for (const [tenant, name] of [
      [1, 'Bank'],
      [2, 'Shop'],
    ] as const) {
      const own = FACTS.filter((fact) => fact.tenant === tenant);
      const openAt = (second: number, isAsync?: boolean): number =>
        own.filter(
          ({ start, lasted, active, dim }) =>
            (isAsync === undefined || (dim === 3) === isAsync) && start <= second && (active || second < start + lasted),
        ).length;
      const first = Math.min(...own.filter(({ active, lasted }) => active || lasted > 0).map(({ start }) => start));
      for (let key = first - (first % 900); key + 900 <= last; key += 900) {
        const seconds = Array.from({ length: 900 }, (_, second) => key + second);
        const [all, regular, async] = [undefined, false, true].map((mode) => seconds.map((second) => openAt(second, mode)));
        const mean = (counts: readonly number[]): number => Math.round((counts.reduce((sum, each) => sum + each, 0) / 900) * 1000) / 1000;
        expected.push({
          ...{ key, tenant: name, most_open: Math.max(...all!), average_open: mean(all!), open_at_end: all!.at(-1) },
          ...{ regular_most_open: Math.max(...regular!), regular_open_at_end: regular!.at(-1) },
          ...{ async_most_open: Math.max(...async!), async_average_open: mean(async!), async_open_at_end: async!.at(-1) },
        });
      }
    }
    expect(rows).toEqual(expected.sort((one, other) => Number(one['key']) - Number(other['key'])));
  });

  test('sessions whose facts are purged count from where facts begin until they ended', async () => {
    const rows = await withConnection({ url: martUrl, applicationName: 'test', schema: 'infomart' }, async (mart) => {
      await mart.query('begin');
      await mart.query(
        `insert into ctl_schema_info (property, value, updated_ts) values ('facts-kept-from', '2026-03-28T00:00:00.000Z', 1)`,
      );
      await mart.query(`insert into chatmart_purged_durations select * from json_populate_recordset(null::chatmart_purged_durations, $1)`, [
        JSON.stringify(
          [at('2026-03-28T00:20Z'), 0].map((end_ts) => ({
            ...{
              start_date_time_key: at('2026-03-27T12:00Z'),
              tenant_key: 1,
              media_type_key: -2,
              chat_session_dim_key: 3,
              end_ts,
              sessions: 3,
            },
            ...{ outcome: 'handled', has_bot: false, until_first_agent_bucket: 1, until_first_reply_bucket: 1, session_bucket: 1 },
            ...{ handle_bucket: 1, longest_agent_reply_bucket: 1, longest_customer_wait_bucket: 1, create_audit_key: 1 },
          })),
        ),
      ]);
      const { rows: found } = await mart.query(
        `select to_char(period_start at time zone 'UTC', 'HH24:MI') as period, most_open, average_open::float8, async_open_at_end as at_end
         from chat.concurrency where tenant = 'Bank' order by period_start limit 3`,
      );
      await mart.query('rollback');
      return found as unknown[];
    });
    expect(rows).toEqual([
      { period: '00:00', most_open: 3, average_open: 3, at_end: 3 },
      { period: '00:15', most_open: 3, average_open: 1, at_end: 0 },
      { period: '00:30', most_open: 0, average_open: 0, at_end: 0 },
    ]);
  });

  test('all instants are of type timestamptz, and every column explains itself', async () => {
    const columns = await query<{ name: string; type: string; comment: string | null }>(
      martUrl,
      `select relname || '.' || attname as name, format_type(atttypid, atttypmod) as type, col_description(attrelid, attnum) as comment
       from pg_attribute join pg_class on pg_class.oid = attrelid where relnamespace = 'chat'::regnamespace and attnum > 0`,
    );
    expect(columns.length).toBeGreaterThan(900);
    expect(columns.filter(({ comment }) => (comment ?? '').length <= 25)).toEqual([]);
    const instants = columns.filter(({ name }) => /_at$|_until$|period_(start|end)$|_time$/.test(name));
    expect(instants.length).toBeGreaterThan(30);
    expect(instants.filter(({ type }) => type !== 'timestamp with time zone')).toEqual([]);
    expect(
      columns.filter(
        ({ type, comment }) => /^(smallint|integer|bigint|numeric|double precision)$/.test(type) && !/ Unit: [a-z]/.test(comment ?? ''),
      ),
    ).toEqual([]);
  });

  test.each([
    ['started_at', `started_at >= '2026-03-29' and started_at < '2026-04-05'`, 'i_chat_session_fact_started'],
    ['ended_at', `ended_at >= '2026-03-29'`, 'i_chat_session_fact_ended'],
    ['chat_session_id', `chat_session_id = 'x'`, 'i_chat_session_fact_session'],
    ['interaction_id', `interaction_id = 'x'`, 'pk_chat_session_fact'],
  ])('a question by %s uses an index, and joins nothing that it does not name', async (_, condition, index) => {
    await withConnection({ url: martUrl, applicationName: 'test' }, async (mart) => {
      await mart.query(`begin; set local citus.propagate_set_commands to 'local'; set local enable_seqscan to off`);
      const { rows } = await mart.query<{ 'QUERY PLAN': string }>(
        `explain select sum(session_seconds) from chat.sessions where ${condition}`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain(index);
      expect(plan).not.toMatch(/chat_session_dim|media_type|tenant|audit|attached|date_time/);
    });
  });

  // The coordinator's planner knows no statistics of shards.
  test.skipIf(isOnCluster())('the planner knows that there are few outcomes', async () => {
    const { rows } = await withConnection({ url: martUrl, applicationName: 'test' }, (mart) =>
      mart.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
        'explain (format json) select outcome, count(*) from chat.sessions group by 1',
      ),
    );
    expect(rows[0]!['QUERY PLAN'][0].Plan['Plan Rows']).toBeLessThan(15);
  });
});

describe('the schema of these views', () => {
  const schemasOf = async (martUrl: string): Promise<string[]> =>
    (
      await query<{ name: string }>(martUrl, `select nspname as name from pg_namespace where nspname ~ '^chat|mart|^copied' order by 1`)
    ).map(({ name }) => name);
  const migrate = (martUrl: string, martSchema = 'infomart', calendars?: readonly Calendar[]) =>
    migrateMart({ martUrl, martSchema }, { clock: testClock, properties: { calendars } });
  const readFrom = (martUrl: string, view: string): Promise<{ schema: string }[]> =>
    query(
      martUrl,
      `select distinct nspname as schema from pg_rewrite join pg_depend on pg_depend.objid = pg_rewrite.oid
       join pg_class on pg_class.oid = refobjid join pg_namespace on pg_namespace.oid = relnamespace
       where ev_class = $1::regclass and pg_class.oid <> ev_class`,
      [view],
    );

  test('a further mart of a database has one of its own, and changes nothing of the first', async () => {
    const martUrl = await freshMart();
    expect((await migrate(martUrl, 'othermart')).applied.at(-1)).toBe('schema chat_othermart');
    expect(await schemasOf(martUrl)).toEqual(['chat', 'chat_othermart', 'infomart', 'othermart']);
    expect(await readFrom(martUrl, 'chat.sessions')).toEqual([{ schema: 'infomart' }]);
    expect(await readFrom(martUrl, 'chat_othermart.sessions')).toEqual([{ schema: 'othermart' }]);
    for (const schema of ['infomart', 'othermart']) expect((await migrate(martUrl, schema)).applied).toEqual([]);
  });

  deepTest('a schema chat of somebody else is left alone', async () => {
    const martUrl = await emptyDatabase();
    await query(martUrl, 'create schema chat; create table chat.sessions (mine integer)');
    expect((await migrate(martUrl)).applied.at(-1)).toBe('schema chat_infomart');
    expect(await query(martUrl, 'select mine from chat.sessions')).toEqual([]);
  });

  test('a mart that was renamed takes its views along, and a dropped view comes back', async () => {
    const martUrl = await freshMart();
    await query(martUrl, 'alter schema infomart rename to gim; drop view chat.sessions');
    expect((await migrate(martUrl, 'gim')).applied).toEqual(['schema chat']);
    expect(await readFrom(martUrl, 'chat.sessions')).toEqual([{ schema: 'gim' }]);
  });

  test('a mart whose schema lost its comment keeps its views', async () => {
    const martUrl = await freshMart();
    await query(martUrl, 'comment on schema chat is null; drop view chat.sessions');
    expect((await migrate(martUrl)).applied).toEqual(['schema chat']);
    expect(await schemasOf(martUrl)).toEqual(['chat', 'infomart']);
  });

  test('an empty schema that is kept for another mart is left to it', async () => {
    const martUrl = await emptyDatabase();
    await query(
      martUrl,
      `create schema chat; comment on schema chat is 'Views for people and BI tools over the Info Mart in schema other, made by chatmart migrate.'`,
    );
    expect((await migrate(martUrl)).applied.at(-1)).toBe('schema chat_infomart');
  });

  test('a copy of a mart in the same database gets one of its own, and takes nothing from the original', async () => {
    const martUrl = await freshMart();
    await migrate(martUrl, 'infomart', [BERLIN]);
    await copyMart(martUrl, 'copied');
    const before = await query(martUrl, `select relname from pg_class where relnamespace = 'chat'::regnamespace order by 1`);
    await migrate(martUrl, 'copied', []);
    expect(await schemasOf(martUrl)).toEqual(['chat', 'chat_copied', 'copied', 'infomart']);
    expect(await query(martUrl, `select relname from pg_class where relnamespace = 'chat'::regnamespace order by 1`)).toEqual(before);
    expect(await readFrom(martUrl, 'chat.sessions')).toEqual([{ schema: 'infomart' }]);
    expect(await readFrom(martUrl, 'chat_copied.sessions')).toEqual([{ schema: 'copied' }]);
  });

  deepTest('the views of a calendar come and go with it; one of somebody else keeps it', async () => {
    const martUrl = await freshMart();
    const names = async (): Promise<unknown[]> =>
      query(martUrl, `select relname from pg_class where relnamespace = 'chat'::regnamespace and relname like '%berlin'`);
    await migrate(martUrl, 'infomart', [BERLIN]);
    expect(await names()).toHaveLength(CHAT_STATS_LEVELS.length);
    await query(martUrl, 'create view public.mine as select * from chat.stats_week_berlin');
    await expect(migrate(martUrl, 'infomart', [])).rejects.toMatchObject({ code: 'calendar-in-use' });
    expect(await names()).toHaveLength(CHAT_STATS_LEVELS.length);
    await query(martUrl, 'drop view public.mine');
    await migrate(martUrl, 'infomart', []);
    expect(await names()).toEqual([]);
  });

  deepTest('an owner who may not create it gets the mart all the same, and a note of what to do', async () => {
    const martUrl = await emptyDatabase();
    const owner = new URL(martUrl);
    const role = `owner_${owner.pathname.slice(1)}`;
    await query(martUrl, `create role ${role} login password 'x'; create schema infomart authorization ${role}`);
    owner.username = role;
    owner.password = 'x';
    const logged: string[] = [];
    const again = () =>
      migrateMart({ martUrl: owner.href, martSchema: 'infomart' }, { clock: testClock, log: (line) => logged.push(line) });
    expect((await again()).applied.at(-1)).toBe('generated-schema');
    expect(logged.find((line) => line.startsWith('note:'))).toMatch(/views for people.*permission denied.*deploy\/roles-mart\.sql/);
    expect(await schemasOf(martUrl)).toEqual(['infomart']);
    await query(martUrl, `create schema chat authorization ${role}`);
    expect((await again()).applied).toEqual(['schema chat']);
    await query(martUrl, `drop owned by ${role}; drop role ${role}`);
  });
});
