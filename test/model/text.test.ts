import { describe, expect, test } from 'vitest';
import { findBeginning, MOST_CHARACTERS, toBoundedText } from '../../src/model/bounded-text.js';
import { placeIn, readUtf8, unreadableText } from '../../src/model/file-text.js';
import { isIdentifier } from '../../src/model/identifier.js';
import {
  counted,
  cutToWidth,
  didYouMean,
  displayWidth,
  escapeControls,
  escapeControlsInJson,
  escapeControlsInLines,
  nearestName,
  newestRows,
  toDurationText,
  toJsonText,
} from '../../src/model/text.js';

describe('a misspelt name', () => {
  const names = ['idb-url', 'mart-url', 'discard-limit', 'rows', 'row'];

  test.each([
    ['idb-ulr', 'idb-url'],
    ['IDB-URL', 'idb-url'],
    ['mart-ur', 'mart-url'],
    ['discrad-limti', 'discard-limit'],
    ['dixcarx-limix', 'discard-limit'],
    ['dixcxrx-limix', undefined],
    ['rows', 'rows'],
    ['ro', 'row'],
    ['rosw', 'rows'],
    ['wors', undefined],
    ['x', undefined],
  ])('%s means %s', (typed, meant) => {
    expect(nearestName(typed, names)).toBe(meant);
  });

  test('is suggested if there is one', () => {
    expect(didYouMean('idb-ulr', names)).toContain('idb-url?');
    expect(didYouMean('x', names)).toBe('');
  });
});

test('a duration is told in its two largest units', () => {
  const seconds = [0, 0.4, 1, 59.6, 60, 61, 3_600, 3_661, 86_399, 86_400, 90_061, 86_401];
  expect(seconds.map(toDurationText)).toEqual([
    ...['0 s', '0 s', '1 s', '1 min', '1 min', '1 min 1 s', '1 h', '1 h 1 min', '23 h 59 min', '1 d', '1 d 1 h', '1 d'],
  ]);
});

test('things are counted in words', () => {
  expect([0, 1, 2_000].map((count) => counted(count, 'row'))).toEqual(['0 rows', '1 row', '2,000 rows']);
  expect([1, 2].map((count) => counted(count, 'entry', 'entries'))).toEqual(['1 entry', '2 entries']);
  expect([1, 2_000].map(newestRows)).toEqual(['the newest row', 'the newest 2,000 rows']);
});

describe('characters that a terminal obeys', () => {
  const hostile = 'a\u001b[31m\u202e\n\\u{7}\\x';

  test('are shown', () => {
    expect(escapeControls(hostile)).toBe('a\\u{1b}[31m\\u{202e}\\u{a}\\u{5c}u{7}\\x');
    expect(escapeControlsInLines(hostile)).toBe('a\\u{1b}[31m\\u{202e}\n\\u{5c}u{7}\\x');
  });

  test('in JSON are escaped so that it stays the same', () => {
    const value = { text: 'a\u009b\u202e', ends: [1] };
    const json = escapeControlsInJson(JSON.stringify(value));
    expect(json).toBe('{"text":"a\\u009b\\u202e","ends":[1]}');
    expect(JSON.parse(json)).toEqual(value);
  });
});

test('JSON has seconds by the millisecond, and other numbers as they are', () => {
  expect(toJsonText({ seconds: 1.23456, waitSeconds: 0.0004, share: 1.23456, atSeconds: '1.23456' }, 0)).toBe(
    '{"seconds":1.235,"waitSeconds":0,"share":1.23456,"atSeconds":"1.23456"}',
  );
  expect(toJsonText({ a: 1 })).toBe('{\n  "a": 1\n}');
});

describe('the width of a text', () => {
  test.each([
    ['', 0],
    ['abc', 3],
    ['日本', 4],
    ['👩‍👩‍👧x', 3],
    ['q\u0323\u0307', 1],
    ['\u200e', 0],
    ['é', 1],
  ])('%j is %d cells', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('is the same for a long one, wherever it is looked at in parts', () => {
    for (const [part, width] of [
      ['😀', 2],
      ['x😀', 3],
      ['👩‍👩‍👧', 2],
      ['e\u0301', 1],
    ] as const) {
      expect(displayWidth(part.repeat(1_500))).toBe(width * 1_500);
      expect(displayWidth(`é${part.repeat(1_500)}`)).toBe(width * 1_500 + 1);
    }
    expect(displayWidth(`e${'\u0301'.repeat(3_000)}x`)).toBe(2);
  });

  test('is cut at whole characters, with an ellipsis', () => {
    expect(['abc', 'abcd', '日本', '日本語'].map((text) => cutToWidth(text, 4))).toEqual(['abc', 'abcd', '日本', '日…']);
    expect(cutToWidth('abcde', 4)).toBe('abc…');
    expect(cutToWidth('x日本', 4)).toBe('x日…');
    expect(cutToWidth('👩‍👩‍👧abc', 4)).toBe('👩‍👩‍👧a…');
  });
});

describe('a text that is read in part', () => {
  test('is the beginning with its whole length, and told from one that only looks so', () => {
    const exact = 'x'.repeat(MOST_CHARACTERS);
    expect(toBoundedText(exact)).toBe(exact);
    expect(findBeginning(exact)).toBeUndefined();
    for (const unit of ['x', 'é', '😀']) {
      const whole = unit.repeat(MOST_CHARACTERS + 1);
      const bounded = toBoundedText(whole);
      expect(bounded).toBe(`${unit.repeat(MOST_CHARACTERS)} [cut: ${Buffer.byteLength(whole)} bytes in all]`);
      expect(findBeginning(bounded)).toBe(unit.repeat(MOST_CHARACTERS));
      expect(toBoundedText(unit.repeat(MOST_CHARACTERS))).toBe(unit.repeat(MOST_CHARACTERS));
      expect(findBeginning(whole)).toBeUndefined();
    }
    const mark = ' [cut: 9000 bytes in all]';
    for (const text of [
      `${'x'.repeat(MOST_CHARACTERS - 1)}${mark}`,
      `${'x'.repeat(MOST_CHARACTERS + 1)}${mark}`,
      `${exact}${mark}.`,
      `${exact} [cut: x`,
    ])
      expect(findBeginning(text)).toBeUndefined();
  });
});

describe('a file', () => {
  const read = (...bytes: number[]) => readUtf8(Uint8Array.from(bytes));

  test('is text in UTF-8, without its byte order mark, or told for what it is', () => {
    expect(read(0xef, 0xbb, 0xbf, 0xc3, 0xa9)).toEqual({ text: 'é' });
    expect(read()).toEqual({ text: '' });
    for (const bytes of [
      [0x1f, 0x8b],
      [0x50, 0x4b, 3, 4],
      [0xff, 0xfe, 0x41, 0],
      [0x41, 0, 0x42, 0],
      [0, 0x41, 0, 0x42],
      [0x41, 0xff],
    ])
      expect(read(...bytes)).toHaveProperty('problem');
    expect(read(0x41, 0x0a, 0x42, 0xff)).toHaveProperty('problem', expect.stringContaining('line 2, column 2'));
  });

  test('has lines and columns from one on, as editors count them', () => {
    const text = 'a\nb\r\n😀c\rd';
    expect([0, 1, 2, 3, 5, 7, 8, 9].map((offset) => placeIn(text, offset))).toEqual([
      ...[
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
        [3, 1],
        [3, 2],
        [3, 3],
        [4, 1],
      ].map(([line, column]) => ({ line, column })),
    ]);
  });

  test('that cannot be read is told by its reason', () => {
    const codes = ['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR', 'ELOOP', 'EOTHER'];
    expect(new Set(codes.map(unreadableText)).size).toBe(codes.length);
    expect(unreadableText('EPERM')).toBe(unreadableText('EACCES'));
    expect(unreadableText('EOTHER')).toBe('EOTHER');
  });
});

test('a name is what PostgreSQL keeps unchanged', () => {
  expect(['a', 'x'.repeat(63), 'é'.repeat(31), 'a b"c'].map(isIdentifier)).toEqual([true, true, true, true]);
  expect(['', 'x'.repeat(64), 'é'.repeat(32), 'a\0', 'a\ud800'].map(isIdentifier)).toEqual(Array(5).fill(false));
});
