import { ConfigError } from '../model/errors.js';
import { LARGEST_SEED } from './interaction-id.js';
import type { SimulationOptions } from './simulate-sessions.js';

const LARGEST_NUMBER = 100_000_000;
const EARLIEST = Date.UTC(2000, 0) / 1000;
/** Ends, in 32 bits, must still fit for sessions that last for weeks. */
const LATEST = Date.UTC(2037, 0) / 1000;

/** Throws a ConfigError with all that is wrong with the options. */
export function checkSimulation({ sessions, from, to, seed }: SimulationOptions): void {
  const problems = [
    ...wholeNumberProblem('sessions', sessions, 1, LARGEST_NUMBER),
    ...wholeNumberProblem('seed', seed, 0, LARGEST_SEED),
    ...(from < to ? [] : [`the time from ${toText(from)} to ${toText(to)} holds no second`]),
    ...(from < EARLIEST || to > LATEST ? [`the time from ${toText(from)} to ${toText(to)} is not within 2000 to 2036`] : []),
  ];
  if (problems.length > 0) throw new ConfigError('bad-simulation', problems.join('; '), { hint: 'Nothing was written.' });
}

const wholeNumberProblem = (name: string, number: number, min: number, max: number): string[] =>
  Number.isInteger(number) && number >= min && number <= max
    ? []
    : [`${name} is ${number}, and must be a whole number from ${min} to ${max}`];

const toText = (epochSeconds: number): string => (Number.isFinite(epochSeconds) ? new Date(epochSeconds * 1000).toISOString() : 'no time');
