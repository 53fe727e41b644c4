import { queryRow, type Connection, execute } from '../db/connection.js';
import { POSTGRES_CODE, postgresCode } from '../db/postgres-errors.js';
import { withTransaction } from '../db/transaction.js';
import { counted, verb } from '../model/text.js';
import { toKindWords, toUsableTimes, type RowsWithoutTime, type UsableTimes } from '../model/row-time.js';
import type { Masker } from '../model/sensitive-data.js';
import { toTimeText, type Slice } from '../model/time-span.js';
import { type Source, withIdb } from './connect-idb.js';
import { findMissingIndexes, toIndexAdvice, type MissingIndex } from './idb-indexes.js';
import { findIdbTable, type IdbTable } from './idb-table.js';
import { countWithoutTime, MOST_COUNTED } from './row-times.js';
import { isOfKind } from './row-times.sql.js';
import { selectTimeBounds, limitStatementTime } from './source-times.sql.js';

/** What a table of the IDB shows about time. Null: a query took too long, for lack of an index. */
export interface SourceTimes {
  /** Tables or partitions without an index on ADDED_TS. */
  readonly withoutIndex: readonly MissingIndex[];
  /** ADDED_TS of the oldest and newest row; also null if no row has a usable one. */
  readonly oldestTs: number | null;
  readonly newestTs: number | null;
  /** Rows without a usable ADDED_TS. */
  readonly withoutTime: RowsWithoutTime | null;
}

/** A source examined before a range of it is read. */
export interface InspectedSource {
  /** Schema and table. */
  readonly table: string;
  readonly times: SourceTimes;
  /** Notices for the operator, one sentence each. */
  readonly notices: readonly string[];
}

/** Examines what a backfill of the given slices can see of a source. Throws the errors of `findIdbTable` and `UnavailableError`. */
export const inspectSource = (source: Source, masker: Masker | undefined, slices: readonly Slice[], now: Date): Promise<InspectedSource> =>
  withIdb(source, { applicationName: 'chatmart backfill', masker }, async (idb) => {
    const table = await findIdbTable(idb, source.idbSchema, source.idbTable);
    const usable = toUsableTimes(now);
    const times = await readSourceTimes(idb, table, usable);
    return { table: `${table.schema}.${table.name}`, times, notices: toSourceNotices(times, table, slices, usable) };
  });

/** Reads what a backfill by ADDED_TS can see in the IDB, in bounded time. */
export async function readSourceTimes(idb: Connection, table: IdbTable, usable: UsableTimes): Promise<SourceTimes> {
  const withoutIndex = await findMissingIndexes(idb, table, ['added_ts']);
  const bounds = await askBriefly(idb, () =>
    queryRow<{ oldest: number | null; newest: number | null }>(idb, selectTimeBounds(table.rows, usable)),
  );
  return {
    withoutIndex,
    oldestTs: bounds?.oldest ?? null,
    newestTs: bounds?.newest ?? null,
    withoutTime: await askBriefly(idb, () => countWithoutTime(idb, table, usable)),
  };
}

/** Notices for the operator before a range is read, one sentence each. */
export function toSourceNotices(times: SourceTimes, table: IdbTable, slices: readonly Slice[], usable: UsableTimes): string[] {
  const place = `${table.schema}.${table.name}`;
  const { withoutIndex, oldestTs, newestTs, withoutTime } = times;
  const notices: string[] = [];
  if (withoutIndex.length > 0)
    notices.push(
      `${toList(withoutIndex.map(({ name }) => name))} ${withoutIndex.length === 1 ? 'has' : 'have'} no index on ADDED_TS; each chunk reads every row. ` +
        toIndexAdvice(withoutIndex.slice(0, MOST_NAMED)),
    );
  if (withoutTime === null)
    notices.push(`rows of ${place} without a usable ADDED_TS were not counted: that takes too long without an index`);
  for (const some of withoutTime?.kinds ?? [])
    notices.push(
      `rows of ${place} ${describe(some, some.rows >= MOST_COUNTED)}. They belong to no slice of a backfill; chatmart run reads them regardless of their time. ` +
        `To list their interactions, run: select distinct callid from ${table.rows} where ${isOfKind(some.kind, usable)};`,
    );
  const before = slices.filter(({ toTs }) => oldestTs !== null && toTs <= oldestTs).length;
  if (oldestTs !== null && before > 0)
    notices.push(
      `the oldest row of ${place} was stored at ${toTimeText(oldestTs)}: ${before} of ${counted(slices.length, 'slice')} ${verb(before, 'ends before it and holds', 'end before it and hold')} nothing`,
    );
  if (newestTs !== null && slices.every(({ fromTs }) => fromTs > newestTs))
    notices.push(`the newest row of ${place} was stored at ${toTimeText(newestTs)}, before the range`);
  return notices;
}

/** Describes rows of one kind, after "rows of …". */
function describe({ kind, rows, example }: RowsWithoutTime['kinds'][number], isAtLeast: boolean): string {
  const count = `${isAtLeast ? 'at least ' : ''}${rows}`;
  if (kind === 'none') return `without ADDED_TS: ${count}`;
  return `with an ADDED_TS ${toKindWords(kind)}: ${count}, such as ${example}`;
}

const MOST_NAMED = 3;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;

/** With an index a query takes milliseconds; without one it is not worth a full scan. */
const TIMEOUT_MS = 5_000;

/** Queries in a read-only transaction; null if a statement took too long. */
export async function askBriefly<T>(connection: Connection, ask: () => Promise<T>, timeoutMs = TIMEOUT_MS): Promise<T | null> {
  try {
    return await withTransaction(
      connection,
      async () => {
        await execute(connection, limitStatementTime(timeoutMs));
        return ask();
      },
      'read committed read only',
    );
  } catch (error) {
    if (postgresCode(error) === POSTGRES_CODE.queryCanceled) return null;
    throw error;
  }
}
