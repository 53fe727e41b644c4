import { beforeEach, describe, expect, test } from 'vitest';
import { readMartGauges } from '../../src/metrics/mart-gauges.js';
import type { MartMemory } from '../../src/mart/mart-past.js';
import { readStatus } from '../../src/commands/status/status.js';
import { toStatusText } from '../../src/commands/status/text.js';
import { freshDatabases, isOnCluster, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import type { Urls } from '../support/histories.js';
import { backUpMart } from '../support/mart-backup.js';
import { writeUserData } from '../support/user-data.js';
import { erase, migrateMart, run } from '../support/jobs.js';
import { expectText } from '../support/expect-text.js';

interface Told {
  readonly code: string;
  readonly line: string;
  readonly next: string | undefined;
}

let urls: Urls;
beforeEach(async () => {
  urls = await freshDatabases();
});

/** A run at a time of day, by a process with or without memory; returns what it reports about the mart's past. */
async function cycle(time: string, memory?: MartMemory, over: Partial<Urls> = {}): Promise<Told[]> {
  const told: Told[] = [];
  const options = { ...urls, ...over, martSchema: 'infomart', idbSchema: 'public', clock: () => new Date(`2026-03-04T${time}:00Z`) };
  const cycling = run({
    ...options,
    ...(memory && { memory }),
    retryDelaysMs: [],
    log: (line, { code, next } = {}) => {
      if (code?.startsWith('mart-')) told.push({ code, line, next });
    },
  });
  await (over.idbUrl === undefined ? cycling : cycling.catch(() => undefined));
  return told;
}

const write = (guid: string): Promise<void> =>
  writeUserData(urls.idbUrl, [
    [guid, 'ChatServerSessionStartedAt', '2026-03-01T04:00:00Z'],
    [guid, 'ChatServerSessionClosedAt', '2026-03-01T04:10:00Z'],
  ]);

const facts = async (): Promise<string[]> =>
  (await query<{ guid: string }>(urls.martUrl, 'select media_server_ixn_guid as guid from infomart.chat_session_fact order by 1')).map(
    ({ guid }) => guid,
  );

// A copy of the mart's database is no template for one on a cluster.
describe.skipIf(isOnCluster())('a mart that is restored while a process loads it', () => {
  test('is reported once, with what was erased since, and recorded; the IDB is loaded again', async () => {
    const memory: MartMemory = {};
    await write('G1');
    expect(await cycle('06:00', memory)).toEqual([]);
    const { restore } = await backUpMart(urls.martUrl);
    await write('G2');
    expect(await cycle('07:00', memory)).toEqual([]);
    await erase({ ...urls, martSchema: 'infomart', guids: ['G1'] });
    await write('G3');
    expect(await cycle('08:00', memory)).toEqual([]);
    expect(await facts()).toEqual(['G2', 'G3']);
    await restore();
    // Reported once, whatever happens to the cycle that finds it.
    const told = await cycle('09:00', memory, { idbUrl: Object.assign(new URL(urls.idbUrl), { port: '1' }).href });
    expect(told).toMatchInlineSnapshot(`
      [
        {
          "code": "mart-went-back",
          "line": "The mart went back in time: rows written at 2026-03-04T08:00:00.000Z are missing, its job history ends at 2026-03-04T06:00:00.000Z. Rows that the IDB has stored since then and still has are loaded again; rows that it has purged are missing. Interactions erased since then may be back (1 of 1 row of CHATMART_ERASED is gone): copy CHATMART_ERASED from the previous mart, or erase them again. The next chatmart maintain purges facts past their retention",
          "next": "Nothing has to be stopped. Copy the missing rows of CHATMART_ERASED back, or run chatmart erase --guid … for what was erased since. Then run: chatmart reconcile --from 2026-03-04 --to 2026-03-05",
        },
      ]
    `);
    expect(await cycle('09:30', memory)).toEqual([]);
    expect(await facts()).toEqual(['G1', 'G2', 'G3']);
    expect(await cycle('10:00', memory)).toEqual([]);

    const status = await readStatus({
      ...urls,
      martSchema: 'infomart',
      idbSchema: 'public',
      clock: () => new Date('2026-03-04T11:00:00Z'),
    });
    expect(status.wentBack).toEqual({ noticedAt: '2026-03-04T09:00:00.000Z', knownUntil: '2026-03-04T06:00:00.000Z', isCertain: true });
    expect(toStatusText(status)).toContain('Restored          the run of 2026-03-04T09:00:00.000Z found the mart older than before');
    const { wentBackAt } = await readMartGauges(urls.martUrl, 'infomart', new Date());
    expect(wentBackAt).toEqual(new Date('2026-03-04T09:00:00Z'));
  });

  deepTest('also if another process has loaded it meanwhile; what others load, or delete of the history, is no step back', async () => {
    const memory: MartMemory = {};
    expect(await cycle('06:00', memory)).toEqual([]);
    const { restore } = await backUpMart(urls.martUrl);
    for (const time of ['06:10', '06:20', '06:30']) expect(await cycle(time, memory)).toEqual([]);
    await restore();
    expect(await cycle('06:40')).toEqual([]);
    expect((await cycle('06:50', memory)).map(({ code }) => code)).toEqual(['mart-went-back']);
    for (const time of ['07:00', '07:10']) expect(await cycle(time)).toEqual([]);
    expect(await cycle('07:20', memory)).toEqual([]);
    await query(urls.martUrl, 'delete from infomart.ctl_etl_history');
    expect(await cycle('07:30', memory)).toEqual([]);
  });
});

describe('a mart that is elsewhere', () => {
  test.skipIf(isOnCluster())('is reported once, by the first run that finds it', async () => {
    await write('G1');
    expect(await cycle('06:00')).toEqual([]);
    const { url } = await backUpMart(urls.martUrl);
    const told = await cycle('07:00', undefined, { martUrl: url });
    expectText(told.map(({ line }) => line.replaceAll(/test_\w+/g, '<database>')));
    expect(told.map(({ code }) => code)).toEqual(['mart-moved']);
    expect(await cycle('08:00', undefined, { martUrl: url })).toEqual([]);
    expect(await cycle('08:00')).toEqual([]);
  });

  test('a mart whose tables were recreated, as by pg_restore', async () => {
    expect(await cycle('06:00')).toEqual([]);
    await query(
      urls.martUrl,
      `set search_path to infomart; create table anew (like chatmart_source including all); insert into anew select * from chatmart_source;
       drop table chatmart_source cascade; alter table anew rename to chatmart_source`,
    );
    // Recreates what depended on the table.
    await migrateMart({ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock });
    expect((await cycle('07:00'))[0]!.line).toMatch(/^The mart has moved: its table CHATMART_SOURCE is now oid \d+; it was oid \d+\. /);
    expect(await cycle('08:00')).toEqual([]);
  });
});
