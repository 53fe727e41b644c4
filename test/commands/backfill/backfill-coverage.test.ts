import { describe, expect, test } from 'vitest';
import { readLedger, runBackfill } from '../../support/backfill-histories.js';
import { freshDatabases, query } from '../../support/databases.js';
import { deepTest, sampleOf } from '../../support/depth.js';
import type { Urls } from '../../support/histories.js';
import { writeUserData } from '../../support/user-data.js';

describe('a backfill', () => {
  const DAYS = ['2026-02-10', '2026-02-11', '2026-02-12', '2026-02-13'];
  const [FROM, TO] = ['2026-02-10T00:00:00Z', '2026-02-14T00:00:00Z'];

  /** One row per day. In the ledger, the first day is done by the quarter, the second failed, the third is missing, the fourth is done. */
  async function fourDays(): Promise<Urls> {
    const urls = await freshDatabases();
    await writeUserData(
      urls.idbUrl,
      DAYS.map((day) => [day, 'ChatServerSessionStartedAt', `${day}T12:00:00Z`, Date.parse(`${day}T12:00:00Z`) / 1000]),
    );
    await runBackfill(urls, FROM, '2026-02-11T00:00:00Z', { sliceSeconds: 21_600 });
    await runBackfill(urls, '2026-02-11T00:00:00Z', '2026-02-12T00:00:00Z');
    await query(urls.martUrl, `update infomart.chatmart_slice set status = 'FAILED' where to_ts - from_ts = 86400`);
    await runBackfill(urls, '2026-02-13T00:00:00Z', TO);
    return urls;
  }

  test('shows the gaps, also those between earlier backfills', async () => {
    const urls = await fourDays();
    const gap = { from: '2026-02-11T00:00:00Z', to: '2026-02-13T00:00:00Z' };
    expect((await runBackfill(urls, '2026-02-13T00:00:00Z', TO)).gaps).toEqual([gap]);
    expect((await runBackfill(urls, '2026-02-11T00:00:00Z', '2026-02-12T00:00:00Z')).gaps).toEqual([
      { ...gap, from: '2026-02-12T00:00:00Z' },
    ]);
    expect((await runBackfill(urls, '2026-02-12T00:00:00Z', '2026-02-13T00:00:00Z')).gaps).toEqual([]);
  });

  test.each(
    sampleOf(
      [
        ['missing', 1, 3],
        ['failed', 2, 2],
        ['all', 4, 0],
      ] as const,
      3,
      1,
    ),
  )('--reprocess %s', async (reprocess, rows, skipped) => {
    const urls = await fourDays();
    expect(await runBackfill(urls, FROM, TO, { reprocess })).toMatchObject({ rows, slices: { total: 4, completed: rows, skipped } });
    const statuses = (await readLedger(urls.martUrl)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'FAILED')).toHaveLength(reprocess === 'missing' ? 1 : 0);
    expect(statuses).toHaveLength(reprocess === 'all' ? 4 : 7);
  });

  deepTest('--newest-first begins at the end of the range', async () => {
    const urls = await fourDays();
    const reached: number[] = [];
    await runBackfill(urls, FROM, TO, { newestFirst: true, onProgress: ({ reachedTs }) => reached.push(reachedTs) });
    expect(new Date(reached[0]! * 1000).toISOString() > '2026-02-13').toBe(true);
    expect(new Date(reached.at(-1)! * 1000).toISOString()).toBe('2026-02-11T00:00:00.000Z');
    const written = await query<{ guid: string }>(
      urls.martUrl,
      `select distinct guid, min(create_audit_key) as key from infomart.stg_transform_discards group by 1 order by 2`,
    );
    expect(written).toHaveLength(4);
  });

  deepTest('a further attempt of --reprocess missing goes on with the slice at which the first one failed', async () => {
    const urls = await fourDays();
    await query(
      urls.idbUrl,
      `create table mood as select true as is_bad;
       create function moody(text) returns text language plpgsql stable as $$
       begin
         if (select is_bad from mood) then raise serialization_failure; end if;
         return $1;
       end $$;
       create view moody_rows as select id, callid, keyname, changetype, added_ts, moody(value) as value from g_userdata_history`,
    );
    let better: Promise<unknown> | undefined;
    const log = (line: string): void => {
      if (line.includes('trying again')) better = query(urls.idbUrl, 'update mood set is_bad = false');
    };
    const summary = await runBackfill(urls, FROM, TO, { reprocess: 'missing', idbTable: 'moody_rows', retryDelaysMs: [1_000, 4_000], log });
    await better;
    expect(summary).toMatchObject({ rows: 1, slices: { completed: 1, skipped: 3 } });
  });
});
