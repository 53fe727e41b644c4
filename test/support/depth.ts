import { inject, test } from 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `everyday`: npm test, which samples slow tests; `all`: npm run test:all. */
    depth: 'everyday' | 'all';
  }
}

/** Whether everything is tested, not only a sample of what is slow. */
export const isWhole = inject('depth') === 'all';

/** A slow test that `npm test` leaves out and reports as skipped. */
export const deepTest = test.runIf(isWhole);

/** All elements, or every n-th; a different `first` gives each caller a different sample. */
export const sampleOf = <T>(all: readonly T[], every: number, first = 0): readonly T[] =>
  isWhole ? all : all.filter((_, index) => index % every === first % every);
