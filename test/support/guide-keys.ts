/** A key of Chat Server's Administration Guide, and what it fills, in the words of the tests: `specs/` is not read, so that a wrong mapping is found. */
export interface GuideKey {
  readonly kvp: string;
  /** Permanent number: bit `number - 1` of KVP_PRESENT. */
  readonly number: number;
  readonly kind: 'time' | 'tenant' | 'media type' | 'text' | 'code' | 'flag' | 'sum' | 'max';
  /** Where an analyst finds the value: a column of the fact, or of the dimension member that the fact points to. */
  readonly column: string;
  /** What stands there when the key is absent. */
  readonly absent: number | string | null;
}

type Line = readonly [number: number, kvp: string, column: string];

const of = (kind: GuideKey['kind'], absent: GuideKey['absent'], lines: readonly Line[]): GuideKey[] =>
  lines.map(([number, kvp, column]) => ({ kvp, number, kind, column, absent }));

/** The 50 keys, copied by hand from the tables of its chapter "Integrating Chat Server with Genesys Historical Reporting". */
export const GUIDE_KEYS: readonly GuideKey[] = [
  // Chat session characteristics
  ...of('time', 0, [
    [1, 'ChatServerSessionStartedAt', 'start_ts'],
    [2, 'ChatServerSessionClosedAt', 'end_ts'],
  ]),
  ...of('text', null, [[39, 'csg_ChatSessionID', 'chat_session_id']]),
  ...of('text', 'NO_VALUE', [
    [34, 'csg_LanguageName', 'language_name'],
    [33, 'csg_MediaOrigin', 'media_origin'],
  ]),
  ...of('media type', 'NO_VALUE', [[4, 'csg_MediaType', 'media_name_code']]),
  ...of('tenant', -2, [[3, 'csg_TenantId', 'tenant_key']]),
  // Chat session end reason codes
  ...of('code', 'NO_VALUE', [
    [38, 'csg_SessionEndedAgent', 'ended_agent'],
    [35, 'csg_SessionEndedBy', 'ended_by'],
    [36, 'csg_SessionEndedReason', 'ended_reason'],
  ]),
  // General transcript statistics
  ...of('max', 0, [
    [44, 'cse_ActiveIdleMaxTime', 'active_idle_max_duration'],
    [43, 'cse_SessionHandleMaxTime', 'handle_max_duration'],
  ]),
  ...of('sum', 0, [
    [27, 'cse_ActiveIdleTotalCount', 'active_idle_count'],
    [28, 'cse_ActiveIdleTotalTime', 'active_idle_duration'],
    [25, 'cse_SessionHandleTotalCount', 'handle_count'],
    [26, 'cse_SessionHandleTotalTime', 'handle_duration'],
    [9, 'csg_MessagesFromAgentsCount', 'msg_from_agents_count'],
    [10, 'csg_MessagesFromAgentsSize', 'msg_from_agents_size'],
    [11, 'csg_MessagesFromCustomersCount', 'msg_from_customers_count'],
    [12, 'csg_MessagesFromCustomersSize', 'msg_from_customers_size'],
    [8, 'csg_PartiesAsAgentCount', 'agents_count'],
    [40, 'csg_PartiesAsCoachCount', 'coaches_count'],
    [41, 'csg_PartiesAsMonitorCount', 'monitors_count'],
    [5, 'csg_SessionTotalTime', 'session_duration'],
    [6, 'csg_SessionUntilFirstAgentTime', 'until_first_agent_duration'],
    [7, 'csg_SessionUntilFirstReplyTime', 'until_first_reply_duration'],
    [42, 'csg_SessionWithCustomerTime', 'with_customer_duration'],
  ]),
  // Extended (wait-reply) statistics
  ...of('max', 0, [
    [15, 'cse_AgentReplyMaxTime', 'agent_reply_max_duration'],
    [18, 'cse_AgentWaitMaxTime', 'agent_wait_max_duration'],
    [21, 'cse_CustomerReplyMaxTime', 'customer_reply_max_duration'],
    [24, 'cse_CustomerWaitMaxTime', 'customer_wait_max_duration'],
  ]),
  ...of('sum', 0, [
    [13, 'cse_AgentReplyTotalCount', 'agent_reply_count'],
    [14, 'cse_AgentReplyTotalTime', 'agent_reply_duration'],
    [16, 'cse_AgentWaitTotalCount', 'agent_wait_count'],
    [17, 'cse_AgentWaitTotalTime', 'agent_wait_duration'],
    [19, 'cse_CustomerReplyTotalCount', 'customer_reply_count'],
    [20, 'cse_CustomerReplyTotalTime', 'customer_reply_duration'],
    [22, 'cse_CustomerWaitTotalCount', 'customer_wait_count'],
    [23, 'cse_CustomerWaitTotalTime', 'customer_wait_duration'],
  ]),
  // Async chat session statistics
  ...of('max', 0, [
    [45, 'cse_AsyncDormantMaxTime', 'async_dormant_max_duration'],
    [46, 'cse_AsyncIdleMaxTime', 'async_idle_max_duration'],
  ]),
  ...of('sum', 0, [
    [29, 'cse_AsyncDormantTotalCount', 'async_dormant_count'],
    [30, 'cse_AsyncDormantTotalTime', 'async_dormant_duration'],
    [31, 'cse_AsyncIdleTotalCount', 'async_idle_count'],
    [32, 'cse_AsyncIdleTotalTime', 'async_idle_duration'],
  ]),
  ...of('flag', 0, [[37, 'csg_ChatAsyncMode', 'async_mode']]),
  // Bot-related statistics: the columns' names are assumed
  ...of('sum', 0, [
    [48, 'csg_MessagesFromBotsCount', 'msg_from_bots_count'],
    [49, 'csg_MessagesFromBotsSize', 'msg_from_bots_size'],
    [50, 'csg_SessionUntilFirstBotTime', 'until_first_bot_duration'],
    [47, 'csg_PartiesAsBotCount', 'bots_count'],
  ]),
];
