import { toEpochSeconds } from '../../model/clock.js';
import { ConfigError } from '../../model/errors.js';
import { counted } from '../../model/text.js';
import { type Slice, type TimeWindow, toSpanText } from '../../model/time-span.js';

export const DEFAULT_SLICE = '1d';

/** Each slice is a row of the ledger; ten years by the hour fit. */
const MOST_SLICES = 100_000;
/** ADDED_TS and the ledger's columns are 32-bit integers. */
const LAST_TS = 2_147_483_647;

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60 };

/** Seconds of a width such as `1d`, `6h` or `30m`, or a ConfigError. */
export function parseSliceWidth(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,4})([dhm])$/i.exec(text.trim()) ?? [];
  const seconds = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  if (seconds > 0) return seconds;
  throw new ConfigError('bad-slice', `--slice ${JSON.stringify(text)} is not a valid slice width`, {
    state: 'nothing-changed',
    next: 'Use days, hours or minutes: 1d, 6h, 30m.',
  });
}

/** A width as `--slice` takes it. */
export function toSliceText(seconds: number): string {
  const [unit, size] = Object.entries(UNITS).find(([, length]) => seconds % length === 0) ?? ['m', 60];
  return `${seconds / size}${unit}`;
}

/** Cuts a window into slices, oldest first; the last one may be narrower. Errors: `ConfigError`. */
export function cutSlices(window: TimeWindow, sliceSeconds: number): Slice[] {
  const [from, to] = [toEpochSeconds(window.from), toEpochSeconds(window.to)];
  const refuse = (code: string, problem: string, next: string): ConfigError =>
    new ConfigError(code, problem, { state: 'nothing-read', next });
  if (from < 0 || to > LAST_TS)
    throw refuse(
      'range-out-of-bounds',
      `${window.from.toISOString()} to ${window.to.toISOString()} is outside the range of ADDED_TS`,
      'Use times between 1970-01-01 and 2038-01-19T03:14:07Z.',
    );
  const count = Math.ceil((to - from) / sliceSeconds);
  if (!(count > 0))
    throw refuse('empty-range', `--from ${window.from.toISOString()} must be earlier than --to ${window.to.toISOString()}`, 'Swap them.');
  if (count > MOST_SLICES)
    throw refuse('too-many-slices', `The range has ${counted(count, 'slice')}; the limit is ${MOST_SLICES}`, 'Use a wider --slice.');
  return Array.from({ length: count }, (_, index) => {
    const fromTs = from + index * sliceSeconds;
    return { fromTs, toTs: Math.min(fromTs + sliceSeconds, to) };
  });
}

/** Neighbouring slices as one span each, oldest first. */
export function joinSlices(slices: readonly Slice[]): Slice[] {
  const spans: Slice[] = [];
  for (const { fromTs, toTs } of [...slices].sort((left, right) => left.fromTs - right.fromTs)) {
    const last = spans.at(-1);
    if (last?.toTs === fromTs) spans[spans.length - 1] = { fromTs: last.fromTs, toTs };
    else spans.push({ fromTs, toTs });
  }
  return spans;
}

const MOST_SPANS = 5;

/** Slices as a few spans of time, for people. */
export function toSpansText(slices: readonly Slice[]): string {
  const spans = joinSlices(slices).map(toSpanText);
  return spans.length <= MOST_SPANS ? spans.join(', ') : `${spans.slice(0, MOST_SPANS).join(', ')} and ${spans.length - MOST_SPANS} more`;
}

/** What a backfill does with recorded slices. */
export const REPROCESS = ['missing', 'failed', 'all'] as const;
export type Reprocess = (typeof REPROCESS)[number];

/** A recorded slice. RUNNING: in progress, or its process died. */
export interface RecordedSlice extends Slice {
  readonly status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'FAILED';
}

/** Spans that overlap or touch as one each, oldest first. */
export function mergeSpans(spans: readonly Slice[]): Slice[] {
  const merged: { fromTs: number; toTs: number }[] = [];
  for (const { fromTs, toTs } of [...spans].sort((left, right) => left.fromTs - right.fromTs)) {
    const last = merged.at(-1);
    if (last !== undefined && last.toTs >= fromTs) last.toTs = Math.max(last.toTs, toTs);
    else merged.push({ fromTs, toTs });
  }
  return merged;
}

/** The parts of a span that none of the others covers. */
export function findGaps(span: Slice, spans: readonly Slice[]): Slice[] {
  const gaps: Slice[] = [];
  let { fromTs } = span;
  for (const covered of mergeSpans(spans)) {
    if (covered.toTs <= fromTs) continue;
    if (covered.fromTs >= span.toTs) break;
    if (covered.fromTs > fromTs) gaps.push({ fromTs, toTs: covered.fromTs });
    fromTs = covered.toTs;
  }
  return fromTs < span.toTs ? [...gaps, { fromTs, toTs: span.toTs }] : gaps;
}

/**
 * Which slices are to be read. `all`: each; `failed`: those that completed slices, whatever their width, do not cover; `missing`: those of
 * them that no failed slice reaches into.
 */
export function chooseSlices(slices: readonly Slice[], onRecord: readonly RecordedSlice[], reprocess: Reprocess): Slice[] {
  if (reprocess === 'all') return [...slices];
  const isCovered = toCoverage(onRecord.filter(({ status }) => status === 'COMPLETED'));
  const isFailed = toCoverage(onRecord.filter(({ status }) => status === 'FAILED' || status === 'RUNNING'));
  const toDo = slices.filter((slice) => isCovered(slice) !== 'whole');
  return reprocess === 'failed' ? toDo : toDo.filter((slice) => isFailed(slice) === 'not');
}

/** The slices that lie entirely in one of some others, which do not overlap. */
export function findWithin<T extends Slice>(slices: readonly T[], others: readonly Slice[]): T[] {
  const sorted = [...others].sort((left, right) => left.fromTs - right.fromTs);
  return slices.filter(({ fromTs, toTs }) => {
    const span = sorted[firstEndingAfter(sorted, fromTs)];
    return span !== undefined && span.fromTs <= fromTs && span.toTs >= toTs;
  });
}

/** The place of the first of some spans, oldest first, that ends after an instant. */
function firstEndingAfter(spans: readonly Slice[], ts: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.toTs > ts) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How far some spans cover a slice; asked for slices by the ten thousand. */
function toCoverage(spans: readonly Slice[]): (slice: Slice) => 'whole' | 'part' | 'not' {
  const merged = mergeSpans(spans);
  return ({ fromTs, toTs }) => {
    const span = merged[firstEndingAfter(merged, fromTs)];
    if (span === undefined || span.fromTs >= toTs) return 'not';
    return span.fromTs <= fromTs && span.toTs >= toTs ? 'whole' : 'part';
  };
}
