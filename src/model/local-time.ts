const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What the clocks of a zone show, as if it were UTC: epoch milliseconds to the second. */
export type WallTime = number;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once a zone: it takes longer than a thousand uses. Throws RangeError for a zone that is none. */
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

/** What the clocks of a zone show at an instant. */
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
