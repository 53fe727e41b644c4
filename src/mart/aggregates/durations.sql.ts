import type { Statement } from '../../db/connection.js';
import type { KvpMap } from '../../model/mapped-key.js';
import type { RegisteredDuration } from '../../model/measure.js';
import { readMeasureRegistry } from '../../spec/measure-registry.js';
import { countWritten } from '../written-rows.js';
import { chatStatsMeasures, sessionHasBot, sessionOutcome } from './measures.js';

/** Durations up to this many seconds have buckets of their own. */
export const EXACT_SECONDS = 50;

/** The ratio of a bucket's bounds. The value that stands for a bucket is at most (1.04 - 1) / (1.04 + 1) = 1.96 % off. */
export const RATIO = 1.04;

/** SQL for the bucket of a number of seconds: from 51 on those of (50 * 1.04^(k - 1), 50 * 1.04^k], as 50 + k. */
export const bucketOf = (seconds: string): string =>
  `case when ${seconds} <= ${EXACT_SECONDS} then ${seconds} else ${EXACT_SECONDS} + ceil(ln(${seconds} / ${EXACT_SECONDS}::float8) / ln(${RATIO}::float8))::integer end`;

/** A bucket of sessions that do not count. */
const NO_BUCKET = -1;

const bucketColumn = ({ name }: RegisteredDuration): string => `${name}_bucket`;

const durations = (): readonly RegisteredDuration[] => readMeasureRegistry().durations;

/** SQL for the bucket of a session that counts, in statements that have `session.outcome`; undefined: all count. */
function conditionOf(map: KvpMap, { name, among }: RegisteredDuration): string | undefined {
  const measure = chatStatsMeasures(map).find((each) => each.name === among);
  if (measure === undefined) throw new Error(`specs/measures.json has no measure ${among}, which counts the sessions of ${name}`);
  return measure.when;
}

const GROUP = ['start_date_time_key', 'tenant_key', 'media_type_key', 'chat_session_dim_key'] as const;

/** The sessions with what follows from several of their columns. Where they are spread, that is computed beside them, on their nodes. */
const fromSessions = (map: KvpMap): string =>
  map.isSpread === true
    ? `from (
  select chat_session_fact.*, ${sessionOutcome(map)} as outcome, ${sessionHasBot(map)} as has_bot
  from chat_session_fact
  left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
) as chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select chat_session_fact.outcome, chat_session_fact.has_bot) as session`
    : `from chat_session_fact
left join chat_session_dim on chat_session_dim.id = chat_session_fact.chat_session_dim_key
cross join lateral (select ${sessionOutcome(map)} as outcome, ${sessionHasBot(map)} as has_bot offset 0) as session`;

/**
 * Select of the durations of all sessions, those whose facts are purged too: one row for each session or kept group of sessions and each
 * duration for which it counts. The columns are those of AG2_CHAT_DURATIONS_SUBHR; `further` columns come from facts alone, and with them no
 * purged sessions.
 */
export function selectDurations(map: KvpMap, further: readonly string[] = []): string {
  const row = (relation: string, outcome: string): string =>
    [
      `${relation}.start_date_time_key as date_time_key`,
      ...GROUP.slice(1).map((key) => `${relation}.${key}`),
      `${outcome}.outcome`,
      `${outcome}.has_bot`,
      'duration.name as duration',
      'duration.bucket',
    ].join(',\n  ');
  const buckets = durations().map((duration) => {
    const condition = conditionOf(map, duration);
    const bucket = bucketOf(`chat_session_fact.${duration.of}`);
    return `('${duration.name}', ${condition === undefined ? bucket : `case when ${condition} then ${bucket} end`})`;
  });
  const kept = durations().map(
    (duration) => `('${duration.name}', nullif(chatmart_purged_durations.${bucketColumn(duration)}, ${NO_BUCKET})::integer)`,
  );
  const facts = `select
  ${row('chat_session_fact', 'session')},
  1::bigint as sessions${further.map((column) => `,\n  chat_session_fact.${column}`).join('')}
${fromSessions(map)}
cross join lateral (values
  ${buckets.join(',\n  ')}
) as duration (name, bucket)
where duration.bucket is not null`;
  return further.length > 0
    ? facts
    : `${facts}
union all
select
  ${row('chatmart_purged_durations', 'chatmart_purged_durations')},
  chatmart_purged_durations.sessions::bigint as sessions
from chatmart_purged_durations
cross join lateral (values
  ${kept.join(',\n  ')}
) as duration (name, bucket)
where duration.bucket is not null`;
}

/**
 * Keeps of the facts of some intervals, before they are purged, what distributions need. For `executeCounted`. `keptFromTs`: facts from then on
 * are kept, so sessions that end later are open beside them; those without an end, until they are purged.
 */
export function keepDurations(
  map: KvpMap,
  { fromKey, toKey, keptFromTs, nowTs, auditKey }: Readonly<Record<'fromKey' | 'toKey' | 'keptFromTs' | 'nowTs' | 'auditKey', number>>,
): Statement {
  const buckets = durations().map((duration) => {
    const bucket = bucketOf(`chat_session_fact.${duration.of}`);
    const condition = conditionOf(map, duration);
    return [
      bucketColumn(duration),
      condition === undefined ? bucket : `case when ${condition} then ${bucket} else ${NO_BUCKET} end`,
    ] as const;
  });
  const keys = [...GROUP, 'outcome', 'has_bot', ...buckets.map(([name]) => name), 'end_ts'];
  return {
    text: countWritten(
      `
      select
        ${GROUP.map((key) => `chat_session_fact.${key}`).join(',\n        ')},
        session.outcome,
        session.has_bot,
        ${buckets.map(([name, bucket]) => `${bucket} as ${name}`).join(',\n        ')},
        case
          when chat_session_fact.active_flag = 1 then $4::integer
          when chat_session_fact.end_ts > $3::integer then chat_session_fact.end_ts
          else 0
        end as end_ts,
        count(*)::integer as sessions
      ${fromSessions(map)}
      where chat_session_fact.start_date_time_key >= $1
        and chat_session_fact.start_date_time_key < $2
      group by ${keys.map((_, index) => index + 1).join(', ')}`,
      `
      insert into chatmart_purged_durations (${[...keys, 'sessions', 'create_audit_key'].join(', ')})
      select ${[...keys, 'sessions', '$5::numeric'].join(', ')}
      from wanted
      on conflict (${keys.join(', ')}) do update set sessions = chatmart_purged_durations.sessions + excluded.sessions`,
    ),
    values: [fromKey, toKey, keptFromTs, nowTs, auditKey],
  };
}
