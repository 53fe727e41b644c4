import { SIMULATED_MARK } from './idb-copy-text.js';

/** Creates an IDB's table of user-data rows without indexes: they are created faster after the rows. `table` is a quoted name. */
export const createIdbTable = (table: string): { text: string } => ({
  text: `create table ${table} (
  id             bigserial,
  callid         varchar(50) not null,
  partyid        varchar(50),
  pseq           integer,
  endpointid     integer,
  endpointdn     varchar(255),
  agentid        integer,
  cseq           integer,
  type           integer,
  changetype     integer,
  keyname        varchar(255) not null,
  value          varchar(1024),
  added          timestamp(3),
  added_ts       integer,
  added_tcode    integer,
  gsys_domain    integer,
  gsys_partition integer,
  gsys_sys_id    integer,
  gsys_seq       bigint,
  gsys_useq      bigint,
  gsys_ts        timestamp(3),
  gsys_tc        integer,
  gsys_ext_vch1  varchar(255),
  gsys_ext_vch2  varchar(255),
  gsys_ext_int1  integer,
  gsys_ext_int2  integer
)`,
});

/** Adds primary key and indexes to a table from `createIdbTable`, with enough memory to sort millions of keys. */
export const createIdbIndexes = (table: string): { text: string } => ({
  text: `set local maintenance_work_mem to '512MB';
alter table ${table} add primary key (id);
create index on ${table} (callid);
create index on ${table} (added_ts)`,
});

/** The sequence that numbers the rows, if the table owns one that this role may use and set. */
export const selectIdSequence = (table: string): { text: string; values: unknown[] } => ({
  text: `select pg_get_serial_sequence($1, attname) as name
from pg_attribute
where attrelid = $1::regclass
  and attname = 'id'
  and not attisdropped
  and has_sequence_privilege(pg_get_serial_sequence($1, attname), 'usage, select, update')`,
  values: [table],
});

/** Draws the next number of a sequence. */
export const drawId = (sequence: string): { text: string; values: unknown[] } => ({
  text: 'select nextval($1::regclass)::text as id',
  values: [sequence],
});

/** Sets a sequence to continue after `last`. */
export const setLastId = (sequence: string, last: number): { text: string; values: unknown[] } => ({
  text: 'select setval($1::regclass, $2)',
  values: [sequence, last],
});

/** Whether there are rows that are not simulated; without a column for the mark, all rows count. */
export const selectHoldsOtherRows = (table: string, hasMark: boolean): { text: string; values: unknown[] } =>
  hasMark
    ? { text: `select exists (select from ${table} where gsys_ext_vch1 is distinct from $1) as holds`, values: [SIMULATED_MARK] }
    : { text: `select exists (select from ${table}) as holds`, values: [] };

/** Kind (pg_class.relkind) and columns of the named tables and views that exist in a schema. */
export const selectTables = (schema: string, names: readonly string[]): { text: string; values: unknown[] } => ({
  text: `select
  pg_class.relname as name,
  pg_class.relkind as kind,
  array_agg(pg_attribute.attname::text) as columns
from pg_class
join pg_attribute on pg_attribute.attrelid = pg_class.oid and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
where pg_class.relnamespace = (select oid from pg_namespace where nspname = $1)
  and pg_class.relname = any ($2)
group by 1, 2`,
  values: [schema, names],
});
