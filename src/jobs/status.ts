import { queryRow, queryRows, withConnection, type Connection } from '../db/connection.js';
import { withTransaction } from '../db/transaction.js';
import { systemClock, toEpochSeconds, type Clock } from '../model/clock.js';
import type { SeenSnapshot } from './ceiling-holder.js';
import { requireMigrated } from './migrate.js';
import { readIdbStatus, type IdbOptions, type IdbStatus } from './status-idb.js';
import {
  selectActiveSessions,
  selectLastJobs,
  selectOpenDiscards,
  selectPendingIntervals,
  selectSchemaVersion,
  selectSessions,
  selectSources,
} from './status.sql.js';

/** How complete a mart is and what waits in it. Times are ISO 8601 (UTC), days are dates. */
export interface MartStatus {
  readonly at: string;
  readonly schemaVersion: string;
  readonly sources: readonly SourceStatus[];
  /** In the order of the configuration. */
  readonly idbs: readonly IdbStatus[];
  readonly sessions: {
    readonly total: number;
    /** Async sessions that have not ended. */
    readonly active: number;
    /** Those of them that nothing has come for in 30 days. */
    readonly stale: number;
    /** UTC day of the first and of the last session's start; null while there is none. */
    readonly firstDay: string | null;
    readonly lastDay: string | null;
  };
  readonly openDiscards: readonly { readonly code: number; readonly reason: string; readonly count: number; readonly oldest: string }[];
  /** 15-minute intervals whose facts changed since the last aggregation. */
  readonly pendingIntervals: number;
  readonly lastJobs: readonly JobStatus[];
}

export interface SourceStatus {
  readonly name: string;
  readonly table: string | null;
  /** Every row that ICON stored before this instant is in the mart; null: the first window is not done. */
  readonly completeUntil: string | null;
  readonly lagSeconds: number | null;
  /** A run is at work, or was ended half-way: the next one takes up the same window. */
  readonly windowOpen: boolean;
  readonly lastRunAt: string | null;
}

export interface JobStatus {
  readonly job: string;
  readonly status: string;
  readonly startedAt: string;
  readonly seconds: number | null;
  readonly rows: number | null;
  readonly message: string | null;
}

export interface StatusOptions extends IdbOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly clock?: Clock;
}

const LAST_JOBS = 8;
const STALE_SECONDS = 30 * 86_400;

/** Reads the status of a mart in one snapshot, and asks its IDB. Errors: `mart-not-migrated`, `mart-is-newer`. */
export async function readStatus(options: StatusOptions): Promise<MartStatus> {
  const { martUrl, martSchema, clock = systemClock } = options;
  const { snapshots, ...mart } = await withConnection(
    { url: martUrl, applicationName: 'chatmart status', schema: martSchema, keepsRoleLimits: true },
    async (connection) => {
      await requireMigrated(connection);
      return withTransaction(connection, () => readMart(connection, clock()), 'repeatable read read only');
    },
  );
  return { ...mart, idbs: await readIdbStatus(options, snapshots) };
}

/** What the mart alone says, and what it knows of its IDBs' past. */
type MartContent = Omit<MartStatus, 'idbs'> & { readonly snapshots: ReadonlyMap<string, readonly SeenSnapshot[]> };

async function readMart(connection: Connection, now: Date): Promise<MartContent> {
  const { version } = await queryRow<{ version: string }>(connection, selectSchemaVersion());
  const sources = await queryRows<SourceRow>(connection, selectSources());
  const sessions = await queryRow<SessionsRow>(connection, selectSessions());
  const { active, stale } = await queryRow<{ active: number; stale: number }>(
    connection,
    selectActiveSessions(toEpochSeconds(now) - STALE_SECONDS),
  );
  const discards = await queryRows<DiscardRow>(connection, selectOpenDiscards());
  const pending = await queryRow<{ intervals: number }>(connection, selectPendingIntervals());
  const jobs = await queryRows<JobRow>(connection, selectLastJobs(LAST_JOBS));
  return {
    at: now.toISOString(),
    schemaVersion: version,
    sources: sources.map((row) => toSourceStatus(row, now)),
    sessions: {
      total: sessions.sessions,
      active,
      stale,
      firstDay: toDay(sessions.first_key),
      lastDay: toDay(sessions.last_key),
    },
    openDiscards: discards.map(({ code, reason, discards: count, oldest_ts }) => ({
      code,
      reason,
      count,
      oldest: fromEpochSeconds(oldest_ts),
    })),
    pendingIntervals: pending.intervals,
    lastJobs: jobs.map(toJobStatus),
    snapshots: new Map(sources.map((source) => [source.source_name, source.snapshots])),
  };
}

interface SourceRow {
  source_name: string;
  table_name: string | null;
  complete_until: Date | null;
  last_run_at: Date | null;
  window_open: boolean;
  snapshots: readonly SeenSnapshot[];
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

const toSourceStatus = (row: SourceRow, now: Date): SourceStatus => ({
  name: row.source_name,
  table: row.table_name,
  completeUntil: row.complete_until?.toISOString() ?? null,
  lagSeconds: row.complete_until && toEpochSeconds(now) - toEpochSeconds(row.complete_until),
  windowOpen: row.window_open,
  lastRunAt: row.last_run_at?.toISOString() ?? null,
});

const toJobStatus = (row: JobRow): JobStatus => ({
  job: row.job_name,
  status: row.status,
  startedAt: row.start_time.toISOString(),
  seconds: row.duration,
  rows: row.row_count,
  message: row.message,
});

const fromEpochSeconds = (seconds: number): string => new Date(seconds * 1000).toISOString();

const toDay = (key: number | null): string | null => (key === null ? null : fromEpochSeconds(key).slice(0, 10));
