const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

/** What the clocks of a zone show at an instant, as epoch milliseconds of the same time in UTC. */
function toWallTime(at: Date, zone: string): number {
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
  return Date.parse(`${shown.replace(' ', 'T')}Z`);
}

const pad = (value: number): string => String(value).padStart(2, '0');
const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);
const timeOf = (wall: number): string => new Date(wall).toISOString().slice(11, 16);
const newYearOf = (wall: number): number => Date.UTC(new Date(wall).getUTCFullYear(), 0);

/** Weeks from Sunday, cut at 1 January: one more for each Sunday after it. */
function toInfoMartWeek(wall: number): string {
  let week = 1;
  for (let day = newYearOf(wall) + DAY_MS; day <= wall; day += DAY_MS) if (new Date(day).getUTCDay() === 0) week += 1;
  return `${new Date(wall).getUTCFullYear()}-W${pad(week)}`;
}

/** Weeks from Monday, of the year that holds their Thursday. */
function toIsoWeek(wall: number): string {
  const day = Math.floor(wall / DAY_MS) * DAY_MS;
  const thursday = day + (3 - ((new Date(day).getUTCDay() + 6) % 7)) * DAY_MS;
  return `ISO ${new Date(thursday).getUTCFullYear()}-W${pad(Math.floor((thursday - newYearOf(thursday)) / DAY_MS / 7) + 1)}`;
}

export type Grain = keyof typeof PERIODS | keyof typeof PARTS;

/** Periods of whole days, and what recurs: the label follows from what the clocks show. */
const PERIODS = {
  day: dateOf,
  week: toInfoMartWeek,
  'iso week': toIsoWeek,
  month: (wall: number) => dateOf(wall).slice(0, 7),
  quarter: (wall: number) => `${new Date(wall).getUTCFullYear()}-Q${Math.floor(new Date(wall).getUTCMonth() / 3) + 1}`,
  year: (wall: number) => String(new Date(wall).getUTCFullYear()),
  weekday: (wall: number) => ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'][new Date(wall).getUTCDay()]!,
  'hour-of-day': (wall: number) => timeOf(wall).slice(0, 2),
};

/** Parts of a day, in minutes: they may come twice. */
const PARTS = { 'quarter-hour': 15, 'half-hour': 30, hour: 60 };

export const GRAINS = [...Object.keys(PERIODS), ...Object.keys(PARTS)] as Grain[];

export interface LocalCalendar {
  readonly labelOf: (at: Date, grain: Grain) => string;
  readonly midnightOf: (date: string) => Date;
  /** The first instant of the period that holds another one. */
  readonly startOf: (at: Date, grain: Grain) => Date;
}

/** The calendar of a zone, worked out from the clocks that Node's zone data show, one quarter of an hour after the other. */
export function createLocalCalendar(zone: string): LocalCalendar {
  const walls = new Map<number, number>();
  const wallOf = (ms: number): number => {
    const quarter = Math.floor(ms / QUARTER_MS) * QUARTER_MS;
    const known = walls.get(quarter) ?? toWallTime(new Date(quarter), zone);
    walls.set(quarter, known);
    return known;
  };
  /** Whether the clocks show the part of the day once more, hours before or after. */
  const comesTwice = (ms: number, partMs: number): boolean => {
    const part = (at: number): number => Math.floor(wallOf(at) / partMs);
    const ahead = (at: number): number => wallOf(at) - Math.floor(at / QUARTER_MS) * QUARTER_MS;
    for (let at = ms - 5 * 3_600_000; at <= ms + 5 * 3_600_000; at += QUARTER_MS)
      if (part(at) === part(ms) && ahead(at) !== ahead(ms)) return true;
    return false;
  };
  const toOffset = (ms: number): string => {
    const minutes = (wallOf(ms) - Math.floor(ms / QUARTER_MS) * QUARTER_MS) / 60_000;
    return ` (${minutes < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)})`;
  };
  const starts = new Map<string, Date>();
  const calendar: LocalCalendar = {
    labelOf: (at, grain) => {
      const wall = wallOf(at.getTime());
      if (grain in PERIODS) return PERIODS[grain as keyof typeof PERIODS](wall);
      const partMs = PARTS[grain as keyof typeof PARTS] * 60_000;
      const start = Math.floor(wall / partMs) * partMs;
      const label = grain === 'hour' ? timeOf(start).slice(0, 2) : `${timeOf(start)}-${timeOf(start + partMs)}`;
      return `${dateOf(wall)} ${label}${comesTwice(at.getTime(), partMs) ? toOffset(at.getTime()) : ''}`;
    },
    midnightOf: (date) => {
      let ms = Date.parse(date) - 2 * DAY_MS;
      while (wallOf(ms) < Date.parse(date)) ms += QUARTER_MS;
      return new Date(ms);
    },
    startOf: (at, grain) => {
      const label = calendar.labelOf(at, grain);
      const known = starts.get(`${grain} ${label}`);
      if (known !== undefined) return known;
      let ms = Math.floor(at.getTime() / QUARTER_MS) * QUARTER_MS;
      while (calendar.labelOf(new Date(ms - QUARTER_MS), grain) === label) ms -= QUARTER_MS;
      starts.set(`${grain} ${label}`, new Date(ms));
      return new Date(ms);
    },
  };
  return calendar;
}
