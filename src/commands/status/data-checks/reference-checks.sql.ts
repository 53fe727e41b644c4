import type { Statement } from '../../../db/connection.js';
import { fedValue } from '../../../mart/attached-keys.sql.js';
import { fedFactKeys } from '../../../model/attached-key.js';
import type { KvpMap } from '../../../model/mapped-key.js';
import { tableLevels } from '../../../mart/aggregates/levels.js';
import { calendarRelationships, relationships, type Relationship } from '../../../mart/schema/relationships.js';
import { dateTimeRelation, type Calendar } from '../../../model/calendar.js';

const related = relationships();

/** What a column of a table refers to. */
type Reference = Pick<Relationship, 'column' | 'to' | 'key'>;

const ofFact = (isWanted: (to: string) => boolean): Reference[] =>
  related.filter(({ table, to }) => table === 'chat_session_fact' && isWanted(to));

/** Facts whose dimension, media type or tenant is missing. */
export const factsWithoutMember = (): Statement =>
  orphans(
    'chat_session_fact',
    FACT,
    ofFact((to) => to !== 'date_time' && to !== 'ctl_audit_log'),
  );

/** Facts that begin or end outside the intervals of a calendar. */
export const factsOutsideCalendar = (calendars: readonly Calendar[]): Statement =>
  orphans(
    'chat_session_fact',
    FACT,
    [undefined, ...calendars].flatMap((calendar) =>
      ofFact((to) => to === 'date_time').map((reference) => ({ ...reference, to: dateTimeRelation(calendar) })),
    ),
  );

/** Facts without the audit row of the job that wrote them. */
export const factsWithoutAudit = (): Statement =>
  orphans(
    'chat_session_fact',
    FACT,
    ofFact((to) => to === 'ctl_audit_log'),
  );

/** Rows of the aggregates whose dimension, media type, tenant or period is missing. */
export const aggregatesWithoutMember = (calendars: readonly Calendar[]): Statement => ({
  text: tableLevels(calendars)
    .map(({ table }) => {
      const row = `'${table.toUpperCase()} of ' || to_timestamp(date_time_key) at time zone 'UTC'`;
      const all = [...related, ...calendars.flatMap(calendarRelationships)].filter((each) => each.table === table);
      return orphans(
        table,
        row,
        all.filter(({ to }) => to !== 'ctl_audit_log'),
      ).text;
    })
    .join('\nunion all\n'),
});

/** Own values without their fact, or without the audit row of the transaction that wrote them. */
export const attachedWithoutFact = (): Statement =>
  orphans(
    'chat_session_attached_data',
    `'own values of ' || media_server_ixn_guid`,
    related.filter(({ table }) => table === 'chat_session_attached_data'),
  );

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
      ({ column, to, key }) => `select
  ${row} || ': ${column.toUpperCase()} ' || ${column} || ' is not in ${to.toUpperCase()}' as breach
from ${from}
where ${column} is not null
  and not exists (select from ${to} where ${to}.${key} = ${from}.${column})`,
    )
    .join('\nunion all\n'),
});
