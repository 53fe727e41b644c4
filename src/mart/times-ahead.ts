import { queryRows, type Connection, type Statement } from '../db/connection.js';
import { CLOCK_TOLERANCE_MS } from '../model/clock.js';
import { FACTS_KEPT_FROM } from './retention.js';

/** A time on record that has not come: a clock was ahead when it was written, or this machine's is behind now. */
export interface TimeAhead {
  readonly what: RecordedTime;
  /** Name of the source; null: it belongs to the whole mart. */
  readonly source: string | null;
  /** The latest of them (ISO 8601), and how many there are. */
  readonly at: string;
  readonly rows: number;
  /** What it is, in a clause. */
  readonly found: string;
  /** What that means, and what sets it right, in a sentence without its full stop. */
  readonly meaning: string;
}

const WORDS: Readonly<Record<RecordedTime, { readonly found: string; readonly meaning: string }>> = {
  complete_until: {
    found: 'it is complete until then',
    meaning: 'how far behind it is, is not known; the next run, which asks the clock of the IDB again, sets it right',
  },
  aggregated_until: {
    found: 'its aggregates are complete until then',
    meaning: 'how far behind they are, is not known; the next aggregation after a run sets it right',
  },
  last_run_at: { found: 'the last run over it began then', meaning: 'the next run sets it right' },
  whole_at: {
    found: 'its last daily window ended then',
    meaning: 'it counts for nothing: the next run leaves out no id, and sets it right',
  },
  reconciled_at: {
    found: 'its last days were compared with the mart then',
    meaning: 'it counts for nothing: the next run compares them, and sets it right',
  },
  ignored_keys_at: {
    found: 'its keys were looked at then',
    meaning: 'it counts for nothing: the next run looks again, and sets it right',
  },
  job: { found: 'a job began then', meaning: 'such jobs count as no last ones; they stay in the history as they are' },
  discard: { found: 'a discard was made then', meaning: 'such discards count as older than an hour' },
  slice: {
    found: 'a slice of a backfill was finished then',
    meaning: 'such slices count as not done: the next backfill of that range reads them again, and sets that right',
  },
  facts_kept_from: {
    found: 'facts are kept from then on',
    meaning: 'no session could be loaded, so that no job loads any: see the code facts-kept-from-ahead in docs/messages.md',
  },
};

/** Which times on record have not come by `now`, by more than clocks may differ. */
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

/** One of them as a sentence without its full stop. */
export const toTimeAheadText = ({ source, at, rows, found, meaning }: TimeAhead): string =>
  `${source === null ? '' : `source ${source}: `}${found}: ${at}, which has not come by this machine's clock${rows > 1 ? ` (${rows} such times)` : ''}; ${meaning}`;

/** Columns of CHATMART_SOURCE that say when something was done, or until when something is complete. */
const SOURCE_TIMES = ['complete_until', 'aggregated_until', 'last_run_at', 'whole_at', 'reconciled_at', 'ignored_keys_at'] as const;

/** Names of what is looked at, as `what`. */
export type RecordedTime = (typeof SOURCE_TIMES)[number] | 'job' | 'discard' | 'slice' | 'facts_kept_from';

/** One row a kind of time on record that lies after an instant: its latest, and how many there are. Nothing of it is large, or has no index. */
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
  -- Other properties are no times, and a plan may look at the time first.
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
