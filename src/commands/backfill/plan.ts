import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { quoteLiteral } from '../../db/quote.js';
import { type Source, withIdb } from '../../extract/connect-idb.js';
import { findIdbTable, type IdbTable } from '../../extract/idb-table.js';
import { inspectSource, askBriefly } from '../../extract/source-times.js';
import { startJob, type JobSettings } from '../../jobs/job.js';
import type { SourceTarget } from '../../jobs/target.js';
import { withMartSession } from '../../mart/mart-session.js';
import { openDisplayMasker } from '../../mart/sensitive/sensitive-rules.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { startKeyName } from '../../model/mapped-key.js';
import type { Masker } from '../../model/sensitive-data.js';
import { toSpan, toTimeText, type Slice } from '../../model/time-span.js';
import { toSources } from '../../pipeline/source.js';
import { readKvpMap } from '../../spec/kvp-map.js';
import type { BackfillRange } from './backfill.js';
import { countHeldFacts, selectLastRate, selectMartSize, selectRetentionStart, countRowsBySlice, explainRows } from './estimate.sql.js';
import { choosePlans, readGaps, readLedger, type SlicePlan } from './ledger.js';
import type { BackfillPlan, PlannedSource } from './plan-summary.js';
import { cutSlices, DEFAULT_SLICE, joinSlices, parseSliceWidth } from './slices.js';

export type PlanBackfillOptions = BackfillRange & SourceTarget;

/** A job that read fewer rows says more of its start than of its rate. */
const LEAST_ROWS_OF_RATE = 100_000;
/** A mart of fewer facts has more pages than it fills. */
const LEAST_FACTS_OF_SIZE = 10_000;
/** Measured: 5,000 simulated sessions of a month took 855 bytes each, facts, dimension and aggregates with their indexes. */
const BYTES_A_SESSION = 855;

/** Measured with 2,688 slices of 90 rows each, and with 1,464 without any: so much longer than one slice took. */
const SECONDS_A_SLICE = 0.03;
const SECONDS_AN_EMPTY_SLICE = 0.003;

/** What a backfill would read and change, and what is known of how long it takes. Reads only. Errors: those of `backfill`. */
export function planBackfill(options: PlanBackfillOptions, settings: JobSettings): Promise<BackfillPlan> {
  const started = startJob('backfill', options, settings);
  const { now, tuning } = started;
  const { martUrl, martSchema, from, to, newestFirst = false, resume = false, reprocess = 'all', maxRate } = options;
  const { sliceSeconds = parseSliceWidth(DEFAULT_SLICE) } = options;
  const slices = cutSlices({ from, to }, sliceSeconds);
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  return withMartSession(
    { url: martUrl, applicationName: 'chatmart backfill', schema: martSchema, limits: tuning.limits },
    async (mart) => {
      await requireMart(mart);
      const keptFromTs = await readRetentionStart(mart);
      const sources = toSources(options, started);
      const sourceNames = sources.map(({ name }) => name);
      const plans = await choosePlans(mart, slices, { sourceNames, resume, reprocess, newestFirst, sliceSeconds, jobId: '', now });
      const masker = await openDisplayMasker(mart, started.properties);
      const planned: PlannedSource[] = [];
      for (const [index, source] of sources.entries())
        planned.push(
          await planSource(mart, source, plans[index]!, { masker, slices, sliceSeconds, keptFromTs, countMs: tuning.countMs, now }),
        );
      const { facts, days } = await queryRow<{ facts: number; days: number }>(mart, countHeldFacts(range));
      const rows = planned.reduce((sum, source) => sum + source.rows, 0);
      // The IDBs of a pair tell the same sessions.
      const sessions = Math.max(...planned.map((source) => source.sessions));
      return {
        ...toSpan(range),
        sliceSeconds,
        newestFirst,
        maxRate: maxRate ?? null,
        factsKeptFrom: keptFromTs === null ? null : toTimeText(keptFromTs),
        sources: planned,
        rows,
        sessions,
        heldFacts: facts,
        heldDays: days,
        ...(await estimateSize(mart, Math.max(0, sessions - facts))),
        ...(await estimateTime(mart, { rows, maxRate, secondsOfSlices: toSecondsOfSlices(planned) })),
      };
    },
  );
}

async function planSource(
  mart: Connection,
  source: Source,
  { toDo, skipped }: SlicePlan,
  {
    masker,
    slices,
    sliceSeconds,
    keptFromTs,
    countMs,
    now,
  }: {
    masker: Masker | undefined;
    slices: readonly Slice[];
    sliceSeconds: number;
    keptFromTs: number | null;
    countMs: number | undefined;
    now: Date;
  },
): Promise<PlannedSource> {
  const { table, notices } = await inspectSource(source, masker, slices, now);
  const estimate = await withIdb(source, { applicationName: 'chatmart backfill', masker }, async (idb) =>
    estimateRows(
      idb,
      await findIdbTable(idb, source.idbSchema, source.idbTable),
      { slices, sliceSeconds, startKey: startKeyName(readKvpMap()) },
      countMs,
    ),
  );
  const rowsOf = new Map(estimate.slices.map((slice) => [slice.fromTs, slice]));
  const planned = toDo.map((slice) => rowsOf.get(slice.fromTs)!);
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  const onRecord = (await readLedger(mart, source.name, now)).filter(({ fromTs, toTs }) => fromTs >= range.fromTs && toTs <= range.toTs);
  const withStatus = (...statuses: string[]): number => onRecord.filter(({ status }) => statuses.includes(status)).length;
  return {
    name: source.name,
    table,
    isCounted: estimate.isCounted,
    rows: planned.reduce((sum, { rows }) => sum + rows, 0),
    sessions: planned.reduce((sum, { sessions }) => sum + sessions, 0),
    slices: planned.map((slice) => ({ ...toSpan(slice), rows: slice.rows, sessions: slice.sessions })),
    skipped: joinSlices(skipped).map(toSpan),
    onRecord: { completed: withStatus('COMPLETED'), failed: withStatus('FAILED', 'RUNNING'), pending: withStatus('PENDING') },
    gaps: (await readGaps(mart, source.name, slices, now)).map(toSpan),
    expiredSlices: keptFromTs === null ? 0 : toDo.filter(({ toTs }) => toTs <= keptFromTs).length,
    notices,
  };
}

/** From when on the mart keeps facts, epoch seconds; null: it keeps all. */
async function readRetentionStart(mart: Connection): Promise<number | null> {
  const [row] = await queryRows<{ kept_from: number }>(mart, selectRetentionStart);
  return row?.kept_from ?? null;
}

async function estimateSize(mart: Connection, newSessions: number): Promise<Pick<BackfillPlan, 'bytes' | 'bytesPerSession'>> {
  const { bytes, facts } = await queryRow<{ bytes: number; facts: number }>(mart, selectMartSize);
  const bytesPerSession = facts < LEAST_FACTS_OF_SIZE ? BYTES_A_SESSION : Math.round(bytes / facts);
  return { bytes: newSessions * bytesPerSession, bytesPerSession };
}

/** What slices cost beside their rows: statements, a transaction, the ledger. */
const toSecondsOfSlices = (sources: readonly PlannedSource[]): number =>
  sources.flatMap(({ slices }) => slices).reduce((sum, { rows }) => sum + (rows === 0 ? SECONDS_AN_EMPTY_SLICE : SECONDS_A_SLICE), 0);

async function estimateTime(
  mart: Connection,
  { rows, maxRate, secondsOfSlices }: { readonly rows: number; readonly maxRate: number | undefined; readonly secondsOfSlices: number },
): Promise<Pick<BackfillPlan, 'seconds' | 'secondsOfSlices' | 'rowsPerSecond' | 'rateOf'>> {
  const [last] = await queryRows<{ rows_per_second: number; start_time: Date }>(mart, selectLastRate(LEAST_ROWS_OF_RATE));
  const measured = last?.rows_per_second;
  const rate = measured === undefined ? maxRate : Math.min(measured, maxRate ?? Infinity);
  if (rate === undefined) return { seconds: null, secondsOfSlices, rowsPerSecond: null, rateOf: null };
  const rateOf = last === undefined || rate < last.rows_per_second ? null : toTimeText(last.start_time.getTime() / 1000);
  // What waits for a limit does the rest meanwhile.
  const seconds = rateOf === null ? Math.max(rows / rate, secondsOfSlices) : rows / rate + secondsOfSlices;
  return { seconds, secondsOfSlices, rowsPerSecond: Math.round(rate), rateOf };
}

/** What a slice holds. */
export interface SliceRows extends Slice {
  readonly rows: number;
  /** Sessions whose start the rows tell. */
  readonly sessions: number;
}

/** What slices hold, counted, or as PostgreSQL expects it where counting would take long. */
export interface RowEstimate {
  readonly isCounted: boolean;
  readonly slices: readonly SliceRows[];
}

/** PostgreSQL is asked about so many parts of the range at most; within one, rows are taken to be spread evenly. */
const MOST_PARTS = 60;

/** Tells what slices of equal width hold, in bounded time. */
export async function estimateRows(
  idb: Connection,
  table: IdbTable,
  { slices, sliceSeconds, startKey }: { readonly slices: readonly Slice[]; readonly sliceSeconds: number; readonly startKey: string },
  timeoutMs?: number,
): Promise<RowEstimate> {
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  const counts = await askBriefly(
    idb,
    () => queryRows<{ slice: number; rows: number; sessions: number }>(idb, countRowsBySlice(table.rows, range, sliceSeconds, startKey)),
    timeoutMs,
  );
  if (counts === null) return { isCounted: false, slices: await expectRows(idb, table, slices, startKey) };
  const bySlice = new Map(counts.map(({ slice, rows, sessions }) => [slice, { rows, sessions }]));
  return { isCounted: true, slices: slices.map((slice, index) => ({ ...slice, ...(bySlice.get(index) ?? { rows: 0, sessions: 0 }) })) };
}

async function expectRows(idb: Connection, table: IdbTable, slices: readonly Slice[], startKey: string): Promise<SliceRows[]> {
  const size = Math.ceil(slices.length / MOST_PARTS);
  const expected: SliceRows[] = [];
  for (let i = 0; i < slices.length; i += size) {
    const part = slices.slice(i, i + size);
    const range = { fromTs: part[0]!.fromTs, toTs: part.at(-1)!.toTs };
    const rows = await expect(idb, table, range);
    const sessions = await expect(idb, table, range, startKey);
    for (const slice of part) {
      const share = (slice.toTs - slice.fromTs) / (range.toTs - range.fromTs);
      expected.push({ ...slice, rows: Math.round(rows * share), sessions: Math.round(sessions * share) });
    }
  }
  return expected;
}

async function expect(idb: Connection, table: IdbTable, range: Slice, key?: string): Promise<number> {
  const statement = explainRows(table.rows, range, key === undefined ? undefined : quoteLiteral(key));
  const { 'QUERY PLAN': plan } = await queryRow<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(idb, statement);
  return plan[0].Plan['Plan Rows'];
}
