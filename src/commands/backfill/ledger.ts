import { execute, queryRows, type Connection } from '../../db/connection.js';
import { withTransaction } from '../../db/transaction.js';
import { executeAll } from '../../mart/written-rows.js';
import { CLOCK_TOLERANCE_MS } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import { chooseSlices, findGaps, findWithin, toSliceText, type RecordedSlice, type Reprocess } from './slices.js';
import {
  deleteSlices,
  enterSlices,
  failAbandonedSlices,
  forgetSlices,
  reopenSlices,
  selectSlices,
  selectUnfinished,
} from './ledger.sql.js';
import { counted } from '../../model/text.js';
import { type Slice, toBoundText, toSpanText, toTimeText } from '../../model/time-span.js';

/** The slices of a source that a backfill reads, in reading order, and those it skips because of the ledger. */
export interface SlicePlan {
  readonly sourceName: string;
  readonly toDo: readonly Slice[];
  readonly skipped: readonly Slice[];
}

export interface PlanOptions {
  readonly sourceNames: readonly string[];
  /** Only continue what is recorded with exactly these bounds. */
  readonly resume: boolean;
  readonly reprocess: Reprocess;
  readonly newestFirst?: boolean | undefined;
  /** Of these slices only, by source. */
  readonly only?: ReadonlyMap<string, readonly Slice[]> | undefined;
  readonly sliceSeconds: number;
  readonly jobId: string;
  readonly now: Date;
}

/** A later finishing time was written by a clock that was ahead. */
const toAheadOf = (now: Date): Date => new Date(now.getTime() + CLOCK_TOLERANCE_MS);

/** All recorded slices of a source, oldest first; those with a finishing time in the future count as still to be done. */
export async function readLedger(mart: Connection, sourceName: string, now: Date): Promise<RecordedSlice[]> {
  const rows = await queryRows<{ from_ts: number; to_ts: number; status: RecordedSlice['status'] }>(
    mart,
    selectSlices(sourceName, toAheadOf(now)),
  );
  return rows.map(({ from_ts: fromTs, to_ts: toTs, status }) => ({ fromTs, toTs, status }));
}

/** What a backfill of these slices would read, from what is on record; nothing is written. Errors: `ConfigError`, nothing to resume. */
export async function choosePlans(mart: Connection, slices: readonly Slice[], options: PlanOptions): Promise<SlicePlan[]> {
  const { sourceNames, resume, reprocess, only, newestFirst = false, now } = options;
  const plans: SlicePlan[] = [];
  let onRecord = 0;
  for (const sourceName of sourceNames) {
    const ledger = await readLedger(mart, sourceName, now);
    const statusOf = new Map(ledger.map((slice) => [toKey(slice), slice.status]));
    const wanted = only?.get(sourceName) ?? slices;
    const isWanted = new Set(wanted.map(toKey));
    const candidates = slices.filter((slice) => isWanted.has(toKey(slice)));
    const chosen = resume
      ? candidates.filter((slice) => statusOf.get(toKey(slice)) !== 'COMPLETED')
      : chooseSlices(candidates, ledger, reprocess);
    onRecord += slices.filter((slice) => statusOf.has(toKey(slice))).length;
    const isChosen = new Set(chosen);
    plans.push({
      sourceName,
      toDo: newestFirst ? [...chosen].reverse() : chosen,
      skipped: slices.filter((slice) => !isChosen.has(slice)),
    });
  }
  if (resume && onRecord === 0) throw await toNothingToResume(mart, toRange(slices), options);
  return plans;
}

/**
 * Enters a backfill of these slices of some sources into the ledger. To resume leaves out those that are on record as done, with just these
 * bounds; to reprocess only some leaves out what the record covers, in whatever slices; else what is on record of the range is replaced.
 * Slices that reach out of the range stay as they are.
 * Only for who holds the backfill's lock: what is on record as RUNNING is of a process that died. Errors: `ConfigError`.
 */
export function planSlices(mart: Connection, slices: readonly Slice[], options: PlanOptions): Promise<SlicePlan[]> {
  const { sourceNames, resume, reprocess, jobId, now } = options;
  return withTransaction(mart, async () => {
    for (const sourceName of sourceNames) {
      await execute(mart, failAbandonedSlices(sourceName));
      await execute(mart, reopenSlices(sourceName, toAheadOf(now)));
    }
    const plans = await choosePlans(mart, slices, options);
    for (const { sourceName, toDo } of plans) {
      if (!resume && reprocess === 'all') await execute(mart, deleteSlices(sourceName, toRange(slices)));
      else if (!resume) await execute(mart, forgetSlices(sourceName, findWithin(await readLedger(mart, sourceName, now), toDo)));
      await executeAll(mart, enterSlices(sourceName, toDo, jobId), { table: 'chatmart_slice', verb: 'inserted', wanted: toDo.length });
    }
    return plans;
  });
}

/** Spans that no completed slice covers, in the range and between the oldest and the newest recorded slice. */
export async function readGaps(mart: Connection, sourceName: string, slices: readonly Slice[], now: Date): Promise<Slice[]> {
  const ledger = await readLedger(mart, sourceName, now);
  const { fromTs, toTs } = toRange(slices);
  const span = {
    fromTs: ledger.reduce((least, slice) => Math.min(least, slice.fromTs), fromTs),
    toTs: ledger.reduce((most, slice) => Math.max(most, slice.toTs), toTs),
  };
  return findGaps(
    span,
    ledger.filter(({ status }) => status === 'COMPLETED'),
  );
}

const toRange = (slices: readonly Slice[]): Slice => ({ fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs });

const toKey = ({ fromTs, toTs }: Slice): string => `${fromTs} ${toTs}`;

/** Other bounds would mean reading everything again, which the operator did not ask for. */
async function toNothingToResume(mart: Connection, range: Slice, { sourceNames, sliceSeconds }: PlanOptions): Promise<ConfigError> {
  const [unfinished] = await queryRows<{ from_ts: number; to_ts: number; slices: number }>(mart, selectUnfinished(sourceNames));
  const other =
    unfinished === undefined
      ? 'No backfill is unfinished'
      : `There is an unfinished backfill of ${counted(unfinished.slices, 'slice')} between ${toBoundText(toTimeText(unfinished.from_ts))} and ${toBoundText(toTimeText(unfinished.to_ts))} (table CHATMART_SLICE): repeat its --from, --to and --slice`;
  return new ConfigError(
    'nothing-to-resume',
    `No backfill of ${toSpanText(range)} in slices of ${toSliceText(sliceSeconds)} is on record`,
    { state: 'nothing-read', next: `${other}. Without --resume, the range is read from the start.` },
  );
}
