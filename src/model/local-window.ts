import { toMinuteOfDay } from './local-time.js';

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
