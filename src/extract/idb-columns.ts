import { boundedText, mayBeCut } from '../db/bounded-text.sql.js';

/** The columns of G_USERDATA_HISTORY that are read; real installations differ in the others. */
export const IDB_COLUMNS = ['id', 'callid', 'keyname', 'value', 'changetype', 'added_ts'] as const;

export type IdbColumn = (typeof IDB_COLUMNS)[number];

/** A column as the server describes it. */
export interface StoredColumn {
  readonly name: string;
  /** Its name as SQL writes it. */
  readonly quoted: string;
  /** Its type as SQL writes it, such as `character(50)`. */
  readonly type: string;
  /** The type under all domains: as SQL writes it, its schema and name, and its category (`pg_type.typcategory`). */
  readonly base_type: string;
  readonly base_schema: string;
  readonly base_name: string;
  readonly category: string;
  /** Equal texts have equal bytes; also true of what is no text. */
  readonly is_deterministic: boolean;
  readonly is_readable: boolean;
  readonly is_not_null: boolean;
}

/** How a column is read. */
export interface ReadColumn extends StoredColumn {
  /** SQL of the value that this program works with. */
  readonly read: string;
  /** What an index must be on to serve conditions on it, as `create index` takes it; null: none can. */
  readonly indexOn: string | null;
}

/** Why a column cannot be read. */
export interface RefusedColumn extends StoredColumn {
  /** What it must hold. */
  readonly wanted: string;
  /** SQL by which a view can make that of it; null: nothing can. */
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

/** Numbers that hold what a column holds in ICON's own table. */
const NUMBERS: Readonly<Record<'id' | 'changetype' | 'added_ts', readonly string[]>> = {
  id: ['int2', 'int4', 'int8', 'numeric', 'float8'],
  changetype: ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'],
  added_ts: ['int4', 'int8', 'numeric', 'float8'],
};

/** How a column is read, by its type: as it is, as the same value of another type, or not at all. */
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
      // Of what is no number PostgreSQL says so: without its id a row has no place.
      if (isText) return { ...asItIs, read: `${quoted}::bigint`, indexOn: `(${quoted}::bigint)` };
      break;
    case 'changetype':
      if (NUMBERS.changetype.includes(typeName)) return asItIs;
      if (isText) return { ...asItIs, read: `nullif(btrim(${quoted}::text), '')::numeric` };
      break;
    case 'added_ts':
      if (NUMBERS.added_ts.includes(typeName)) return asItIs;
      // What is no number is no time, as null is none.
      if (isText)
        return {
          ...asItIs,
          read: `case when btrim(${quoted}::text) collate "C" ~ '^[0-9]{1,18}$' then btrim(${quoted}::text)::bigint end`,
          indexOn: null,
        };
  }
  return { ...stored, wanted: WANTED[column], conversion: toConversion(column, stored) };
}

/** Types whose comparisons and functions are those of text, byte by byte where equality is meant. */
const isPlainText = ({ base_schema: schema, base_name: name, is_deterministic: isDeterministic }: StoredColumn): boolean =>
  schema === 'pg_catalog' && (name === 'text' || name === 'varchar') && isDeterministic;

/** What a view would write for a column of a type that cannot be read. */
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
 * What the rows are selected from: `id, callid, keyname, value, changetype, added_ts`, whatever the table calls them and of whatever type
 * they are there, and `xmin`, `tableoid`, `ctid`. An ordinary table stands there as it is. Where CALLID is read as something else, `stored_callid` is what an
 * index is on.
 */
export function toRowSource(quotedName: string, columns: ReadColumns, hasCeiling: boolean): string {
  if (IDB_COLUMNS.every((column) => columns[column].read === column)) return quotedName;
  const selected = IDB_COLUMNS.map((column) => `${columns[column].read} as ${column}`);
  if (hasCeiling) selected.unshift('xmin', 'tableoid', 'ctid');
  selected.push(`${columns.callid.quoted} as stored_callid`);
  return `(select ${selected.join(', ')} from ${quotedName}) as user_data`;
}
