import type { Statement } from '../../../db/connection.js';
import { fedValue } from '../../../load/attached-data.sql.js';
import { fedFactKeys } from '../../../model/attached-key.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import { tableLevels } from '../../../mart/aggregates/levels.js';
import { dateTimeRelation, type Calendar } from '../../../model/calendar.js';

/** A column that refers to another table, like a foreign key. */
interface Reference {
  readonly column: string;
  readonly table: string;
  readonly key: string;
}

const MEMBERS: readonly Reference[] = [
  { column: 'chat_session_dim_key', table: 'chat_session_dim', key: 'id' },
  { column: 'media_type_key', table: 'media_type', key: 'media_type_key' },
  { column: 'tenant_key', table: 'tenant', key: 'tenant_key' },
];

const AUDITS: readonly Reference[] = ['create_audit_key', 'update_audit_key'].map((column) => ({
  column,
  table: 'ctl_audit_log',
  key: 'audit_key',
}));

/** Facts whose dimension, media type or tenant is missing. */
export const factsWithoutMember = (): Statement => orphans('chat_session_fact', FACT, MEMBERS);

/** Facts that begin or end outside the intervals of a calendar. */
export const factsOutsideCalendar = (calendars: readonly Calendar[]): Statement =>
  orphans(
    'chat_session_fact',
    FACT,
    [undefined, ...calendars].flatMap((calendar) =>
      ['start_date_time_key', 'end_date_time_key'].map((column) => ({ column, table: dateTimeRelation(calendar), key: 'date_time_key' })),
    ),
  );

/** Facts without the audit row of the job that wrote them. */
export const factsWithoutAudit = (): Statement => orphans('chat_session_fact', FACT, AUDITS);

/** Rows of the aggregates whose dimension, media type, tenant or period is missing. */
export const aggregatesWithoutMember = (calendars: readonly Calendar[]): Statement => ({
  text: tableLevels(calendars)
    .map(({ table, calendar }) => {
      const row = `'${table.toUpperCase()} of ' || to_timestamp(date_time_key) at time zone 'UTC'`;
      const period = { column: 'date_time_key', table: dateTimeRelation(calendar), key: 'date_time_key' };
      return orphans(table, row, [...MEMBERS, period]).text;
    })
    .join('\nunion all\n'),
});

/** Own values without their fact, or without the audit row of the transaction that wrote them. */
export const attachedWithoutFact = (): Statement =>
  orphans('chat_session_attached_data', `'own values of ' || media_server_ixn_guid`, [
    { column: 'media_server_ixn_guid', table: 'chat_session_fact', key: 'media_server_ixn_guid' },
    ...AUDITS,
  ]);

/** Facts whose column is not what the own key that feeds it says. */
export const fedFactsThatDiffer = (map: KvpMap): Statement => ({
  text: fedFactKeys(map)
    .map(
      (key) => `select
  ${FACT_OF('chat_session_fact')} || ': ${key.column} is not that of CHAT_SESSION_ATTACHED_DATA' as breach
from chat_session_fact
join chat_session_attached_data on chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid
where chat_session_fact.${key.column.toLowerCase()} is distinct from ${fedValue(key)}`,
    )
    .join('\nunion all\n'),
});

const FACT_OF = (relation: string): string => `'session ' || ${relation}.media_server_ixn_guid`;

const FACT = `'session ' || media_server_ixn_guid`;

/** Rows whose key is missing from the table that it refers to; NULL refers to nothing. */
const orphans = (from: string, row: string, references: readonly Reference[]): Statement => ({
  text: references
    .map(
      ({ column, table, key }) => `select
  ${row} || ': ${column.toUpperCase()} ' || ${column} || ' is not in ${table.toUpperCase()}' as breach
from ${from}
where ${column} is not null
  and not exists (select from ${table} where ${table}.${key} = ${from}.${column})`,
    )
    .join('\nunion all\n'),
});
