import type { Statement } from '../db/connection.js';
import { boundedText, mayBeCut } from '../db/bounded-text.sql.js';
import { quoteLiteral } from '../db/quote.js';
import type { RowOrder } from '../mart/id-order.js';
import { EARLIEST_TS } from '../model/row-time.js';
import type { IdbTable } from './idb-table.js';

/** A setting for one statement, and its usual value. */
interface SessionSetting {
  readonly name: string;
  readonly value: string;
  readonly usual: string;
}

/**
 * A COPY that sends rows in the encoding of their database, byte by byte as ICON wrote them. The statement itself is in UTF-8: the server
 * parses the whole text before it runs the first part. If one part fails, all are undone.
 */
function copyAsStored(select: string, encoding: string, further: readonly SessionSetting[] = []): string {
  const ofEncoding = encoding === 'UTF8' ? [] : [{ name: 'client_encoding', value: quoteLiteral(encoding), usual: `'UTF8'` }];
  const settings = [...ofEncoding, ...further];
  const set = (which: 'value' | 'usual'): string[] => settings.map((setting) => `set ${setting.name} to ${setting[which]}`);
  return [...set('value'), `copy (${select}\n  ) to stdout (format binary)`, ...set('usual')].join('; ');
}

/** Reads rows in page order, by a bitmap index scan: index order costs the server a seventh more. */
const PAGE_BY_PAGE: SessionSetting = { name: 'enable_indexscan', value: 'off', usual: 'default' };

/** The server's other processors are for the mart: further processes cost more in all than they save here. */
const ONE_PROCESS: SessionSetting = { name: 'max_parallel_workers_per_gather', value: '0', usual: 'default' };

/** xid8 to the xid that rows carry: modulo 2^32. */
export const toXid = (xid8: bigint): string => `'${xid8 & 0xffffffffn}'::xid`;

/** Largest 32-bit integer, in epoch seconds. */
export const LAST_TS = 2_147_483_647;

/** All mapped keys are much shorter: a longer name is none of them, whatever its rest. */
const MOST_KEY_BYTES = 255;

/** COPY columns for the pivot. A deleted row has no value; only the start's row carries the time at which ICON stored it, if known. */
function pivotColumns({ columns }: IdbTable, startKey: string): string {
  const callid = mayBeCut(columns.callid.type) ? boundedText('callid') : 'callid';
  const keyname = mayBeCut(columns.keyname.type)
    ? `case when octet_length(keyname) <= ${MOST_KEY_BYTES} then keyname else left(keyname, ${MOST_KEY_BYTES}) end`
    : 'keyname';
  return `
      (${callid})::text,
      (${keyname})::text,
      case when changetype = 3 then null else coalesce(value::text, '') end,
      case when keyname = ${quoteLiteral(startKey)} and added_ts between ${EARLIEST_TS} and ${LAST_TS} then added_ts::integer end`;
}

/** Which rows of a source are read, by the transactions that wrote them. */
export type Transactions =
  /** `[from, ceiling)`, all ended; `from` null: everything below the ceiling. Plus all rows of the tables `andTables` (oids). */
  | { readonly are: 'below'; readonly ceiling: bigint; readonly from: bigint | null; readonly andTables?: readonly number[] }
  /** At or above the ceiling, if ended. */
  | { readonly are: 'above'; readonly ceiling: bigint }
  /** All that have ended. */
  | { readonly are: 'any' };

/** Blocks `[from, to)` of a file of the table. */
export interface BlockRange {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

/** Which rows of a source are read, by their position: ids `(afterId, untilId]`, blocks, and ADDED_TS `[fromTs, toTs)`. */
export interface RowRange {
  readonly blocks?: BlockRange;
  readonly afterId?: number;
  readonly untilId?: number;
  readonly fromTs?: number;
  readonly toTs?: number;
}

/** The rows of one chunk, in no order. */
export const copyRows = (table: IdbTable, startKey: string, range: RowRange, transactions: Transactions): string =>
  copyAsStored(
    `
    select ${pivotColumns(table, startKey)}
    from ${table.rows}
    where ${[...blockConditions(table, range), ...rangeConditions(range), ...transactionConditions(transactions)].join('\n      and ')}`,
    table.encoding,
    [PAGE_BY_PAGE, ONE_PROCESS],
  );

/** Blocks of another file than the one that was looked at have other rows: then there are none. Asked once a statement, which keeps the file. */
const blockConditions = ({ quotedName }: IdbTable, { blocks }: RowRange): string[] =>
  blocks === undefined ? [] : [...isInBlocks(blocks), `${fileOf(quotedName)} = ${blocks.file}`];

/** SQL conditions: the row lies in blocks `[from, to)` of its table; `to` null: to the end. */
export const isInBlocks = ({ from, to }: { readonly from: number; readonly to: number | null }): string[] => [
  `ctid >= '(${from},0)'::tid`,
  ...(to === null ? [] : [`ctid < '(${to},0)'::tid`]),
];

const fileOf = (quotedName: string): string => `pg_relation_filenode(${quoteLiteral(quotedName)}::regclass)::int8`;

/** The least correlation of ids with places at which the rows of a session count as lying together. */
const IN_ORDER = 0.99;

/**
 * The blocks of a table that is one file, whose rows lie in the order of their ids as far as statistics tell: elsewhere a chunk of blocks would
 * hold parts of many sessions. No row for any other.
 */
export const selectBlocks = ({ quotedName, schema, name, columns: { id } }: IdbTable): Statement => ({
  text: `
    select
      ${fileOf(quotedName)} as file,
      pg_relation_size(oid) / current_setting('block_size')::int as count
    from pg_class
    where oid = $1::regclass
      and relkind = 'r'
      and not exists (select from pg_inherits where inhparent = pg_class.oid)
      and not exists (
        select from pg_stats
        where schemaname = $2
          and tablename = $3
          and attname = $4
          and abs(correlation) < ${IN_ORDER}
      )`,
  values: [quotedName, schema, name, id.name],
});

/** Whether a file is still the table's. */
export const selectIsFile = ({ quotedName }: IdbTable, file: number): Statement => ({
  text: `select ${fileOf(quotedName)} = $1::int8 as same`,
  values: [file],
});

const rangeConditions = ({ afterId, untilId, fromTs, toTs }: RowRange): string[] => [
  ...(afterId === undefined ? [] : [`id > ${afterId}`]),
  ...(untilId === undefined ? [] : [`id <= ${untilId}`]),
  ...(fromTs === undefined ? [] : [`added_ts >= ${fromTs}`]),
  ...(toTs === undefined ? [] : [`added_ts < ${toTs}`]),
];

/** One row: the number of rows after an id, of the given transactions. */
export const countRowsBehind = (table: IdbTable, afterId: number, transactions: Transactions): Statement => ({
  text: `
    select count(*) as rows
    from ${table.rows}
    where ${[...rangeConditions({ afterId }), ...transactionConditions(transactions)].join(' and ')}`,
});

/** SQL conditions for the rows of the given transactions. */
export function transactionConditions(transactions: Transactions): string[] {
  if (transactions.are === 'any') return [];
  const ceiling = `age(${toXid(transactions.ceiling)})`;
  if (transactions.are === 'above') return [`age(xmin) between 1 and ${ceiling}`];
  // A frozen row has a negative or the maximum age: it is below every ceiling.
  if (transactions.from === null) return [`not (age(xmin) between 1 and ${ceiling})`];
  const conditions = [`age(xmin) > ${ceiling}`, `age(xmin) <= age(${toXid(transactions.from)})`];
  const { andTables = [] } = transactions;
  return andTables.length === 0 ? conditions : [`(${conditions.join(' and ')} or tableoid in (${andTables.join(', ')}))`];
}

/**
 * Orders rows by precedence: the newest row of a key wins, in a reread as in the digests of reconcile. By time, that is the row with the
 * later ADDED_TS, within a second the one of the younger transaction, then the larger id; a row without a usable ADDED_TS is the oldest. A
 * view shows no transactions, and hides where its ids come from.
 */
export function rowOrder({ hasCeiling }: Pick<IdbTable, 'hasCeiling'>, order: RowOrder, first: 'oldest' | 'newest'): string {
  const [rising, falling] = first === 'oldest' ? ['', ' desc'] : [' desc', ''];
  const byId = `id${rising}`;
  if (order === 'id' && hasCeiling) return byId;
  const byTime = `case when added_ts between ${EARLIEST_TS} and ${LAST_TS} then added_ts end${rising} nulls ${first === 'oldest' ? 'first' : 'last'}`;
  // Too old to compare: older than all others.
  const byTransaction = `case when age(xmin) < 0 then 2147483647 else age(xmin) end${falling}`;
  return [byTime, ...(hasCeiling ? [byTransaction] : []), byId].join(', ');
}

/** All rows of the given interactions, oldest first. */
export const copyInteractions = (table: IdbTable, startKey: string, callids: readonly string[], order: RowOrder): string =>
  copyAsStored(
    `
    select ${pivotColumns(table, startKey)}
    from ${table.rows}
    where ${callidIsIn(table, toTextArray(callids))}
    order by ${rowOrder(table, order, 'oldest')}`,
    table.encoding,
  );

/** SQL for a `text[]`. */
export const toTextArray = (texts: readonly string[]): string => `array[${texts.map(quoteLiteral).join(', ')}]::text[]`;

/** SQL condition: the row's interaction is in a `text[]`. If CALLID is converted, the stored column is tested first, by its index. */
export function callidIsIn({ columns: { callid } }: Pick<IdbTable, 'columns'>, array: string): string {
  const isRead = `callid = any (${array})`;
  return callid.read === callid.quoted ? isRead : `stored_callid = any (${array}::${callid.base_type}[]) and ${isRead}`;
}

/** Whether a row has no id. */
export const selectLacksIds = (table: string): Statement => ({ text: `select exists (select from ${table} where id is null) as lacks` });

/** The first id after a position; null if there is none. */
export const selectNextId = (table: string, afterId: number): Statement => ({
  text: `select min(id) as id from ${table} where id > $1::int8`,
  values: [afterId],
});

/** The smallest id stored since an instant. A separate statement, so that the index on ADDED_TS is used and not the one on ID. */
export const selectFirstIdSince = (table: string, sinceTs: number): Statement => ({
  text: `
    select min(id) as id
    from (
      select id
      from ${table}
      where added_ts >= $1::int8
      offset 0
    ) as recent`,
  values: [sinceTs],
});

/** Ceiling, largest id and time of one snapshot. */
export const selectSnapshot = (table: string): Statement => ({
  text: `
    select
      pg_snapshot_xmin(snapshot)::text as ceiling,
      pg_snapshot_xmax(snapshot)::text as seen_until,
      array(select open::text from pg_snapshot_xip(snapshot) as open) as open,
      -- A snapshot's own xmax follows the newest ended transaction; others may be open above it. Ages count from the next number.
      (pg_snapshot_xmax(snapshot)::text::numeric + age(pg_snapshot_xmax(snapshot)::xid))::text as xmax,
      (select coalesce(max(id), 0) from ${table}) as max_id,
      -- The time before the snapshot was taken: everything committed earlier is in it.
      statement_timestamp() as taken_at
    from pg_current_snapshot() as snapshot`,
});
