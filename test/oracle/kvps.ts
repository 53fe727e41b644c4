import { activePhases, customerPhases, dormantPhases, durationsOf, idleDurations, sum } from './phases.js';
import { isAgent, isVisibleMessage, replay, type Played, type Step } from './replay.js';
import { sessionEnd } from './session-end.js';
import type { Truth, TruthEvent } from './truth.js';
import { waitReply } from './wait-reply.js';

/** A mapped key and its column as the tests know them: `specs/` is not read, so that a wrong mapping is noticed. */
export interface ExpectedKey {
  readonly kvp: string;
  /** Permanent number: bit `number - 1` of KVP_PRESENT. */
  readonly number: number;
  readonly kind: 'time' | 'tenant' | 'media type' | 'text' | 'code' | 'flag' | 'sum' | 'max';
  /** Where an analyst finds the value: a column of the fact, or of the dimension member it points to. */
  readonly column: string;
  /** The column's value when the key is absent. */
  readonly absent: number | string | null;
}

type Line = readonly [number: number, kvp: string, column: string];

const of = (kind: ExpectedKey['kind'], absent: ExpectedKey['absent'], lines: readonly Line[]): ExpectedKey[] =>
  lines.map(([number, kvp, column]) => ({ kvp, number, kind, column, absent }));

/** The 50 keys, copied by hand from the tables of its chapter "Integrating Chat Server with Genesys Historical Reporting". */
export const GUIDE_KEYS: readonly ExpectedKey[] = [
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
  // Bot-related statistics: the column names are assumed
  ...of('sum', 0, [
    [48, 'csg_MessagesFromBotsCount', 'msg_from_bots_count'],
    [49, 'csg_MessagesFromBotsSize', 'msg_from_bots_size'],
    [50, 'csg_SessionUntilFirstBotTime', 'until_first_bot_duration'],
    [47, 'csg_PartiesAsBotCount', 'bots_count'],
  ]),
];

/** Keys that the guide does not name. */
const OTHER_KEYS: readonly ExpectedKey[] = [];

export const MAPPED_KEYS: readonly ExpectedKey[] = [...GUIDE_KEYS, ...OTHER_KEYS];

/**
 * What Chat Server attaches to an interaction when the session closes, or at an intermediate update of an async one: name and text of each
 * key. Follows Chat Server's Administration Guide, "Integrating Chat Server with Genesys Historical Reporting", in its order.
 */
export function attachedKvps(truth: Truth, update?: TruthEvent): Map<string, string> {
  const played = replay(truth, update);
  return new Map([...alwaysAttached(truth, played), ...(truth.statistics === 'none' ? [] : statistics(truth, played))]);
}

type Pair = readonly [name: string, text: string];

const toTimestamp = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');

function alwaysAttached(truth: Truth, { end, closing }: Played): Pair[] {
  return [
    ...(closing === undefined ? [] : [['ChatServerSessionClosedAt', toTimestamp(end)] as const]),
    ['ChatServerSessionStartedAt', toTimestamp(truth.start)],
    ['csg_MediaType', truth.mediaType],
    ['csg_TenantId', String(truth.tenantId)],
  ];
}

function statistics(truth: Truth, played: Played): Pair[] {
  return [
    ['csg_ChatSessionID', truth.chatSessionId],
    ['csg_ChatAsyncMode', truth.asyncMode ? '1' : '0'],
    ...(truth.languageName === undefined ? [] : [['csg_LanguageName', truth.languageName] as const]),
    ...(truth.mediaOrigin === undefined ? [] : [['csg_MediaOrigin', truth.mediaOrigin] as const]),
    ...sessionEnd(played),
    ...generalStatistics(truth, played),
    ...phaseStatistics(truth, played),
    ...waitReplyStatistics(truth, played),
    ...(truth.botGateway ? botStatistics(truth, played) : []),
  ];
}

function generalStatistics(truth: Truth, played: Played): Pair[] {
  const { steps, end } = played;
  const joins = steps.filter(({ event }) => event.kind === 'join');
  const agentJoins = joins.filter(({ party, visibility }) => isAgent(party, visibility));
  const staffJoins = joins.filter(({ party }) => party?.role === 'AGENT' || party?.role === 'SUPERVISOR');
  const messages = steps.filter(isVisibleMessage);
  const fromCustomers = messages.filter(({ party }) => party?.role === 'CLIENT');
  const fromAgents = messages.filter(({ party, visibility }) => isAgent(party, visibility));
  return [
    ['csg_MessagesFromAgentsCount', String(fromAgents.length)],
    ['csg_MessagesFromAgentsSize', totalSize(fromAgents)],
    ['csg_MessagesFromCustomersCount', String(fromCustomers.length)],
    ['csg_MessagesFromCustomersSize', totalSize(fromCustomers)],
    ['csg_PartiesAsAgentCount', uniqueParties(agentJoins)],
    ['csg_PartiesAsCoachCount', uniqueParties(staffJoins.filter(({ visibility }) => visibility === 'VIP'))],
    ['csg_PartiesAsMonitorCount', uniqueParties(staffJoins.filter(({ visibility }) => visibility === 'INT'))],
    ['csg_SessionTotalTime', String(end - truth.start)],
    ['csg_SessionUntilFirstAgentTime', untilFirst(truth, agentJoins)],
    ['csg_SessionUntilFirstReplyTime', untilFirst(truth, fromAgents)],
    ['csg_SessionWithCustomerTime', String(sum(durationsOf(customerPhases(played))))],
  ];
}

function phaseStatistics(truth: Truth, played: Played): Pair[] {
  const active = activePhases(played);
  const dormant = dormantPhases(played);
  const { activeAlert, asyncAlert } = truth.inactivity;
  return [
    ...family(truth, 'cse_SessionHandle', durationsOf(active)),
    ...family(truth, 'cse_ActiveIdle', idleDurations(played, active, activeAlert)),
    ...(truth.asyncMode ? family(truth, 'cse_AsyncDormant', durationsOf(dormant)) : []),
    ...(truth.asyncMode ? family(truth, 'cse_AsyncIdle', idleDurations(played, dormant, asyncAlert)) : []),
  ];
}

function waitReplyStatistics(truth: Truth, played: Played): Pair[] {
  const { agentReplies, agentWaits, customerReplies, customerWaits } = waitReply(played, truth.asyncMode);
  return [
    ...family(truth, 'cse_AgentReply', agentReplies),
    ...family(truth, 'cse_AgentWait', agentWaits),
    ...family(truth, 'cse_CustomerReply', customerReplies),
    ...family(truth, 'cse_CustomerWait', customerWaits),
  ];
}

function botStatistics(truth: Truth, { steps }: Played): Pair[] {
  const ofBots = steps.filter(({ party }) => party?.role === 'BOT');
  const messages = ofBots.filter(isVisibleMessage);
  const joins = ofBots.filter(({ event }) => event.kind === 'join');
  return [
    ['csg_MessagesFromBotsCount', String(messages.length)],
    ['csg_MessagesFromBotsSize', totalSize(messages)],
    ['csg_SessionUntilFirstBotTime', untilFirst(truth, joins)],
    ['csg_PartiesAsBotCount', uniqueParties(joins)],
  ];
}

/** The three keys of something that may happen several times; with `fired`, they are absent if it did not happen. */
function family(truth: Truth, prefix: string, durations: readonly number[]): Pair[] {
  if (truth.statistics === 'fired' && durations.length === 0) return [];
  return [
    [`${prefix}TotalCount`, String(durations.length)],
    [`${prefix}TotalTime`, String(sum(durations))],
    [`${prefix}MaxTime`, String(Math.max(0, ...durations))],
  ];
}

/** Seconds from the start of the session to the first of some steps; 0 if there are none. */
const untilFirst = (truth: Truth, steps: readonly Step[]): string => String(steps.length === 0 ? 0 : steps[0]!.event.at - truth.start);

/** A returning party counts once. */
const uniqueParties = (steps: readonly Step[]): string => String(new Set(steps.map(({ party }) => party)).size);

const totalSize = (messages: readonly Step[]): string =>
  String(sum(messages.map(({ event }) => (event.kind === 'message' ? event.size : 0))));
