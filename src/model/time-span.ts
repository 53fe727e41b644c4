import { toBoundsText } from './utc-time.js';
/** Seconds of ADDED_TS, `[fromTs, toTs)`: what a backfill records as done or not. */
export interface Slice {
  readonly fromTs: number;
  readonly toTs: number;
}

/** Epoch seconds as `--from` and `--to` take them. */
export const toTimeText = (ts: number): string => `${new Date(ts * 1000).toISOString().slice(0, 19)}Z`;

/** A span of time, for JSON. */
export const toSpan = ({ fromTs, toTs }: Slice): { from: string; to: string } => ({ from: toTimeText(fromTs), to: toTimeText(toTs) });

/** A span of time, for people: days where it begins and ends with days. */
export const toSpanText = (slice: Slice): string => toBoundsText(toSpan(slice));
