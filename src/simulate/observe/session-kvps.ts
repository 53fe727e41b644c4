import { observeTimeline, type Observation } from './observe-timeline.js';
import { ACTIVE_STATE, ASYNC_PHASES, WAIT_AND_REPLY, type RepeatedEventRule } from './repeated-event-rules.js';
import { BOT_STATISTICS, CHARACTERISTICS, END_REASON_CODES, TRANSCRIPT_STATISTICS, type SingleValueRule } from './single-value-rules.js';
import { sum } from './spans.js';
import { toTimeText, type TimeForm } from '../idb/time-form.js';
import type { Timeline } from '../play/timeline.js';

/** Chat Server's option `attach-session-statistics`; `fired` leaves out the `cse_` keys of what did not occur. */
export const SESSION_STATISTICS = ['all', 'fired', 'none'] as const;
export type SessionStatistics = (typeof SESSION_STATISTICS)[number];

/** A user-data key and its value. */
export type Kvp = readonly [key: string, value: string];

/** How Chat Server is configured to attach its statistics. */
export interface AttachOptions {
  readonly statistics: SessionStatistics;
  readonly timeForm?: TimeForm;
}

/** What Chat Server attaches to the interaction when the session is closed, in a fixed order, by the definitions of its Administration Guide. */
export const toSessionKvps = (timeline: Timeline, options: AttachOptions): Kvp[] => toKvps(observeTimeline(timeline), options);

/** What Chat Server attaches in between: the statistics after the first `count` events, without the end and what triggered it. */
export const toUpdateKvps = (timeline: Timeline, count: number, options: AttachOptions): Kvp[] =>
  toKvps(observeTimeline(timeline, count), options);

function toKvps(session: Observation, { statistics, timeForm = 'iso' }: AttachOptions): Kvp[] {
  const { timeline, closing, end } = session;
  const kvps: Kvp[] = [['ChatServerSessionStartedAt', toTimeText(timeline.start, timeForm)]];
  if (closing !== undefined) kvps.push(['ChatServerSessionClosedAt', toTimeText(end, timeForm)]);
  kvps.push(['csg_MediaType', timeline.mediaType], ['csg_TenantId', String(timeline.tenantId)]);
  if (statistics === 'none') return kvps;

  const onlyFired = statistics === 'fired';
  addSingleValues(kvps, session, CHARACTERISTICS);
  if (closing !== undefined) addSingleValues(kvps, session, END_REASON_CODES);
  addSingleValues(kvps, session, TRANSCRIPT_STATISTICS);
  addFamilies(kvps, session, ACTIVE_STATE, onlyFired);
  addFamilies(kvps, session, WAIT_AND_REPLY, onlyFired);
  if (timeline.asyncMode) addFamilies(kvps, session, ASYNC_PHASES, onlyFired);
  if (timeline.botGateway) addSingleValues(kvps, session, BOT_STATISTICS);
  return kvps;
}

function addSingleValues(kvps: Kvp[], session: Observation, rules: Readonly<Record<string, SingleValueRule>>): void {
  for (const key in rules) {
    const value = rules[key]!(session);
    if (value !== undefined) kvps.push([key, String(value)]);
  }
}

function addFamilies(kvps: Kvp[], session: Observation, rules: Readonly<Record<string, RepeatedEventRule>>, onlyFired: boolean): void {
  for (const family in rules) {
    const durations = rules[family]!(session);
    if (onlyFired && durations.length === 0) continue;
    kvps.push(
      [`${family}TotalCount`, String(durations.length)],
      [`${family}TotalTime`, String(sum(durations))],
      [`${family}MaxTime`, String(Math.max(0, ...durations))],
    );
  }
}
