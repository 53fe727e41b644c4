import type { Row } from '../support/mart-groups.js';
import { toCounted } from '../support/summed-levels.js';
import { countOpenSessions } from './open-sessions.js';
import { outcomeOf, waitOf } from './session-counts.js';

/** A report: its rows by their attributes, and the totals. */
export interface ExpectedReport {
  readonly rows: ReadonlyMap<string, Row>;
  readonly totals: Row;
}

/** Attributes that rows may be grouped by, and the values of their columns. */
const ATTRIBUTES = {
  hour: (fact: Row) => startOf(fact).toISOString().slice(0, 13).replace('T', ' '),
  day: (fact: Row) => startOf(fact).toISOString().slice(0, 10),
  week: (fact: Row) => toWeek(startOf(fact)),
  tenant: (fact: Row) => (fact['tenant_key'] === -2 ? 'NO_VALUE' : `Tenant ${String(fact['tenant_key'])}`),
  'media-type': (fact: Row) => MEDIA_NAMES[String(fact['media_name_code'])] ?? fact['media_name_code'],
  'media-origin': (fact: Row) => fact['media_origin'],
  language: (fact: Row) => fact['language_name'],
  'ended-by': (fact: Row) => fact['ended_by'],
  'ended-reason': (fact: Row) => fact['ended_reason'],
  'agent-presence': (fact: Row) => fact['ended_agent'],
};

type Attribute = keyof typeof ATTRIBUTES;

const PERIODS: readonly Attribute[] = ['hour', 'day', 'week'];

/** Display names of media types that Info Mart knows; others show their code. */
const MEDIA_NAMES: Readonly<Record<string, string>> = {
  CHAT: 'Chat',
  SMSSESSION: 'SMS Session',
  FACEBOOKSESSION: 'Facebook Session',
};

const REPORTS = {
  'chat-message-statistics': {
    by: ['media-type', 'media-origin'],
    figures: messageStatistics,
  },
  'chat-session': {
    by: ['day'],
    figures: chatSession,
  },
  'service-level': {
    by: ['day'],
    figures: serviceLevels,
  },
  'async-chat-dashboard': {
    by: ['day'],
    figures: asyncDashboard,
  },
  'bot-activity': {
    by: ['day'],
    figures: botActivity,
  },
  'pre-agent-termination': {
    by: ['day'],
    figures: preAgentTermination,
  },
  'chat-termination': {
    by: ['ended-by', 'ended-reason'],
    figures: termination,
  },
} as const;

export type ReportName = keyof typeof REPORTS;

/** The time in which sessions are open, in epoch seconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A report over facts, not aggregates; if `by` is undefined, grouped by the report's default. */
export function expectedReport(
  name: ReportName,
  facts: readonly Row[],
  by: readonly Attribute[] = REPORTS[name].by,
  span?: Span,
): ExpectedReport {
  const groups = new Map<string, { attributes: Row; facts: Row[] }>();
  for (const fact of facts) {
    const attributes = Object.fromEntries(by.map((attribute) => [attribute.replace('-', '_'), ATTRIBUTES[attribute](fact)]));
    const key = JSON.stringify(Object.values(attributes));
    const group = groups.get(key) ?? { attributes, facts: [] };
    groups.set(key, group);
    group.facts.push(fact);
  }
  const { figures } = REPORTS[name];
  const open = span === undefined ? undefined : openSessions(facts, by, span, name === 'async-chat-dashboard' ? [1] : [0, 1]);
  // Groups of which no session began in the period, but some were open.
  for (const attributes of open?.found ?? []) {
    const key = JSON.stringify(Object.values(attributes));
    if (!groups.has(key)) groups.set(key, { attributes, facts: [] });
  }
  const rows = [...groups].map(
    ([key, group]) => [key, { ...group.attributes, ...figures(group.facts, facts), ...open?.of(group.attributes) }] as const,
  );
  return { rows: new Map(rows), totals: { ...figures(facts, facts), ...open?.whole } };
}

/** Figures of the sessions open at the same time, by the attributes of a row. */
function openSessions(
  facts: readonly Row[],
  by: readonly Attribute[],
  span: Span,
  modes: readonly (0 | 1)[],
): { of: (attributes: Row) => Row; found: readonly Row[]; whole: Row } {
  const nameOf = (attribute: Attribute): string => attribute.replace('-', '_');
  const [periods, others] = [by.filter((each) => PERIODS.includes(each)), by.filter((each) => !PERIODS.includes(each))];
  const labels = new Map<number, string>();
  const toLabel = (quarterHour: number): string => {
    const label = labels.get(quarterHour) ?? JSON.stringify(periods.map((period) => ATTRIBUTES[period]({ start_ts: quarterHour })));
    labels.set(quarterHour, label);
    return label;
  };
  const count = (of: readonly Row[], labelOf: (quarterHour: number) => string): Map<string, Row> => {
    const figures = new Map<string, Row>();
    for (const mode of modes) {
      const prefix = mode === 0 ? '' : 'async_';
      const stays = of
        .filter((fact) => fact['async_mode'] === mode)
        .map((fact) => ({ start: Number(fact['start_ts']), end: fact['active_flag'] === 1 ? undefined : Number(fact['end_ts']) }));
      for (const [label, { most, sum, seconds, atEnd }] of countOpenSessions(stays, span, labelOf))
        figures.set(label, {
          ...figures.get(label),
          [`max_open_${prefix}sessions`]: most,
          [`average_open_${prefix}sessions`]: quotient(sum, seconds),
          [`open_${prefix}sessions_at_end`]: atEnd,
        });
    }
    return figures;
  };
  const members = new Map<string, Row[]>();
  for (const fact of facts) {
    const key = JSON.stringify(others.map((attribute) => ATTRIBUTES[attribute](fact)));
    const of = members.get(key) ?? [];
    members.set(key, of);
    of.push(fact);
  }
  const groups = new Map([...members].map(([key, of]) => [key, count(of, toLabel)]));
  const toAttributes = (key: string, label: string): Row => {
    const values = [...(JSON.parse(key) as unknown[]).entries(), ...(JSON.parse(label) as unknown[]).entries()];
    const names = [...others, ...periods];
    const named = new Map(values.map(([, value], at) => [names[at]!, value]));
    return Object.fromEntries(by.map((attribute) => [nameOf(attribute), named.get(attribute)]));
  };
  return {
    found: [...groups].flatMap(([key, labels]) =>
      [...labels]
        .filter(([, figures]) => Number(figures['max_open_sessions'] ?? 0) + Number(figures['max_open_async_sessions'] ?? 0) > 0)
        .map(([label]) => toAttributes(key, label)),
    ),
    of: (attributes) => {
      const [key, label] = [others, periods].map((some) => JSON.stringify(some.map((attribute) => attributes[nameOf(attribute)])));
      return groups.get(key!)!.get(label!)!;
    },
    whole: count(facts, () => '').get('')!,
  };
}

function messageStatistics(facts: readonly Row[]): Row {
  const figures: Record<string, unknown> = { sessions: facts.length };
  for (const side of ['agents', 'customers', 'bots']) {
    const messages = total(facts, `msg_from_${side}_count`);
    const characters = total(facts, `msg_from_${side}_size`);
    figures[`messages_from_${side}`] = messages;
    figures[`messages_from_${side}_per_session`] = quotient(messages, facts.length);
    figures[`characters_from_${side}`] = characters;
    figures[`characters_from_${side}_per_session`] = quotient(characters, facts.length);
    figures[`characters_from_${side}_per_message`] = quotient(characters, messages);
  }
  for (const [name, counted] of [
    ['agent_reply', 'agent_replies'],
    ['agent_wait', 'agent_waits'],
    ['customer_reply', 'customer_replies'],
    ['customer_wait', 'customer_waits'],
  ] as const) {
    const count = total(facts, `${name}_count`);
    figures[counted] = count;
    figures[`average_${name}_duration`] = quotient(total(facts, `${name}_duration`), count);
    figures[`longest_${name}_duration`] = count === 0 ? null : longest(facts, `${name}_max_duration`);
  }
  return figures;
}

function termination(facts: readonly Row[], all: readonly Row[]): Row {
  const having = (...outcomes: string[]): Row[] => facts.filter((fact) => outcomes.includes(outcomeOf(toCounted(fact))));
  const ended = facts.filter((fact) => fact['active_flag'] === 0);
  const gaveUp = having('abandoned', 'short-abandoned');
  return {
    sessions: facts.length,
    share_of_sessions: quotient(facts.length, all.length),
    active: total(facts, 'active_flag'),
    average_session_duration: quotient(total(ended, 'session_duration'), ended.length),
    without_agent: facts.filter((fact) => fact['ended_agent'] === 'ABSENT' && fact['active_flag'] === 0).length,
    closed_by_bot: having('closed-by-bot').length,
    left_with_bot: having('left-with-bot').length,
    abandoned: having('abandoned').length,
    short_abandoned: having('short-abandoned').length,
    closed_by_system: having('closed-by-system').length,
    average_wait_before_abandonment: quotient(total(gaveUp, 'session_duration'), gaveUp.length),
    longest_wait_before_abandonment: gaveUp.length === 0 ? null : longest(gaveUp, 'session_duration'),
  };
}

function chatSession(facts: readonly Row[]): Row {
  const having = (...outcomes: string[]): Row[] => facts.filter((fact) => outcomes.includes(outcomeOf(toCounted(fact))));
  const ended = facts.filter((fact) => fact['active_flag'] === 0);
  const handled = having('handled', 'agent-never-wrote');
  const answered = [...handled, ...having('open').filter((fact) => Number(fact['agents_count']) > 0)];
  const offered = answered.length + having('abandoned', 'short-abandoned', 'closed-by-system').length;
  const written = facts.filter((fact) => Number(fact['msg_from_agents_count']) > 0 || Number(fact['until_first_reply_duration']) > 0);
  const replied = facts.filter((fact) => Number(fact['agent_reply_count']) > 0);
  const spans = [
    ['until_first_agent', 'until_first_agent_duration', answered],
    ['until_first_reply', 'until_first_reply_duration', written],
    ['session', 'session_duration', ended],
    ['handle', 'handle_duration', handled],
    ['longest_agent_reply', 'agent_reply_max_duration', replied],
    ['longest_customer_wait', 'customer_wait_max_duration', replied],
  ] as const;
  const percentiles = spans.flatMap(([span, column, sessions]) =>
    [50, 90, 95, 99].map((percent) => [`p${percent}_${span}_duration`, percentile(sessions, column, percent)] as const),
  );
  const answeredWithin = (seconds: number): number =>
    answered.filter((fact) => Number(fact['agents_count']) > 0 && Number(fact['until_first_agent_duration']) <= seconds).length;
  return {
    sessions: facts.length,
    offered,
    answered: answered.length,
    abandoned: having('abandoned').length,
    short_abandoned: having('short-abandoned').length,
    closed_by_bot: having('closed-by-bot').length,
    left_with_bot: having('left-with-bot').length,
    open: having('open').length,
    service_level_20_seconds: quotient(answeredWithin(20), offered),
    service_level_60_seconds: quotient(answeredWithin(60), offered),
    ...Object.fromEntries(percentiles),
    average_until_first_agent_duration: quotient(total(answered, 'until_first_agent_duration'), answered.length),
    average_session_duration: quotient(total(ended, 'session_duration'), ended.length),
    average_handle_duration: quotient(total(handled, 'handle_duration'), handled.length),
  };
}

function preAgentTermination(facts: readonly Row[]): Row {
  const { sessions, without_agent, abandoned, short_abandoned, left_with_bot, closed_by_bot, closed_by_system, ...others } = termination(
    facts,
    facts,
  );
  return {
    ...{ sessions, offered: chatSession(facts)['offered'], without_agent, abandoned, short_abandoned },
    average_wait_before_abandonment: others['average_wait_before_abandonment'],
    longest_wait_before_abandonment: others['longest_wait_before_abandonment'],
    ...{ left_with_bot, closed_by_bot, closed_by_system },
  };
}

function botActivity(facts: readonly Row[]): Row {
  const withBot = facts.filter((fact) =>
    ['bots_count', 'msg_from_bots_count', 'until_first_bot_duration'].some((column) => Number(fact[column]) > 0),
  );
  const handedOver = Number(chatSession(withBot)['answered']);
  const { closed_by_bot, left_with_bot } = termination(facts, facts);
  const closedWithBot = Number(termination(withBot, withBot)['closed_by_bot']);
  const { messages_from_bots, characters_from_bots, characters_from_bots_per_message } = messageStatistics(facts);
  return {
    ...{ sessions: facts.length, with_bot: withBot.length, closed_by_bot },
    share_closed_by_bot: quotient(closedWithBot, withBot.length),
    ...{ handed_over: handedOver, share_handed_over: quotient(handedOver, withBot.length), left_with_bot },
    ...{ messages_from_bots, characters_from_bots, characters_from_bots_per_message },
  };
}

/** Of asynchronous sessions alone; how many were open at the same time comes from `openSessions`. */
function asyncDashboard(facts: readonly Row[]): Row {
  const session = chatSession(facts);
  const messages = messageStatistics(facts);
  const isShort = (fact: Row): boolean => fact['active_flag'] === 0 && Number(fact['end_ts']) - Number(fact['start_ts']) <= 86_400;
  const pick = (row: Row, names: readonly string[]): Row => Object.fromEntries(names.map((name) => [name, row[name]]));
  const spans = ['session', 'until_first_reply'].flatMap((span) => [50, 90].map((percent) => `p${percent}_${span}_duration`));
  return {
    ...pick(session, ['sessions', 'open', 'answered', 'average_session_duration', 'average_handle_duration', ...spans]),
    ended_within_a_day: facts.filter(isShort).length,
    ...pick(messages, ['messages_from_customers_per_session', 'messages_from_agents_per_session']),
  };
}

/** The four conventions of service levels, within 20 and 60 seconds. */
function serviceLevels(facts: readonly Row[]): Row {
  const { sessions, offered, answered, abandoned, short_abandoned: short } = chatSession(facts);
  const of = (outcomes: readonly string[]): Row[] => facts.filter((fact) => outcomes.includes(outcomeOf(toCounted(fact))));
  const reached = [...of(['handled', 'agent-never-wrote']), ...of(['open'])].filter((fact) => Number(fact['agents_count']) > 0);
  const levels = [20, 60].flatMap((seconds) => {
    const within = reached.filter((fact) => Number(fact['until_first_agent_duration']) <= seconds).length;
    const gaveUp = of(['abandoned', 'short-abandoned']).filter((fact) => waitOf(toCounted(fact)) <= seconds).length;
    const name = `service_level_${seconds}_seconds`;
    return [
      [name, quotient(within, Number(offered))],
      [`${name}_without_short_abandoned`, quotient(within, Number(offered) - Number(short))],
      [`${name}_of_answered`, quotient(within, Number(answered))],
      [`${name}_with_abandoned`, quotient(within + gaveUp, Number(offered))],
    ] as const;
  });
  return { sessions, offered, answered, abandoned, short_abandoned: short, ...Object.fromEntries(levels) };
}

const total = (facts: readonly Row[], column: string): number => facts.reduce((sum, fact) => sum + Number(fact[column]), 0);

const longest = (facts: readonly Row[], column: string): number =>
  facts.reduce((maximum, fact) => Math.max(maximum, Number(fact[column])), 0);

/** Between two values in proportion, as percentile_cont does; null without a session. */
function percentile(facts: readonly Row[], column: string, percent: number): number | null {
  const values = facts.map((fact) => Number(fact[column])).sort((one, other) => one - other);
  if (values.length === 0) return null;
  const position = ((values.length - 1) * percent) / 100;
  const [below, above] = [values[Math.floor(position)]!, values[Math.ceil(position)]!];
  return below + (above - below) * (position % 1);
}

/** A row whose percentiles are those expected, where they are so within 2 % or a second. */
export function withinBounds(actual: Row, expected: Row | undefined): Row {
  const isNear = (value: unknown, right: unknown): boolean =>
    typeof value === 'number' && typeof right === 'number' && Math.abs(value - right) <= Math.max(1, right * 0.02);
  return Object.fromEntries(
    Object.entries(actual).map(([name, value]) =>
      /^p\d\d_/.test(name) && isNear(value, expected?.[name]) ? [name, expected![name]] : [name, value],
    ),
  );
}

/** Rounded half up to six decimals, computed in whole numbers so that halves are exact; null if the divisor is 0. */
function quotient(dividend: number, divisor: number): number | null {
  if (divisor === 0) return null;
  const [a, b] = [BigInt(dividend), BigInt(divisor)];
  return Number((2_000_000n * a + b) / (2n * b)) / 1_000_000;
}

const startOf = (fact: Row): Date => new Date(Number(fact['start_ts']) * 1000);

/** The week as Info Mart counts it: week 1 begins on 1 January, each further week on a Sunday. */
function toWeek(at: Date): string {
  const year = at.getUTCFullYear();
  let week = 1;
  // The first Sunday after 1 January, then every Sunday.
  let sunday = Date.UTC(year, 0, 8 - new Date(Date.UTC(year, 0, 1)).getUTCDay());
  for (; sunday <= at.getTime(); sunday += 7 * 86_400_000) week++;
  return `${year}-W${String(week).padStart(2, '0')}`;
}
