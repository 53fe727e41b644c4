import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/db/connection.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { readMartMap } from '../../src/mart/schema/mart-map.js';
import type { AttachedKey } from '../../src/model/attached-key.js';
import type { FilterRequest } from '../../src/report/report-filter.js';
import type { ReportRow, ReportTable } from '../../src/report/report-table.js';
import { runReport } from '../../src/report/run-report.js';
import { freshMart, testClock } from '../support/databases.js';
import { sampleOf } from '../support/depth.js';
import { expectText } from '../support/expect-text.js';
import { withMart, writeFacts } from '../support/mart-facts.js';
import { problemOf } from '../support/problem-of.js';

const KEYS: readonly AttachedKey[] = [
  { key: 'Disposition', column: 'DISPOSITION', kind: 'attribute' },
  { key: 'Agent', column: 'AGENT_SELECTED', kind: 'attribute' },
  { key: 'Score', column: 'SURVEY_SCORE', kind: 'measure' },
  { key: 'VIP', column: 'IS_VIP', kind: 'flag' },
  { key: 'CallbackAt', column: 'CALLBACK_TS', kind: 'time' },
  // A built-in attribute, a figure, and a word of SQL have these names.
  { key: 'Lang', column: 'LANGUAGE', kind: 'attribute' },
  { key: 'Session', column: 'SESSIONS', kind: 'measure' },
  { key: 'Order', column: 'ORDER', kind: 'flag' },
  // So do columns of the statements themselves.
  { key: 'Id', column: 'ID', kind: 'measure' },
];

const DISPOSITIONS = ['Sold', 'sold', 'not:Sold', 'a=b, c', 'Ünsold'];
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 3 });
const SESSIONS = fc.sample(
  fc.record({
    second: fc.integer({ min: 0, max: 3 * 86_400 - 1 }),
    bots: fc.integer({ min: 0, max: 1 }),
    disposition: maybe(fc.constantFrom(...DISPOSITIONS)),
    agent_selected: maybe(fc.constantFrom('Ann', 'Bob', 'Cem')),
    survey_score: maybe(fc.integer({ min: -2, max: 12 })),
    is_vip: maybe(fc.constantFrom(0, 1)),
    callback_ts: maybe(fc.constant(1_772_000_000)),
    language: maybe(fc.constantFrom('de', 'en')),
    sessions: maybe(fc.integer({ min: 0, max: 3 })),
    order: maybe(fc.constantFrom(0, 1)),
    id: maybe(fc.integer({ min: 1, max: 2 })),
  }),
  { numRuns: 300, seed: 158 },
);
const FROM = new Date('2026-02-27T00:00Z');
const TO = new Date('2026-03-02T00:00Z');
const START = FROM.getTime() / 1_000;

let martUrl = '';
beforeAll(async () => {
  martUrl = await freshMart();
  await migrateMart({ martUrl, martSchema: 'infomart' }, { clock: testClock, properties: { attachedData: KEYS } });
  await withMart(martUrl, async (mart) => {
    await writeFacts(
      mart,
      SESSIONS.map(({ second, bots }, at) => ({ guid: `S${at}`, start: START + second, measures: { bots_count: bots } })),
    );
    const columns = KEYS.map(({ column }) => column.toLowerCase());
    const rows = SESSIONS.map((session, at) => ({ ...session, media_server_ixn_guid: `S${at}`, create_audit_key: 1 })).filter(
      (row: ReportRow) => columns.some((column) => row[column] !== null),
    );
    await mart.query('insert into chat_session_attached_data select * from json_populate_recordset(null::chat_session_attached_data, $1)', [
      JSON.stringify(rows),
    ]);
  });
});

interface Options {
  readonly name?: string;
  readonly by?: readonly string[];
  readonly filters?: FilterRequest;
  readonly timezone?: string;
}

const report = async (mart: Connection, options: Options): Promise<ReportTable> =>
  runReport(mart, { name: 'chat-session', from: FROM, to: TO, map: await readMartMap(mart), clock: testClock, ...options });
const sessionsOf = ({ totals }: ReportTable): number => Number(totals?.['sessions'] ?? 0);
const average = (values: readonly number[]): number | null =>
  values.length === 0 ? null : Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 1e6) / 1e6;

describe('own keys in reports', () => {
  // The column of the report, the option's name, and the value of a session as the report shows it.
  test.each(
    sampleOf(
      [
        ['disposition', 'disposition', (own: ReportRow) => own['disposition']],
        ['survey-score', 'survey_score', (own: ReportRow) => own['survey_score']?.toString() ?? null],
        ['is-vip', 'is_vip', (own: ReportRow) => (own['is_vip'] === null ? null : own['is_vip'] === 1 ? 'yes' : 'no')],
        ['attached-language', 'attached_language', (own: ReportRow) => own['language']],
        ['attached-sessions', 'attached_sessions', (own: ReportRow) => own['sessions']?.toString() ?? null],
        ['attached-id', 'attached_id', (own: ReportRow) => own['id']?.toString() ?? null],
        ['order', 'order', (own: ReportRow) => (own['order'] === null ? null : own['order'] === 1 ? 'yes' : 'no')],
      ] as const,
      3,
      1,
    ),
  )('by %s: parts add up to the whole, and a value and its opposite too', (name, column, valueOf) =>
    withMart(martUrl, async (mart) => {
      const { rows } = await report(mart, { by: [name] });
      const expected = new Map<unknown, number>();
      for (const session of SESSIONS) expected.set(valueOf(session), (expected.get(valueOf(session)) ?? 0) + 1);
      expect(new Map(rows.map((row) => [row[column], row['sessions']]))).toEqual(expected);
      const typed = name.replace('attached-', '');
      let sum = 0;
      for (const row of rows) {
        const value = row[column] === null ? '' : `is:${row[column]}`;
        const part = sessionsOf(await report(mart, { by: [], filters: { attached: [`${typed}=${value}`] } }));
        const rest = sessionsOf(await report(mart, { by: [], filters: { attached: [`${typed}=not:${value}`] } }));
        expect([value, part, part + rest]).toEqual([value, row['sessions'], SESSIONS.length]);
        sum += part;
      }
      expect(sum).toBe(SESSIONS.length);
    }),
  );

  test('filters of several keys all hold, in any zone, with those of chatmart', () =>
    withMart(martUrl, async (mart) => {
      const wanted = fc.record({
        disposition: fc.subarray([...DISPOSITIONS, '']),
        agent: fc.subarray(['Ann', 'Bob', '']),
        bot: fc.subarray(['yes', 'no']),
        timezone: fc.constantFrom('UTC', 'Europe/Berlin'),
      });
      await fc.assert(
        fc.asyncProperty(wanted, async ({ disposition, agent, bot, timezone }) => {
          const found = await report(mart, {
            ...{ by: ['day', 'agent-selected'], timezone },
            filters: {
              attached: [...disposition.map((value) => `Disposition=is:${value}`), ...agent.map((value) => `AGENT_SELECTED=not:${value}`)],
              'has-bot': bot,
            },
          });
          const kept = SESSIONS.filter(
            (own) =>
              (disposition.length === 0 || disposition.includes(own.disposition ?? '')) &&
              !agent.includes(own.agent_selected ?? '') &&
              (bot.length === 0 || bot.includes(own.bots === 1 ? 'yes' : 'no')),
          );
          expect(sessionsOf(found)).toBe(kept.length);
          expect(found.rows.reduce((sum, row) => sum + Number(row['sessions']), 0)).toBe(kept.length);
        }),
        { numRuns: 25, seed: 8 },
      );
    }));

  test('numbers are in their own order, and sessions without a value are last', () =>
    withMart(martUrl, async (mart) => {
      const { rows } = await report(mart, { by: ['survey_score'] });
      expect(rows.map((row) => row['survey_score'])).toEqual([...Array.from({ length: 15 }, (_, at) => String(at - 2)), null]);
    }));

  test('chat-attached-data sums and averages measures and flags, such as the survey score by agent', () =>
    withMart(martUrl, async (mart) => {
      const { rows, totals, columns } = await report(mart, { name: 'chat-attached-data', by: ['agent-selected'] });
      const figuresOf = (sessions: typeof SESSIONS): ReportRow => {
        const scores = sessions.flatMap(({ survey_score: score }) => score ?? []);
        const vips = sessions.flatMap(({ is_vip: vip }) => vip ?? []);
        return {
          ...{ sessions: sessions.length, sessions_with_disposition: sessions.filter((own) => own.disposition !== null).length },
          ...{ sessions_with_survey_score: scores.length, total_survey_score: scores.reduce((sum, score) => sum + score, 0) },
          ...{ average_survey_score: average(scores), sessions_yes_is_vip: vips.filter((vip) => vip === 1).length },
          ...{ share_yes_is_vip: average(vips), sessions_with_callback_ts: sessions.filter((own) => own.callback_ts !== null).length },
        };
      };
      expect(rows).toHaveLength(4);
      for (const row of rows) expect(row).toMatchObject(figuresOf(SESSIONS.filter((own) => own.agent_selected === row['agent_selected'])));
      expect(totals).toMatchObject(figuresOf(SESSIONS));
      expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length);
    }));

  test('what is not known is refused with its neighbours', async () => {
    const asked = (options: Options) => problemOf(() => withMart(martUrl, (mart) => report(mart, options)));
    expectText(await asked({ by: ['dispositon', 'callback-ts', 'is-vip', 'IS_VIP'] }));
    expectText(await asked({ filters: { attached: ['dispositon=Sold', 'Sold', 'disposition=Solt', 'is-vip=maybe', 'callback-ts=1'] } }));
  });
});

describe('the view CHAT_SESSION', () => {
  const columnsOf = async (mart: Connection): Promise<string[]> =>
    (await mart.query('select * from chat_session limit 0')).fields.map(({ name }) => name);

  test('has own keys and dimensions by plain names, one row for each fact', () =>
    withMart(martUrl, async (mart) => {
      const { rows } = await mart.query<Record<string, unknown>>(
        `select disposition, round(avg(survey_score), 6)::float8 as score, count(*)::integer as sessions, sum("order")::integer as orders
         from chat_session where tenant_name is null or outcome <> 'open' group by disposition order by disposition collate "C"`,
      );
      const expected = [...DISPOSITIONS.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))), null].map(
        (disposition) => {
          const some = SESSIONS.filter((own) => own.disposition === disposition);
          const orders: number[] = some.flatMap(({ order }) => order ?? []);
          return {
            disposition,
            score: average(some.flatMap(({ survey_score: score }) => score ?? [])),
            sessions: some.length,
            orders: orders.reduce((sum, order) => sum + order, 0),
          };
        },
      );
      expect(rows).toEqual(expected);
      const comment = await mart.query<{ comment: string }>(
        `select col_description('chat_session'::regclass, attnum) as comment from pg_attribute where attrelid = 'chat_session'::regclass and attname = 'order'`,
      );
      expect(comment.rows[0]!.comment).toContain('user-data key Order');
    }));

  test('gets the column of a new key at its end, also where the mart had own keys before it had the view', async () => {
    const other = await freshMart();
    const migrate = (keys: readonly AttachedKey[] | undefined) =>
      migrateMart({ martUrl: other, martSchema: 'infomart' }, { clock: testClock, properties: { attachedData: keys } });
    await withMart(other, async (mart) => {
      const before = await columnsOf(mart);
      expect((await migrate(KEYS.slice(0, 1))).applied).toEqual(['attached-data']);
      expect(await columnsOf(mart)).toEqual([...before, 'disposition']);
      await mart.query('create view public.mine as select * from chat_session');
      await migrate(KEYS.slice(0, 3));
      expect(await columnsOf(mart)).toEqual([...before, 'disposition', 'agent_selected', 'survey_score']);
      // A key that is no longer filled keeps its column.
      await migrate([]);
      expect(await columnsOf(mart)).toEqual([...before, 'disposition', 'agent_selected', 'survey_score']);
      await mart.query('drop view chat_session cascade');
      expect((await migrate(undefined)).applied).toEqual(['generated-schema']);
      expect(await columnsOf(mart)).toEqual([...before, 'agent_selected', 'disposition', 'survey_score']);
    });
  });
});

test('a mart without own keys says so', async () => {
  const other = await freshMart();
  expectText(await problemOf(() => withMart(other, (mart) => report(mart, { filters: { attached: ['queue=Sales'] } }))));
  await withMart(other, async (mart) =>
    expect((await report(mart, { name: 'chat-attached-data' })).columns.map(({ name }) => name)).toEqual(['day', 'sessions']),
  );
});
