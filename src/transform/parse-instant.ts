import { parseUtcOffset } from '../model/utc-time.js';

/** An offset is only accepted after a time. */
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/** 2037-12-31T23:59:59Z, the end of DATE_TIME, whose keys are 32-bit integers. */
const LATEST = 2_145_916_799;

/**
 * Parses ISO 8601 (UTC if no zone is given; fractions are truncated), epoch seconds (up to 10 digits) or milliseconds (up to 13) into epoch
 * seconds. Returns undefined for other text, for a date, time of day or offset that does not exist, and for times before 1970 or after
 * 2037. 24:00 and the :60 of a leap second are rejected: system clocks show neither.
 */
export function parseInstant(text: string): number | undefined {
  const seconds = parsePlainUtc(text) ?? (/^\d{1,13}$/.test(text) ? parseEpoch(text) : parseIso(text));
  return seconds === undefined || seconds < 0 || seconds > LATEST ? undefined : seconds;
}

const PLAIN_UTC = 'dddd-dd-ddTdd:dd:ddZ';
const DIGIT = PLAIN_UTC.charCodeAt(0);
const ZERO = 0x30;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Parses the usual form, `2026-03-01T10:00:00Z`, without allocation or regular expression. Undefined for other forms and bad dates. */
function parsePlainUtc(text: string): number | undefined {
  if (text.length !== PLAIN_UTC.length) return undefined;
  for (let i = 0; i < PLAIN_UTC.length; i++) {
    const code = text.charCodeAt(i);
    const wanted = PLAIN_UTC.charCodeAt(i);
    if (wanted === DIGIT ? code < ZERO || code > ZERO + 9 : code !== wanted) return undefined;
  }
  const two = (at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - ZERO * 11;
  const year = two(0) * 100 + two(2);
  const [month, day, hour, minute, second] = [two(5), two(8), two(11), two(14), two(17)];
  // From 1904 to 2096 every fourth year is a leap year; parseIso handles the other years.
  if (year < 1904 || year > 2096 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day < 1 || day > DAYS_IN_MONTH[month - 1]! || (month === 2 && day === 29 && year % 4 !== 0)) return undefined;
  // In a year that begins in March, the leap day comes last.
  const marchYear = month > 2 ? year - 1900 : year - 1901;
  const dayOfMarchYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const daysSince1900March = marchYear * 365 + Math.floor(marchYear / 4) + dayOfMarchYear;
  return (daysSince1900March - 25_508) * 86_400 + hour * 3600 + minute * 60 + second;
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
  // Date.UTC turns 31 February into 3 March; reject such a date.
  if (atMidnight.getUTCMonth() !== month - 1 || atMidnight.getUTCDate() !== day) return undefined;
  const offset = parseUtcOffset(match[7] ?? 'Z');
  return offset === undefined ? undefined : atMidnight.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset;
}
