import { queryRows, type Connection } from '../../db/connection.js';
import { dateTimeRelation, type Calendar } from '../../model/calendar.js';
import { CHAT_STATS_LEVELS, chatStatsRelation, chatStatsView, tableLevels, tableOf } from '../aggregates/levels.js';
import { selectMissingRelationships } from './relationships.sql.js';

/** A column of a table whose values are keys of another one. NULL refers to nothing. */
export interface Relationship {
  /** Name of the foreign key; no two of a mart have the same, because tools look keys up by their names alone. */
  readonly name: string;
  readonly table: string;
  readonly column: string;
  /** What to join: a table, or the view TENANT. */
  readonly to: string;
  readonly key: string;
}

/** The table behind a view that is joined, and its name of the key: a foreign key points to tables only. */
const BEHIND: Readonly<Record<string, { readonly table: string; readonly key: string }>> = {
  tenant: { table: 'gidb_gc_tenant', key: 'id' },
};

/** The table and the column that the foreign key of a relationship points to. */
export const referenceOf = ({ to, key }: Relationship): { readonly table: string; readonly key: string } =>
  BEHIND[to] ?? { table: to, key };

type End = readonly [ending: string, column: string, to: string, key: string];

const MEMBERS: readonly End[] = [
  ['tenant', 'tenant_key', 'tenant', 'tenant_key'],
  ['media_type', 'media_type_key', 'media_type', 'media_type_key'],
  ['dim', 'chat_session_dim_key', 'chat_session_dim', 'id'],
];

const toAudit = (ending: string, column: string): End => [ending, column, 'ctl_audit_log', 'audit_key'];
const AUDITS: readonly End[] = [toAudit('created', 'create_audit_key'), toAudit('updated', 'update_audit_key')];

const toPeriod = (ending: string, column: string, calendar?: Calendar): End => [
  ending,
  column,
  dateTimeRelation(calendar),
  'date_time_key',
];

const from = (table: string, ends: readonly End[]): Relationship[] =>
  ends.map(([ending, column, to, key]) => ({ name: `fk_${table}_${ending}`, table, column, to, key }));

const ofAggregate = (table: string, calendar?: Calendar): Relationship[] =>
  from(table, [toPeriod('period', 'date_time_key', calendar), ...MEMBERS, toAudit('rebuilt', 'agr_set_key')]);

/**
 * The relationships of a mart's tables, apart from those of calendars: what analysts join, and the transaction that wrote a row. Dimensions
 * do not point to the audit log: every star would become a ring.
 */
export const relationships = (): Relationship[] => [
  ...from('chat_session_fact', [toPeriod('start', 'start_date_time_key'), toPeriod('end', 'end_date_time_key'), ...MEMBERS, ...AUDITS]),
  ...from('chat_session_attached_data', [['session', 'media_server_ixn_guid', 'chat_session_fact', 'media_server_ixn_guid'], ...AUDITS]),
  ...tableLevels().flatMap(({ table }) => ofAggregate(table)),
  ...from('stg_transform_discards', [toAudit('created', 'create_audit_key')]),
  ...from('ctl_audit_log', [['source', 'data_source_key', 'ctl_ds', 'data_source_key']]),
  ...from('ctl_extract_history', [toAudit('created', 'create_audit_key'), ['source', 'data_source_key', 'ctl_ds', 'data_source_key']]),
  ...from('ctl_transform_history', [toAudit('audit', 'audit_key')]),
];

/** The relationships of a calendar's tables. */
export const calendarRelationships = (calendar: Calendar): Relationship[] => ofAggregate(tableOf('day', calendar)!.table, calendar);

/**
 * What can be joined besides: views, and the facts with the intervals of calendars. PostgreSQL has no foreign keys of views. A column of the
 * fact that pointed to several calendars would make tools that follow one key choose at random.
 */
export const furtherRelationships = (calendars: readonly Calendar[]): Relationship[] => [
  ...[undefined, ...calendars].flatMap((calendar) =>
    CHAT_STATS_LEVELS.flatMap((level) =>
      [
        ...(calendar === undefined && tableOf(level) === undefined ? [chatStatsRelation(level)] : []),
        chatStatsView(level, calendar),
      ].flatMap((view) => ofAggregate(view, calendar)),
    ),
  ),
  ...from('ag2_chat_durations_subhr', [toPeriod('period', 'date_time_key'), ...MEMBERS]),
  ...from('chat_session', [toPeriod('start', 'start_date_time_key'), toPeriod('end', 'end_date_time_key'), ...MEMBERS]),
  ...calendars.flatMap((calendar) => from('chat_session_fact', [toPeriod(`start_${calendar.name}`, 'start_date_time_key', calendar)])),
];

/** SQL for the foreign key of a relationship. Nothing enforces it, so that it costs nothing, and any row can be written and deleted. */
export function addForeignKey(relationship: Relationship): string {
  const { name, table, column } = relationship;
  const reference = referenceOf(relationship);
  return `alter table ${table} add constraint ${name} foreign key (${column}) references ${reference.table} (${reference.key}) not enforced`;
}

/**
 * The relationships for which the mart in the connection's schema has no foreign key, and could have one. None on a server older than
 * PostgreSQL 18, which could only enforce them, and none on Citus.
 */
export async function findMissingRelationships(connection: Connection, wanted: readonly Relationship[]): Promise<Relationship[]> {
  const missing = await queryRows<{ name: string }>(
    connection,
    selectMissingRelationships(wanted.map((relationship) => ({ ...relationship, reference: referenceOf(relationship) }))),
  );
  return wanted.filter(({ name }) => missing.some((each) => each.name === name));
}
