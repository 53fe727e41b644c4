import { execute, queryRow, queryRows, type Connection } from '../db/connection.js';
import { raiseWorkMemory } from '../mart/aggregates/rebuild.sql.js';
import { selectOpenSessionsKnownFrom } from '../mart/retention.js';
import { toEpochSeconds } from '../model/clock.js';
import type { TimeWindow } from '../model/time-span.js';
import { selectConcurrency, type ConcurrencyRow } from './concurrency.sql.js';
import type { ReportAttribute } from './report-attribute.js';
import type { SelectionOptions } from './report.sql.js';

export interface ConcurrencyOptions {
  readonly selection: Omit<SelectionOptions, 'level' | 'window'>;
  readonly attributes: readonly ReportAttribute[];
  /** Undefined: there are no sessions. */
  readonly window: TimeWindow | undefined;
  /** What comes later is not known yet. */
  readonly until: Date;
  /** The group that a row belongs to, by the names and keys of its attributes. */
  readonly toGroupKey: (row: object) => string;
}

/** How many sessions were open at the same time. Groups are missing whose period has not begun, or whose facts are purged. */
export interface Concurrency {
  readonly groups: ReadonlyMap<string, ConcurrencyRow>;
  /** Of all groups together, over all periods. */
  readonly whole: ConcurrencyRow | undefined;
  /** Whether facts are purged of sessions that were open in some of the periods. */
  readonly isUnknown: boolean;
}

export const NO_CONCURRENCY: Concurrency = { groups: new Map(), whole: undefined, isUnknown: false };

/** Reads how many sessions were open at the same time, for each group of a report and for all together. Runs in a transaction. */
export async function readConcurrency(connection: Connection, options: ConcurrencyOptions): Promise<Concurrency> {
  const { selection, attributes, window, until, toGroupKey } = options;
  if (window === undefined || window.from >= until) return NO_CONCURRENCY;
  const [fromTs, untilTs] = [window.from, window.to < until ? window.to : until].map(toEpochSeconds);
  const query = selectConcurrency({ ...selection, attributes, fromTs: fromTs!, untilTs: untilTs! });
  // Half a million sessions and more are sorted.
  await execute(connection, raiseWorkMemory());
  const rows = await queryRows<ConcurrencyRow>(connection, query);
  const { known_from: knownFrom } = await queryRow<{ known_from: number }>(connection, selectOpenSessionsKnownFrom());
  const known = rows.filter((row) => row.first_ts >= knownFrom);
  const totals = rows.filter((row) => row.is_total);
  return {
    groups: new Map(known.filter((row) => row.is_group).map((row) => [toGroupKey(row), row])),
    whole: known.length < rows.length || totals.length === 0 ? undefined : totals.reduce(joinPeriods),
    isUnknown: known.length < rows.length,
  };
}

/** Two periods as one. */
function joinPeriods(one: ConcurrencyRow, other: ConcurrencyRow): ConcurrencyRow {
  const last = one.last_ts > other.last_ts ? one : other;
  return {
    ...last,
    first_ts: Math.min(one.first_ts, other.first_ts),
    seconds: one.seconds + other.seconds,
    regular_most: Math.max(one.regular_most, other.regular_most),
    regular_seconds: one.regular_seconds + other.regular_seconds,
    async_most: Math.max(one.async_most, other.async_most),
    async_seconds: one.async_seconds + other.async_seconds,
  };
}
