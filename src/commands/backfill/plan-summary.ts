import { toDurationText, counted, toCountText } from '../../model/text.js';
import { toSliceText } from './slices.js';
import { type SpanText, toBoundText, toBoundsText } from '../../model/time-span.js';

/** What a backfill would do; printed by `backfill --dry-run --json`, its shape is specs/schema/backfill-plan.schema.json. */
export interface BackfillPlan extends SpanText {
  readonly sliceSeconds: number;
  readonly newestFirst: boolean;
  /** Maximum rows per second; null: unlimited. */
  readonly maxRate: number | null;
  /** Earlier sessions are not loaded; null: all are. */
  readonly factsKeptFrom: string | null;
  readonly sources: readonly PlannedSource[];
  /** That would be read, and sessions whose start they tell. */
  readonly rows: number;
  readonly sessions: number;
  /** Facts that the mart has of sessions that began in the range, and days of aggregates that they lie in. */
  readonly heldFacts: number;
  readonly heldDays: number;
  /** On the mart's disk, for sessions that it does not have. */
  readonly bytes: number;
  readonly bytesPerSession: number;
  /** Null: no job has read enough rows yet to tell. */
  readonly seconds: number | null;
  /** Of these, what slices cost whatever they hold. */
  readonly secondsOfSlices: number;
  readonly rowsPerSecond: number | null;
  /** When the job began whose rate it is; null: the rate is the limit that was asked for. */
  readonly rateOf: string | null;
}

/** One IDB, the only one or of an HA pair. */
export interface PlannedSource {
  readonly name: string;
  /** Schema and table. */
  readonly table: string;
  /** Rows and sessions were counted; otherwise they are PostgreSQL's estimates. */
  readonly isCounted: boolean;
  readonly rows: number;
  readonly sessions: number;
  /** The slices that would be read, in that order. */
  readonly slices: readonly (SpanText & { readonly rows: number; readonly sessions: number })[];
  /** The spans that would be skipped because of the ledger. */
  readonly skipped: readonly SpanText[];
  /** Recorded slices of the range. */
  readonly onRecord: { readonly completed: number; readonly failed: number; readonly pending: number };
  /** The gaps that no completed slice covers now. */
  readonly gaps: readonly SpanText[];
  /** Slices whose sessions are all too old to be loaded. */
  readonly expiredSlices: number;
  readonly notices: readonly string[];
}

const about = (isCounted: boolean, count: string): string => `${isCounted ? '' : 'about '}${count}`;

/** A number of things, with the numbers of several lines under each other. */
const padded = (text: string, width: number): string => {
  const at = text.lastIndexOf(' ');
  return `${text.slice(0, at).padStart(width)}${text.slice(at)}`;
};

/** So many slices are listed one by one; more of them by the month. */
const MOST_LINES = 40;

/** What a backfill would do, for people. */
export function toBackfillPlanText(plan: BackfillPlan): string {
  const lines = [
    `range     ${toBoundsText(plan)} by ADDED_TS, ICON's time, in slices of ${toSliceText(plan.sliceSeconds)}${plan.newestFirst ? ', newest first' : ''}`,
    ...plan.sources.flatMap(toSourceLines),
    plan.heldFacts === 0
      ? 'replaced  nothing: the mart has no facts of sessions that began in the range'
      : `replaced  at most ${counted(plan.heldFacts, 'fact')} of sessions that began in the range, on ${counted(plan.heldDays, 'day')}: ` +
        'they are compared with the rows; only those that differ are rewritten, with their aggregates',
    `disk      about ${toSizeText(plan.bytes)} in the mart, at ${toCountText(plan.bytesPerSession)} bytes for each session that it does not have yet`,
    toTimeLine(plan),
  ];
  if (plan.factsKeptFrom !== null)
    lines.push(`retention sessions that began before ${toBoundText(plan.factsKeptFrom)} count as expired and are not loaded`);
  return `${lines.join('\n')}\nNothing was changed. Run it without --dry-run to load the range.\n`;
}

function toTimeLine({ seconds, secondsOfSlices, rowsPerSecond, rateOf, maxRate, sources }: BackfillPlan): string {
  const slices = sources.reduce((sum, source) => sum + source.slices.length, 0);
  const ofSlices = (words: string): string =>
    secondsOfSlices < 1 ? '' : `; ${words} ${toDurationText(secondsOfSlices)} for ${counted(slices, 'slice')} regardless of their rows`;
  if (seconds === null || rowsPerSecond === null)
    return `time      unknown: no job has read enough rows yet to estimate the speed${ofSlices('at least')}`;
  const rate = `${toCountText(rowsPerSecond)} rows/s`;
  return rateOf === null
    ? `time      about ${toDurationText(seconds)} at ${rate}, the limit ${maxRate === null ? 'of the source' : 'that was asked for'}`
    : `time      about ${toDurationText(seconds)} at ${rate}, the speed of the job of ${rateOf}${ofSlices('of that')}`;
}

function toSourceLines(source: PlannedSource): string[] {
  const { name, table, isCounted, rows, sessions, slices, skipped, onRecord, gaps, expiredSlices, notices } = source;
  const known = onRecord.completed + onRecord.failed + onRecord.pending;
  return [
    `source    ${name} (${table}): ${counted(slices.length, 'slice')}, ${about(isCounted, counted(rows, 'row'))}, ${about(isCounted, counted(sessions, 'session'))}` +
      (isCounted ? '' : ' as estimated by PostgreSQL'),
    ...toSliceLines(source),
    ...(known === 0
      ? []
      : [
          `on record ${counted(onRecord.completed, 'slice')} of the range completed, ${toCountText(onRecord.failed)} failed, ${toCountText(onRecord.pending)} pending`,
        ]),
    ...skipped.map(({ from, to }) => `skipped   ${toBoundsText({ from, to })}: already on record`),
    ...gaps.map(({ from, to }) => `gap       ${toBoundsText({ from, to })}: no completed slice covers it now`),
    ...(expiredSlices === 0
      ? []
      : [`expired   ${counted(expiredSlices, 'slice ends', 'slices end')} before the kept facts begin; none of their sessions is loaded`]),
    ...notices.map((notice) => `warning   ${notice}`),
  ];
}

function toSliceLines({ slices, isCounted }: PlannedSource): string[] {
  const line = (what: string, rows: number, sessions: number): string =>
    `  ${what}  ${padded(about(isCounted, counted(rows, 'row')), 14)}  ${padded(about(isCounted, counted(sessions, 'session')), 11)}`.trimEnd();
  if (slices.length <= MOST_LINES) return slices.map(({ from, to, rows, sessions }) => line(toBoundsText({ from, to }), rows, sessions));
  const months = new Map<string, { slices: number; rows: number; sessions: number }>();
  for (const { from, rows, sessions } of slices) {
    const month = from.slice(0, 7);
    const sum = months.get(month) ?? { slices: 0, rows: 0, sessions: 0 };
    months.set(month, { slices: sum.slices + 1, rows: sum.rows + rows, sessions: sum.sessions + sessions });
  }
  return [...months].map(([month, sum]) => line(`${month}, ${counted(sum.slices, 'slice')}`.padEnd(20), sum.rows, sum.sessions));
}

const MEGABYTE = 1_000_000;

const toSizeText = (bytes: number): string =>
  bytes < 1000 * MEGABYTE ? `${toCountText(Math.ceil(bytes / MEGABYTE))} MB` : `${(bytes / MEGABYTE / 1000).toFixed(1)} GB`;
