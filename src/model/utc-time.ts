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

/** Reads a date or an ISO 8601 time to the second; without a zone it is UTC, without a time it is midnight. Undefined if it is neither. */
export function parseTimeOption(text: string): Date | undefined {
  const [, date, time = '00:00', zone = 'Z'] = TIME.exec(text.trim()) ?? [];
  const offset = parseUtcOffset(zone);
  if (date === undefined || !isCalendarDate(date) || offset === undefined) return undefined;
  const at = Date.parse(`${date}T${time}Z`);
  // 24:00 is read by JavaScript as the next day; the day after is clearer.
  return Number.isNaN(at) || time.startsWith('24') ? undefined : new Date(at - offset * 1000);
}

/** JavaScript reads 30 February as 1 March; a report must reject it. */
function isCalendarDate(date: string): boolean {
  const at = new Date(`${date}T00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date);
}

/** The window of `--from` and `--to`, or a ConfigError with every problem of the two. */
export function parseWindow(options: { readonly from?: string | undefined; readonly to?: string | undefined }): TimeWindow {
  const problems: string[] = [];
  const read = (name: 'from' | 'to'): Date | undefined => {
    const text = options[name];
    const at = text === undefined ? undefined : parseTimeOption(text);
    if (text === undefined) problems.push(`--${name} is missing`);
    else if (at === undefined) problems.push(`--${name} ${JSON.stringify(text)} is not a valid time`);
    return at;
  };
  const from = read('from');
  const to = read('to');
  if (from !== undefined && to !== undefined) {
    if (from < to) return { from, to };
    problems.push(`--from ${from.toISOString()} must be earlier than --to ${to.toISOString()}; swap them`);
  }
  throw new ConfigError('bad-time-window', problems.join('; '), { state: 'nothing-changed', next: `For --from and --to ${FORMS}.` });
}

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
