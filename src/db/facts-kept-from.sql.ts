import type { Statement } from './connection.js';

/** Property of CTL_SCHEMA_INFO: facts of sessions that began before this instant are purged. Without it all are kept. */
export const FACTS_KEPT_FROM = 'facts-kept-from';

/**
 * SQL for the first START_DATE_TIME_KEY whose facts are kept, the start of a month; 0: all are. What lies before it is not loaded, and its
 * aggregates are final. Only under the writer lock does it stay true; it never goes back.
 */
export const factsKeptFrom = `coalesce((
  select least(extract(epoch from value::timestamptz), 2147483647)::integer
  from ctl_schema_info
  where property = '${FACTS_KEPT_FROM}'
), 0)`;

/** That key as `kept_from`. */
export const selectFactsKeptFrom: Statement = { text: `select ${factsKeptFrom} as kept_from` };

/** Moves the border on; one that lies further ahead stays. */
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
