import type { Statement } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { isErased } from '../../mart/erased.sql.js';
import { MIGRATION_TABLE } from '../../mart/schema/migration-source.js';
import { FACT, type ExportColumn, type ExportTable } from './table.js';

export interface RelationColumn {
  readonly relation: string;
  readonly name: string;
  readonly type: string;
  readonly is_not_null: boolean;
}

/** The columns of relations that this role may read, in their order. */
export const selectColumns = (relations: readonly string[]): Statement => ({
  text: `
    select
      relname as relation,
      attname as name,
      atttypid::regtype::text as type,
      attnotnull as is_not_null
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    where relnamespace = (select oid from pg_namespace where nspname = current_schema())
      and relname = any ($1::text[])
      and attnum > 0
      and not attisdropped
      and has_column_privilege(attrelid, attnum, 'select')
    order by attrelid, attnum`,
  values: [relations],
});

/** What tells a mart from others and from its own past: its place, and the newest transaction that wrote to it. */
export const selectMart: Statement = {
  text: `
    select
      current_database() as database,
      current_schema() as schema,
      (select min(migration_time)::timestamptz from ${MIGRATION_TABLE}) as created,
      (select value from ctl_schema_info where property = 'schema-version') as schema_version,
      newest.audit_key,
      newest.job_id
    from (select) as one
    left join (select audit_key, job_id from ctl_audit_log order by audit_key desc limit 1) as newest on true`,
};

/** The job that wrote a transaction; no row: it is not in the mart. */
export const selectJobOf = (auditKey: number): Statement => ({
  text: `select job_id from ctl_audit_log where audit_key = $1::numeric`,
  values: [auditKey],
});

/** The part of a table that one file holds. */
export interface Part {
  /** Start of the month; undefined: all rows. */
  readonly monthTs?: number | undefined;
  /** Sessions and periods that begin earlier are left out, epoch seconds. */
  readonly sinceTs: number;
}

/** SQL for the start, in epoch seconds, of the month (UTC) of an epoch second. */
const monthOf = (seconds: string): string => `extract(epoch from date_trunc('month', to_timestamp(${seconds}) at time zone 'UTC'))::bigint`;

const SUM_OF_GUIDS = `coalesce(sum(hashtextextended(media_server_ixn_guid, 0)), 0)::text`;

export interface PartState {
  readonly month_ts: number | null;
  readonly rows: number;
  /** Sum of the hashes of all versions: the same if nothing changed. */
  readonly versions: string;
  /** Of facts: the same of the guids. */
  readonly guids: string | null;
}

/** A row for each file of a table: what its rows are. None for a month without rows. */
export const selectParts = (table: ExportTable, sinceTs: number): Statement => ({
  text: `
    select
      ${table.isByMonth ? monthOf(table.startTs!) : 'null::bigint'} as month_ts,
      count(*) as rows,
      coalesce(sum(hashtextextended(${table.version}, 0)), 0)::text as versions,
      ${table.name === FACT ? SUM_OF_GUIDS : 'null'} as guids
    from ${table.from}
    ${table.startTs === undefined ? '' : `where ${table.startTs} >= ${sinceTs}`}
    ${table.isByMonth ? 'group by 1' : ''}
    order by 1`,
});

const isInPart = ({ startTs }: ExportTable, { monthTs, sinceTs }: Part): string => {
  if (startTs === undefined) return 'true';
  if (monthTs === undefined) return `${startTs} >= ${sinceTs}`;
  const end = `extract(epoch from to_timestamp(${monthTs}) at time zone 'UTC' + interval '1 month')`;
  return `${startTs} >= ${monthTs} and ${startTs} < ${end}::integer`;
};

/** Its index is on the interval; SQL that lets the planner use it for a month of facts. */
const isInMonthOfFacts = ({ startTs }: ExportTable, { monthTs }: Part): string =>
  monthTs === undefined || startTs !== 'chat_session_fact.start_ts'
    ? ''
    : ` and chat_session_fact.start_date_time_key >= ${monthTs} and chat_session_fact.start_date_time_key < ${monthTs} + 31 * 86400`;

/** The rows of a part in COPY's binary format: integers as they are, times in microseconds, dates in days. */
export const copyBinary = (table: ExportTable, part: Part): string =>
  copyRows(
    table,
    part,
    ({ kind, value, seconds }) => {
      if (seconds !== undefined) return `${seconds}::bigint * 1000000`;
      if (kind === 'instant') return `(extract(epoch from ${value}) * 1000000)::bigint`;
      if (kind === 'date') return `${value} - date '1970-01-01'`;
      return value;
    },
    'format binary',
  );

/** The rows of a part as CSV with a header: NULL is an empty cell, an empty text a quoted one. */
export const copyCsv = (table: ExportTable, part: Part): string =>
  copyRows(
    table,
    part,
    ({ kind, value }) => {
      if (kind === 'instant') return `to_char(${value} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
      return value;
    },
    'format csv, header',
  );

const copyRows = (table: ExportTable, part: Part, toValue: (column: ExportColumn) => string, options: string): string => `
  copy (
    select
      ${table.columns.map((column) => `${toValue(column)} as ${quoteIdentifier(column.name)}`).join(',\n      ')}
    from ${table.from}
    where ${isInPart(table, part)}${isInMonthOfFacts(table, part)}
    order by ${table.order}
  ) to stdout (${options})`;

/**
 * How many facts of each month an export up to a transaction can have held, and a hash of their guids: if it held others as well, they are
 * gone or in another month.
 */
export const selectOlderFacts = (auditKey: number, sinceTs: number): Statement => ({
  text: `
    select
      ${monthOf('start_ts')} as month_ts,
      count(*) as rows,
      ${SUM_OF_GUIDS} as guids
    from chat_session_fact
    where create_audit_key <= $1::numeric and start_ts >= $2
    group by 1`,
  values: [auditKey, sinceTs],
});

/** Those of some sessions that are not facts, or begin before an instant, and why. */
export const selectGone = (guids: readonly string[], sinceTs: number): Statement => ({
  text: `
    select
      gone.guid,
      case
        when chat_session_fact.media_server_ixn_guid is not null then 'left out'
        when ${isErased('gone.guid')} then 'erased'
        else 'deleted'
      end as reason
    from unnest($1::text[]) with ordinality as gone (guid, place)
    left join (select * from chat_session_fact where media_server_ixn_guid = any ($1::text[])) as chat_session_fact
      on chat_session_fact.media_server_ixn_guid = gone.guid
    where chat_session_fact.media_server_ixn_guid is null or chat_session_fact.start_ts < $2
    order by place`,
  values: [guids, sinceTs],
});
