import { createRandom } from '../random.js';

/** Numbers rows in ascending order. */
export interface RowIds {
  (): number;
  /** The number that was given last. */
  readonly last: () => number;
}

/** Numbers from `first` on, with gaps: transactions that were rolled back have used ids, too. */
export function createRowIds(seed: number, first: number): RowIds {
  const random = createRandom(seed, -2);
  let next = first;
  let untilGap = toRun(random.next());
  const give = (): number => {
    if (untilGap-- === 0) {
      next += random.integer(1, 60);
      untilGap = toRun(random.next());
    }
    return next++;
  };
  return Object.assign(give, { last: () => next - 1 });
}

/** About two thousand rows from gap to gap. */
const toRun = (share: number): number => Math.floor(share * 4_000);
