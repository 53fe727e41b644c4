import { readFileSync } from 'node:fs';
import { ConfigError } from '../model/errors.js';
import type { Figure, MeasureRegistry, RegisteredMeasure } from '../model/measure.js';
import { packageFile } from './package-file.js';

let known: MeasureRegistry | undefined;

/**
 * The registry of measures in the package, read once. Nobody but its authors changes the file, so tests hold it against its schema, not each
 * run. Throws `ConfigError` if it cannot be read.
 */
export function readMeasureRegistry(): MeasureRegistry {
  if (known !== undefined) return known;
  const file = packageFile('specs', 'measures.json');
  try {
    known = JSON.parse(readFileSync(file, 'utf8')) as MeasureRegistry;
  } catch (cause) {
    throw new ConfigError('unreadable-measure-registry', `${file} cannot be read as JSON: ${(cause as Error).message}`, { cause });
  }
  return known;
}

/** An entry of the registry for a number of seconds. */
export const forSeconds = <T extends RegisteredMeasure | Figure>(entry: T, seconds: number): T =>
  JSON.parse(JSON.stringify(entry).replaceAll('{seconds}', String(seconds))) as T;
