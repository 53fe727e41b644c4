import { activePhases, customerPhases, dormantPhases, durationsOf, idleDurations, sum } from './phases.js';
import { isAgent, isVisibleMessage, replay, type Played, type Step } from './replay.js';
import { sessionEnd } from './session-end.js';
import type { Truth, TruthEvent } from './truth.js';
import { waitReply } from './wait-reply.js';

/**
 * What Chat Server attaches to an interaction when the session is closed, or at an intermediate update of an async one: name and text of
 * each key. Written from Chat Server's Administration Guide, "Integrating Chat Server with Genesys Historical Reporting", in its order.
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

/** The three keys of what may happen several times; with `fired` there are none of them if it did not happen. */
function family(truth: Truth, prefix: string, durations: readonly number[]): Pair[] {
  if (truth.statistics === 'fired' && durations.length === 0) return [];
  return [
    [`${prefix}TotalCount`, String(durations.length)],
    [`${prefix}TotalTime`, String(sum(durations))],
    [`${prefix}MaxTime`, String(Math.max(0, ...durations))],
  ];
}

/** Seconds from the start of the session to the first of some steps; 0 if there is none. */
const untilFirst = (truth: Truth, steps: readonly Step[]): string => String(steps.length === 0 ? 0 : steps[0]!.event.at - truth.start);

/** A party that comes back counts once. */
const uniqueParties = (steps: readonly Step[]): string => String(new Set(steps.map(({ party }) => party)).size);

const totalSize = (messages: readonly Step[]): string =>
  String(sum(messages.map(({ event }) => (event.kind === 'message' ? event.size : 0))));
