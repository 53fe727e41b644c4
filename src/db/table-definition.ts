import { quoteLiteral } from './quote.js';

/** Who defined a column: Genesys, Genesys under a name that no public page confirms, or this program. */
export type ColumnOrigin = 'genesys' | 'assumed' | 'extension';

/** What a column's comment says, in parts, so that none is forgotten. */
export interface ColumnMeaning {
  /** Lower case. */
  readonly name: string;
  /** One or two sentences, with their full stops. */
  readonly meaning: string;
  /** Of a number: what it counts or measures. */
  readonly unit?: string | undefined;
  /** The user-data key that fills it. */
  readonly source?: string | undefined;
  readonly origin: ColumnOrigin;
  /** What 0 or NULL says, as one sentence. */
  readonly empty?: string | undefined;
}

/** One column of a table, with its comment beside it. A column that may be NULL must say what NULL means. */
export type ColumnDefinition = ColumnMeaning & {
  readonly type: string;
  /** SQL expression, or `identity` for a number that the server draws. */
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
  /** SQL FROM item that has the columns: a relation, or a select in brackets with a name. */
  readonly from: string;
}

const primaryKey = (tableName: string, columns: readonly string[]): string =>
  `constraint pk_${tableName} primary key (${columns.join(', ')})`;

/** DDL of a new table with its keys, indexes and comments. Constraints have names of ours, so that they are the same everywhere. */
export function createTable(table: TableDefinition): string[] {
  const key = table.primaryKey === undefined ? [] : [primaryKey(table.name, table.primaryKey)];
  const parts = [...table.columns.map(columnClause), ...key];
  return [
    `create table ${table.name} (\n  ${parts.join(',\n  ')}\n)`,
    ...(table.indexes ?? []).map((index) => createIndex(table, index)),
    ...commentOn('table', table),
  ];
}

/** DDL that adds a column to a table that has rows. */
export const addColumn = (table: TableDefinition, column: ColumnDefinition): string =>
  `alter table ${table.name} add column ${columnClause(column)}`;

/** DDL that adds columns with their comments to a table that exists. */
export const addColumns = (tableName: string, columns: readonly ColumnDefinition[]): string[] =>
  columns.flatMap((column) => [
    `alter table ${tableName} add column ${columnClause(column)}`,
    `comment on column ${tableName}.${column.name} is ${quoteLiteral(columnComment(column))}`,
  ]);

/** DDL of the primary key of a table that exists. */
export const addPrimaryKey = (tableName: string, columns: readonly string[]): string =>
  `alter table ${tableName} add ${primaryKey(tableName, columns)}`;

/** DDL of an index on a table that exists. */
export const createIndex = (table: Pick<TableDefinition, 'name'>, index: IndexDefinition): string =>
  `create ${index.unique === true ? 'unique ' : ''}index ${index.name} on ${table.name} (${index.on})${index.where === undefined ? '' : ` where ${index.where}`}`;

/**
 * DDL of a view with its comments. Where the view exists already, its columns keep their order and new ones follow:
 * so it is replaced in place, and rights on it and views of others upon it stay.
 */
export function createView(view: ViewDefinition, existingColumns: readonly string[] = []): string[] {
  const wanted = view.columns.map((column) => column.name);
  const kept = existingColumns.filter((name) => wanted.includes(name));
  const names = [...kept, ...wanted.filter((name) => !kept.includes(name))];
  return [`create or replace view ${view.name} as\nselect\n  ${names.join(',\n  ')}\nfrom ${view.from}`, ...commentOn('view', view)];
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

/** A column's comment: meaning, unit, source, whose column it is, and what 0 or NULL says. */
export const columnComment = (column: ColumnMeaning): string =>
  [
    column.meaning,
    column.unit === undefined ? '' : `Unit: ${column.unit}.`,
    column.source === undefined ? '' : `Source: user-data key ${column.source}.`,
    ORIGIN[column.origin],
    column.empty ?? '',
  ]
    .filter((part) => part !== '')
    .join(' ');

function columnClause(column: ColumnDefinition): string {
  const value =
    column.default === 'identity' ? ' generated by default as identity' : column.default === undefined ? '' : ` default ${column.default}`;
  return `${column.name} ${column.type}${column.notNull === true ? ' not null' : ''}${value}`;
}
