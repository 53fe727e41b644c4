const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** 2037-12-31T23:59:59Z: DATE_TIME ends there, because its keys are 32-bit integers. */
const LATEST = 2_145_916_799;

/**
 * Reads a time as epoch seconds: ISO 8601 (no zone means UTC; fractions are cut), epoch seconds (up to 10 digits) or milliseconds (up to 13).
 * Undefined: it is none of these, no such date exists, or it lies before 1970 or after 2037.
 */
export function parseInstant(text: string): number | undefined {
  const seconds = /^\d{1,13}$/.test(text) ? parseEpoch(text) : parseIso(text);
  return seconds === undefined || seconds < 0 || seconds > LATEST ? undefined : seconds;
}

const parseEpoch = (digits: string): number => (digits.length <= 10 ? Number(digits) : Math.floor(Number(digits) / 1000));

function parseIso(text: string): number | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part: string | undefined) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const atMidnight = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC turns 31 February into 3 March; such a date was never written by a clock.
  if (atMidnight.getUTCMonth() !== month - 1 || atMidnight.getUTCDate() !== day) return undefined;
  return atMidnight.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetSeconds(match[7]);
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || 0) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}
