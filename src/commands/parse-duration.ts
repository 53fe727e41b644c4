import { InvalidArgumentError } from 'commander';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Reads `90s`, `20m`, `2h` or `1d` as whole seconds; else commander says that the option's value is wrong. */
export function parseDuration(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Write seconds, minutes, hours or days: 90s, 20m, 2h, 1d.');
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}
