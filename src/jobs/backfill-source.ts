import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { withIdb } from '../extract/connect-idb.js';
import { findIdbTable, type IdbTable } from '../extract/idb-table.js';
import { askBriefly } from './ask-briefly.js';
import { toTimeText, type Slice } from './backfill-slices.js';
import { countRowsWithoutTime, selectTablesWithoutTimeIndex, selectTimeBounds } from './backfill-source.sql.js';
import type { TwinSource } from './read-interactions.js';

/** What a table of the IDB can answer about time. Null: it took too long to find out, for want of an index. */
export interface SourceTimes {
  /** Tables or partitions without an index on ADDED_TS. */
  readonly withoutIndex: readonly string[];
  /** ADDED_TS of the oldest and newest row; null also where no row has one. */
  readonly oldestTs: number | null;
  readonly newestTs: number | null;
  /** Rows without ADDED_TS, up to `MOST_COUNTED`. */
  readonly rowsWithoutTime: number | null;
}

/** A source that was looked at before a range of it is read. */
export interface InspectedSource {
  /** Schema and table. */
  readonly table: string;
  readonly times: SourceTimes;
  /** What the operator should know, a sentence each. */
  readonly notices: readonly string[];
}

/** Looks at what a backfill of some slices can see of a source. Errors: those of `findIdbTable`, and that it is out of reach. */
export const inspectSource = (twin: TwinSource, slices: readonly Slice[]): Promise<InspectedSource> =>
  withIdb(twin, 'chatmart backfill', async (idb) => {
    const table = await findIdbTable(idb, twin.idbSchema, twin.idbTable);
    const times = await readSourceTimes(idb, table);
    return { table: `${table.schema}.${table.name}`, times, notices: toSourceNotices(times, table, slices) };
  });

export const MOST_COUNTED = 1_000_000;

/** Asks the IDB what a backfill by ADDED_TS can see there, in bounded time. */
export async function readSourceTimes(idb: Connection, table: IdbTable): Promise<SourceTimes> {
  const withoutIndex = await queryRows<{ name: string }>(idb, selectTablesWithoutTimeIndex(table.schema, table.name));
  const bounds = await askBriefly(idb, () => queryRow<{ oldest: number | null; newest: number | null }>(idb, selectTimeBounds(table.rows)));
  const untimed = await askBriefly(idb, () => queryRow<{ rows: number }>(idb, countRowsWithoutTime(table.rows, MOST_COUNTED)));
  return {
    withoutIndex: withoutIndex.map(({ name }) => name),
    oldestTs: bounds?.oldest ?? null,
    newestTs: bounds?.newest ?? null,
    rowsWithoutTime: untimed?.rows ?? null,
  };
}

/** What the operator should know of it before a range is read: a sentence each. */
export function toSourceNotices(times: SourceTimes, table: IdbTable, slices: readonly Slice[]): string[] {
  const place = `${table.schema}.${table.name}`;
  const { withoutIndex, oldestTs, newestTs, rowsWithoutTime } = times;
  const notices: string[] = [];
  if (withoutIndex.length > 0)
    notices.push(
      `${toList(withoutIndex)} ${withoutIndex.length === 1 ? 'has' : 'have'} no index on ADDED_TS: each chunk reads every row. ` +
        `As owner of the IDB type: ${withoutIndex
          .slice(0, MOST_NAMED)
          .map((name) => `create index concurrently on ${name} (added_ts);`)
          .join(' ')}`,
    );
  if (rowsWithoutTime === null)
    notices.push(`how many rows of ${place} have no ADDED_TS was not counted: it takes too long without an index`);
  else if (rowsWithoutTime > 0) {
    const count = `${rowsWithoutTime === MOST_COUNTED ? 'at least ' : ''}${rowsWithoutTime}`;
    notices.push(
      `rows of ${place} without ADDED_TS: ${count}. They are in no slice of any backfill; chatmart run reads them, whatever time they have. ` +
        `Which interactions they are of says: select distinct callid from ${table.quotedName} where added_ts is null;`,
    );
  }
  const before = slices.filter(({ toTs }) => oldestTs !== null && toTs <= oldestTs).length;
  if (oldestTs !== null && before > 0)
    notices.push(
      `the oldest row of ${place} was stored at ${toTimeText(oldestTs)}: ${before} of ${slices.length} slices end before it and hold nothing`,
    );
  if (newestTs !== null && slices.every(({ fromTs }) => fromTs > newestTs))
    notices.push(`the newest row of ${place} was stored at ${toTimeText(newestTs)}: the range lies after it`);
  return notices;
}

const MOST_NAMED = 3;

const toList = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`;
