import { beforeAll, describe, expect, test } from 'vitest';
import { doctor } from '../../src/commands/doctor/doctor.js';
import { reportOnMart } from '../../src/commands/report/report.js';
import { readStatus } from '../../src/commands/status/status.js';
import type { MartProperties } from '../../src/mart/mart-properties.js';
import { INFO_MART_RULES } from '../../src/model/calendar.js';
import { breachesOf } from '../support/breaches.js';
import { emptyDatabase, freshDatabases, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { aggregate, migrateMart, run } from '../support/jobs.js';
import { withMart, writeDimension, writeFacts } from '../support/mart-facts.js';

const START = Date.parse('2026-02-28T23:50Z') / 1000;
let urls: { idbUrl: string; martUrl: string };
const target = () => ({ martUrl: urls.martUrl, martSchema: 'infomart' });

async function migrate(properties: MartProperties = {}, to = target()): Promise<{ applied: string[]; logged: string[] }> {
  const logged: string[] = [];
  const { applied } = await migrateMart({ ...to, clock: testClock, log: (line) => logged.push(line), properties });
  return { applied, logged };
}

const columnsOf = async (relation: string, martUrl = urls.martUrl): Promise<string[]> =>
  (
    await query<{ name: string }>(
      martUrl,
      `select attname as name from pg_attribute where attrelid = 'infomart.${relation}'::regclass and attnum > 0 order by attnum`,
    )
  ).map(({ name }) => name);
const levelColumns = async (relation: string, martUrl?: string): Promise<string[]> =>
  (await columnsOf(relation, martUrl)).filter((name) => name.endsWith('_seconds'));

const count = () => aggregate({ ...target(), range: undefined, clock: testClock });
const report = (name: string, by: string[] = []) => reportOnMart({ ...target(), name, by, clock: testClock });

beforeAll(async () => {
  urls = await freshDatabases();
  await withMart(urls.martUrl, async (mart) => {
    await writeDimension(mart, [
      { id: 1, endedAgent: 'PRESENT', endedBy: 'AGENT' },
      { id: 2, endedAgent: 'ABSENT', endedBy: 'CLIENT' },
    ]);
    const answered = [0, 20, 21, 45, 60, 61].map((seconds) => ({
      ...{ guid: `answered ${seconds}`, start: START, dim: 1, tenant: -2, agentsKnown: true },
      measures: { agents_count: 1, until_first_agent_duration: seconds, session_duration: 600, msg_from_agents_count: 1 },
    }));
    const abandoned = [10, 11, 45, 100].map((seconds) => ({
      ...{ guid: `abandoned ${seconds}`, start: START, dim: 2, tenant: -2 },
      measures: { session_duration: seconds },
    }));
    await writeFacts(mart, [...answered, ...abandoned]);
  });
  await count();
});

describe('service-level-seconds', () => {
  test('a new number gets its columns at the end of the views, and is counted by the next aggregation', async () => {
    const before = await columnsOf('ag2_chat_stats_year');
    await query(urls.martUrl, 'create view public.copy_of_year as select * from infomart.ag2_chat_stats_year');
    expect(await migrate({ serviceLevelSeconds: [20, 45, 60] })).toEqual({
      applied: ['generated-schema', 'service-level-seconds 45'],
      logged: ['applied generated-schema', expect.stringContaining('1 interval of 15 minutes waits')],
    });
    expect(await columnsOf('ag2_chat_stats_year')).toEqual([...before, 'answered_within_45_seconds', 'abandoned_within_45_seconds']);
    // Not counted yet is not 0.
    expect((await report('chat-session')).rows[0]).toMatchObject({ service_level_45_seconds: null, service_level_20_seconds: 0.2 });
    expect(await count()).toMatchObject({ intervals: 1 });
    expect((await report('chat-session')).rows[0]).toMatchObject({
      service_level_20_seconds: 0.2,
      service_level_45_seconds: 0.4,
      service_level_60_seconds: 0.5,
    });
    expect(await breachesOf(urls.martUrl)).toEqual([]);
    expect(await migrate({ serviceLevelSeconds: [20, 45, 60] })).toEqual({ applied: [], logged: [] });
    expect(await migrate()).toEqual({ applied: [], logged: [] });
  });

  test('a number that the setting no longer names keeps its columns, and is still counted and shown', async () => {
    expect(await migrate({ serviceLevelSeconds: [45] })).toEqual({
      applied: [],
      logged: [expect.stringMatching(/does not name 20, 60; the mart keeps these columns/)],
    });
    const { columns } = await report('chat-session');
    expect(columns.map(({ name }) => name).filter((name) => name.startsWith('service_level'))).toEqual(
      [20, 45, 60].map((seconds) => `service_level_${seconds}_seconds`),
    );
  });

  test('the report service-level shows all conventions of each number, named', async () => {
    const { columns, rows } = await report('service-level', ['day']);
    expect(columns.map(({ name }) => name)).toEqual([
      ...['day', 'sessions', 'offered', 'answered', 'abandoned', 'short_abandoned'],
      ...[20, 45, 60].flatMap((seconds) =>
        ['', '_without_short_abandoned', '_of_answered', '_with_abandoned'].map((rule) => `service_level_${seconds}_seconds${rule}`),
      ),
    ]);
    // Ten offered, of them six answered; one of four abandoned within 10 seconds. Within 45 seconds: four answered, three abandoned.
    expect(rows).toMatchObject([
      {
        ...{ day: '2026-02-28', sessions: 10, offered: 10, answered: 6, abandoned: 3, short_abandoned: 1 },
        ...{ service_level_45_seconds: 0.4, service_level_45_seconds_without_short_abandoned: 0.444444 },
        ...{ service_level_45_seconds_of_answered: 0.666667, service_level_45_seconds_with_abandoned: 0.7 },
      },
    ]);
  });

  test('a calendar of the mart gets the columns of a new number, and is counted anew', async () => {
    await migrate({ calendars: [{ ...INFO_MART_RULES, name: 'berlin', timezone: 'Europe/Berlin' }] });
    await migrate({ serviceLevelSeconds: [45, 100] });
    await count();
    const [row] = await query(
      urls.martUrl,
      'select sum(abandoned_within_100_seconds) as gave_up, sum(answered_within_45_seconds) as answered from infomart.ag2_chat_stats_day_berlin',
    );
    expect(row).toEqual({ gave_up: 4, answered: 4 });
    expect(await breachesOf(urls.martUrl)).toEqual([]);
  });

  test('a new mart has the columns of the setting alone', async () => {
    const martUrl = await emptyDatabase();
    await migrate({ serviceLevelSeconds: [30] }, { martUrl, martSchema: 'infomart' });
    const own = ['answered_within_30_seconds', 'abandoned_within_30_seconds'];
    expect([await levelColumns('agt_chat_stats_day', martUrl), await levelColumns('ag2_chat_stats_hour', martUrl)]).toEqual([own, own]);
    expect(
      (await readStatus({ martUrl, martSchema: 'infomart', idbUrl: undefined, idbSchema: 'public', clock: testClock })).additions,
    ).toEqual([]);
    await migrate({}, { martUrl, martSchema: 'infomart' });
    expect(await levelColumns('agt_chat_stats_month', martUrl)).toEqual(own);
  });

  deepTest('a mart from before the setting keeps 20 and 60', async () => {
    const martUrl = await emptyDatabase();
    await migrate({}, { martUrl, martSchema: 'infomart' });
    await query(martUrl, `delete from infomart.ctl_schema_info where property = 'service-level-seconds'`);
    await migrate({ serviceLevelSeconds: [5] }, { martUrl, martSchema: 'infomart' });
    expect(await levelColumns('agt_chat_stats_day', martUrl)).toEqual(
      [20, 60, 5].flatMap((seconds) => [`answered_within_${seconds}_seconds`, `abandoned_within_${seconds}_seconds`]),
    );
  });
});

describe('settings that the mart does not follow', () => {
  const properties: MartProperties = {
    shortAbandonSeconds: 15,
    serviceLevelSeconds: [20, 30],
    attachedData: [{ key: 'Queue', column: 'QUEUE', kind: 'attribute' }],
  };
  const told = [
    'the setting short-abandon-seconds is 15, but the mart counts with 10',
    'the setting service-level-seconds names 30, but the mart counts within 20, 45, 60, 100 seconds',
    'the setting attached-data names Queue (QUEUE), but the mart does not load it',
  ];
  const everywhere = async (wanted: MartProperties) => {
    const logged: string[] = [];
    const log = (line: string, fields: { readonly code?: string | undefined } = {}): void => {
      if (fields.code === 'settings-not-applied') logged.push(line);
    };
    const place = { ...urls, ...target(), idbSchema: 'public', clock: testClock, properties: wanted };
    await run({ ...place, log });
    const { findings } = await doctor(place);
    return {
      run: logged,
      status: (await readStatus(place)).unappliedSettings.map((text) => text.split('. ')[0]),
      doctor: findings.flatMap(({ check, severity, found }) => (check === 'properties' && severity === 'warning' ? [found] : [])),
    };
  };

  test('are told by run, status and doctor until chatmart migrate is run', async () => {
    expect(await everywhere(properties)).toEqual({ run: [told.join('; ')], status: told, doctor: told });
    await migrate(properties);
    expect(await everywhere(properties)).toEqual({ run: [], status: [], doctor: [] });
    // What the settings do not say is no difference, and neither are service levels that stay; an own key that is still loaded is one.
    expect(await everywhere({})).toEqual({ run: [], status: [], doctor: [] });
    const surplus = ['the mart loads Queue (QUEUE), but the setting attached-data does not name it'];
    expect(await everywhere({ attachedData: [], serviceLevelSeconds: [20] })).toEqual({ run: surplus, status: surplus, doctor: surplus });
  });

  test('a scheduler tells them once in a quarter of an hour', async () => {
    const memory = {};
    const logged: string[] = [];
    for (const minutes of [0, 5, 10, 15])
      await run({
        ...{ ...urls, ...target(), idbSchema: 'public', memory, properties: { shortAbandonSeconds: 20 } },
        clock: () => new Date(testClock().getTime() + minutes * 60_000),
        log: (line, { code } = {}) => {
          if (code === 'settings-not-applied') logged.push(`${minutes}: ${line}`);
        },
      });
    expect(logged.map((line) => line.split(':')[0])).toEqual(['0', '15']);
  });
});
