import type { Slice } from '../model/time-span.js';

/** What a backfill does with slices that are on record already. */
export const REPROCESS = ['missing', 'failed', 'all'] as const;
export type Reprocess = (typeof REPROCESS)[number];

/** A slice on record. RUNNING is at work, or was when its process died. */
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

/** What of a span none of some others covers. */
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

/** Those of some slices that lie wholly in one of some others, which do not overlap. */
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
