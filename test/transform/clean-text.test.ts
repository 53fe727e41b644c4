import { expect, test } from 'vitest';
import { cleanText } from '../../src/transform/decode-text.js';

test('outer blanks go, inner ones and the case stay', () =>
  expect(cleanText(' \t Web  chat \n', 50)).toEqual({ text: 'Web  chat', isCut: false }));

test('one text in two forms becomes one', () => {
  expect(cleanText('Espan\u0303ol', 50)).toEqual({ text: 'Espa\u00f1ol', isCut: false });
  expect(cleanText('Espan\u0303ol', 7)).toEqual({ text: 'Espa\u00f1ol', isCut: false });
});

test('a text over its column is cut by code points: an emoji is one of them', () => {
  expect(cleanText('\u{1f600}\u{1f601}\u{1f602}', 3)).toEqual({ text: '\u{1f600}\u{1f601}\u{1f602}', isCut: false });
  expect(cleanText('\u{1f600}\u{1f601}\u{1f602}', 2)).toEqual({ text: '\u{1f600}\u{1f601}', isCut: true });
});

test('a cut leaves no blank at the end', () => expect(cleanText('ab cd', 3)).toEqual({ text: 'ab', isCut: true }));
