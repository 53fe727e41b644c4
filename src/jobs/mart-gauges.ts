import { queryRow, queryRows, withConnection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { toEpochSeconds } from '../model/clock.js';
import { toDiscardName } from '../model/discard.js';
import { isAhead } from '../model/due.js';
import type { Sample } from './metric.js';
import { selectActiveSessions, selectOpenDiscards, selectPendingIntervals, selectSources } from './status.sql.js';

/** What the mart itself says for the metrics, and at which times. */
export interface MartGauges {
  readonly sources: readonly {
    readonly name: string;
    readonly completeUntil: Date | null;
    readonly lastRunAt: Date | null;
  }[];
  readonly activeSessions: number;
  readonly staleSessions: number;
  readonly openDiscards: ReadonlyMap<number, number>;
  readonly pendingIntervals: number;
}

/** Reads them in one snapshot: a few indexed looks, however large the mart is. */
export function readMartGauges(martUrl: string, martSchema: string, now: Date): Promise<MartGauges> {
  return withConnection({ url: martUrl, applicationName: 'chatmart metrics', schema: martSchema }, (mart) =>
    withTransaction(
      mart,
      async () => {
        const sources = await queryRows<SourceRow>(mart, selectSources());
        const { active, stale } = await queryRow<{ active: number; stale: number }>(mart, selectActiveSessions(toEpochSeconds(now)));
        const discards = await queryRows<{ code: number; discards: number }>(mart, selectOpenDiscards());
        const { intervals } = await queryRow<{ intervals: number }>(mart, selectPendingIntervals());
        return {
          sources: sources.map((row) => ({ name: row.source_name, completeUntil: row.complete_until, lastRunAt: row.last_run_at })),
          activeSessions: active,
          staleSessions: stale,
          openDiscards: new Map(discards.map((row) => [row.code, row.discards])),
          pendingIntervals: intervals,
        };
      },
      'repeatable read read only',
    ),
  );
}

interface SourceRow {
  readonly source_name: string;
  readonly complete_until: Date | null;
  readonly last_run_at: Date | null;
}

const toSeconds = (at: Date): number => at.getTime() / 1_000;

/** The samples of what the mart said; lags are those of `now`. */
export function toGaugeSamples(gauges: MartGauges, now: Date): Sample[] {
  const { sources, activeSessions, staleSessions, openDiscards, pendingIntervals } = gauges;
  return [
    ...sources.flatMap(({ name, completeUntil, lastRunAt }): Sample[] =>
      completeUntil === null
        ? []
        : [
            { name: 'source_complete_until_timestamp_seconds', labels: [name], value: toSeconds(completeUntil) },
            // Of what has not come nobody knows how far behind it is: no sample is no lag of 0 s.
            ...[
              { name: 'source_lag_seconds' as const, from: completeUntil, to: now },
              { name: 'source_ceiling_age_seconds' as const, from: completeUntil, to: lastRunAt ?? completeUntil },
            ]
              .filter(({ from, to }) => !isAhead(from, now) && !isAhead(to, now))
              .map((lag) => ({ name: lag.name, labels: [name], value: Math.max(0, toSeconds(lag.to) - toSeconds(lag.from)) })),
          ],
    ),
    { name: 'active_sessions', labels: [], value: activeSessions },
    { name: 'stale_sessions', labels: [], value: staleSessions },
    ...[...openDiscards].map(([code, value]): Sample => ({ name: 'open_discards', labels: [toDiscardName(code)], value })),
    { name: 'pending_intervals', labels: [], value: pendingIntervals },
  ];
}
