import { queryRow, queryRows, type Connection, type Statement } from '../db/connection.js';

/** The instant before which facts are purged and not loaded; null: all facts are kept. */
export async function readFactsKeptFrom(mart: Connection): Promise<Date | null> {
  const { kept_from: keptFrom } = await queryRow<{ kept_from: number }>(mart, selectFactsKeptFrom);
  return keptFrom === 0 ? null : new Date(keptFrom * 1000);
}

/** Property of CTL_SCHEMA_INFO: facts of sessions that began before this instant are purged. If missing, all are kept. */
export const FACTS_KEPT_FROM = 'facts-kept-from';

/**
 * SQL for the first START_DATE_TIME_KEY whose facts are kept, the start of a month; 0: all are kept. Earlier sessions are not loaded, and
 * their aggregates are final. The value is stable only under the writer lock; it never goes back.
 */
export const factsKeptFrom = `coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = '${FACTS_KEPT_FROM}'
), 0)`;

/** That key as `kept_from`. */
export const selectFactsKeptFrom: Statement = { text: `select ${factsKeptFrom} as kept_from` };

/**
 * Property of CTL_SCHEMA_INFO: an older program purged facts before this instant without keeping anything of their durations. Missing: none did.
 */
const DURATIONS_KEPT_FROM = 'durations-kept-from';

/** The instant before which the durations of purged sessions are unknown; null: they are all kept. */
export async function readDurationsKeptFrom(mart: Connection): Promise<Date | null> {
  const [row] = await queryRows<{ value: string }>(mart, {
    text: `select value from ctl_schema_info where property = '${DURATIONS_KEPT_FROM}'`,
  });
  return row === undefined ? null : new Date(row.value);
}

/**
 * One row: since when it is known which sessions were open. Of those that began before the facts that are kept, `maintain` keeps when they
 * ended; an older program did not, and they may have been open until it purged them.
 */
export const selectOpenSessionsKnownFrom = (): Statement => ({
  text: `select greatest(${factsKeptFrom}, (select updated_ts from ctl_schema_info where property = '${DURATIONS_KEPT_FROM}')) as known_from`,
});

/** Moves the border forward; never back. */
export const raiseFactsKeptFrom = (keptFrom: Date, nowTs: number): Statement => ({
  text: `
    insert into ctl_schema_info (property, value, updated_ts)
    values ('${FACTS_KEPT_FROM}', $1, $2)
    on conflict (property) do update set
      value = excluded.value,
      updated_ts = excluded.updated_ts
    where ctl_schema_info.value::timestamptz < excluded.value::timestamptz`,
  values: [keptFrom.toISOString(), nowTs],
});

const DAY_MS = 86_400_000;

/**
 * The instant from which facts are kept, given the minimum number of days. Facts are purged by whole months (UTC), so it is the start of
 * the month that contains the oldest of those days.
 */
export function toKeptFrom(now: Date, days: number): Date {
  const oldest = new Date(now.getTime() - days * DAY_MS);
  return new Date(Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth()));
}

/** The instant before which history is purged. */
export const toHistoryKeptFrom = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);
