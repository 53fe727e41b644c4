import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { toNext } from '../../mart/schema/explain-mart-error.js';
import { findAdditions } from '../../mart/schema/mart-additions.js';
import { toEpochSeconds, CLOCK_TOLERANCE_MS, isAhead } from '../../model/clock.js';
import { toDiscardName } from '../../model/discard.js';
import type { SeenSnapshot } from '../../extract/ceiling-holder.js';
import type { IgnoredKeys } from '../../pipeline/ignored-keys.js';
import { readWentBack } from '../../mart/mart-past.js';
import type {
  AggregatesStatus,
  DiscardStatus,
  JobStatus,
  MartAddition,
  MartStatus,
  RunStatus,
  SourceStatus,
  UndeliveredReport,
} from './summary.js';
import { readTimesAhead } from '../../mart/times-ahead.js';
import {
  selectActiveSessions,
  selectLastJobs,
  selectLastRuns,
  selectOpenDiscards,
  selectPendingIntervals,
  selectSchemaVersion,
  selectSessions,
  selectSources,
  selectUndelivered,
} from '../../mart/status.sql.js';

/** What the mart alone reports, and the snapshots of its IDBs by source name. */
export type MartContent = Omit<MartStatus, 'idbs' | 'unappliedSettings' | 'checks'> & {
  readonly snapshots: ReadonlyMap<string, readonly SeenSnapshot[]>;
};

const LAST_JOBS = 8;
const LAST_RUNS = 8;

/**
 * Reads the status of a mart in the caller's transaction. `sourceNames`: the sources for which an IDB is configured; undefined: no IDB is
 * configured, and all sources ever read count.
 */
export async function readMartStatus(
  mart: Connection,
  { now, sourceNames }: { readonly now: Date; readonly sourceNames: readonly string[] | undefined },
): Promise<MartContent> {
  const { version } = await queryRow<{ version: string }>(mart, selectSchemaVersion());
  const rows = await queryRows<SourceRow>(mart, selectSources());
  const sessions = await queryRow<SessionsRow>(mart, selectSessions());
  const { active, stale } = await queryRow<{ active: number; stale: number }>(mart, selectActiveSessions(toEpochSeconds(now)));
  const discards = await queryRows<DiscardRow>(mart, selectOpenDiscards());
  const pending = await queryRow<{ intervals: number }>(mart, selectPendingIntervals());
  const until = new Date(now.getTime() + CLOCK_TOLERANCE_MS);
  const jobs = await queryRows<JobRow>(mart, selectLastJobs(LAST_JOBS, until));
  const runs = await queryRows<RunRow>(mart, selectLastRuns(LAST_RUNS, until));
  const sources = rows.map((row) => toSourceStatus(row, now, sourceNames));
  return {
    at: now.toISOString(),
    schemaVersion: version,
    sources,
    aggregates: toAggregatesStatus(sources, sourceNames ?? rows.map((row) => row.source_name), now),
    sessions: {
      total: sessions.sessions,
      active,
      stale,
      firstDay: toDay(sessions.first_key),
      lastDay: toDay(sessions.last_key),
    },
    openDiscards: discards.map(toDiscardStatus),
    pendingIntervals: pending.intervals,
    lastJobs: jobs.map(toJobStatus),
    lastRuns: runs.map(toRunStatus),
    wentBack: await readWentBack(mart),
    timesAhead: await readTimesAhead(mart, now),
    additions: await readAdditions(mart),
    undelivered: (await queryRows<UndeliveredRow>(mart, selectUndelivered())).map(toUndelivered),
    snapshots: new Map(rows.map((source) => [source.source_name, source.snapshots])),
  };
}

interface UndeliveredRow {
  delivery_name: string;
  period_from: number;
  period_to: number;
  attempts: number;
  next_attempt_ts: number;
  problem: string | null;
}

function toUndelivered({ delivery_name, period_from, period_to, attempts, next_attempt_ts, problem }: UndeliveredRow): UndeliveredReport {
  const [from, to, nextAttemptAt] = [period_from, period_to, next_attempt_ts].map((seconds) => new Date(seconds * 1_000).toISOString());
  return { name: delivery_name, from: from!, to: to!, attempts, nextAttemptAt: nextAttemptAt!, problem };
}

/** The doctor reports notes. */
const readAdditions = async (mart: Connection): Promise<MartAddition[]> =>
  (await findAdditions(mart)).flatMap((addition) => {
    const { severity, found } = addition;
    return severity === 'note' ? [] : [{ severity, found, next: toNext(addition) }];
  });

interface SourceRow {
  source_name: string;
  table_name: string | null;
  complete_until: Date | null;
  aggregated_until: Date | null;
  last_run_at: Date | null;
  window_open: boolean;
  snapshots: readonly SeenSnapshot[];
  ignored_keys: IgnoredKeys | null;
  ignored_keys_at: Date | null;
}

interface SessionsRow {
  sessions: number;
  first_key: number | null;
  last_key: number | null;
}

interface DiscardRow {
  code: number;
  reason: string;
  discards: number;
  oldest_ts: number;
}

interface JobRow {
  job_name: string;
  status: string;
  start_time: Date;
  duration: number | null;
  row_count: number | null;
  message: string | null;
}

interface RunRow {
  command: string | null;
  jobs: string[];
  status: string;
  started: Date;
  seconds: number | null;
  message: string | null;
}

const toSourceStatus = (row: SourceRow, now: Date, sourceNames: readonly string[] | undefined): SourceStatus => ({
  name: row.source_name,
  configured: sourceNames === undefined ? null : sourceNames.includes(row.source_name),
  table: row.table_name,
  completeUntil: row.complete_until?.toISOString() ?? null,
  lagSeconds: toLag(row.complete_until, now),
  aggregatedUntil: row.aggregated_until?.toISOString() ?? null,
  windowOpen: row.window_open,
  lastRunAt: row.last_run_at?.toISOString() ?? null,
  ignoredKeys: row.ignored_keys && row.ignored_keys_at && { ...row.ignored_keys, at: row.ignored_keys_at.toISOString() },
});

/** By the IDB's clock, which may be slightly ahead of this one; null for an instant in the future. */
const toLag = (until: Date | null, now: Date): number | null =>
  until === null || isAhead(until, now) ? null : Math.max(0, toEpochSeconds(now) - toEpochSeconds(until));

/** As complete as the source that is furthest behind; null if one was never read. */
function toAggregatesStatus(sources: readonly SourceStatus[], sourceNames: readonly string[], now: Date): AggregatesStatus {
  const instants = sourceNames.map((name) => sources.find((source) => source.name === name)?.aggregatedUntil ?? null).sort();
  const completeUntil = instants.includes(null) ? null : (instants[0] ?? null);
  return { completeUntil, lagSeconds: toLag(completeUntil === null ? null : new Date(completeUntil), now) };
}

const toDiscardStatus = ({ code, reason, discards: count, oldest_ts }: DiscardRow): DiscardStatus => ({
  code,
  name: toDiscardName(code),
  reason,
  count,
  oldest: fromEpochSeconds(oldest_ts),
});

const toJobStatus = (row: JobRow): JobStatus => ({
  job: row.job_name,
  status: row.status,
  startedAt: row.start_time.toISOString(),
  seconds: row.duration,
  rows: row.row_count,
  message: row.message,
});

const toRunStatus = ({ started, ...run }: RunRow): RunStatus => ({ ...run, startedAt: started.toISOString() });

const fromEpochSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString();

const toDay = (key: number | null): string | null => (key === null ? null : fromEpochSeconds(key).slice(0, 10));
