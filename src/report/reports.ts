import { ConfigError } from '../model/errors.js';
import { toServiceLevels } from '../mart/aggregates/measures.js';
import type { KvpMap } from '../model/mapped-key.js';
import type { Figure } from '../model/measure.js';
import { forSeconds, readMeasureRegistry } from '../spec/measure-registry.js';
import { ownFigures } from './own-keys.js';
import { REPORT_ATTRIBUTES, toColumnName, toEndColumn, toKeyColumn } from './report-attribute.js';
import type { NamedReport, ReportDefinition } from './report-definition.js';

const BY_PERSON = ['agents', 'customers', 'bots'];
const BY_SPAN = [
  { one: 'agent_reply', many: 'agent_replies' },
  { one: 'agent_wait', many: 'agent_waits' },
  { one: 'customer_reply', many: 'customer_replies' },
  { one: 'customer_wait', many: 'customer_waits' },
];

/** All reports, in the order of --help: their default grouping, and the names of their figures in `specs/measures.json`. */
export const REPORTS: readonly NamedReport[] = [
  // What the site's own keys say: how many sessions have each, sums and averages of measures, and shares of flags.
  { name: 'chat-attached-data', title: 'Chat Attached Data Report', defaultBy: ['day'], figures: ['sessions'], own: true },
  // How long sessions took and waited: counts by range, as RAA's time ranges, and percentiles.
  {
    name: 'chat-durations',
    title: 'Chat Durations Report',
    defaultBy: [],
    figures: [],
    durations: 'ranges',
    charts: [
      {
        title: 'Sessions by range',
        caption: 'How many sessions took or waited how long.',
        chart: { type: 'bars', along: 'range', across: 'duration', figures: ['sessions'] },
      },
    ],
  },
  // GCXI's Chat Message Statistics Report: counts and sizes of messages, and how long each side took and waited.
  {
    name: 'chat-message-statistics',
    title: 'Chat Message Statistics Report',
    defaultBy: ['day', 'tenant', 'media-type', 'media-origin', 'language'],
    figures: [
      'sessions',
      ...BY_PERSON.flatMap((who) => [
        `messages_from_${who}`,
        `messages_from_${who}_per_session`,
        `characters_from_${who}`,
        `characters_from_${who}_per_session`,
        `characters_from_${who}_per_message`,
      ]),
      ...BY_SPAN.flatMap(({ one, many }) => [many, `average_${one}_duration`, `longest_${one}_duration`]),
    ],
    charts: [
      {
        title: 'Messages',
        caption: 'Messages by who wrote them.',
        chart: { type: 'stacked-columns', along: 'period', figures: BY_PERSON.map((who) => `messages_from_${who}`) },
      },
      {
        title: 'Replies and waits',
        caption: 'How long agents took to reply, and how long customers waited for a reply, on average.',
        chart: { type: 'lines', along: 'period', figures: ['average_agent_reply_duration', 'average_customer_wait_duration'] },
      },
    ],
  },
  // The same distributions as percentiles.
  {
    name: 'chat-percentiles',
    title: 'Chat Percentiles Report',
    defaultBy: [],
    figures: [],
    durations: 'percentiles',
    charts: [
      {
        title: 'Median and 90 %',
        caption: 'So many of the sessions took no longer than this.',
        chart: { type: 'bars', along: 'duration', figures: ['p50', 'p90'] },
      },
    ],
  },
  // GCXI's Chat Session Report: how many sessions needed an agent and got one, how soon, and for how long.
  {
    name: 'chat-session',
    title: 'Chat Session Report',
    defaultBy: ['day', 'tenant', 'media-type', 'media-origin'],
    figures: [
      'sessions',
      'offered',
      'answered',
      'abandoned',
      'short_abandoned',
      'closed_by_bot',
      'left_with_bot',
      'open',
      'service_level_{seconds}_seconds',
      ...['until_first_agent', 'until_first_reply', 'session', 'handle'].flatMap((span) =>
        [50, 90, 95, 99].map((percent) => `p${percent}_${span}_duration`),
      ),
      'average_until_first_agent_duration',
      'average_session_duration',
      'average_handle_duration',
      'max_open_sessions',
      'average_open_sessions',
      'open_sessions_at_end',
      'max_open_async_sessions',
      'average_open_async_sessions',
      'open_async_sessions_at_end',
      ...['longest_agent_reply', 'longest_customer_wait'].flatMap((span) =>
        [50, 90, 95, 99].map((percent) => `p${percent}_${span}_duration`),
      ),
    ],
    charts: [
      {
        title: 'What became of the sessions',
        caption: 'Sessions by whether an agent joined, a bot was enough, or the customer gave up.',
        chart: {
          type: 'stacked-columns',
          along: 'period',
          figures: ['answered', 'closed_by_bot', 'left_with_bot', 'short_abandoned', 'abandoned', 'open'],
        },
      },
      {
        title: 'Wait for the first agent',
        caption: 'Half of the answered sessions waited no longer than the lower line, nine in ten no longer than the upper one.',
        chart: { type: 'lines', along: 'period', figures: ['p50_until_first_agent_duration', 'p90_until_first_agent_duration'] },
      },
      {
        title: 'Open at the same time',
        caption: 'The most sessions that were open at the same time, and how many were on average.',
        chart: { type: 'lines', along: 'period', figures: ['max_open_sessions', 'average_open_sessions'] },
      },
    ],
  },
  // How many sessions were answered in time, under each of the conventions that contact centres use.
  {
    name: 'chat-service-level',
    title: 'Chat Service Level Report',
    defaultBy: ['day'],
    figures: [
      'sessions',
      'offered',
      'answered',
      'abandoned',
      'short_abandoned',
      'service_level_{seconds}_seconds',
      'service_level_{seconds}_seconds_without_short_abandoned',
      'service_level_{seconds}_seconds_of_answered',
      'service_level_{seconds}_seconds_with_abandoned',
    ],
    charts: [
      {
        title: 'Service level',
        caption: 'Which part of the offered sessions an agent joined in time. Every abandoned session counts against it.',
        chart: { type: 'lines', along: 'period', figures: ['service_level_{seconds}_seconds'] },
      },
      {
        title: 'Offered sessions',
        caption: 'Sessions that needed an agent, by whether one joined.',
        chart: { type: 'stacked-columns', along: 'period', figures: ['answered', 'short_abandoned', 'abandoned'] },
      },
    ],
  },
  // GCXI's Chat Termination Report: how sessions ended; for those without an agent, who took part instead and how long customers waited.
  {
    name: 'chat-termination',
    title: 'Chat Termination Report',
    defaultBy: ['day', 'tenant', 'media-type', 'ended-by', 'ended-reason', 'agent-presence'],
    figures: [
      'sessions',
      'share_of_sessions',
      'active',
      'average_session_duration',
      'without_agent',
      'closed_by_bot',
      'left_with_bot',
      'abandoned',
      'short_abandoned',
      'closed_by_system',
      'average_wait_before_abandonment',
      'longest_wait_before_abandonment',
    ],
    charts: [
      {
        title: 'How sessions ended',
        caption: 'Sessions by the reason for which they ended.',
        chart: { type: 'stacked-columns', along: 'period', across: 'ended_reason', figures: ['sessions'] },
      },
      {
        title: 'Sessions without an agent',
        caption: 'What became of the sessions that ended without an agent.',
        chart: {
          type: 'stacked-columns',
          along: 'period',
          figures: ['closed_by_bot', 'left_with_bot', 'short_abandoned', 'abandoned', 'closed_by_system'],
        },
      },
      {
        title: 'Sessions by reason',
        caption: 'How many sessions ended for which reason in the whole period.',
        chart: { type: 'bars', along: 'ended_reason', figures: ['sessions'] },
      },
    ],
  },
];

/** Finds a report by name, with the service levels and own keys of a mart. Throws `ConfigError` for an unknown one. */
export const findReport = (name: string, map: KvpMap): ReportDefinition => toDefinition(requireReport(name), map);

/** A report with the figures that it names, for the service levels and own keys of a mart. */
export const toDefinition = (report: NamedReport, map: KvpMap): ReportDefinition => ({
  ...report,
  metrics: [...toFigures(report.figures, toServiceLevels(map)), ...(report.own === true ? ownFigures(map).figures : [])],
});

/** What statements of reports call their own columns. */
const NAMES_IN_STATEMENTS =
  'bucket duration range up_to_seconds share cumulative_share p50 p90 p95 p99 id starts start_ts end_ts is_async ends asyncs number is_group is_total first_ts last_ts seconds regular_most regular_seconds regular_at_end async_most async_seconds async_at_end'.split(
    ' ',
  );

/** The column names that an own key cannot have in reports: those of chatmart's attributes and figures. */
export function takenNames(map: KvpMap): Set<string> {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  const levels = toServiceLevels(map).flatMap((seconds) => serviceLevelFigures.map((figure) => forSeconds(figure, seconds)));
  const attributes = REPORT_ATTRIBUTES.flatMap((attribute) => [toColumnName(attribute), toKeyColumn(attribute), toEndColumn(attribute)]);
  return new Set([...[...figures, ...levels, ...ownFigures(map).figures].map(({ name }) => name), ...attributes, ...NAMES_IN_STATEMENTS]);
}

/** Finds a report by name. Throws `ConfigError` for an unknown one. */
export function requireReport(name: string): NamedReport {
  const report = REPORTS.find((known) => known.name === name);
  if (report !== undefined) return report;
  throw new ConfigError('unknown-report', `There is no report ${JSON.stringify(name)}`, {
    state: 'nothing-done',
    next: `Use one of: ${REPORTS.map((known) => known.name).join(', ')}.`,
  });
}

/** The figures of service levels take the place of the first of them: all of one number of seconds, then all of the next. */
function toFigures(names: readonly string[], serviceLevels: readonly number[]): Figure[] {
  const { figures, serviceLevelFigures } = readMeasureRegistry();
  const find = (entries: readonly Figure[], name: string): Figure => {
    const figure = entries.find((entry) => entry.name === name);
    if (figure === undefined) throw new Error(`specs/measures.json has no figure ${name}`);
    return figure;
  };
  const levels = names.filter((name) => name.includes('{seconds}'));
  return names.flatMap((name) => {
    if (!levels.includes(name)) return [find(figures, name)];
    if (name !== levels[0]) return [];
    return serviceLevels.flatMap((seconds) => levels.map((level) => forSeconds(find(serviceLevelFigures, level), seconds)));
  });
}
