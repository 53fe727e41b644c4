import { queryRows, type Connection } from '../db/connection.js';
import { CLOCK_TOLERANCE_MS } from '../model/due.js';
import { selectTimesAhead, type RecordedTime } from './times-ahead.sql.js';

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
