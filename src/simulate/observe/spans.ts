/** A stretch of time in epoch seconds; `from` equals `to` if it began and ended in the same second. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Length of a span in seconds. */
export const toDuration = (span: Span): number => span.to - span.from;

/** Sum of numbers; 0 for an empty list. */
export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Seconds that a span shares with other spans, which must not overlap each other. */
export const sharedSeconds = (span: Span, others: readonly Span[]): number =>
  sum(others.map((other) => Math.max(0, Math.min(span.to, other.to) - Math.max(span.from, other.from))));

/**
 * The idle states within spans: each begins after `threshold` seconds without activity, and ends with the next activity or with its span.
 */
export function toIdleSpans(spans: readonly Span[], activity: readonly number[], threshold: number): Span[] {
  const idle: Span[] = [];
  for (const span of spans) {
    let quietSince = span.from;
    for (const at of [...activity.filter((moment) => moment > span.from && moment < span.to), span.to]) {
      if (at - quietSince > threshold) idle.push({ from: quietSince + threshold, to: at });
      quietSince = at;
    }
  }
  return idle;
}

/** Records spans one after another. Opening an open span or closing a closed one has no effect; `close` returns whether one was open. */
export interface SpanRecorder {
  readonly spans: readonly Span[];
  readonly isOpen: () => boolean;
  readonly open: (at: number) => void;
  readonly close: (at: number) => boolean;
}

/** A recorder without spans. */
export function recordSpans(): SpanRecorder {
  const spans: Span[] = [];
  let from: number | undefined;
  return {
    spans,
    isOpen: () => from !== undefined,
    open: (at) => {
      from ??= at;
    },
    close: (to) => {
      if (from === undefined) return false;
      spans.push({ from, to });
      from = undefined;
      return true;
    },
  };
}
