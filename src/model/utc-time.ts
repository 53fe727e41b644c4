import { ConfigError } from './errors.js';
import type { TimeWindow } from './time-span.js';

const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:?\d\d)?)?$/i;
const FORMS = 'write a date (2026-03-01, midnight UTC) or an ISO 8601 time (2026-03-01T08:30Z, 2026-03-01T10:30+02:00)';

/** The clocks of Kiribati are furthest from UTC. */
const LARGEST_OFFSET_MINUTES = 14 * 60;

/** Seconds that an offset such as `Z`, `+02:00`, `-0330` or `+05` lies ahead of UTC; undefined: no clock on earth has it. */
export function parseUtcOffset(text: string): number | undefined {
  if (/^z$/i.test(text)) return 0;
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d)(?::?([0-5]\d))?$/.exec(text) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  return hours === undefined || offset > LARGEST_OFFSET_MINUTES ? undefined : offset * (sign === '-' ? -60 : 60);
}

/** An instant, or a time on the clocks of a zone that is not said: as if it were UTC. */
export type Bound = { readonly at: Date } | { readonly wall: Date };

/** Reads a date or an ISO 8601 time to the second; without a time it is midnight. Undefined if it is neither. */
export function parseBound(text: string): Bound | undefined {
  const [, date, time = '00:00', zone] = TIME.exec(text.trim()) ?? [];
  const offset = parseUtcOffset(zone ?? 'Z');
  if (date === undefined || !isCalendarDate(date) || offset === undefined) return undefined;
  const wall = Date.parse(`${date}T${time}Z`);
  // 24:00 is read by JavaScript as the next day; the day after is clearer.
  if (Number.isNaN(wall) || time.startsWith('24')) return undefined;
  return zone === undefined ? { wall: new Date(wall) } : { at: new Date(wall - offset * 1000) };
}

const toUtc = (bound: Bound): Date => ('at' in bound ? bound.at : bound.wall);

/** The same, where a time without a zone is UTC. */
export function parseTimeOption(text: string): Date | undefined {
  const bound = parseBound(text);
  return bound && toUtc(bound);
}

/** JavaScript reads 30 February as 1 March; a report must reject it. */
function isCalendarDate(date: string): boolean {
  const at = new Date(`${date}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** The window of `--from` and `--to`, or a ConfigError with every problem of the two. */
export function parseWindow(options: { readonly from?: string | undefined; readonly to?: string | undefined }): TimeWindow {
  const { from, to } = parseBounds(options);
  return requireWindow({ from: toUtc(from), to: toUtc(to) });
}

/** The same, where times without a zone are still to be read on the clocks of one. */
export function parseBounds(options: { readonly from?: string | undefined; readonly to?: string | undefined }): {
  readonly from: Bound;
  readonly to: Bound;
} {
  const problems: string[] = [];
  const read = (name: 'from' | 'to'): Bound | undefined => {
    const text = options[name];
    const bound = text === undefined ? undefined : parseBound(text);
    if (text === undefined) problems.push(`--${name} is missing`);
    else if (bound === undefined) problems.push(`--${name} ${JSON.stringify(text)} is not a valid time`);
    return bound;
  };
  const from = read('from');
  const to = read('to');
  if (from === undefined || to === undefined) throw badWindow(problems.join('; '));
  if ('wall' in from && 'wall' in to) requireWindow({ from: from.wall, to: to.wall });
  return { from, to };
}

/** A window that begins before it ends, or a ConfigError. */
export function requireWindow({ from, to }: TimeWindow): TimeWindow {
  if (from < to) return { from, to };
  throw badWindow(`--from ${from.toISOString()} must be earlier than --to ${to.toISOString()}; swap them`);
}

const badWindow = (problem: string): ConfigError =>
  new ConfigError('bad-time-window', problem, { state: 'nothing-changed', next: `For --from and --to ${FORMS}.` });

/** The instant of one option, or a ConfigError. */
export function requireTimeOption(name: string, text: string): Date {
  const at = parseTimeOption(text);
  if (at !== undefined) return at;
  throw new ConfigError('bad-time', `--${name} ${JSON.stringify(text)} is not a valid time`, {
    state: 'nothing-changed',
    next: `For --${name} ${FORMS}.`,
  });
}

/** Accepts UTC under its usual names only: labels and days of other zones need a calendar of their own. */
export function requireUtc(timeZone: string | undefined): void {
  if (timeZone === undefined || /^(utc|gmt|z|etc\/(utc|gmt))$/i.test(timeZone)) return;
  throw new ConfigError('time-zone-not-supported', `--timezone ${JSON.stringify(timeZone)} is not supported yet: times are UTC`, {
    state: 'nothing-done',
    next: 'Omit --timezone. For local times, write --from and --to with an offset (2026-03-01T00:00+01:00).',
  });
}
