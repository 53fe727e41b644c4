import { InvalidArgumentError } from 'commander';

/** Reads a whole number from 0 on; else commander says that the option's value is wrong. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
