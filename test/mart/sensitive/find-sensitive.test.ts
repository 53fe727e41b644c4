import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findCards, findEmails, findPhones, hasLuhnDigit, type Finding } from '../../../src/mart/sensitive/find-sensitive.js';

/** What was found of a text, as it stands there, and its canonical form. */
const show = (find: (text: string) => Finding[], text: string): string[] => find(text).map(({ start, end }) => text.slice(start, end));
const canonical = (find: (text: string) => Finding[], text: string): string[] => find(text).map((finding) => finding.canonical);

/** Digits with their check digit, computed apart from the program: the one of ten that fits. */
const withCheckDigit = (digits: string): string => {
  const sum = Array.from(digits, Number)
    .reverse()
    .map((digit, at) => digit * (at % 2 === 0 ? 2 : 1))
    .reduce((total, product) => total + Math.floor(product / 10) + (product % 10), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
};

const digitsOf = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^[3-9][0-9]{${length - 1}}$`));
const card: fc.Arbitrary<string> = fc.integer({ min: 12, max: 18 }).chain(digitsOf).map(withCheckDigit);
const around = fc.constantFrom('', ' ', 'card: ', '"', '(', 'Karte', ', ', '\n', 'é ', '客服 ');

describe('card numbers', () => {
  test.each([
    ['4111111111111111', 'Visa'],
    ['4222222222222', '13 digits'],
    ['378282246310005', 'American Express'],
    ['30569309025904', 'Diners Club, 14 digits'],
    ['2223003122003222', 'Mastercard 2-series'],
    ['6304000000000000000', '19 digits'],
    ['4111 1111 1111 1111', 'blanks'],
    ['4111-1111-1111-1111', 'dashes'],
    ['3782 822463 10005', 'as on American Express'],
    ['4111\u00a01111\u20111111\u20141111', 'no-break blank, no-break hyphen, dash'],
    ['4111.1111.1111.1111', 'dots'],
    ['4111\n1111\r\n1111\t1111', 'line ends'],
    ['4111\u200b1111\u200b1111\u200b1111', 'characters without a width'],
    ['4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', 'digit by digit'],
    ['٤١١١١١١١١١١١١١١١', 'Arabic digits'],
    ['４１１１　１１１１　１１１１　１１１１', 'full width'],
    ['𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏', 'beyond the first plane'],
  ])('%s is found (%s)', (text) => {
    expect(show(findCards, text)).toEqual([text]);
    expect(show(findCards, `my card is ${text}, thanks`)).toEqual([text]);
    expect(canonical(findCards, text)[0]).toMatch(/^[0-9]{13,19}$/);
  });

  test('the same number has one canonical form, however it is written', () =>
    expect(
      new Set(
        ['4111111111111111', '4111 1111-1111.1111', '４１１１１１１１１１１１１１１１'].flatMap((text) => canonical(findCards, text)),
      ),
    ).toEqual(new Set(['4111111111111111'])));

  test('what surrounds a number does not hide it, and is left alone', () => {
    fc.assert(
      fc.property(card, around, around, (number, before, after) => {
        expect(show(findCards, `${before}${number}${after.replace('Karte', '')}`)).toContain(number);
      }),
    );
  });

  test('an expiry date, a check value or a phone number beside it does not hide it', () => {
    expect(show(findCards, '4111 1111 1111 1111 12/27 123')[0]).toMatch(/^4111 1111 1111 1111/);
    expect(findCards('12 4111111111111111').some(({ canonical: digits }) => digits === '4111111111111111')).toBe(true);
  });

  test('digits inside a word of letters and digits are part of an id; a word before or behind a number is not', () => {
    for (const id of ['A1B4111111111111111', '4111111111111111A1', '1a4111111111111111', 'x4111111111111111y2'])
      expect(findCards(id)).toEqual([]);
    for (const word of ['Visa4111111111111111', '4111111111111111EUR', 'é4111111111111111', 'n\u0303 4111111111111111'])
      expect(show(findCards, word)).toEqual(['4111111111111111']);
  });

  test('a GUID in front of a number, or behind it, does not hide it', () => {
    const guid = '4f3a2b1c-4111-1111-1111-111145781234';
    expect(show(findCards, `${guid} 4111111111111111 ${guid}`)).toEqual(['4111111111111111']);
    expect(findCards(guid)).toEqual([]);
  });

  test('a wrong check digit is no card', () => {
    fc.assert(
      fc.property(card, fc.integer({ min: 1, max: 9 }), (number, step) => {
        const wrong = number.slice(0, -1) + String((Number(number.at(-1)) + step) % 10);
        expect(hasLuhnDigit(wrong)).toBe(false);
        expect(findCards(wrong)).toEqual([]);
      }),
    );
  });

  test('ids of ICON and Chat Server, GUIDs, times and short numbers are no cards', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uuid(),
          fc.stringMatching(/^0{4}[0-9A-Za-z]{4}[A-Z][0-9A-Z]{7}$/),
          fc.stringMatching(/^[0-9A-F]{8}[A-F][0-9A-F]{6}[A-F][0-9A-F]{8}[A-F][0-9A-F]{7}$/),
          fc.integer({ min: 946_684_800, max: 2_145_916_799 }).map(String),
          fc.integer({ min: 1_000_000_000_000, max: 2_145_916_799_000 }).map(String),
          fc.integer({ min: 1_000_000_000_000, max: 1_999_999_999_999 }).map((ms) => `${ms}000`),
          fc.date({ min: new Date('1970-01-01'), max: new Date('2037-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
          fc
            .date({ min: new Date('1970-01-01'), max: new Date('2037-12-31'), noInvalidDate: true })
            .map((date) => date.toISOString().replace(/\D/g, '')),
          fc.stringMatching(/^0{0,1}[1-9][0-9]{0,10}$/),
          fc.stringMatching(/^00[0-9]{14}$/),
        ),
        (id) => {
          expect([...findCards(id), ...findPhones(id), ...findEmails(id)]).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('phone numbers in international form', () => {
  test.each([
    ['+4915112345678', '+4915112345678'],
    ['+49 151 12345678', '+4915112345678'],
    ['+49 (0)151 / 1234-5678', '+4915112345678'],
    ['+1 (212) 555-0123', '+12125550123'],
    ['+1.212.555.0123', '+12125550123'],
    ['＋44 20 7946 0958', '+442079460958'],
    ['+٤٩ ١٥١ ١٢٣٤٥٦٧٨', '+4915112345678'],
    ['0049 151 12345678', '+4915112345678'],
    ['004915112345678', '+4915112345678'],
  ])('%s is found', (text, form) => {
    expect(show(findPhones, `call ${text}, please`)).toEqual([text]);
    expect(canonical(findPhones, text)).toEqual([form]);
  });

  test.each([
    '+12',
    '1+1',
    '+0 12345678',
    '2026-03-01T10:00:00+02:00',
    '0012345678',
    '0012345678901234',
    '000GKaFHCE5U002S',
    '10:15',
    '+1234567890123456',
    '555-0123',
  ])('%s is no phone number', (text) => expect(findPhones(text)).toEqual([]));
});

describe('e-mail addresses', () => {
  test.each([
    'john.doe@example.com',
    "o'neil+tag@mail.example.co.uk",
    'JOHN_99@EXAMPLE.COM',
    'müller@bücher.example',
    '用户@例子.公司',
    'a@b.co',
    'john＠example.com',
    'john%40example.com',
    '"john doe"@example.com',
    'root@[192.0.2.1]',
    'x@xn--bcher-kva.example',
  ])('%s is found', (text) => {
    expect(show(findEmails, text)).toEqual([text]);
    expect(show(findEmails, `mailto:${text}, or (${text}).`)).toEqual([text, text]);
  });

  test('capitals and the sign that was typed make no difference to the canonical form', () =>
    expect(['John@Example.com', 'john＠example.com', 'john%40example.com'].flatMap((text) => canonical(findEmails, text))).toEqual(
      Array.from({ length: 3 }, () => 'john@example.com'),
    ));

  test('in a URL, only the address is meant', () =>
    expect(show(findEmails, 'https://shop.example/?mail=john@example.com&lang=de')).toEqual(['john@example.com']));

  test.each(['@', 'john@', '@example.com', 'john@localhost', 'a @ b.com', 'x@1.2', 'sip:7001@10.0.0.5'])('%s is no address', (text) =>
    expect(findEmails(text)).toEqual([]),
  );

  test('a text of many signs takes no longer than another', () => {
    const start = performance.now();
    findEmails('@a.b'.repeat(20_000));
    findEmails(`${'a'.repeat(80_000)}@`);
    findCards('4111 '.repeat(20_000));
    findPhones('+49 '.repeat(20_000));
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
