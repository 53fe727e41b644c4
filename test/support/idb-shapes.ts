import type { IdbColumn } from '../../src/extract/idb-columns.js';

/** A way to store the rows of G_USERDATA_HISTORY. Anything omitted is as in ICON's own script. */
export interface IdbShape {
  readonly types?: Partial<Record<IdbColumn, string>>;
  /** How the create statement writes the column names. */
  readonly names?: Partial<Record<IdbColumn, string>>;
  readonly table?: string;
  /** What surrounds the columns: see `KINDS`. */
  readonly kind?: keyof typeof KINDS;
  /** SQL for the stored values, by template column; by default a cast. */
  readonly stored?: Partial<Record<IdbColumn, string>>;
  /** What must exist before the table. */
  readonly before?: string;
  /** Settings of the program. */
  readonly idbTable?: string;
  readonly idbSchema?: (schema: string) => string;
}

const ORDINARY: Readonly<Record<IdbColumn, string>> = {
  id: 'bigint',
  callid: 'varchar(50)',
  keyname: 'varchar(255)',
  value: 'varchar(1024)',
  changetype: 'integer',
  added_ts: 'integer',
};

const COLUMNS = Object.keys(ORDINARY) as IdbColumn[];

/** Column names as created with quotes. */
export const CAPITALS = Object.fromEntries(COLUMNS.map((column) => [column, `"${column.toUpperCase()}"`])) as Record<IdbColumn, string>;
export const MIXED: Readonly<Record<IdbColumn, string>> = {
  id: '"Id"',
  callid: '"CallId"',
  keyname: '"KeyName"',
  value: '"Value"',
  changetype: '"ChangeType"',
  added_ts: '"Added_TS"',
};

interface Parts {
  readonly schema: string;
  /** The table's name without schema, quoted where needed. */
  readonly table: string;
  /** The column definitions, in order. */
  readonly columns: readonly string[];
  readonly name: (column: IdbColumn) => string;
}

interface Made {
  /** Statements that create it. */
  readonly make: string;
  /** The target of inserts, by step number; by default the table itself. */
  readonly into?: (step: number) => string;
  /** The name under which a column is written; by default its own. */
  readonly writtenAs?: (column: IdbColumn) => string;
  /** Statements after each step. */
  readonly after?: string;
}

const index = (on: string, { name }: Pick<Parts, 'name'>): string =>
  (['id', 'callid', 'added_ts'] as const).map((column) => `create index on ${on} (${name(column)});`).join('\n');

const asTable = ({ schema, table, columns, name }: Parts, further = ''): string =>
  `create table ${schema}.${table} (${columns.join(', ')}) ${further}; ${further.startsWith('partition') ? '' : index(`${schema}.${table}`, { name })}`;

/** A table under another name, and an object that exposes it under the right one. */
const asBase = (parts: Parts, toShown: (base: string, shown: string) => string): Made => {
  const base = `${parts.schema}.base`;
  return { make: `${asTable({ ...parts, table: 'base' })}\n${toShown(base, `${parts.schema}.${parts.table}`)}`, into: () => base };
};

/** This server as a foreign server. */
const FOREIGN_SERVER = `
  create extension if not exists postgres_fdw schema public;
  do $$ begin
    if not exists (select from pg_foreign_server where srvname = 'far') then
      execute format('create server far foreign data wrapper postgres_fdw options (dbname %L, port %L, host %L)', current_database(),
        current_setting('port'), coalesce(nullif(split_part(current_setting('unix_socket_directories'), ',', 1), ''), '127.0.0.1'));
      create user mapping for current_user server far options (user '<user>', password '<password>', password_required 'false');
    end if;
  end $$;`;

export const KINDS = {
  table: (parts: Parts): Made => ({ make: asTable(parts) }),
  'unlogged table': (parts: Parts): Made => ({ make: asTable(parts).replace('create table', 'create unlogged table') }),
  'partitions by range': (parts: Parts): Made => {
    const whole = `${parts.schema}.${parts.table}`;
    return {
      make: `${asTable(parts, `partition by range (${parts.name('added_ts')})`)}
        create table ${parts.schema}.old partition of ${whole} for values from (minvalue) to (1772500000);
        create table ${parts.schema}.new partition of ${whole} for values from (1772500000) to (maxvalue);
        ${index(whole, parts)}`,
    };
  },
  'partitions by list': (parts: Parts): Made => {
    const whole = `${parts.schema}.${parts.table}`;
    return {
      make: `${asTable(parts, `partition by list (${parts.name('changetype')})`)}
        create table ${parts.schema}.added partition of ${whole} for values in (1);
        create table ${parts.schema}.others partition of ${whole} default;
        ${index(whole, parts)}`,
    };
  },
  'partitions by hash, in another order of columns': (parts: Parts): Made => {
    const whole = `${parts.schema}.${parts.table}`;
    return {
      make: `${asTable(parts, `partition by hash (${parts.name('callid')})`)}
        create table ${parts.schema}.even (note text, ${[...parts.columns].reverse().join(', ')});
        alter table ${parts.schema}.even drop column note;
        alter table ${whole} attach partition ${parts.schema}.even for values with (modulus 2, remainder 0);
        create table ${parts.schema}.odd partition of ${whole} for values with (modulus 2, remainder 1);
        ${index(whole, parts)}`,
    };
  },
  heirs: (parts: Parts): Made => {
    const whole = `${parts.schema}.${parts.table}`;
    const heirs = ['first', 'second'].map((heir) => `${parts.schema}.${heir}`);
    return {
      make: `${asTable(parts)} ${heirs.map((heir) => `create table ${heir} () inherits (${whole}); ${index(heir, parts)}`).join('\n')}`,
      into: (step) => heirs[step]!,
    };
  },
  'generated columns': (parts: Parts): Made => {
    const raw = (column: IdbColumn): string => `raw_${column}`;
    const generated = parts.columns.map((column, i) => `${column} generated always as (raw_${COLUMNS[i]!}) stored`);
    const columns = COLUMNS.map((column) => `${raw(column)} ${ORDINARY[column]}`);
    return { make: asTable({ ...parts, columns: [...columns, ...generated] }), writtenAs: raw };
  },
  'access method': (parts: Parts): Made => ({
    make: `do $$ begin
        if not exists (select from pg_am where amname = 'pile') then create access method pile type table handler heap_tableam_handler; end if;
      end $$;
      ${asTable(parts, 'using pile')}`,
  }),
  view: (parts: Parts): Made => asBase(parts, (base, shown) => `create view ${shown} as select * from ${base};`),
  'materialized view': (parts: Parts): Made => {
    const shown = `${parts.schema}.${parts.table}`;
    return {
      ...asBase(parts, (base) => `create materialized view ${shown} as select * from ${base};`),
      after: `refresh materialized view ${shown};`,
    };
  },
  'foreign table': (parts: Parts): Made =>
    asBase(
      parts,
      (_, shown) =>
        `${FOREIGN_SERVER} create foreign table ${shown} (${parts.columns.join(', ')}) server far options (schema_name '${parts.schema}', table_name 'base');`,
    ),
  'a foreign partition': (parts: Parts): Made => {
    const whole = `${parts.schema}.${parts.table}`;
    return {
      make: `${FOREIGN_SERVER} ${asTable({ ...parts, table: 'base' })} ${asTable(parts, `partition by list (${parts.name('changetype')})`)}
        create foreign table ${parts.schema}.added partition of ${whole} for values in (1) server far options (schema_name '${parts.schema}', table_name 'base');
        create table ${parts.schema}.others partition of ${whole} default;
        ${index(`${parts.schema}.others`, parts)}`,
    };
  },
} as const satisfies Readonly<Record<string, (parts: Parts) => Made>>;

export interface MadeShape {
  /** Statements that create it, empty. */
  readonly make: string;
  /** Statements that write one half of the template's rows. */
  readonly write: (step: number) => string;
}

/** The statements for a shape in a schema of its own, filled from the table `template.user_rows`. */
export function makeShape(shape: IdbShape, schema: string): MadeShape {
  const { types = {}, names = {}, table = 'g_userdata_history', kind = 'table', stored = {}, before = '' } = shape;
  const name = (column: IdbColumn): string => names[column] ?? column;
  const type = (column: IdbColumn): string => (types[column] ?? ORDINARY[column]).replaceAll('SCHEMA', schema);
  const columns = COLUMNS.map((column) => `${name(column)} ${type(column)}`);
  const made: Made = KINDS[kind]({ schema, table, columns, name });
  const bare = (column: IdbColumn): string => type(column).replace(/ (generated|collate|not null|primary key)\b.*$/, '');
  const values = COLUMNS.map((column) => stored[column]?.replaceAll('SCHEMA', schema) ?? `${column}::${bare(column)}`);
  const into = (step: number): string => made.into?.(step) ?? `${schema}.${table}`;
  return {
    make: `create schema ${schema}; ${before.replaceAll('SCHEMA', schema)} ${made.make}`,
    write: (step) => `
      insert into ${into(step)} (${COLUMNS.map(made.writtenAs ?? name).join(', ')}) overriding system value
      select ${values.join(', ')}
      from template.user_rows
      where step = ${step}
      order by id;
      analyze ${into(step)};
      ${made.after ?? ''}`,
  };
}
