import { describe, expect, test } from 'vitest';
import { type RetrySummary } from '../../../src/commands/discards/retry.js';
import { readWrites } from '../../support/backfill-histories.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { readMart, readOpenDiscards } from '../../support/mart-content.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';
import { retryDiscards, type FlatRetryDiscardsOptions } from '../../support/jobs.js';

const START = 'ChatServerSessionStartedAt';
const END = 'ChatServerSessionClosedAt';
/** What runs take for too early a start: with the default, the year 2000, the calendar would grow by all years from then on. */
const EARLIEST = new Date('2026-01-15');
const NOTHING = { inserted: 0, updated: 0, deleted: 0 };

const closed = (guid: string, ...more: (readonly [key: string, value: string | null])[]): UserDataRow[] => [
  [guid, START, '2026-03-01T10:07:00Z'],
  [guid, END, '2026-03-01T10:17:00Z'],
  ...more.map(([key, value]) => [guid, key, value] as const),
];

const retry = (urls: Urls, options: Partial<FlatRetryDiscardsOptions> = {}): Promise<RetrySummary> =>
  retryDiscards({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, earliestStart: EARLIEST, ...options });

/** A mart with three interactions that have open discards: a bad value, no end, a start that is too early. */
async function discarded(): Promise<Urls> {
  const urls = await freshDatabases();
  await writeUserData(urls.idbUrl, [
    ...closed('fine'),
    ...closed('value', ['csg_PartiesAsAgentCount', 'many']),
    ['no end', START, '2026-03-01T10:07:00Z'],
    ['early', START, '2026-01-10T10:07:00Z'],
    ['early', END, '2026-01-10T10:17:00Z'],
  ]);
  await runCycle(urls, { earliestStart: EARLIEST });
  return urls;
}

/** A correction that an operator makes in the IDB itself. */
const correct = (urls: Urls, guid: string, key: string, value: string): Promise<unknown> =>
  query(urls.idbUrl, 'update g_userdata_history set value = $3 where callid = $1 and keyname = $2', [guid, key, value]);

describe('retrying discards', () => {
  test('repairs what no longer holds, in facts, discards and aggregates; what holds stays', async () => {
    const urls = await discarded();
    await correct(urls, 'value', 'csg_PartiesAsAgentCount', '7');
    const summary = await retry(urls, { earliestStart: new Date('2026-01-01') });
    expect(summary).toMatchObject({
      interactions: 3,
      gone: 0,
      codes: [
        { code: 3, name: 'START_TOO_EARLY', repaired: 1, stay: 0, gone: 0, added: 0 },
        { code: 5, name: 'NO_END', repaired: 0, stay: 1, gone: 0, added: 0 },
        { code: 9, name: 'BAD_MEASURE', repaired: 1, stay: 0, gone: 0, added: 0 },
      ],
      sessions: { inserted: 1, updated: 1, unchanged: 0, deleted: 0, discarded: 1, reread: 3 },
      intervals: 2,
    });
    const { facts, levels } = await readMart(urls.martUrl);
    expect(facts.get('value')).toMatchObject({ agents_count: 7 });
    expect(facts.get('early')).toMatchObject({ start_ts: Date.parse('2026-01-10T10:07:00Z') / 1000 });
    expect([...levels.year.values()].reduce((sum, row) => sum + Number(row['sessions']), 0)).toBe(3);
    expect(await readOpenDiscards(urls.martUrl)).toEqual([{ guid: 'no end', code: 5, keyname: END, raw_value: null }]);
    expect(await query(urls.martUrl, 'select from infomart.stg_transform_discards where resolved_ts is not null')).toHaveLength(2);
  });

  test('a second time writes nothing', async () => {
    const urls = await discarded();
    await correct(urls, 'value', 'csg_PartiesAsAgentCount', '7');
    await retry(urls);
    const written = await readWrites(urls.martUrl);
    const source = await query(urls.martUrl, 'select * from infomart.chatmart_source');
    expect(await retry(urls)).toMatchObject({ interactions: 2, sessions: NOTHING, intervals: 0 });
    expect(await readWrites(urls.martUrl)).toEqual(written);
    expect(await query(urls.martUrl, 'select * from infomart.chatmart_source')).toEqual(source);
  });

  test('what is wrong in another way is another discard', async () => {
    const urls = await discarded();
    await correct(urls, 'value', 'csg_PartiesAsAgentCount', 'several');
    const { codes } = await retry(urls, { guids: ['value'] });
    expect(codes).toEqual([{ code: 9, name: 'BAD_MEASURE', repaired: 1, stay: 0, gone: 0, added: 1 }]);
  });

  test('interactions whose rows are gone stay as they are', async () => {
    const urls = await discarded();
    await query(urls.idbUrl, `delete from g_userdata_history where callid in ('no end', 'value')`);
    await writeUserData(urls.idbUrl, [['no end', 'Subject', 'of no use']]);
    const before = await readWrites(urls.martUrl);
    const { interactions, gone, codes, sessions } = await retry(urls);
    expect({ interactions, gone, codes, sessions }).toMatchObject({
      interactions: 3,
      gone: 2,
      codes: [
        { name: 'START_TOO_EARLY', stay: 1, gone: 0 },
        { name: 'NO_END', stay: 0, gone: 1 },
        { name: 'BAD_MEASURE', stay: 0, gone: 1 },
      ],
      sessions: NOTHING,
    });
    expect(await readWrites(urls.martUrl)).toEqual(before);
  });

  test.each(
    sampleOf(
      [
        [{ codes: ['NO_END', 'START_TOO_EARLY'] as const }, 2],
        [{ guids: ['value', 'fine', 'nobody'] }, 1],
        [{ codes: ['NO_END'] as const, guids: ['value'] }, 0],
      ],
      3,
    ),
  )('%j chooses interactions', async (filter, interactions) => {
    expect(await retry(await discarded(), filter)).toMatchObject({ interactions });
  });

  test('a CALLID that is none cannot be retried, and stays', async () => {
    const urls = await freshDatabases();
    await writeUserData(urls.idbUrl, [['', START, '2026-03-01T10:07:00Z']]);
    await runCycle(urls);
    expect(await retry(urls)).toMatchObject({ interactions: 0, codes: [] });
    expect(await readOpenDiscards(urls.martUrl)).toMatchObject([{ guid: '', code: 14 }]);
  });

  deepTest('reads thousands of them, some at a time', async () => {
    const urls = await freshDatabases();
    const many = Array.from({ length: 4_500 }, (_, index): UserDataRow => [`G${index}`, START, '2026-03-01T10:07:00Z']);
    await writeUserData(urls.idbUrl, many);
    await runCycle(urls);
    await writeUserData(
      urls.idbUrl,
      many.slice(0, 4_400).map(([guid]) => [guid, END, '2026-03-01T10:17:00Z']),
    );
    const log: string[] = [];
    const { codes, sessions } = await retry(urls, { log: (line) => log.push(line) });
    expect(codes).toEqual([{ code: 5, name: 'NO_END', repaired: 4_400, stay: 100, gone: 0, added: 0 }]);
    expect(sessions).toMatchObject({ inserted: 4_400, discarded: 100 });
    expect(log).toHaveLength(3);
  });

  test('is on record as a job', async () => {
    const urls = await discarded();
    const { jobId } = await retry(urls);
    expect(
      await query(urls.martUrl, 'select job_name, status, row_count from infomart.ctl_etl_history where job_id = $1 order by job_name', [
        jobId,
      ]),
    ).toEqual([
      { job_name: 'Job_AggregateGIM', status: 'COMPLETED', row_count: 0 },
      { job_name: 'Job_TransformGIM', status: 'COMPLETED', row_count: 3 },
    ]);
  });
});
