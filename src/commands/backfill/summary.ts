import type { LoadOutcome } from '../../pipeline/totals.js';
import { toCountText } from '../../model/text.js';
import { toLeftOutLines, toListText, toLoadedLines } from '../run/text.js';
import { toSliceText } from './slices.js';
import { type SpanText, toBoundsText } from '../../model/time-span.js';

/** The result of a backfill, as printed by `backfill --json`; its shape is specs/schema/backfill-summary.schema.json. */
export interface BackfillSummary extends SpanText, LoadOutcome {
  readonly jobId: string;
  readonly sliceSeconds: number;
  /** Why it stopped early, in a sentence; null: it did not. */
  readonly stopped: string | null;
  /** The command that continues it; null: it did not stop early. */
  readonly resume: string | null;
  readonly sources: readonly BackfilledSource[];
  readonly seconds: number;
  readonly rowsPerSecond: number;
}

/** One IDB, the only one or of an HA pair. */
export interface BackfilledSource {
  readonly name: string;
  /** Schema and table. */
  readonly table: string;
  readonly rows: number;
  readonly slices: {
    readonly total: number;
    /** Read to their end by this backfill. */
    readonly completed: number;
    /** Read, but their time is not over: more rows may come. */
    readonly pending: number;
    /** Skipped because they were done before. */
    readonly skipped: number;
  };
  /** What was left out, neighbouring slices as one span each. */
  readonly skipped: readonly SpanText[];
  /** Gaps that no completed slice covers now, in the range and between the oldest and the newest recorded slice. */
  readonly gaps: readonly SpanText[];
  /** Limits of ADDED_TS for this source, in sentences. */
  readonly notices: readonly string[];
}

/** The summary of a backfill, for people. */
export function toBackfillText(summary: BackfillSummary): string {
  const lines = [
    `range     ${toBoundsText(summary)} by ADDED_TS, in slices of ${toSliceText(summary.sliceSeconds)}`,
    ...summary.sources.flatMap(toSourceLines),
    ...toLoadedLines(summary),
    ...(summary.stopped === null ? [] : [`stopped   ${summary.stopped}; to continue: ${summary.resume ?? ''}`]),
    `${summary.stopped === null ? 'done in   ' : 'worked    '}${summary.seconds.toFixed(2)} s, ${toCountText(summary.rowsPerSecond)} rows/s`,
  ];
  if (Object.keys(summary.discards).length > 0)
    lines.push(`discards  ${toListText(summary.discards)}; chatmart discards list shows what is open`);
  lines.push(...toLeftOutLines(summary));
  return `${lines.join('\n')}\n`;
}

function toSourceLines({ name, table, slices, skipped, gaps, notices }: BackfilledSource): string[] {
  const { total, completed, pending } = slices;
  const lines = [`slices    ${toCountText(completed)} of ${toCountText(total)} done of ${name} (${table})`];
  if (pending > 0)
    lines.push(
      `pending   ${toCountText(pending)} of them ${pending === 1 ? 'is' : 'are'} not over yet and ${pending === 1 ? 'was' : 'were'} read up to now; --resume reads ${pending === 1 ? 'it' : 'them'} again`,
    );
  for (const { from, to } of skipped) lines.push(`skipped   ${toBoundsText({ from, to })}: already on record`);
  for (const { from, to } of gaps) lines.push(`gap       ${toBoundsText({ from, to })}: no completed slice covers it`);
  return [...lines, ...notices.map((notice) => `warning   ${notice}`)];
}
