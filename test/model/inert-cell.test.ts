import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResultPrinter } from '../../src/commands/sql/result-printer.js';
import { toInertCell } from '../../src/model/text.js';

test.each(['=1+1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\uff1d1+1', "'=1", "''=1"])(
  '%j does not run in a spreadsheet',
  (text) => {
    expect(toInertCell(text)).toBe(`'${text}`);
  },
);

test.each(['', '-5', '+3.5', '-infinity', 'a=b', "'", "'a", "'-5"])('%j stays as it is', (text) => {
  expect(toInertCell(text)).toBe(text);
});

test('no two texts become one cell', () => {
  const text = fc.string({ unit: fc.constantFrom("'", '=', '-', '1', 'a'), maxLength: 4 });
  fc.assert(fc.property(text, text, (left, right) => (left === right) === (toInertCell(left) === toInertCell(right))));
});

test('names of columns in the CSV of a query are no formulas either', () => {
  let printed = '';
  const printer = createResultPrinter('csv', { print: (text) => (printed += text), log: () => undefined });
  printer.add({ columns: [{ name: '=cmd', kind: 'text' }], rows: [['@x'], [null]] });
  expect(printed).toBe("'=cmd\n'@x\n\n");
});
