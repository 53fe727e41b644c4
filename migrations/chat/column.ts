import type { ColumnMeaning, ViewDefinition } from '../../src/mart/schema/table-definition.js';

/** A column of a view for people, and the SQL that makes it. */
export type ChatColumn = Omit<ColumnMeaning, 'origin'> & { readonly sql: string };

/** A view of the schema for people, from its columns and the SQL behind them. */
export const chatView = (viewName: string, comment: string, columns: readonly ChatColumn[], from: string): ViewDefinition => ({
  name: viewName,
  comment,
  columns: columns.map(({ name, meaning, unit, source, empty, personal }) => ({
    name,
    meaning,
    unit,
    source,
    empty,
    personal,
    origin: 'extension',
  })),
  from: `(\nselect\n  ${columns.map((column) => `${column.sql} as "${column.name}"`).join(',\n  ')}\n${from}\n) as ${viewName}`,
});

/** Epoch seconds as an instant. */
export const instant = (seconds: string): string => `to_timestamp(${seconds})`;

/** Labels of CHAT_SESSION_DIM, by the names of reports. */
const GIVEN: readonly (readonly [name: string, column: string, key: string, meaning: string])[] = [
  ['media_origin', 'media_origin', 'csg_MediaOrigin', 'Where the chat came from.'],
  ['language', 'language_name', 'csg_LanguageName', 'Language of the chat.'],
  ['ended_by', 'ended_by', 'csg_SessionEndedBy', 'Kind of participant that ended the chat.'],
  ['ended_reason', 'ended_reason', 'csg_SessionEndedReason', 'How the chat was closed.'],
  [
    ...(['agent_presence', 'ended_agent', 'csg_SessionEndedAgent'] as const),
    'Whether an agent was there: ABSENT never, PRESENT at the end, VISITED earlier.',
  ],
];

/** Labels of the dimensions that sessions and aggregates share. `keys`: the relation that has their keys. */
export const labels = (keys: string): readonly ChatColumn[] => [
  {
    name: 'tenant',
    sql: `case when ${keys}.tenant_key <> -2 then gidb_gc_tenant.name end`,
    ...{ meaning: 'Name of the tenant.', source: 'csg_TenantId', empty: 'NULL: Chat Server named none; UNKNOWN: its id was unreadable.' },
  },
  {
    name: 'media_type',
    sql: `case when ${keys}.media_type_key <> -2 then media_type.media_name end`,
    ...{ meaning: 'Name of the media type.', source: 'csg_MediaType', empty: 'NULL: Chat Server named none; UNKNOWN: it was unreadable.' },
  },
  ...GIVEN.map(([name, column, source, meaning]) => ({
    ...{ name, meaning, source },
    sql: `nullif(chat_session_dim.${column}, 'NO_VALUE')`,
    empty: 'NULL: the key is absent or empty.',
  })),
];

/** The joins that they need. */
export const joinLabels = (keys: string): string => `left join gidb_gc_tenant on gidb_gc_tenant.id = ${keys}.tenant_key
left join media_type on media_type.media_type_key = ${keys}.media_type_key
left join chat_session_dim on chat_session_dim.id = ${keys}.chat_session_dim_key`;
