import { monotonicMs } from '../../model/clock.js';

/** For how long a transaction should hold the writer lock: a load waits for at most one. A slower disk, or a busier one, may double it. */
const HOLD_MS = 250;

const FIRST_ROWS = 5_000;
const LEAST_ROWS = 100;
const MOST_ROWS = 50_000;
/** The first transaction after a pause may be many times slower than the next one. */
const MOST_GROWTH = 2;

/** How many rows to delete in each of several transactions: as many as the one before would have deleted in time. */
export class Batches {
  private next: number;
  private sinceMs = 0;

  /** `fixed`: always as many, however long it takes. */
  constructor(
    private readonly fixed?: number,
    private readonly nowMs: () => number = monotonicMs,
  ) {
    this.next = fixed ?? FIRST_ROWS;
  }

  /** For the transaction that comes. */
  get rows(): number {
    return this.next;
  }

  /** To be called when it has the lock. */
  locked(): void {
    this.sinceMs = this.nowMs();
  }

  /** To be called when it has ended, with the rows that it has deleted. */
  ended(deleted: number): void {
    if (this.fixed !== undefined) return;
    const ms = Math.max(this.nowMs() - this.sinceMs, 1);
    const inTime = (deleted * HOLD_MS) / ms;
    // Of the last few rows, most of the time is not the rows'. Whole intervals are at least half of what was asked for.
    if (ms <= HOLD_MS && deleted * 2 < this.next) return;
    this.next = Math.round(Math.min(Math.max(inTime, LEAST_ROWS), this.next * MOST_GROWTH, MOST_ROWS));
  }
}
