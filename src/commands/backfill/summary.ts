import type { SessionCounts } from '../../model/session-batch.js';
import { escapeControls, counted, toCountText } from '../../model/text.js';
import { toBoundsText } from '../../model/utc-time.js';
import { toSliceText } from './slices.js';

/** Half-open, ISO 8601 in UTC. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

/** What a backfill did; printed by `backfill --json`, its shape is specs/schema/backfill-summary.schema.json. */
export interface BackfillSummary extends TimeSpan {
  readonly jobId: string;
  readonly sliceSeconds: number;
  /** What stopped it before it was done, in a sentence; null: nothing did. */
  readonly stopped: string | null;
  /** The command that goes on; null: it was not stopped. */
  readonly resume: string | null;
  readonly sources: readonly BackfilledSource[];
  /** Rows read, and those of them whose key the KVP map does not name. */
  readonly rows: number;
  readonly ignoredRows: number;
  readonly sessions: SessionCounts;
  /** Values of sessions read again whose rows the IDB has purged: they stay in the mart. */
  readonly keptValues: number;
  /** Sessions that began before the facts that are kept, and interactions that were erased: not loaded. */
  readonly expired: number;
  readonly erased: number;
  /** New rows of STG_TRANSFORM_DISCARDS by their reason's name. */
  readonly discards: Readonly<Record<string, number>>;
  /** Codes that the KVP map does not name, as `key=CODE`, with how often they came. */
  readonly unknownCodes: Readonly<Record<string, number>>;
  /** Intervals of 15 minutes that were aggregated anew. */
  readonly intervals: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/** One IDB; several are HA twins. */
export interface BackfilledSource {
  readonly name: string;
  /** Schema and table. */
  readonly table: string;
  readonly rows: number;
  readonly slices: {
    readonly total: number;
    /** Read to their end by this backfill. */
    readonly completed: number;
    /** Read, but their time is not over: more may come. */
    readonly pending: number;
    /** Left out, because they were done before. */
    readonly skipped: number;
  };
  /** What was left out, neighbouring slices as one span each. */
  readonly skipped: readonly TimeSpan[];
  /** What no completed slice covers now, of the range and of all between the oldest and the newest slice on record. */
  readonly gaps: readonly TimeSpan[];
  /** What cannot be told by ADDED_TS, in sentences. */
  readonly notices: readonly string[];
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${escapeControls(name)} ${toCountText(count)}`)
    .join(', ');

/** The summary of a backfill, for people. */
export function toBackfillText(summary: BackfillSummary): string {
  const { sessions, rows, ignoredRows } = summary;
  const lines = [
    `range     ${toBoundsText(summary)} by ADDED_TS, in slices of ${toSliceText(summary.sliceSeconds)}`,
    ...summary.sources.flatMap(toSourceLines),
    `rows      ${toCountText(rows)} read, ${toCountText(ignoredRows)} of other keys`,
    `sessions  ${toCountText(sessions.inserted)} inserted, ${toCountText(sessions.updated)} updated, ${toCountText(sessions.unchanged)} unchanged, ` +
      `${toCountText(sessions.deleted)} deleted, ${toCountText(sessions.discarded)} discarded; ${toCountText(sessions.active)} still active, ${toCountText(sessions.reread)} read again`,
    `changed   ${counted(summary.intervals, 'interval')} of 15 minutes`,
    ...(summary.stopped === null ? [] : [`stopped   ${summary.stopped}; to go on: ${summary.resume ?? ''}`]),
    `${summary.stopped === null ? 'done in   ' : 'worked    '}${summary.seconds.toFixed(2)} s, ${toCountText(summary.rowsPerSecond)} rows/s`,
  ];
  if (Object.keys(summary.discards).length > 0)
    lines.push(`discards  ${listed(summary.discards)}; chatmart discards list shows what is open`);
  const tooLong = summary.discards['TOO_MANY_ROWS'];
  if (tooLong !== undefined)
    lines.push(
      `warning   ${counted(tooLong, 'interaction has', 'interactions have')} too many rows, which are not read: chatmart discards list --code TOO_MANY_ROWS`,
    );
  if (summary.expired > 0)
    lines.push(`expired   ${counted(summary.expired, 'session is', 'sessions are')} older than the facts that are kept: not loaded`);
  if (summary.erased > 0)
    lines.push(`erased    ${counted(summary.erased, 'interaction was', 'interactions were')} erased on request: not loaded`);
  if (Object.keys(summary.unknownCodes).length > 0)
    lines.push(`warning   codes that no spec names were loaded as they are: ${listed(summary.unknownCodes)}`);
  return `${lines.join('\n')}\n`;
}

function toSourceLines({ name, table, slices, skipped, gaps, notices }: BackfilledSource): string[] {
  const { total, completed, pending } = slices;
  const lines = [`slices    ${toCountText(completed)} of ${toCountText(total)} done of ${name} (${table})`];
  if (pending > 0) lines.push(`pending   ${toCountText(pending)} that are not over yet were read up to now; --resume reads them again`);
  for (const { from, to } of skipped) lines.push(`skipped   ${toBoundsText({ from, to })}: on record`);
  for (const { from, to } of gaps) lines.push(`gap       ${toBoundsText({ from, to })}: no completed slice covers it`);
  return [...lines, ...notices.map((notice) => `warning   ${notice}`)];
}
