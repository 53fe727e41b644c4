import { type Slice, toSpanText } from '../model/time-span.js';
import { toEpochSeconds } from '../model/clock.js';
import { ConfigError } from '../model/errors.js';
import { type TimeWindow } from '../model/utc-time.js';
import { counted } from '../model/text.js';

export const DEFAULT_SLICE = '1d';

/** A row of the ledger each: so many are ten years by the hour. */
const MOST_SLICES = 100_000;
/** ADDED_TS and the ledger's columns are 32-bit integers. */
const LAST_TS = 2_147_483_647;

const UNITS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60 };

/** Seconds of a width such as `1d`, `6h` or `30m`, or a ConfigError. */
export function parseSliceWidth(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,4})([dhm])$/i.exec(text.trim()) ?? [];
  const seconds = Number(count) * (UNITS[unit.toLowerCase()] ?? 0);
  if (seconds > 0) return seconds;
  throw new ConfigError('bad-slice', `--slice ${JSON.stringify(text)} is no width of a slice`, {
    hint: 'Nothing was changed. Write days, hours or minutes: 1d, 6h, 30m.',
  });
}

/** A width as `--slice` takes it. */
export function toSliceText(seconds: number): string {
  const [unit, size] = Object.entries(UNITS).find(([, length]) => seconds % length === 0) ?? ['m', 60];
  return `${seconds / size}${unit}`;
}

/** Cuts a window into slices, oldest first; the last one may be narrower. Errors: `ConfigError`. */
export function cutSlices(window: TimeWindow, sliceSeconds: number): Slice[] {
  const [from, to] = [toEpochSeconds(window.from), toEpochSeconds(window.to)];
  const refuse = (code: string, problem: string, hint: string): ConfigError =>
    new ConfigError(code, problem, { hint: `Nothing was read and nothing written. ${hint}` });
  if (from < 0 || to > LAST_TS)
    throw refuse(
      'range-out-of-bounds',
      `${window.from.toISOString()} to ${window.to.toISOString()} reaches beyond what ADDED_TS can hold`,
      'It holds 1970-01-01 to 2038-01-19T03:14:07Z.',
    );
  const count = Math.ceil((to - from) / sliceSeconds);
  if (!(count > 0))
    throw refuse('empty-range', `${window.from.toISOString()} is not before ${window.to.toISOString()}`, 'Turn them round.');
  if (count > MOST_SLICES)
    throw refuse('too-many-slices', `The range would be ${counted(count, 'slice')}; ${MOST_SLICES} are the most`, 'Take a wider --slice.');
  return Array.from({ length: count }, (_, index) => {
    const fromTs = from + index * sliceSeconds;
    return { fromTs, toTs: Math.min(fromTs + sliceSeconds, to) };
  });
}

/** Neighbouring slices as one span each, oldest first. */
export function joinSlices(slices: readonly Slice[]): Slice[] {
  const spans: Slice[] = [];
  for (const { fromTs, toTs } of [...slices].sort((left, right) => left.fromTs - right.fromTs)) {
    const last = spans.at(-1);
    if (last?.toTs === fromTs) spans[spans.length - 1] = { fromTs: last.fromTs, toTs };
    else spans.push({ fromTs, toTs });
  }
  return spans;
}

const MOST_SPANS = 5;

/** Slices as a few spans of time, for people. */
export function toSpansText(slices: readonly Slice[]): string {
  const spans = joinSlices(slices).map(toSpanText);
  return spans.length <= MOST_SPANS ? spans.join(', ') : `${spans.slice(0, MOST_SPANS).join(', ')} and ${spans.length - MOST_SPANS} more`;
}
