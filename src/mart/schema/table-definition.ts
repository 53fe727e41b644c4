import { quoteIdentifier, quoteLiteral } from '../../db/quote.js';

/** Who defined a column: Genesys, Genesys under a name that no public page confirms, or this program. */
export type ColumnOrigin = 'genesys' | 'assumed' | 'extension';

/** The parts of a column's comment, so that none is forgotten. */
export interface ColumnMeaning {
  /** Lower case. */
  readonly name: string;
  /** One or two sentences, with their full stops. */
  readonly meaning: string;
  /** For a number: what it counts or measures. */
  readonly unit?: string | undefined;
  /** The user-data key that fills it. */
  readonly source?: string | undefined;
  readonly origin: ColumnOrigin;
  /** What 0 or NULL means, as one sentence. */
  readonly empty?: string | undefined;
  /** Its values may identify a person. */
  readonly personal?: true | undefined;
}

/** One column of a table, with its comment beside it. A column that may be NULL must say what NULL means. */
export type ColumnDefinition = ColumnMeaning & {
  readonly type: string;
  /** SQL expression, or `identity` for a number drawn by the server. */
  readonly default?: string;
} & ({ readonly notNull: true } | { readonly notNull?: false; readonly empty: string });

export interface IndexDefinition {
  readonly name: string;
  readonly unique?: boolean;
  /** SQL list of columns or expressions. */
  readonly on: string;
  readonly where?: string;
}

export interface TableDefinition {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly ColumnDefinition[];
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly IndexDefinition[];
}

export interface ViewDefinition {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly ColumnMeaning[];
  /** SQL FROM item that provides the columns: a relation, or a select in brackets with a name. */
  readonly from: string;
}

const primaryKey = (tableName: string, columns: readonly string[]): string =>
  `constraint pk_${tableName} primary key (${columns.join(', ')})`;

/** DDL of a new table with its keys, indexes and comments. Constraints have explicit names, so that they are the same everywhere. */
export function createTable(table: TableDefinition): string[] {
  const key = table.primaryKey === undefined ? [] : [primaryKey(table.name, table.primaryKey)];
  const parts = [...table.columns.map(columnClause), ...key];
  return [
    `create table ${table.name} (\n  ${parts.join(',\n  ')}\n)`,
    ...(table.indexes ?? []).map((index) => createIndex(table, index)),
    ...commentOn('table', table),
  ];
}

/** DDL that adds a column to a table that already has rows. */
export const addColumn = (table: TableDefinition, column: ColumnDefinition): string =>
  `alter table ${table.name} add column ${columnClause(column)}`;

/** DDL of an index on an existing table. */
export const createIndex = (table: Pick<TableDefinition, 'name'>, index: IndexDefinition): string =>
  `create ${index.unique === true ? 'unique ' : ''}index ${index.name} on ${table.name} (${index.on})${index.where === undefined ? '' : ` where ${index.where}`}`;

/**
 * DDL of a view with its comments. If the view exists already, its columns keep their order and new ones follow: it is then replaced in
 * place, and rights on it and views that depend on it remain.
 */
export function createView(view: ViewDefinition, existingColumns: readonly string[] = []): string[] {
  const wanted = view.columns.map((column) => column.name);
  const kept = existingColumns.filter((name) => wanted.includes(name));
  const names = [...kept, ...wanted.filter((name) => !kept.includes(name))];
  // A site may give a column of its own the name of a word of SQL.
  return [
    `create or replace view ${view.name} as\nselect\n  ${names.map(quoteIdentifier).join(',\n  ')}\nfrom ${view.from}`,
    ...commentOn('view', view),
  ];
}

/** COMMENT statements of a table or view and all its columns. */
export function commentOn(
  kind: 'table' | 'view',
  relation: { readonly name: string; readonly comment: string; readonly columns: readonly ColumnMeaning[] },
): string[] {
  return [
    `comment on ${kind} ${relation.name} is ${quoteLiteral(relation.comment)}`,
    ...relation.columns.map((column) => `comment on column ${relation.name}.${column.name} is ${quoteLiteral(columnComment(column))}`),
  ];
}

const ORIGIN: Record<ColumnOrigin, string> = {
  genesys: 'Genesys column.',
  assumed: 'Genesys column, name assumed.',
  extension: 'Extension of chatmart.',
};

const PERSONAL = 'May identify a person.';

/** A column's comment: meaning, unit, source, origin, what 0 or NULL means, and whether it may identify a person. */
const columnComment = (column: ColumnMeaning): string =>
  [
    column.meaning,
    column.unit === undefined ? '' : `Unit: ${column.unit}.`,
    column.source === undefined ? '' : `Source: user-data key ${column.source}.`,
    ORIGIN[column.origin],
    column.empty ?? '',
    column.personal === true ? PERSONAL : '',
  ]
    .filter((part) => part !== '')
    .join(' ');

function columnClause(column: ColumnDefinition): string {
  const value =
    column.default === 'identity' ? ' generated by default as identity' : column.default === undefined ? '' : ` default ${column.default}`;
  return `${column.name} ${column.type}${column.notNull === true ? ' not null' : ''}${value}`;
}

const WRITTEN =
  /^(.*?)(?: Unit: ([^.]*)\.)?(?: Source: user-data key (.+?)\.)? (Genesys column\.|Genesys column, name assumed\.|Extension of chatmart\.)(?: (?!May identify a person\.$)(.+?))?( May identify a person\.)?$/s;

/** The parts of a comment that `commentOn` or a migration wrote; undefined: somebody else wrote it. */
export function parseColumnComment(comment: string): Omit<ColumnMeaning, 'name'> | undefined {
  const [, meaning, unit, source, written, empty, person] = WRITTEN.exec(comment) ?? [];
  const origin = (Object.keys(ORIGIN) as ColumnOrigin[]).find((each) => ORIGIN[each] === written);
  return meaning === undefined || origin === undefined
    ? undefined
    : { meaning, unit, source, origin, empty, personal: person === undefined ? undefined : true };
}

/**
 * Few queries of the statements. Citus passes the text of a whole query on to its nodes for each statement about a table or an index; so
 * these go alone, and the many comments together.
 */
export function toQueries(statements: readonly string[]): string[] {
  const queries: string[] = [];
  let joined: string[] = [];
  const end = (): void => {
    if (joined.length > 0) queries.push(joined.join(';\n'));
    joined = [];
  };
  for (const statement of statements)
    if (/^\s*(alter|create (unique )?index|drop index)\b/i.test(statement)) {
      end();
      queries.push(statement);
    } else joined.push(statement);
  end();
  return queries;
}
