/** A sensitive part of a text: `[start, end)`, and the form in which equal ones are equal, for its hash. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  readonly canonical: string;
}

/** Digits in a row, in any script. */
interface DigitGroup {
  readonly start: number;
  readonly end: number;
  /** In ASCII. */
  readonly digits: string;
  /** What separates it from the group before, of the same chain; undefined: it begins a chain. */
  readonly separator: string | undefined;
}

const DIGITS = /\p{Nd}+/gu;
/** What people write between the groups of a number: blanks, dashes, dots, brackets, and characters without a width. */
const SEPARATOR = /^[\s\p{Pd}\p{Cf}\u2212._/()\u00b7\u2022]{1,3}$/u;
const WORD = /[\p{L}\p{M}\p{N}]/u;
/** A GUID; its groups of digits are no numbers. */
const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/giu;

/** The value of a digit of any script: the digits of a script follow each other, and scripts do so in tens. */
function digitValue(codePoint: number): number {
  if (codePoint <= 0x39) return codePoint - 0x30;
  let first = codePoint;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first--;
  return (codePoint - first) % 10;
}

const toAscii = (digits: string): string =>
  /^[0-9]+$/.test(digits) ? digits : Array.from(digits, (digit) => digitValue(digit.codePointAt(0)!)).join('');

function findGroups(text: string): DigitGroup[] {
  const guids = Array.from(text.matchAll(GUID), ({ index, 0: guid }) => [index, index + guid.length] as const);
  const groups: DigitGroup[] = [];
  for (const { index: start, 0: digits } of text.matchAll(DIGITS)) {
    const end = start + digits.length;
    if (guids.some(([from, to]) => start < to && end > from)) continue;
    const before = groups.at(-1);
    const between = before === undefined || start - before.end > 3 ? '' : text.slice(before.end, start);
    groups.push({ start, end, digits: toAscii(digits), separator: SEPARATOR.test(between) ? between : undefined });
  }
  return groups;
}

/** Whether no other word touches the digits: `Visa4111…` is a number behind a word, while the digits of `0000VaDEXYB80001` are part of an id. */
function isWholeWord(text: string, start: number, end: number): boolean {
  const letters = (from: number, step: 1 | -1): number => {
    let at = from;
    while (at >= 0 && at < text.length && /[\p{L}\p{M}]/u.test(text[at]!)) at += step;
    return at;
  };
  const before = letters(start - 1, -1);
  const after = letters(end, 1);
  return (before < 0 || !WORD.test(text[before]!)) && (after >= text.length || !WORD.test(text[after]!));
}

const LEAST_CARD = 13;
const MOST_CARD = 19;

/** The check digit of ISO/IEC 7812. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    sum += i % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0);
  }
  return sum % 10 === 0;
}

/** Seconds since 1970 in ms, µs or ns, or a date and time without separators: one in ten of them has the check digit by chance. */
const TIME =
  /^(?:[12]\d{12}|1\d{15}|1\d{18}|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?)$/;

const isCard = (digits: string): boolean => !digits.startsWith('0') && hasLuhnDigit(digits) && !TIME.test(digits);

/** How card numbers are grouped: in one, digit by digit, or in groups of at least three, of which the last may be shorter. */
function areCardGroups(groups: readonly DigitGroup[]): boolean {
  const lengths = groups.slice(0, -1).map(({ digits }) => digits.length);
  return lengths.every((length) => length >= 3) || lengths.every((length) => length === lengths[0]);
}

/** Card numbers: 13 to 19 digits with Luhn's check digit, in one or in groups. */
export function findCards(text: string): Finding[] {
  const groups = findGroups(text);
  const findings: Finding[] = [];
  for (let first = 0; first < groups.length; first++) {
    let digits = '';
    for (let last = first; last < groups.length && (last === first || groups[last]!.separator !== undefined); last++) {
      digits += groups[last]!.digits;
      if (digits.length > MOST_CARD) break;
      if (digits.length < LEAST_CARD || !isCard(digits) || !areCardGroups(groups.slice(first, last + 1))) continue;
      const [start, end] = [groups[first]!.start, groups[last]!.end];
      if (isWholeWord(text, start, end)) findings.push({ start, end, canonical: digits });
    }
  }
  return findings;
}

const LEAST_PHONE = 7;
const MOST_PHONE = 15;
/** Shorter and longer numbers behind 00 are rather padded ones; ids of Chat Server have 16 characters. */
const LEAST_PHONE_BEHIND_ZEROS = 10;
const MOST_PHONE_BEHIND_ZEROS = 13;

/** Phone numbers in international form: `+` or `00`, a country, and the rest in any groups; national forms are a pattern of the site. */
export function findPhones(text: string): Finding[] {
  const groups = findGroups(text);
  const findings: Finding[] = [];
  for (let first = 0; first < groups.length; first++) {
    const group = groups[first]!;
    const plus = /[+\uff0b][\s(\p{Cf}]{0,2}$/u.exec(text.slice(Math.max(0, group.start - 3), group.start));
    const zeros = plus === null && group.digits.startsWith('00') && isWholeWord(text, group.start, group.end);
    if (plus === null && !zeros) continue;
    const [least, most] = zeros ? [LEAST_PHONE_BEHIND_ZEROS, MOST_PHONE_BEHIND_ZEROS] : [LEAST_PHONE, MOST_PHONE];
    let digits = zeros ? group.digits.slice(2) : group.digits;
    let last = first;
    for (; groups[last + 1]?.separator !== undefined; last++) {
      const next = groups[last + 1]!;
      // The zero that is left out when called from abroad.
      const isTrunk = next.digits === '0' && next.separator!.endsWith('(') && text[next.end] === ')';
      if (digits.length + next.digits.length > most) break;
      if (!isTrunk) digits += next.digits;
    }
    if (digits.length < least || digits.length > most || digits.startsWith('0')) continue;
    findings.push({ start: group.start - (plus?.[0].length ?? 0), end: groups[last]!.end, canonical: `+${digits}` });
    first = last;
  }
  return findings;
}

const AT = /[@\uff20]|%40/g;
const LOCAL = /[\p{L}\p{M}\p{N}\ud800-\udfff._%+'\u2019!#$*^`{|}~-]/u;
// Letters beyond the first plane are two halves here, each of which counts.
const QUOTED = /"[^"]{1,64}"$/;
/** Names with dots between them, the last one with a letter; or an address in brackets. */
const DOMAIN = /^(?:[\p{L}\p{M}\p{N}_-]+[.\uff0e\u3002])+(?=[\p{L}\p{M}\p{N}-]*\p{L})[\p{L}\p{M}\p{N}-]{2,}|^\[[\da-f.:]{3,45}\]/iu;
/** A name of the Internet is no longer; also the bound for looking ahead. */
const MOST_DOMAIN = 255;

/** E-mail addresses; in a URL, `%40` is their `@`. */
export function findEmails(text: string): Finding[] {
  const findings: Finding[] = [];
  for (const { index: at, 0: sign } of text.matchAll(AT)) {
    const domain = DOMAIN.exec(text.slice(at + sign.length, at + sign.length + MOST_DOMAIN));
    if (domain === null) continue;
    const quoted = QUOTED.exec(text.slice(Math.max(0, at - 66), at));
    let start = at - (quoted?.[0].length ?? 0);
    const floor = findings.at(-1)?.end ?? 0;
    if (quoted === null) while (start > floor && LOCAL.test(text[start - 1]!)) start--;
    if (start === at) continue;
    const end = at + sign.length + domain[0].length;
    const canonical = `${text.slice(start, at)}@${domain[0]}`.normalize('NFKC').toLowerCase();
    findings.push({ start, end, canonical });
  }
  return findings;
}
