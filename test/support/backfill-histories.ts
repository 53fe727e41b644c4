import type { Slice } from '../../src/model/time-span.js';
import { aggregateWithin } from '../../src/pipeline/aggregate.js';
import { loadSlices, type SliceTotals } from '../../src/commands/backfill/load-slices.js';

import type { BackfilledSource, BackfillSummary } from '../../src/commands/backfill/summary.js';
import { withLoading } from '../../src/pipeline/source.js';
import { emptyTotals } from '../../src/pipeline/totals.js';
import { query, testClock } from './databases.js';
import type { Urls } from './histories.js';
import { backfill, withJob, type FlatBackfillOptions } from './jobs.js';

/** Backfills a test's databases; times are given as on the command line. Returns the summary and that of the first source. */
export async function runBackfill(
  urls: Urls,
  from: string,
  to: string,
  options: Partial<Omit<FlatBackfillOptions, 'from' | 'to'>> = {},
): Promise<BackfilledSource & BackfillSummary> {
  const window = { from: new Date(from), to: new Date(to) };
  const summary = await backfill({ ...urls, martSchema: 'infomart', idbSchema: 'public', clock: testClock, ...options, ...window });
  return { ...summary.sources[0]!, ...summary };
}

/** Loads slices in the order given; a backfill itself would never use that order. */
export const loadSlicesInOrder = (urls: Urls, slices: readonly Slice[]): Promise<SliceTotals> => {
  const target = { ...urls, martSchema: 'infomart', idbSchema: 'public' };
  return withJob(urls, { jobId: 'in-order' }, (job) =>
    withLoading(job, { target, totals: emptyTotals(), applicationName: 'test' }, (loading) =>
      loadSlices(loading, slices, { aggregate: () => aggregateWithin(job) }),
    ),
  );
};

/** The ledger, oldest slice first. */
export const readLedger = (martUrl: string) =>
  query<{ from: string; to: string; status: string; rows: number | null; sessions: number | null }>(
    martUrl,
    `select to_char(to_timestamp(from_ts), 'MM-DD HH24:MI') as from, to_char(to_timestamp(to_ts), 'MM-DD HH24:MI') as to, status,
       row_count as rows, session_count as sessions
     from infomart.chatmart_slice order by from_ts, to_ts`,
  );

/** Must not change when a backfill finds nothing new: when each fact and each discard was written. */
export const readWrites = (martUrl: string) =>
  query(
    martUrl,
    `select guid, create_audit_key, update_audit_key, code, keyname, raw_value, resolved_ts
     from (
       select media_server_ixn_guid as guid, create_audit_key, update_audit_key, null::int as code, null as keyname, null as raw_value, null::int as resolved_ts
       from infomart.chat_session_fact
       union all
       select guid, create_audit_key, null, code, keyname, raw_value, resolved_ts from infomart.stg_transform_discards
     ) as written
     order by guid, create_audit_key, code, keyname, raw_value`,
  );
