/** Reproducible random numbers: the same seed and stream give the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1). */
  readonly next: () => number;
  readonly chance: (probability: number) => boolean;
  /** An integer from `min` to `max`, both inclusive. */
  readonly integer: (min: number, max: number) => number;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly pickWeighted: <T extends Weighted>(items: readonly T[]) => T;
  /** An integer of at least `min`, log-normal around `median`, with a long tail like waiting times and message lengths. */
  readonly skewed: (median: number, spread: number, min?: number) => number;
}

/** An item chosen in proportion to its weight. */
export interface Weighted {
  readonly weight: number;
}

/** A separate generator per stream, so that a session's content does not depend on how many numbers another one drew. */
export function createRandom(seed: number, stream: number): Random {
  const next = sfc32(seed, stream);
  const chance = (probability: number): boolean => next() < probability;
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  const pick = <T>(items: readonly T[]): T => items[integer(0, items.length - 1)]!;
  const pickWeighted = <T extends Weighted>(items: readonly T[]): T => {
    let rest = next() * items.reduce((sum, item) => sum + item.weight, 0);
    return items.find((item) => (rest -= item.weight) < 0) ?? items.at(-1)!;
  };
  const skewed = (median: number, spread: number, min = 1): number => {
    const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    return Math.max(min, Math.round(median * Math.exp(spread * normal)));
  };
  return { next, chance, integer, pick, pickWeighted, skewed };
}

/** sfc32 (Chris Doty-Humphrey, PractRand): four words of state, the last one a counter. */
function sfc32(seed: number, stream: number): () => number {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = stream | 0;
  let counter = 1;
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  };
  // Similar seeds start with similar numbers; the author's own seeding mixes them for 12 rounds or more.
  for (let round = 0; round < 15; round++) next();
  return next;
}
