import { queryRows, type Connection } from '../../db/connection.js';
import { quoteIdentifier } from '../../db/quote.js';
import { chatStatsView, CHAT_STATS_LEVELS } from '../../mart/aggregates/levels.js';
import { readCalendars } from '../../mart/calendar/calendars.js';
import { attachedKeys } from '../../model/attached-key.js';
import { dateTimeRelation, type Calendar } from '../../model/calendar.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { FACT, GUID, type ExportColumn, type ExportTable } from './table.js';
import { selectColumns, type RelationColumn } from './tables.sql.js';

/** A column that the mart does not have: an epoch second of it as an instant. */
const instant = (name: string, seconds: string, isRequired = true): ExportColumn => ({
  ...{ name, kind: 'instant', isRequired, value: `to_timestamp(${seconds})`, seconds },
});

/** The tables of a mart that an export holds, with the columns that this role may read. */
export async function readTables(mart: Connection, map: KvpMap): Promise<ExportTable[]> {
  const calendars = [undefined, ...(await readCalendars(mart))];
  const tables = [
    sessionTable(FACT, FACT, [instant('started_at', `${FACT}.start_ts`), instant('ended_at', `nullif(${FACT}.end_ts, 0)`, false)]),
    ...(attachedKeys(map).length === 0
      ? []
      : [sessionTable('chat_session_attached_data', `chat_session_attached_data join ${FACT} using (${GUID})`, [])]),
    dimension('chat_session_dim', 'id'),
    dimension('media_type', 'media_type_key'),
    dimension('tenant', 'tenant_key'),
    ...calendars.map((calendar) => dimension(dateTimeRelation(calendar), 'date_time_key')),
    ...calendars.flatMap(statsTables),
  ];
  const found = await queryRows<RelationColumn>(mart, selectColumns(tables.map(({ name }) => name)));
  return tables.map(({ added, version, ...table }) => {
    const columns = found.filter(({ relation }) => relation === table.name).map(toColumn);
    const text = `row(${columns.map(({ value }) => value).join(', ')})::text`;
    return { ...table, columns: [...columns, ...added], version: version ?? text };
  });
}

/** A table before its columns are known. Without a version, the text of all columns is one. */
type Outline = Omit<ExportTable, 'columns' | 'version'> & { readonly added: readonly ExportColumn[]; readonly version?: string };

/** One row a session: its guid, and the transactions that wrote it, tell whether it changed. */
const sessionTable = (name: string, from: string, added: readonly ExportColumn[]): Outline => ({
  name,
  from,
  added,
  startTs: `${FACT}.start_ts`,
  isByMonth: true,
  version: `concat(${name}.create_audit_key, ':', ${name}.update_audit_key, ':', ${name}.${GUID})`,
  order: `${FACT}.start_ts, ${name}.${GUID} collate "C"`,
});

/** A small table. */
const dimension = (name: string, key: string): Outline => ({
  ...{ name, from: name, added: [], isByMonth: false, order: key },
});

/**
 * The levels from the day up. The finer ones are views that compute a row for almost every session: whoever has the facts has them, and
 * they would take longer than all the rest.
 */
const statsTables = (calendar: Calendar | undefined): Outline[] =>
  CHAT_STATS_LEVELS.filter((level) => level !== 'subhr' && level !== 'hour').map((level) => {
    const name = chatStatsView(level, calendar);
    const keys = ['date_time_key', 'tenant_key', 'media_type_key', 'chat_session_dim_key'];
    return {
      ...{ name, from: name, startTs: `${name}.date_time_key`, isByMonth: level === 'day' },
      added: [instant('period_start', `${name}.date_time_key`)],
      // A row of a table has the key of the transaction that wrote it; one of a view is computed.
      ...(level === 'day' && { version: `concat_ws(':', ${[...keys, 'agr_set_key'].join(', ')})` }),
      order: keys.join(', '),
    };
  });

function toColumn({ relation, name, type, is_not_null: isNotNull }: RelationColumn): ExportColumn {
  const column = `${relation}.${quoteIdentifier(name)}`;
  switch (type) {
    case 'smallint':
    case 'integer':
      return { name, kind: 'int32', isRequired: isNotNull, value: `${column}::integer` };
    case 'bigint':
    case 'numeric':
      // Keys are numeric(19), and sums of bigint are numeric; all of them are whole.
      return { name, kind: 'int64', isRequired: isNotNull, value: `${column}::bigint` };
    case 'timestamp with time zone':
      return { name, kind: 'instant', isRequired: isNotNull, value: column };
    case 'date':
      return { name, kind: 'date', isRequired: isNotNull, value: column };
    default:
      return { name, kind: 'text', isRequired: isNotNull, value: `${column}::text` };
  }
}
