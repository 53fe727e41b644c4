import type { Statement } from '../../../db/connection.js';

/** A period of a delivery; times are epoch seconds. */
export interface DeliveryPeriod {
  readonly delivery_name: string;
  readonly period_from: number;
  readonly period_to: number;
  readonly due_ts: number;
}

/** A period that is not delivered yet. */
export interface OpenDelivery extends DeliveryPeriod {
  readonly attempts: number;
  readonly next_attempt_ts: number;
  readonly problem: string | null;
}

/** When each delivery was last due, at the latest `now`: later times came from a clock that was ahead. */
export const selectLastDue = (names: readonly string[], now: number): Statement => ({
  text: `select
  delivery_name,
  max(due_ts) as due_ts
from chatmart_delivery
where delivery_name = any($1::text[])
  and due_ts <= $2
group by delivery_name`,
  values: [names, now],
});

/** Puts periods on record that are to be delivered; those that are there already stay as they are. */
export const insertPeriods = (periods: readonly DeliveryPeriod[]): Statement => ({
  text: `insert into chatmart_delivery (delivery_name, period_from, period_to, due_ts, attempts, next_attempt_ts)
select
  delivery_name,
  period_from,
  period_to,
  min(due_ts),
  0,
  min(due_ts)
from unnest($1::text[], $2::integer[], $3::integer[], $4::integer[]) as period (delivery_name, period_from, period_to, due_ts)
group by delivery_name, period_from, period_to
on conflict do nothing`,
  values: [
    periods.map((period) => period.delivery_name),
    periods.map((period) => period.period_from),
    periods.map((period) => period.period_to),
    periods.map((period) => period.due_ts),
  ],
});

/** The periods that are not delivered yet, in their order. */
export const selectOpenDeliveries = (names: readonly string[]): Statement => ({
  text: `select
  delivery_name,
  period_from,
  period_to,
  due_ts,
  attempts,
  next_attempt_ts,
  problem
from chatmart_delivery
where delivery_name = any($1::text[])
  and delivered_ts is null
order by period_to, delivery_name`,
  values: [names],
});

export const recordDelivered = ({ delivery_name, period_from, period_to }: DeliveryPeriod, at: number): Statement => ({
  text: `update chatmart_delivery
set delivered_ts = $4
where delivery_name = $1
  and period_from = $2
  and period_to = $3`,
  values: [delivery_name, period_from, period_to, at],
});

export const recordFailedDelivery = (
  { delivery_name, period_from, period_to }: DeliveryPeriod,
  { nextAttempt, problem }: { readonly nextAttempt: number; readonly problem: string },
): Statement => ({
  text: `update chatmart_delivery
set
  attempts = attempts + 1,
  next_attempt_ts = $4,
  problem = $5
where delivery_name = $1
  and period_from = $2
  and period_to = $3`,
  values: [delivery_name, period_from, period_to, nextAttempt, problem],
});

/** Deletes what was delivered long ago, and what nobody wants any more. */
export const deleteOldDeliveries = (names: readonly string[], before: number): Statement => ({
  text: `delete from chatmart_delivery
where delivered_ts is not null and due_ts < $2
  and due_ts < (
    select max(newest.due_ts)
    from chatmart_delivery as newest
    where newest.delivery_name = chatmart_delivery.delivery_name
  )
  or delivered_ts is null and delivery_name <> all ($1::text[])`,
  values: [names, before],
});
