import type { Statement } from '../../db/connection.js';
import { chatStatsMeasures } from '../../mart/aggregates/measures.js';
import type { KvpMap } from '../../model/mapped-key.js';
import { REPORT_ATTRIBUTES, type ReportAttribute, type ReportFilter } from '../report-attribute.js';
import { toRows, toSelection, type SelectionOptions } from '../report.sql.js';

/** The ages in seconds at which ranges of ages begin. */
export const AGES = [
  { from: 0, label: 'under 1 hour' },
  { from: 3_600, label: '1 to 4 hours' },
  { from: 14_400, label: '4 to 24 hours' },
  { from: 86_400, label: '1 to 3 days' },
  { from: 259_200, label: '3 to 7 days' },
  { from: 604_800, label: '7 to 30 days' },
  { from: 2_592_000, label: '30 days and longer' },
] as const;

const attribute = (name: string): ReportAttribute => REPORT_ATTRIBUTES.find((each) => each.name === name)!;

const IS_ASYNC: ReportFilter = {
  attribute: attribute('async-mode'),
  include: ['yes'],
  exclude: [],
  shown: { by: 'async-mode', title: 'Async', values: ['yes'], not: [] },
};

/** The async sessions that are open at an instant, by the index of their range of `AGES`; a session may be a little younger than it. */
export function selectOpenAsyncSessions(selection: Omit<SelectionOptions, 'level' | 'calendar' | 'window'>, untilTs: number): Statement {
  const text = `greatest(width_bucket($1::bigint - chat_session_fact.start_ts, array[${AGES.map(({ from }) => from).join(', ')}]::bigint[]) - 1, 0) as age,
  count(*)::integer as sessions,
  min(chat_session_fact.start_ts) as oldest_ts`;
  const { values, calendar, from } = toSelection(
    { ...selection, level: 'session', window: undefined, filters: [...selection.filters, IS_ASYNC] },
    text,
    ['chat_session_fact.active_flag = 1'],
    toRows('session'),
    [untilTs],
  );
  return { text: `${calendar}select\n  ${text}\n${from}\ngroup by age`, values };
}

/** How many of the longest waits an overview lists. */
export const LONGEST_WAITS = 10;

/** The sessions whose customers waited longest, until the first agent joined or until they gave up while nobody was there. */
export function selectLongestWaits(selection: Omit<SelectionOptions, 'level' | 'calendar'>): Statement {
  const wait = waitOf(selection.map);
  const text = `chat_session_fact.media_server_ixn_guid as guid,
  chat_session_fact.start_ts,
  ${attribute('media-origin').label} as media_origin,
  session.outcome,
  ${wait} as wait`;
  const { values, calendar, from } = toSelection({ ...selection, level: 'session' }, text, [`${wait} > 0`]);
  return {
    text: `${calendar}select\n  ${text}\n${from}\norder by wait desc, start_ts, chat_session_fact.media_server_ixn_guid collate "C"\nlimit ${LONGEST_WAITS}`,
    values,
  };
}

/** SQL for how long the customer of a session waited; null if the session needed no agent, or is still waiting. */
function waitOf(map: KvpMap): string {
  const conditionOf = (name: string): string => chatStatsMeasures(map).find((measure) => measure.name === name)!.when!;
  return `case
    when ${conditionOf('sessions_answered')} then chat_session_fact.until_first_agent_duration
    when ${conditionOf('sessions_abandoned_alone')} then coalesce(nullif(chat_session_fact.session_duration, 0), chat_session_fact.end_ts - chat_session_fact.start_ts)
  end`;
}
