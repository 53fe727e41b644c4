import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker } from '../../../src/mart/sensitive/masker.js';
import { maskColumnText } from '../../../src/mart/sensitive/mask-column-text.js';
import type { MappedKey } from '../../../src/model/mapped-key.js';
import { toBoundedText } from '../../../src/model/bounded-text.js';
import { toSessionKvps } from '../../../src/simulate/observe/session-kvps.js';
import { simulateSessions } from '../../../src/simulate/simulate-sessions.js';
import type { SensitiveRule } from '../../../src/model/sensitive-data.js';

const KEY = '0123456789abcdef0123456789abcdef';
const rule = (name: string, further: Partial<SensitiveRule> = {}): SensitiveRule => ({ name, as: 'mask', ...further });
const RULES = [rule('card'), rule('email'), rule('phone'), rule('contract', { pattern: 'V-[0-9]{6}' })];
const HASHING = RULES.map((one) => ({ ...one, as: 'hash' as const }));
const text = (kvp = 'Note'): Pick<MappedKey, 'kvp' | 'type'> => ({ kvp, type: 'own-text' });
const CODE = { kvp: 'csg_SessionEndedReason', type: 'code' } as const;

const hashOf = (canonical: string): string => createHmac('sha256', KEY).update(canonical).digest('hex').slice(0, 32);

describe('masking', () => {
  const { maskValue } = createMasker(RULES, undefined);

  test('puts the name of the rule in place of what was found, and leaves the rest', () =>
    expect(maskValue(text(), 'V-123456: pay 4111 1111 1111 1111, ask john@example.com or +49 151 12345678.')).toBe(
      '[contract]: pay [card], ask [email] or [phone].',
    ));

  test('makes one of findings that overlap', () => {
    // Both the first four groups and the last four have Luhn's check digit.
    expect(maskValue(text(), 'see 9329 7856 7217 4670 8354, thanks')).toBe('see [card], thanks');
  });

  test('leaves a text without findings exactly as it came, whatever its Unicode form', () => {
    for (const raw of ['Deutsch', ' e\u0301 ', '', '[card]', '\ufffd', 'a\nb', '0000VaDEXYB80001'])
      expect(maskValue(text(), raw)).toBe(raw);
  });

  test('a pattern is searched without regard to case, and a code in capitals as its column holds it', () => {
    expect(maskValue(text(), 'v-123456')).toBe('[contract]');
    expect(createMasker([rule('own', { pattern: 'STRASSE' })], undefined).maskValue(CODE, 'straße')).toBe('[own]');
  });

  test('a text that no rule is for stays, however long it is and wherever it was cut', () => {
    const some = createMasker([rule('email', { keys: ['Mail'] })], undefined);
    const cut = `${'word '.repeat(51)} 4111`.slice(0, 255);
    const key = { ...text(), maxLength: 255 };
    expect(maskColumnText(some, key, cut)).toBe(cut);
    expect(maskColumnText(some, { ...key, kvp: 'Mail' }, cut)).not.toBe(cut);
    const beginning = toBoundedText('word '.repeat(2_000));
    expect(some.maskValue(text(), beginning)).toBe(beginning);
    expect(some.maskCut(text(), 'it ends with [em', (kept) => kept)).toBe('it ends with [em');
  });

  test('a rule for some keys is not for others', () => {
    const { maskValue: maskSome } = createMasker([rule('email', { keys: ['Mail'] })], undefined);
    expect(maskSome(text('Mail'), 'a@b.de')).toBe('[email]');
    expect(maskSome(text('Other'), 'a@b.de')).toBe('a@b.de');
  });

  test('of a value that was cut when it was read, the end is left out: a number may begin there', () => {
    for (let shift = 0; shift < 24; shift++) {
      const raw = toBoundedText(`${'x '.repeat(2_036)}${'y'.repeat(shift)} 4111 1111 1111 1111 and more ${'z'.repeat(100)}`);
      expect(maskValue(text(), raw)).not.toMatch(/4111/);
      expect(maskValue(text(), raw)).toMatch(/^x x .* \[cut: \d+ bytes in all\]$/s);
    }
  });
});

describe('hashing', () => {
  const { maskValue } = createMasker(HASHING, KEY);

  test('puts 32 digits of the HMAC-SHA-256 of the canonical form behind the name', () => {
    expect(maskValue(text(), 'by 4111-1111-1111-1111')).toBe(`by [card:${hashOf('4111111111111111')}]`);
    expect(maskValue(text(), 'John@Example.com')).toBe(`[email:${hashOf('john@example.com')}]`);
    expect(maskValue(text(), '0049 151 12345678')).toBe(`[phone:${hashOf('+4915112345678')}]`);
    expect(maskValue(text(), 'v-123456')).toBe(`[contract:${hashOf('V-123456')}]`);
  });

  test('of a whole value, it is the hash of the text without outer blanks, and no second one', () => {
    const whole = createMasker([rule('value', { keys: ['Customer'], as: 'hash' })], KEY);
    const hashed = whole.maskValue(text('Customer'), ' 4711 ');
    expect(hashed).toBe(`[value:${hashOf('4711')}]`);
    expect(whole.maskValue(text('Customer'), hashed)).toBe(hashed);
    expect(whole.maskValue(text('Customer'), hashed.toUpperCase())).toBe(hashed.toUpperCase());
    expect(whole.maskValue(text('Customer'), ' ')).toBe(' ');
    expect(whole.maskValue(text('Other'), '4711')).toBe('4711');
    expect([...whole.wholeKeys]).toEqual(['Customer']);
  });

  test('another key gives other hashes, and no key none at all', () => {
    expect(createMasker(HASHING, `${KEY}x`).maskValue(text(), 'a@b.de')).not.toBe(maskValue(text(), 'a@b.de'));
    expect(createMasker(HASHING, undefined).maskValue(text(), 'a@b.de')).toBe('[email]');
  });
});

const SENSITIVE = ['4111 1111 1111 1111', '378282246310005', 'john@example.com', '+49 151 12345678', 'V-123456', 'v-654321'];
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SENSITIVE),
      fc.constantFrom('[', ']', '[card', '[email:', '[card]', '@', '+', '4111', '0', '.de', 'ß', 'e\u0301'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

const neighbour = fc
  .array(fc.constantFrom('[', ']', '[card]', '@', '+', '4111', '0', '.de', 'é', ' ', '客服', '-'), { maxLength: 6 })
  .map((parts) => parts.join(''));

describe('properties', () => {
  test.each([
    ['masking', RULES],
    ['hashing', HASHING],
    ['patterns that match what is around', [...RULES, rule('digits', { pattern: '^[0-9 ]+$|card|[a-f0-9]{4}' })]],
  ])('%s twice is the same as once, in each form a column gives the text', (_, rules) => {
    const { maskValue, maskCut } = createMasker(rules, KEY);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 5, max: 60 }), (raw, length) => {
        for (const key of [text(), CODE]) {
          const clean = (some: string): string => {
            const form = key.type === 'code' ? some.normalize('NFC').toUpperCase() : some.normalize('NFC');
            return Array.from(form.trim()).slice(0, length).join('').trimEnd();
          };
          const once = maskValue(key, raw);
          expect(maskValue(key, once)).toBe(once);
          const stored = maskCut(key, clean(once), (some) => clean(some));
          expect(clean(maskValue(key, stored))).toBe(stored);
          expect(maskValue(key, stored)).toBe(stored);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('nothing sensitive is left, whatever is around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SENSITIVE), neighbour, neighbour, (secret, before, after) => {
        const masked = createMasker(RULES, undefined).maskValue(text(), `${before} ${secret}\n${after}`);
        expect(masked).not.toContain(secret);
      }),
    );
  });
});

describe('a CALLID', () => {
  const { isId, maskText } = createMasker(RULES, undefined);
  test.each([
    '01NTLKC8NS8KR0QVJ8Q6V5LAES000001',
    '4111111111111111',
    '4f3a2b1c-1234-5678-9012-345678901234',
    'chat-1',
    'c 1',
    '000GKaFHCE5U002S',
  ])('%s is an id', (callid) => expect(isId(callid)).toBe(true));
  test.each([...SENSITIVE.filter((secret) => /[^0-9]/.test(secret)), 'call of john@example.com'])('%s is none', (callid) => {
    expect(isId(callid)).toBe(false);
    expect(maskText(callid)).toMatch(/\[(card|email|phone|contract)\]/);
  });
});

test('of what Chat Server attaches, ids and times included, nothing is masked', () => {
  const { isId, maskText } = createMasker(RULES, undefined);
  const from = Date.UTC(2026, 2, 1) / 1000;
  const sessions = [...simulateSessions({ sessions: 300, from, to: from + 86_400, seed: 7 })].map(({ timeline }) => timeline);
  const forms = ['iso', 'iso-no-zone', 'epoch-seconds', 'epoch-milliseconds'] as const;
  const values = sessions.flatMap((timeline) => forms.flatMap((timeForm) => toSessionKvps(timeline, { statistics: 'all', timeForm })));
  expect(values.filter(([, value]) => maskText(value) !== value)).toEqual([]);
  expect(sessions.filter(({ interactionId }) => !isId(interactionId))).toEqual([]);
});
