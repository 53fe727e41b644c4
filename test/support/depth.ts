import { inject, test } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `everyday`: npm test, which samples what takes long; `all`: npm run test:all. */
    depth: 'everyday' | 'all';
  }
}

/** Whether all is tested, and not only a sample of what takes long. */
export const isWhole = inject('depth') === 'all';

/** A test that `npm test` leaves out, and reports as skipped, because it takes long. */
export const deepTest = test.runIf(isWhole);

/** All of them, or every so many-th: other ones in each place that gives another `first`. */
export const sampleOf = <T>(all: readonly T[], every: number, first = 0): readonly T[] =>
  isWhole ? all : all.filter((_, index) => index % every === first % every);
