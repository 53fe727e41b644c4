import type { ColumnDefinition, TableDefinition } from '../src/mart/schema/table-definition.js';
import { toPresenceBit, type KvpMap, type MappedKey } from '../src/model/mapped-key.js';
import { createAuditKey, updateAuditKey } from './audit-columns.js';

/**
 * CHAT_SESSION_FACT as the KVP map describes it: Genesys's columns in their order, then extensions.
 * No enforced foreign keys, triggers or drawn defaults, and no unique key without the guid, so that the table can be distributed.
 * Pages are filled to the brim: facts are inserted once, and only the few active async sessions are rewritten.
 */
export const chatSessionFact = (map: KvpMap): TableDefinition => ({
  name: 'chat_session_fact',
  comment:
    'Fact: one row for each chat session, that is, each chat interaction; an async session that has not ended yet is a row with ACTIVE_FLAG 1. Measures are of the whole session, not of one agent. Genesys table with extensions.',
  primaryKey: ['media_server_ixn_guid'],
  indexes: [
    { name: 'i_chat_session_fact_sdt', on: 'start_date_time_key' },
    { name: 'i_chat_session_fact_started', on: `(${STARTED_AT})` },
    { name: 'i_chat_session_fact_ended', on: `(${ENDED_AT})` },
    { name: 'i_chat_session_fact_session', on: 'chat_session_id' },
  ],
  columns: [
    ...genesysKeys(map),
    ...measures(map, (key) => key.origin === 'genesys'),
    ...genesysUnfed,
    createAuditKey('the fact'),
    updateAuditKey('the fact'),
    ...exactTimes(map),
    ...map.keys.filter((key) => key.table === 'CHAT_SESSION_FACT' && key.type === 'text').map(factText),
    ...measures(map, (key) => key.origin !== 'genesys'),
    ...state,
  ],
});

/** SQL of START_TS and END_TS as instants, by which analysts look for sessions. */
export const STARTED_AT = 'to_timestamp(start_ts)';
export const ENDED_AT = 'case when active_flag = 0 then to_timestamp(end_ts) end';

/** Nothing enforces that the rows exist to which audit and key columns refer; checks that must return no rows do instead. */
function genesysKeys(map: KvpMap): ColumnDefinition[] {
  const reference = (name: string, key: MappedKey | undefined, meaning: string, empty: string): ColumnDefinition => ({
    name,
    type: 'integer',
    notNull: true,
    meaning,
    unit: name.endsWith('_date_time_key') ? 'key, epoch seconds' : 'key',
    source: key?.kvp,
    origin: 'genesys',
    empty,
  });
  return [
    {
      name: 'media_server_ixn_guid',
      type: 'varchar(50)',
      notNull: true,
      meaning: 'Interaction ID that Interaction Server gave the chat: the CALLID of the IDB. One interaction has one row.',
      origin: 'genesys',
      personal: true,
    },
    reference(
      'start_date_time_key',
      keyOfType(map, 'start'),
      '15-minute interval (UTC) in which the session began: DATE_TIME.DATE_TIME_KEY.',
      'Never 0.',
    ),
    reference(
      'end_date_time_key',
      keyOfType(map, 'end'),
      '15-minute interval (UTC) in which the session ended: DATE_TIME.DATE_TIME_KEY.',
      '2147482800, the open end, while the session is active.',
    ),
    reference(
      'tenant_key',
      keyOfType(map, 'tenant'),
      'Tenant that owns the session: TENANT.TENANT_KEY.',
      '-2 where the key is absent, -1 where it is unreadable.',
    ),
    reference(
      'media_type_key',
      keyOfType(map, 'media-type'),
      'Media type of the session: MEDIA_TYPE.MEDIA_TYPE_KEY.',
      '-2 where the key is absent, -1 where it is unreadable.',
    ),
    reference(
      'chat_session_dim_key',
      undefined,
      'Origin, language, end and mode of the session: CHAT_SESSION_DIM.ID.',
      '-2 where none of them came.',
    ),
    {
      name: 'thread_id',
      type: 'varchar(64)',
      meaning: 'Thread that the session belongs to (Advanced Chat).',
      origin: 'genesys',
      empty: FED,
      personal: true,
    },
  ];
}

/** What NULL means in a column that no key of Chat Server feeds. */
const FED = 'NULL: no own key of the site (setting attached-data) feeds it, or the key is absent.';

const genesysUnfed: readonly ColumnDefinition[] = [
  {
    name: 'parking_queue_count',
    type: 'integer',
    meaning: 'How often the session was parked in a queue.',
    unit: 'phases',
    origin: 'genesys',
    empty: FED,
  },
  {
    name: 'parking_queue_duration',
    type: 'integer',
    meaning: 'Total time the session was parked in a queue.',
    unit: 'seconds',
    origin: 'genesys',
    empty: FED,
  },
  {
    name: 'producer_batch_id',
    type: 'numeric(19)',
    meaning: 'Reserved by Genesys (batch that brought the fact).',
    unit: 'key',
    origin: 'genesys',
    empty: 'NULL: always here.',
  },
];

const exactTimes = (map: KvpMap): ColumnDefinition[] => [
  {
    name: 'start_ts',
    type: 'integer',
    notNull: true,
    meaning: 'When the session began, to the second (UTC).',
    unit: 'epoch seconds',
    source: keyOfType(map, 'start').kvp,
    origin: 'extension',
  },
  {
    name: 'end_ts',
    type: 'integer',
    notNull: true,
    default: '0',
    meaning: 'When the session ended, to the second (UTC).',
    unit: 'epoch seconds',
    source: keyOfType(map, 'end').kvp,
    origin: 'extension',
    empty: '0 while the session is active.',
  },
];

const state: readonly ColumnDefinition[] = [
  {
    name: 'active_flag',
    type: 'smallint',
    notNull: true,
    default: '0',
    meaning: 'Whether the session has not ended yet; only an async one can be active.',
    unit: 'flag',
    origin: 'extension',
    empty: '0: it has ended.',
  },
  {
    name: 'kvp_present',
    type: 'bigint',
    notNull: true,
    default: '0',
    meaning: 'Which user-data keys came, a bit for each key of the KVP map: bit n - 1 is the key with number n. It tells absent from zero.',
    unit: 'bit mask',
    origin: 'extension',
    empty: '0: none came.',
  },
];

const measures = (map: KvpMap, wanted: (key: MappedKey) => boolean): ColumnDefinition[] =>
  map.keys.filter((key) => key.type === 'measure' && wanted(key)).map(measure);

const measure = (key: MappedKey): ColumnDefinition => ({
  name: key.column.toLowerCase(),
  type: 'integer',
  notNull: true,
  default: '0',
  meaning: key.description,
  unit: key.unit,
  source: key.kvp,
  origin: key.origin,
  empty: `0 also where the key is absent: then KVP_PRESENT & ${toPresenceBit(key)} is 0.`,
});

const factText = (key: MappedKey): ColumnDefinition => ({
  name: key.column.toLowerCase(),
  type: `varchar(${key.maxLength ?? 255})`,
  meaning: key.description,
  source: key.kvp,
  origin: key.origin,
  empty: 'NULL: the key is absent or empty.',
  personal: true,
});

function keyOfType(map: KvpMap, type: MappedKey['type']): MappedKey {
  return map.keys.find((key) => key.type === type)!; // the map's reader guarantees one of each
}
