import { sessionHasBot, sessionOutcome } from '../src/mart/aggregates/measures.js';
import type { ColumnMeaning, ViewDefinition } from '../src/mart/schema/table-definition.js';
import type { KvpMap, MappedKey } from '../src/model/mapped-key.js';
import { readMeasureRegistry } from '../src/spec/measure-registry.js';
import { chatSessionFact } from './chat-session-fact.js';
import { chatSessionDim } from './dimensions.js';

/** Columns that only say which row of a dimension, or which transaction. */
const KEYS = ['id', 'create_audit_key', 'update_audit_key'];

/**
 * FROM items of views of sessions, with `session.outcome`. PostgreSQL joins only what a query names; the view TENANT stays free to be
 * replaced. The outcome is looked up in a list of all, so that the planner knows how few there are: it then counts them beside the scan.
 */
export const fromSessions = (map: KvpMap): string => `from chat_session_fact
left join gidb_gc_tenant on gidb_gc_tenant.id = chat_session_fact.tenant_key
left join media_type on media_type.media_type_key = chat_session_fact.media_type_key
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
left join chat_session_attached_data on chat_session_attached_data.media_server_ixn_guid = chat_session_fact.media_server_ixn_guid
left join (
  select outcome
  from (values ${readMeasureRegistry()
    .outcomes.map(({ name }) => `('${name}')`)
    .join(', ')}) as known (outcome)
  group by outcome
) as session on session.outcome = ${sessionOutcome(map)}`;

/** What no table holds under that name, as SQL. */
const derived = (map: KvpMap): readonly (ColumnMeaning & { readonly sql: string })[] => [
  {
    name: 'start_time',
    sql: `to_timestamp(chat_session_fact.start_ts) at time zone 'UTC'`,
    ...{ meaning: 'When the session began (UTC).', origin: 'extension' },
  },
  {
    name: 'end_time',
    sql: `case when chat_session_fact.active_flag = 0 then to_timestamp(chat_session_fact.end_ts) at time zone 'UTC' end`,
    ...{ meaning: 'When the session ended (UTC).', origin: 'extension', empty: 'NULL: it has not ended yet.' },
  },
  { name: 'tenant_name', sql: 'gidb_gc_tenant.name', ...{ meaning: 'Tenant that owns the session.', origin: 'genesys' } },
  { name: 'media_name', sql: 'media_type.media_name', ...{ meaning: 'Media type of the session.', origin: 'genesys' } },
  { name: 'media_name_code', sql: 'media_type.media_name_code', ...{ meaning: 'Code of the media type, upper case.', origin: 'genesys' } },
  {
    name: 'outcome',
    sql: 'session.outcome',
    ...{ meaning: 'What became of the session; each has exactly one outcome (docs/measures.md).', origin: 'extension' },
  },
  {
    name: 'with_bot',
    sql: `case when ${sessionHasBot(map)} then 1 else 0 end`,
    ...{ meaning: 'Whether a bot took part.', unit: 'flag', origin: 'extension', empty: '0: none did.' },
  },
];

/**
 * CHAT_SESSION: each session with the values of its dimensions and the site's own keys by the names of the tables, for SQL by hand beside
 * Genesys's own. A column of the fact that an own key feeds is the fact's.
 */
export function sessionView(map: KvpMap, own: readonly MappedKey[]): ViewDefinition {
  const fact = chatSessionFact(map).columns;
  const dim = chatSessionDim(map).columns.filter(({ name }) => !KEYS.includes(name));
  const others = derived(map);
  const names = new Set([...fact, ...dim, ...others].map(({ name }) => name));
  const ownColumns = own
    .filter(({ column }) => !names.has(column.toLowerCase()))
    .map(({ column, kvp, unit }): ColumnMeaning => ({
      name: column.toLowerCase(),
      meaning: `Own user data of the site, kind ${unit}.`,
      source: kvp,
      origin: 'extension',
      empty: 'NULL: the key is absent or has no such value.',
    }));
  const of = (relation: string, columns: readonly ColumnMeaning[]): string[] => columns.map(({ name }) => `${relation}.${name}`);
  return {
    name: 'chat_session',
    comment:
      'Chat sessions with the values of their dimensions, their outcome and the own keys of the site (setting attached-data), one row for each row of CHAT_SESSION_FACT. Extension of chatmart.',
    columns: [...fact, ...others, ...dim, ...ownColumns].map((column) => ({
      ...column,
      meaning: `${column.meaning} (In the view of sessions.)`,
    })),
    from: `(
select
  ${[
    ...of('chat_session_fact', fact),
    ...others.map(({ name, sql }) => `${sql} as ${name}`),
    ...of('chat_session_dim', dim),
    ...of('chat_session_attached_data', ownColumns),
  ].join(',\n  ')}
${fromSessions(map)}
) as chat_session`,
  };
}
