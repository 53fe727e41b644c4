import { queryRows, type Connection, type Statement } from '../db/connection.js';
import { CLOCK_TOLERANCE_MS } from '../model/clock.js';
import { FACTS_KEPT_FROM } from './retention.js';

/** A recorded time in the future: a clock was ahead when it was written, or this machine's is behind now. */
export interface TimeAhead {
  readonly what: RecordedTime;
  /** Name of the source; null: it concerns the whole mart. */
  readonly source: string | null;
  /** The latest of them (ISO 8601), and their number. */
  readonly at: string;
  readonly rows: number;
  /** What it is, in a clause. */
  readonly found: string;
  /** What that means and how to fix it; a sentence without its full stop. */
  readonly meaning: string;
}

const WORDS: Readonly<Record<RecordedTime, { readonly found: string; readonly meaning: string }>> = {
  complete_until: {
    found: 'it is complete until then',
    meaning: "its lag is unknown; the next run asks the IDB's clock again and corrects it",
  },
  aggregated_until: {
    found: 'its aggregates are complete until then',
    meaning: 'their lag is unknown; the next aggregation after a run corrects it',
  },
  last_run_at: { found: 'its last run began then', meaning: 'the next run corrects it' },
  whole_at: {
    found: 'its last daily window ended then',
    meaning: 'it is ignored; the next run skips no id and corrects it',
  },
  reconciled_at: {
    found: 'its last days were compared with the mart then',
    meaning: 'it is ignored; the next run compares them and corrects it',
  },
  ignored_keys_at: {
    found: 'its keys were checked then',
    meaning: 'it is ignored; the next run checks them again and corrects it',
  },
  job: { found: 'a job began then', meaning: 'such jobs do not count as last jobs; they stay in the history unchanged' },
  discard: { found: 'a discard was made then', meaning: 'such discards count as older than an hour' },
  slice: {
    found: 'a slice of a backfill was finished then',
    meaning: 'such slices count as not done; the next backfill of that range reads them again and corrects them',
  },
  facts_kept_from: {
    found: 'facts are kept from then on',
    meaning: 'no job loads any session; see the code facts-kept-from-ahead in docs/messages.md',
  },
};

/** The recorded times that lie after `now` by more than clocks may differ. */
export async function readTimesAhead(mart: Connection, now: Date): Promise<TimeAhead[]> {
  const rows = await queryRows<{ what: RecordedTime; source_name: string | null; at: Date; rows: number }>(
    mart,
    selectTimesAhead(new Date(now.getTime() + CLOCK_TOLERANCE_MS)),
  );
  return rows.map(({ what, source_name: source, at, rows: count }) => ({
    what,
    source,
    at: at.toISOString(),
    rows: count,
    ...WORDS[what],
  }));
}

/** As a sentence without its full stop. */
export const toTimeAheadText = ({ source, at, rows, found, meaning }: TimeAhead): string =>
  `${source === null ? '' : `source ${source}: `}${found}: ${at}, which is in the future by this machine's clock${rows > 1 ? ` (${rows} such times)` : ''}; ${meaning}`;

/** Columns of CHATMART_SOURCE that record when something was done, or until when something is complete. */
const SOURCE_TIMES = ['complete_until', 'aggregated_until', 'last_run_at', 'whole_at', 'reconciled_at', 'ignored_keys_at'] as const;

/** Names of the recorded times, as `what`. */
export type RecordedTime = (typeof SOURCE_TIMES)[number] | 'job' | 'discard' | 'slice' | 'facts_kept_from';

/** One row per kind of recorded time after an instant: the latest, and how many. Every table read is small or indexed. */
export const selectTimesAhead = (after: Date): Statement => ({
  text: `with latest as (
  select
    time.what,
    chatmart_source.source_name,
    time.at,
    1 as rows
  from chatmart_source
  cross join lateral (values
    ${SOURCE_TIMES.map((name) => `('${name}', ${name}::timestamp)`).join(',\n    ')}
  ) as time (what, at)
  union all
  select 'job', null, max(start_time), count(*)
  from ctl_etl_history
  where start_time > $1::timestamptz at time zone 'UTC'
  union all
  select 'discard', null, to_timestamp(max(etl_ts)) at time zone 'UTC', count(*)
  from stg_transform_discards
  where resolved_ts is null
    and etl_ts > extract(epoch from $1::timestamptz)
  union all
  select 'slice', source_name, max(finished_at), count(*)
  from chatmart_slice
  where finished_at > $1::timestamptz at time zone 'UTC'
  group by source_name
  union all
  -- Other properties are not times, and a plan may evaluate the time first.
  select 'facts_kept_from', null, case property when '${FACTS_KEPT_FROM}' then value::timestamptz at time zone 'UTC' end, 1
  from ctl_schema_info
  where property = '${FACTS_KEPT_FROM}'
)
select
  what,
  source_name,
  at,
  rows
from latest
where at > $1::timestamptz at time zone 'UTC'
order by what, source_name`,
  values: [after.toISOString()],
});
