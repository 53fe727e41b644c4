import { execute, queryRows, type Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { ConfigError } from '../model/errors.js';
import { deleteSlices, enterSlices, failAbandonedSlices, selectSlices, selectUnfinished } from './backfill-ledger.sql.js';
import { toSliceText, toTimeText, type Slice } from './backfill-slices.js';

/** Which slices of a source a backfill is to read, oldest first, and which it leaves out because they are done. */
export interface SlicePlan {
  readonly sourceName: string;
  readonly toDo: readonly Slice[];
  readonly skipped: readonly Slice[];
}

export interface PlanOptions {
  readonly sourceNames: readonly string[];
  readonly resume: boolean;
  readonly sliceSeconds: number;
  readonly jobId: string;
}

interface SliceRow {
  readonly from_ts: number;
  readonly to_ts: number;
  readonly status: string;
}

/**
 * Enters a backfill of these slices of some sources into the ledger. To resume leaves out those that are on record as done, with just these
 * bounds; else what is on record of the range, in whatever slices, is replaced. Slices that reach out of the range stay as they are.
 * Only for who holds the backfill's lock: what is on record as RUNNING is of a process that died. Errors: `ConfigError`.
 */
export function planSlices(mart: Connection, slices: readonly Slice[], options: PlanOptions): Promise<SlicePlan[]> {
  const { sourceNames, resume, jobId } = options;
  const range = { fromTs: slices[0]!.fromTs, toTs: slices.at(-1)!.toTs };
  return withTransaction(mart, async () => {
    const plans: SlicePlan[] = [];
    let onRecord = 0;
    for (const sourceName of sourceNames) {
      await execute(mart, failAbandonedSlices(sourceName));
      const statusOf = resume ? await readStatuses(mart, sourceName, range) : new Map<string, string>();
      if (!resume) await execute(mart, deleteSlices(sourceName, range));
      const isDone = (slice: Slice): boolean => statusOf.get(toKey(slice)) === 'COMPLETED';
      onRecord += slices.filter((slice) => statusOf.has(toKey(slice))).length;
      plans.push({ sourceName, toDo: slices.filter((slice) => !isDone(slice)), skipped: slices.filter(isDone) });
    }
    if (resume && onRecord === 0) throw await toNothingToResume(mart, range, options);
    for (const { sourceName, toDo } of plans) await execute(mart, enterSlices(sourceName, toDo, jobId));
    return plans;
  });
}

/** What is on record of the slices in a range, by their bounds. */
async function readStatuses(mart: Connection, sourceName: string, range: Slice): Promise<Map<string, string>> {
  const rows = await queryRows<SliceRow>(mart, selectSlices(sourceName, range));
  return new Map(rows.map(({ from_ts: fromTs, to_ts: toTs, status }) => [toKey({ fromTs, toTs }), status]));
}

const toKey = ({ fromTs, toTs }: Slice): string => `${fromTs} ${toTs}`;

/** Other bounds would mean reading everything once more, which is not what the operator asked for. */
async function toNothingToResume(mart: Connection, range: Slice, { sourceNames, sliceSeconds }: PlanOptions): Promise<ConfigError> {
  const [unfinished] = await queryRows<{ from_ts: number; to_ts: number; slices: number }>(mart, selectUnfinished(sourceNames));
  const other =
    unfinished === undefined
      ? 'No backfill is unfinished'
      : `Unfinished are ${unfinished.slices} slices between ${toTimeText(unfinished.from_ts)} and ${toTimeText(unfinished.to_ts)} (table CHATMART_SLICE): repeat --from, --to and --slice of that backfill`;
  return new ConfigError(
    'nothing-to-resume',
    `No backfill of ${toTimeText(range.fromTs)} to ${toTimeText(range.toTs)} in slices of ${toSliceText(sliceSeconds)} is on record`,
    { hint: `Nothing was read and nothing written. ${other}. Without --resume the range is read from its start.` },
  );
}
