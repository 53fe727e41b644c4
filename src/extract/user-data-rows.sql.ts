import type { Statement } from '../db/connection.js';
import { quoteLiteral } from '../db/quote.js';
import type { IdbTable } from './idb-table.js';

/** Rows leave in the encoding of their database, byte by byte as ICON wrote them; statements stay in UTF-8. */
const asStored = (encoding: string): string => `(encoding ${quoteLiteral(encoding)})`;

/** xid8 -> the xid that rows carry: counted modulo 2^32. */
const toXid = (xid8: bigint): string => `'${xid8 & 0xffffffffn}'::xid`;

/** COPY columns that the pivot reads. A deleted row has no value; only the start's row needs the time at which ICON stored it. */
const pivotColumns = (startKey: string): string => `
      callid,
      keyname,
      case when changetype = 3 then null else coalesce(value, '') end,
      case when keyname = ${quoteLiteral(startKey)} then added_ts end`;

export interface ChunkBounds {
  /** Rows of transactions from this one on; null: of all. */
  readonly from: bigint | null;
  /** Rows of transactions below this one. */
  readonly ceiling: bigint;
  /** Rows above this id … */
  readonly afterId: number;
  /** … up to this one. */
  readonly untilId: number;
}

/** The rows of one chunk, in no order. */
export const copyChunk = ({ quotedName: table, encoding }: IdbTable, startKey: string, bounds: ChunkBounds): string => `
  copy (
    select ${pivotColumns(startKey)}
    from ${table}
    where id > ${bounds.afterId} and id <= ${bounds.untilId}
      and ${
        bounds.from === null
          ? // A frozen row has a negative age, or the greatest one: it is below every ceiling.
            `not (age(xmin) between 1 and age(${toXid(bounds.ceiling)}))`
          : `age(xmin) > age(${toXid(bounds.ceiling)}) and age(xmin) <= age(${toXid(bounds.from)})`
      }
  ) to stdout ${asStored(encoding)}`;

/** All rows of some interactions, oldest first. */
export const copyInteractions = ({ quotedName: table, encoding }: IdbTable, startKey: string, callids: readonly string[]): string => `
  copy (
    select ${pivotColumns(startKey)}
    from ${table}
    where callid = any (array[${callids.map(quoteLiteral).join(', ')}]::text[])
    order by id
  ) to stdout ${asStored(encoding)}`;

/** The first id after a position; null when there is none. */
export const selectNextId = (table: string, afterId: number): Statement => ({
  text: `select min(id) as id from ${table} where id > $1`,
  values: [afterId],
});

/** Ceiling, largest id and time of one snapshot. */
export const selectSnapshot = (table: string): Statement => ({
  text: `
    select
      pg_snapshot_xmin(snapshot)::text as ceiling,
      pg_snapshot_xmax(snapshot)::text as xmax,
      (select coalesce(max(id), 0) from ${table}) as max_id,
      -- Before the snapshot was taken, so that nothing committed earlier can be missing in it.
      statement_timestamp() as taken_at
    from pg_current_snapshot() as snapshot`,
});
