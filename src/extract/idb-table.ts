import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { quoteIdentifier } from '../db/quote.js';
import { ConfigError } from '../model/errors.js';
import {
  IDB_COLUMNS,
  isRefused,
  judgeColumn,
  toRowSource,
  type IdbColumn,
  type ReadColumns,
  type RefusedColumn,
  type StoredColumn,
} from './idb-columns.js';
import { selectIdbTables, selectServer } from './idb-table.sql.js';

/** Names of the IDB's table of user-data rows: in Genesys's data model, and in its chat guide. */
export const IDB_TABLE_NAMES = ['g_userdata_history', 'g_user_data_history'] as const;

/** The table that ICON fills, found and checked. */
export interface IdbTable {
  readonly schema: string;
  readonly name: string;
  /** Schema and name, quoted. */
  readonly quotedName: string;
  /** What statements select from; see `toRowSource`. */
  readonly rows: string;
  readonly columns: ReadColumns;
  /** The server's encoding, in which COPY sends rows. */
  readonly encoding: string;
  /** The kind of relation in a word, such as `view`. */
  readonly kind: string;
  /** Only a table shows which rows are committed for good; a view or foreign table does not. */
  readonly hasCeiling: boolean;
  /** The server can find rows by their place in the table without a full scan. */
  readonly hasPlaces: boolean;
}

interface FoundTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly may_use_schema: boolean;
  readonly is_unlogged_copy: boolean;
  readonly hides_rows: boolean;
  readonly has_ceiling: boolean;
  readonly column_names: readonly string[];
  /** Those whose name matches one of `IDB_COLUMNS` in any case. */
  readonly columns: readonly StoredColumn[];
}

/** `pg_class.relkind` of relations that rows can be read from. */
const KINDS: Readonly<Record<string, string>> = { r: 'table', p: 'table', v: 'view', m: 'materialized view', f: 'foreign table' };

/** Name of the view suggested to the operator. */
const VIEW_NAME = 'chatmart_user_data';

const NAME_THE_TABLE = 'Set CHATMART_IDB_TABLE to the table that ICON fills.';

/** Finds the IDB's table and checks that it can be read. Throws `ConfigError` with what is missing. */
export async function findIdbTable(connection: Connection, schema: string, table: string | undefined): Promise<IdbTable> {
  const server = await queryRow<{ version: number; encoding: string; role: string }>(connection, selectServer);
  if (server.version < 130_000)
    throw refuse('idb-server-too-old', `The IDB's server is PostgreSQL ${Math.floor(server.version / 10_000)}; 13 or newer is needed`);
  const names = table === undefined ? IDB_TABLE_NAMES : [table];
  const found = chooseTable(await queryRows<FoundTable>(connection, selectIdbTables(names.map(foldCase))), {
    schema,
    names,
    isExact: table !== undefined,
  });
  const kind = KINDS[found.kind];
  const place = `${found.schema}.${found.name}`;
  if (kind === undefined) throw refuse('idb-table-kind', `${place} is neither a table nor a view`, NAME_THE_TABLE);
  const quotedName = toQuotedName(found);
  const columns = readColumns(found, server.role);
  requireAllRows(found, server.role);
  const isTable = kind === 'table';
  const hasCeiling = isTable && found.has_ceiling;
  return {
    schema: found.schema,
    name: found.name,
    quotedName,
    rows: toRowSource(quotedName, columns, hasCeiling),
    columns,
    encoding: server.encoding,
    kind: isTable && !hasCeiling ? 'table without transaction numbers' : kind,
    hasCeiling,
    hasPlaces: hasCeiling && server.version >= 140_000,
  };
}

const refuse = (code: string, problem: string, next?: string): ConfigError =>
  new ConfigError(code, problem, { state: 'nothing-read', next });

const toQuotedName = ({ schema, name }: Pick<FoundTable, 'schema' | 'name'>): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** Folds like an unquoted SQL name: ASCII only. */
const foldCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The one candidate with the first matching name, in any case. Throws `ConfigError` if there is none, or more than one. */
function chooseTable(
  all: readonly FoundTable[],
  wanted: { readonly schema: string; readonly names: readonly string[]; readonly isExact: boolean },
): FoundTable {
  const { schema, names } = wanted;
  const inSchema = all.filter((candidate) => foldCase(candidate.schema) === foldCase(schema));
  const exactSchema = inSchema.filter((candidate) => candidate.schema === schema);
  const candidates = exactSchema.length > 0 ? exactSchema : inSchema;
  for (const name of names) {
    const named = candidates.filter((candidate) => foldCase(candidate.name) === foldCase(name));
    const exact = wanted.isExact ? named.filter((candidate) => candidate.name === name) : [];
    const readable = named.filter(({ kind }) => kind in KINDS);
    const [first, ...others] = exact.length > 0 ? exact : readable.length > 0 ? readable : named;
    if (first === undefined) continue;
    if (others.length === 0) return first;
    throw refuse(
      'idb-table-ambiguous',
      `The IDB has more than one table ${schema}.${name}: ${[first, ...others].map(toQuotedName).join(' and ')}`,
      'Set CHATMART_IDB_SCHEMA and CHATMART_IDB_TABLE to the one that ICON fills, in the letter case it was created with.',
    );
  }
  const elsewhere = all.filter(({ kind }) => kind in KINDS).map(toQuotedName);
  throw refuse(
    'idb-table-missing',
    `The IDB has ${names.length === 1 ? 'no table' : 'neither'} ${names.map((name) => `${schema}.${name}`).join(' nor ')}` +
      (elsewhere.length === 0 ? '' : `; it has ${elsewhere.join(' and ')}`),
    'Set CHATMART_IDB_URL, CHATMART_IDB_SCHEMA and CHATMART_IDB_TABLE to the table that ICON fills. chatmart simulate creates one in the embedded server.',
  );
}

/** How the columns are read. Throws if one is missing, ambiguous, hidden from the role, or of an unusable type. */
function readColumns(found: FoundTable, role: string): ReadColumns {
  const place = `${found.schema}.${found.name}`;
  const stored = (column: IdbColumn): StoredColumn[] => found.columns.filter(({ name }) => foldCase(name) === column);
  const missing = IDB_COLUMNS.filter((column) => stored(column).length === 0);
  if (missing.length > 0)
    throw refuse('idb-columns-missing', `${place} has no ${missing.join(', ')}; it has ${found.column_names.join(', ')}`, NAME_THE_TABLE);
  const several = IDB_COLUMNS.map(stored).find(({ length }) => length > 1);
  const sources = Object.fromEntries(IDB_COLUMNS.map((column) => [column, stored(column)[0]!.quoted])) as Record<IdbColumn, string>;
  if (several !== undefined)
    throw refuse(
      'idb-columns-ambiguous',
      `${place} has more than one column ${foldCase(several[0]!.name)}: ${several.map(({ quoted }) => quoted).join(' and ')}`,
      toViewAdvice(found, sources, role, 'Of columns with the same name, the view takes the first; correct that if it is another one.'),
    );
  const unreadable = IDB_COLUMNS.filter((column) => !stored(column)[0]!.is_readable);
  if (!found.may_use_schema || unreadable.length > 0)
    throw refuse(
      'idb-no-rights',
      `${role} may not read ${found.may_use_schema ? `${unreadable.join(', ')} of ${place}` : `schema ${found.schema}`}`,
      `As the owner of the IDB, run: grant usage on schema ${quoteIdentifier(found.schema)} to ${quoteIdentifier(role)}; ` +
        `grant select on ${toQuotedName(found)} to ${quoteIdentifier(role)};`,
    );
  const judged = IDB_COLUMNS.map((column) => [column, judgeColumn(column, stored(column)[0]!)] as const);
  const wrong = judged.flatMap(([column, judgement]) => (isRefused(judgement) ? [[column, judgement] as const] : []));
  if (wrong.length > 0) throw toTypeError(found, wrong, sources, role);
  return Object.fromEntries(judged) as ReadColumns;
}

function toTypeError(
  found: FoundTable,
  wrong: readonly (readonly [IdbColumn, RefusedColumn])[],
  sources: Readonly<Record<IdbColumn, string>>,
  role: string,
): ConfigError {
  const list = wrong.map(([, { name, type, wanted }]) => `${name.toUpperCase()} is of type ${type}, but must hold ${wanted}`);
  const hopeless = wrong.filter(([, { conversion }]) => conversion === null).map(([column]) => column.toUpperCase());
  const converted = Object.fromEntries(wrong.map(([column, { conversion }]) => [column, conversion]));
  return refuse(
    'idb-column-type',
    `${found.schema}.${found.name} cannot be read: ${list.join('; ')}`,
    hopeless.length > 0
      ? `No view can convert ${hopeless.join(' and ')}. ${NAME_THE_TABLE}`
      : toViewAdvice(
          found,
          { ...sources, ...converted },
          role,
          'Correct the view if the columns mean something else. Times without a zone are read as UTC.',
        ),
  );
}

/** The definition of a view that has the required columns. */
function toViewAdvice({ schema, name }: FoundTable, sources: Readonly<Record<IdbColumn, string>>, role: string, remark: string): string {
  const view = toQuotedName({ schema, name: VIEW_NAME });
  const columns = IDB_COLUMNS.map((column) => (sources[column] === column ? column : `${sources[column]} as ${column}`));
  return (
    `As the owner of the IDB, run: create view ${view} as select ${columns.join(', ')} from ${toQuotedName({ schema, name })}; ` +
    `grant select on ${view} to ${quoteIdentifier(role)}; Then set CHATMART_IDB_TABLE to ${VIEW_NAME}. ${remark}`
  );
}

/** Throws if rows may be hidden from the role or are not copied to this server: they would be lost silently. */
function requireAllRows(found: FoundTable, role: string): void {
  const place = `${found.schema}.${found.name}`;
  if (found.hides_rows)
    throw refuse(
      'rows-hidden',
      `Row-level security on ${place} may hide rows from ${role}`,
      `As a superuser there, run: alter role ${quoteIdentifier(role)} bypassrls;`,
    );
  if (found.is_unlogged_copy)
    throw refuse(
      'idb-table-unlogged',
      `${place} is unlogged; this server is a standby and has none of its rows`,
      'Name the primary server in CHATMART_IDB_URL.',
    );
}
