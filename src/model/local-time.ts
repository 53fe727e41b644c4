const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The local time of a zone, as if it were UTC: epoch milliseconds to the second. */
export type WallTime = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Created once per zone: creation takes longer than a thousand uses. Throws RangeError for an unknown zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      ...{ timeZone: zone, hourCycle: 'h23', era: 'short' },
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    formats.set(zone, format);
  }
  return format;
}

/** Whether this is the IANA name of a time zone, or UTC. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The local time of a zone at an instant. */
export function toWallTime(at: Date, zone: string): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type)!;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** Minutes since midnight that the clocks of a zone show at an instant, 0 to 1439. */
export const toMinuteOfDay = (at: Date, zone: string): number => Math.floor((toWallTime(at, zone) % DAY_MS) / MINUTE_MS);

/** The midnight by which the day began that the calendars of a zone show at an instant. */
export const toWallDay = (at: Date, zone: string): WallTime => Math.floor(toWallTime(at, zone) / DAY_MS) * DAY_MS;

/**
 * The instant at which the clocks of a zone show a time: the first of two where they are set back, and where they are set forward over
 * it, as long after the jump as it lies after its beginning (02:30 becomes 03:30).
 */
export function toInstant(wall: WallTime, zone: string): Date {
  const offsetAt = (ms: number): number => toWallTime(new Date(ms), zone) - Math.floor(ms / 1000) * 1000;
  const [before, after] = [wall - offsetAt(wall - DAY_MS), wall - offsetAt(wall + DAY_MS)];
  const showing = [before, after].find((ms) => toWallTime(new Date(ms), zone) === wall);
  return new Date(showing ?? before);
}

/** Hours of the day by the clocks of a zone: minutes since midnight, `from` in it, `to` not. Equal bounds: all day. */
export interface LocalWindow {
  readonly fromMinute: number;
  /** At or before `fromMinute`: the window goes over midnight. */
  readonly toMinute: number;
  readonly zone: string;
}

/**
 * Whether the clocks of the zone show a time within the window. Tested at the instant itself: a night in which they are set forward or
 * back makes the window an hour shorter or longer, and loses nothing else.
 */
export function isInWindow(at: Date, { fromMinute, toMinute, zone }: LocalWindow): boolean {
  if (fromMinute === toMinute) return true;
  const minute = toMinuteOfDay(at, zone);
  return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

const TIME_OF_DAY = /^([01]?\d|2[0-4]):([0-5]\d)$/;

/** Reads HH:mm, 24:00 being the midnight at the end of the day. Undefined if it is none. */
export function parseTimeOfDay(text: string): number | undefined {
  const [, hours, minutes] = TIME_OF_DAY.exec(text.trim()) ?? [];
  if (hours === undefined) return undefined;
  const minute = Number(hours) * 60 + Number(minutes);
  return minute > 1_440 ? undefined : minute % 1_440;
}

/** Times of the day at which something is to happen: minutes since midnight, ascending. */
export type MinuteSchedule = readonly number[];

/** Reads Info Mart's two fields of a schedule, minute and hour, of `*`, numbers, ranges, steps and lists. Undefined if it is none. */
export function parseMinuteSchedule(text: string): MinuteSchedule | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 2) return undefined;
  const [minutes, hours] = [parseField(fields[0]!, 59), parseField(fields[1]!, 23)];
  return hours && minutes && hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));
}

const PART = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/;

/** The values of a field, ascending; `5/8` is Info Mart's way to write every eighth from 5 on. */
function parseField(text: string, largest: number): number[] | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = PART.exec(part);
    if (match === null) return undefined;
    const [, first, last, step] = match;
    const from = Number(first ?? 0);
    const to = Number(last ?? (first !== undefined && step === undefined ? first : largest));
    const by = Number(step ?? 1);
    if (from > to || to > largest || by === 0) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}
