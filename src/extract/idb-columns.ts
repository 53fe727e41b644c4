import { boundedText, mayBeCut } from '../db/bounded-text.sql.js';

/** The columns read from G_USERDATA_HISTORY; real installations differ in the others. */
export const IDB_COLUMNS = ['id', 'callid', 'keyname', 'value', 'changetype', 'added_ts'] as const;

export type IdbColumn = (typeof IDB_COLUMNS)[number];

/** A column as the server describes it. */
export interface StoredColumn {
  readonly name: string;
  /** Quoted for SQL. */
  readonly quoted: string;
  /** Type as SQL writes it, such as `character(50)`. */
  readonly type: string;
  /** The type under all domains: SQL text, schema, name and category (`pg_type.typcategory`). */
  readonly base_type: string;
  readonly base_schema: string;
  readonly base_name: string;
  readonly category: string;
  /** Equal texts have equal bytes; also true for types other than text. */
  readonly is_deterministic: boolean;
  readonly is_readable: boolean;
  readonly is_not_null: boolean;
}

/** How a column is read. */
export interface ReadColumn extends StoredColumn {
  /** SQL of the value as this program needs it. */
  readonly read: string;
  /** What an index must be on to serve conditions on the column, for `create index`; null if no index can. */
  readonly indexOn: string | null;
}

/** A column that cannot be read. */
export interface RefusedColumn extends StoredColumn {
  /** What the column must contain. */
  readonly wanted: string;
  /** SQL with which a view can convert it; null if that is impossible. */
  readonly conversion: string | null;
}

const WANTED: Readonly<Record<IdbColumn, string>> = {
  id: 'a whole number that rises from row to row',
  callid: 'text',
  keyname: 'text',
  value: 'text',
  changetype: 'a number (1 added, 2 changed, 3 deleted)',
  added_ts: 'seconds since 1970 (UTC) as a number',
};

/** Number types that can hold the values of ICON's own columns. */
const NUMBERS: Readonly<Record<'id' | 'changetype' | 'added_ts', readonly string[]>> = {
  id: ['int2', 'int4', 'int8', 'numeric', 'float8'],
  changetype: ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'],
  added_ts: ['int4', 'int8', 'numeric', 'float8'],
};

/** Decides by its type how a column is read: unchanged, converted, or not at all. */
export function judgeColumn(column: IdbColumn, stored: StoredColumn): ReadColumn | RefusedColumn {
  const { quoted, category, base_schema: schema, base_name: name } = stored;
  const asItIs = { ...stored, read: quoted, indexOn: quoted };
  const isText = category === 'S';
  const typeName = schema === 'pg_catalog' ? name : '';
  switch (column) {
    case 'callid':
    case 'keyname':
    case 'value': {
      if (!isText) break;
      const text = isPlainText(stored) ? quoted : `${quoted}::text collate "C"`;
      return { ...asItIs, read: column === 'value' && mayBeCut(stored.type) ? boundedText(text) : text };
    }
    case 'id':
      if (NUMBERS.id.includes(typeName)) return asItIs;
      // PostgreSQL reports a text that is not a number; without its id, a row has no position.
      if (isText) return { ...asItIs, read: `${quoted}::bigint`, indexOn: `(${quoted}::bigint)` };
      break;
    case 'changetype':
      if (NUMBERS.changetype.includes(typeName)) return asItIs;
      if (isText) return { ...asItIs, read: `nullif(btrim(${quoted}::text), '')::numeric` };
      break;
    case 'added_ts':
      if (NUMBERS.added_ts.includes(typeName)) return asItIs;
      // A text that is not a number counts as no time, like null.
      if (isText)
        return {
          ...asItIs,
          read: `case when btrim(${quoted}::text) collate "C" ~ '^[0-9]{1,18}$' then btrim(${quoted}::text)::bigint end`,
          indexOn: null,
        };
  }
  return { ...stored, wanted: WANTED[column], conversion: toConversion(column, stored) };
}

/** Types that compare like text, with equality by bytes. */
const isPlainText = ({ base_schema: schema, base_name: name, is_deterministic: isDeterministic }: StoredColumn): boolean =>
  schema === 'pg_catalog' && (name === 'text' || name === 'varchar') && isDeterministic;

/** SQL with which a view would convert a column whose type cannot be read. */
function toConversion(column: IdbColumn, { quoted, base_name: name, category }: StoredColumn): string | null {
  switch (column) {
    case 'id':
      return name === 'oid' ? `${quoted}::bigint` : null;
    case 'changetype':
      if (name === 'bool') return `case when ${quoted} then 3 else 1 end`;
      return category === 'E' ? `${quoted}::text::integer` : null;
    case 'added_ts':
      return /^(timestamp|timestamptz|date|interval)$/.test(name) ? `floor(extract(epoch from ${quoted}))::bigint` : null;
    case 'callid':
    case 'keyname':
    case 'value':
      if (name === 'bytea') return `convert_from(${quoted}, 'UTF8')`;
      return name === 'json' || name === 'jsonb' ? `${quoted} #>> '{}'` : `${quoted}::text`;
  }
}

export const isRefused = (column: ReadColumn | RefusedColumn): column is RefusedColumn => 'wanted' in column;

export type ReadColumns = Readonly<Record<IdbColumn, ReadColumn>>;

/**
 * SQL that rows are selected from: `id, callid, keyname, value, changetype, added_ts`, whatever their names and types in the table, plus
 * `xmin`, `tableoid`, `ctid`. An ordinary table is used as it is. If CALLID is converted, `stored_callid` is the indexed column.
 */
export function toRowSource(quotedName: string, columns: ReadColumns, hasCeiling: boolean): string {
  if (IDB_COLUMNS.every((column) => columns[column].read === column)) return quotedName;
  const selected = IDB_COLUMNS.map((column) => `${columns[column].read} as ${column}`);
  if (hasCeiling) selected.unshift('xmin', 'tableoid', 'ctid');
  selected.push(`${columns.callid.quoted} as stored_callid`);
  return `(select ${selected.join(', ')} from ${quotedName}) as user_data`;
}
