// From one instant on up to another one, without that: `[from, to)`. Ranges of ids, of transactions and of minutes on a clock are other things.

/** In epoch seconds. */
export interface Span {
  readonly fromTs: number;
  readonly toTs: number;
}

/** A span by ADDED_TS: what a backfill records as done or not. */
export type Slice = Span;

/** In instants: what `--from` and `--to` say. */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

/** In ISO 8601: what JSON and texts say. */
export interface SpanText {
  readonly from: string;
  readonly to: string;
}

/** Epoch seconds as `--from` and `--to` take them. */
export const toTimeText = (ts: number): string => `${new Date(ts * 1000).toISOString().slice(0, 19)}Z`;

/** A span of time, for JSON. */
export const toSpan = ({ fromTs, toTs }: Span): SpanText => ({ from: toTimeText(fromTs), to: toTimeText(toTs) });

/** A span of time, for people: days where it begins and ends with days. */
export const toSpanText = (span: Span): string => toBoundsText(toSpan(span));

/** A bound of a window of time for people: where it is the beginning of a day, the day. */
export const toBoundText = (instant: string): string => instant.replace(/T00:00(:00([.]0+)?)?Z$/, '');

/** The bounds of a window of time for people. */
export const toBoundsText = ({ from, to }: SpanText): string => `${toBoundText(from)} to ${toBoundText(to)}`;
