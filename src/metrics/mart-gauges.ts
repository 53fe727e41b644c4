import { queryRow, queryRows } from '../db/connection.js';
import { readCertificates, type Certificate } from '../db/certificates.js';
import { withTransaction } from '../db/transaction.js';
import { withMartSession } from '../mart/mart-session.js';
import { toEpochSeconds, isAhead } from '../model/clock.js';
import { DISCARD, toDiscardName } from '../model/discard.js';
import type { SourceState } from '../mart/source-window.js';
import { findSourceStates } from '../mart/source-state.js';
import {
  RECORDED_JOBS,
  selectHistoryStart,
  selectLastSuccesses,
  selectNewestRows,
  selectPendingSince,
  selectRecentDiscards,
} from './mart-gauges.sql.js';
import { readWentBack } from '../mart/mart-past.js';
import type { Sample } from './metric.js';
import { selectActiveSessions, selectOpenDiscards, selectPendingIntervals, selectSources } from '../mart/status.sql.js';

/** The mart's own state for the metrics. */
export interface MartGauges {
  readonly historySince: Date | null;
  readonly wentBackAt: Date | null;
  /** Of the jobs that were asked for, those that ever succeeded, whoever ran them. */
  readonly lastSuccesses: ReadonlyMap<string, JobSuccess>;
  /** By name; without sources that were never read. */
  readonly sources: ReadonlyMap<string, SourceGauges>;
  readonly activeSessions: number;
  readonly staleSessions: number;
  readonly newlyStaleSessions: number;
  readonly openDiscards: ReadonlyMap<number, number>;
  readonly recentDiscards: ReadonlyMap<number, number>;
  readonly pendingIntervals: number;
  readonly pendingSince: Date | null;
  readonly certificates: readonly Certificate[];
}

export interface JobSuccess {
  readonly at: Date;
  readonly seconds: number;
}

export interface SourceGauges {
  readonly completeUntil: Date | null;
  readonly lastRunAt: Date | null;
  readonly newestRowAt: Date | null;
  readonly state: SourceState | undefined;
}

/** A metrics query must not take longer than the work it reports on. */
export const GAUGE_TIMEOUT_MS = 5_000;

const DAY_SECONDS = 86_400;

/**
 * Reads the gauges in one snapshot with a few indexed queries, however large the mart is. `jobs`: those of `RECORDED_JOBS` whose last success is
 * wanted; default: all.
 */
export function readMartGauges(
  martUrl: string,
  martSchema: string,
  now: Date,
  jobs: readonly string[] = RECORDED_JOBS,
): Promise<MartGauges> {
  const session = { url: martUrl, applicationName: 'chatmart metrics', schema: martSchema, connectTimeoutMs: GAUGE_TIMEOUT_MS };
  return withMartSession({ ...session, statementTimeoutMs: GAUGE_TIMEOUT_MS }, (mart) =>
    withTransaction(
      mart,
      async () => {
        const nowTs = toEpochSeconds(now);
        const { at: historySince } = await queryRow<{ at: Date | null }>(mart, selectHistoryStart());
        const successes = await queryRows<JobSuccess & { job: string }>(mart, selectLastSuccesses(now, jobs));
        const newest = await queryRows<{ source_name: string; newest_ts: number | null }>(mart, selectNewestRows(nowTs));
        const newestOf = new Map(newest.map((row) => [row.source_name, row.newest_ts]));
        const sources = await queryRows<SourceRow>(mart, selectSources());
        const states = await findSourceStates(
          mart,
          sources.map((row) => row.source_name),
        );
        const sessions = await queryRow<{ active: number; stale: number; newly_stale: number }>(mart, selectActiveSessions(nowTs));
        const { intervals } = await queryRow<{ intervals: number }>(mart, selectPendingIntervals());
        const { since_ts: pendingTs } = await queryRow<{ since_ts: number | null }>(mart, selectPendingSince());
        const wentBack = await readWentBack(mart);
        return {
          historySince,
          wentBackAt: wentBack && new Date(wentBack.noticedAt),
          lastSuccesses: new Map(successes.map(({ job, at, seconds }) => [job, { at, seconds }])),
          sources: new Map(
            sources.map((row) => [
              row.source_name,
              { ...toSourceGauges(row, newestOf.get(row.source_name) ?? null), state: states.get(row.source_name) },
            ]),
          ),
          ...{ activeSessions: sessions.active, staleSessions: sessions.stale, newlyStaleSessions: sessions.newly_stale },
          openDiscards: toCounts(await queryRows<DiscardRow>(mart, selectOpenDiscards())),
          recentDiscards: toCounts(await queryRows<DiscardRow>(mart, selectRecentDiscards(nowTs - DAY_SECONDS))),
          pendingIntervals: intervals,
          pendingSince: toDate(pendingTs),
          certificates: readCertificates(mart),
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

interface DiscardRow {
  readonly code: number;
  readonly discards: number;
}

const toSourceGauges = (row: SourceRow, newestTs: number | null): Omit<SourceGauges, 'state'> => ({
  completeUntil: row.complete_until,
  lastRunAt: row.last_run_at,
  newestRowAt: toDate(newestTs),
});

const toCounts = (rows: readonly DiscardRow[]): ReadonlyMap<number, number> => new Map(rows.map(({ code, discards }) => [code, discards]));

const toDate = (seconds: number | null): Date | null => (seconds === null ? null : new Date(seconds * 1_000));

/** 0 if there is no time. */
export const toSeconds = (at: Date | null): number => (at === null ? 0 : at.getTime() / 1_000);

/** The samples of the mart's state of the configured sources; lags are relative to `now`. Each exists, even if nothing has happened. */
export function toGaugeSamples(gauges: MartGauges, sourceNames: readonly string[], now: Date): Sample[] {
  const single = (name: Sample['name'], value: number): Sample => ({ name, labels: [], value });
  return [
    single('history_start_timestamp_seconds', toSeconds(gauges.historySince)),
    single('mart_went_back_timestamp_seconds', toSeconds(gauges.wentBackAt)),
    ...sourceNames.flatMap((name) => toSourceSamples(name, gauges.sources.get(name), now)),
    single('active_sessions', gauges.activeSessions),
    single('stale_sessions', gauges.staleSessions),
    single('newly_stale_sessions', gauges.newlyStaleSessions),
    ...toDiscardSamples('open_discards', gauges.openDiscards),
    ...toDiscardSamples('recent_discards', gauges.recentDiscards),
    single('pending_intervals', gauges.pendingIntervals),
    single('pending_since_timestamp_seconds', toSeconds(gauges.pendingSince)),
  ];
}

function toSourceSamples(source: string, gauges: SourceGauges | undefined, now: Date): Sample[] {
  const { completeUntil = null, lastRunAt = null, newestRowAt = null } = gauges ?? {};
  const sample = (name: Sample['name'], value: number): Sample => ({ name, labels: [source], value });
  const since = (from: Date, to: Date): number => Math.max(0, toSeconds(to) - toSeconds(from));
  // A time in the future tells no lag: no sample, rather than a lag of 0 s.
  const isKnown = [completeUntil, lastRunAt].every((each) => each === null || !isAhead(each, now));
  return [
    sample('source_complete_until_timestamp_seconds', toSeconds(completeUntil)),
    ...(completeUntil === null || isAhead(completeUntil, now) ? [] : [sample('source_lag_seconds', since(completeUntil, now))]),
    ...(isKnown ? [sample('source_ceiling_age_seconds', since(completeUntil ?? now, lastRunAt ?? completeUntil ?? now))] : []),
    sample('source_newest_row_timestamp_seconds', toSeconds(newestRowAt)),
  ];
}

const CODES: readonly number[] = Object.values(DISCARD).map(({ code }) => code);

/** All known codes, and recorded codes of other releases. */
const toDiscardSamples = (name: Sample['name'], discards: ReadonlyMap<number, number>): Sample[] =>
  [...new Set([...CODES, ...discards.keys()])].map((code) => ({ name, labels: [toDiscardName(code)], value: discards.get(code) ?? 0 }));
