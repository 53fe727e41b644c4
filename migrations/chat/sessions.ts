import { chatStatsMeasures, sessionHasBot } from '../../src/mart/aggregates/measures.js';
import type { ViewDefinition } from '../../src/mart/schema/table-definition.js';
import { FED_FACT_COLUMNS, toShownName } from '../../src/model/attached-key.js';
import { toPresenceBit, type KvpMap, type MappedKey, type MappedKeyType } from '../../src/model/mapped-key.js';
import { ENDED_AT, STARTED_AT } from '../chat-session-fact.js';
import { fromSessions } from '../session-view.js';
import { chatView, instant, labels, type ChatColumn } from './column.js';

const FACT = 'chat_session_fact';
const OWN = 'chat_session_attached_data';

/** `sessions`: chat sessions for people and BI tools. */
export function sessions(map: KvpMap, own: readonly MappedKey[]): ViewDefinition {
  const columns = [...identity, ...times, ...labels(FACT), ...flags(map), ...outcome, ...measures(map), ...keys];
  const taken = new Set(columns.map(({ name }) => name));
  // A column of the fact that an own key feeds is there already.
  const ownColumns = own
    .filter(({ column }) => !(column in FED_FACT_COLUMNS && taken.has(column.toLowerCase())))
    .map((key) => {
      const name = toShownName(key.column, taken);
      taken.add(name);
      return ownColumn(key, name);
    });
  return chatView(
    'sessions',
    'Chat sessions, one row for each, with times, labels, outcome, figures and the own keys of the site. Where Chat Server said nothing, or nobody came, a column is NULL and not 0. Extension of chatmart.',
    [...columns, ...ownColumns],
    `${fromSessions(map)}
left join ctl_audit_log on ctl_audit_log.audit_key = coalesce(${FACT}.update_audit_key, ${FACT}.create_audit_key)`,
  );
}

const identity: readonly ChatColumn[] = [
  {
    name: 'interaction_id',
    sql: `${FACT}.media_server_ixn_guid`,
    meaning: 'Interaction ID, which identifies the session: CHAT_SESSION_FACT.MEDIA_SERVER_IXN_GUID.',
    personal: true,
  },
  {
    name: 'chat_session_id',
    sql: `${FACT}.chat_session_id`,
    ...{ meaning: 'Identifier of the session in Chat Server.', source: 'csg_ChatSessionID', empty: 'NULL: the key is absent or empty.' },
    personal: true,
  },
  {
    name: 'thread_id',
    sql: `${FACT}.thread_id`,
    ...{ meaning: 'Thread that the session belongs to.', empty: 'NULL: no own key of the site feeds THREAD_ID, or the key is absent.' },
    personal: true,
  },
];

const ofFact = (sql: string): string => sql.replace(/\b(start_ts|end_ts|active_flag)\b/g, `${FACT}.$1`);

const times: readonly ChatColumn[] = [
  {
    name: 'started_at',
    sql: ofFact(STARTED_AT),
    ...{ meaning: 'When the session began.', source: 'ChatServerSessionStartedAt' },
  },
  {
    name: 'ended_at',
    sql: ofFact(ENDED_AT),
    ...{ meaning: 'When the session ended.', source: 'ChatServerSessionClosedAt', empty: 'NULL: it has not ended yet.' },
  },
];

const outcome: readonly ChatColumn[] = [
  { name: 'outcome', sql: 'session.outcome', meaning: 'What became of the session; each has exactly one outcome (docs/measures.md).' },
];

/** SQL that tells whether Chat Server sent a key. */
const came = (key: MappedKey): string => `${FACT}.kvp_present & ${toPresenceBit(key)} <> 0`;

function flags(map: KvpMap): ChatColumn[] {
  const isCounted = (measure: string): string => chatStatsMeasures(map).find(({ name }) => name === measure)!.when!;
  const unlessUnknown = (measure: string): string => `case when session.outcome <> 'unknown' then ${isCounted(measure)} end`;
  const asyncMode = map.keys.find(({ column }) => column === 'ASYNC_MODE')!;
  const unknown = 'NULL: Chat Server does not say whether an agent joined.';
  return [
    {
      name: 'is_async',
      sql: `case when ${came(asyncMode)} then chat_session_dim.async_mode <> 0 end`,
      ...{ meaning: 'Whether the session is asynchronous.', source: asyncMode.kvp },
      empty: 'NULL: the key is absent; a Chat Server too old to attach it has no async sessions.',
    },
    { name: 'is_open', sql: `${FACT}.active_flag = 1`, meaning: 'Whether the session has not ended yet; only an async one can be open.' },
    { name: 'has_bot', sql: sessionHasBot(map), meaning: 'Whether a bot took part.', empty: 'False also without Bot Gateway Server.' },
    {
      name: 'was_offered',
      sql: unlessUnknown('sessions_offered'),
      ...{ meaning: 'Whether the session needed an agent: one joined, or it ended while nobody was there.', empty: unknown },
    },
    { name: 'was_answered', sql: unlessUnknown('sessions_answered'), ...{ meaning: 'Whether an agent joined.', empty: unknown } },
    {
      name: 'was_abandoned',
      sql: unlessUnknown('sessions_abandoned_alone'),
      ...{ meaning: 'Whether the customer gave up while nobody was there, after a long or a short wait.', empty: unknown },
    },
    {
      name: 'was_handed_over',
      sql: unlessUnknown('sessions_handed_over'),
      ...{ meaning: 'Whether a bot took part and an agent joined.', empty: unknown },
    },
  ];
}

/** What must be above 0 for a wait to have had an end: NULL else, since 0 is the wait of those who were served at once. */
const AWAITED: Readonly<Record<string, string>> = {
  UNTIL_FIRST_AGENT_DURATION: 'agents_count',
  UNTIL_FIRST_REPLY_DURATION: 'msg_from_agents_count',
  UNTIL_FIRST_BOT_DURATION: 'bots_count',
};

/** `UNTIL_FIRST_AGENT_DURATION` -> `until_first_agent_seconds`. */
const toName = (column: string): string => column.toLowerCase().replace(/_duration$/, '_seconds');

const measures = (map: KvpMap): ChatColumn[] =>
  map.keys
    .filter(({ type }) => type === 'measure')
    .map((key): ChatColumn => {
      const value = `${FACT}.${key.column.toLowerCase()}`;
      const awaited = AWAITED[key.column];
      const nobody = awaited === undefined ? '' : ` and (${FACT}.${awaited} > 0 or ${value} > 0)`;
      return {
        name: toName(key.column),
        sql: `case when ${came(key)}${nobody} then ${value} end`,
        ...{ meaning: key.description, unit: key.unit, source: key.kvp },
        empty: awaited === undefined ? 'NULL: the key is absent.' : 'NULL: the key is absent, or nobody came.',
      };
    });

const keys: readonly ChatColumn[] = [
  {
    name: 'tenant_key',
    sql: `${FACT}.tenant_key`,
    ...{ meaning: 'Key of the tenant: TENANT.TENANT_KEY.', unit: 'key', empty: '-2: absent; -1: unreadable.' },
  },
  {
    name: 'media_type_key',
    sql: `${FACT}.media_type_key`,
    ...{ meaning: 'Key of the media type: MEDIA_TYPE.MEDIA_TYPE_KEY.', unit: 'key', empty: '-2: absent; -1: unreadable.' },
  },
  {
    name: 'start_date_time_key',
    sql: `${FACT}.start_date_time_key`,
    ...{ meaning: '15-minute interval of the start: DATE_TIME.DATE_TIME_KEY, and that of each calendar.', unit: 'key, epoch seconds' },
  },
  {
    name: 'audit_key',
    sql: `coalesce(${FACT}.update_audit_key, ${FACT}.create_audit_key)`,
    ...{ meaning: 'Transaction that last wrote the session: CTL_AUDIT_LOG.AUDIT_KEY; a higher one was committed later.', unit: 'key' },
  },
  {
    name: 'changed_at',
    sql: instant('ctl_audit_log.created_ts'),
    ...{ meaning: 'When that transaction began.', empty: 'NULL: the audit log is purged that far.' },
  },
];

/** How people see the value of an own key. */
const TYPED: Partial<Record<MappedKeyType, (value: string) => string>> = {
  'own-flag': (value) => `${value} = 1`,
  'own-time': instant,
};

const ownColumn = ({ column, kvp, unit, type }: MappedKey, name: string): ChatColumn => ({
  name,
  sql: (TYPED[type] ?? ((value) => value))(`${OWN}.${column.toLowerCase()}`),
  ...{ meaning: `Own user data of the site, kind ${unit}.`, source: kvp, empty: 'NULL: the key is absent or has no such value.' },
});
