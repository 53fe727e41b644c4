import { expect, test } from 'vitest';
import { createResultPrinter } from '../src/commands/result-printer.js';
import { toInertCell } from '../src/model/inert-cell.js';

test.each(['=1+1', '+1+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\uff1d1+1'])('%j does not run in a spreadsheet', (text) => {
  expect(toInertCell(text)).toBe(`'${text}`);
});

test.each(['', '-5', '+3.5', '-infinity', 'a=b', "'=1"])('%j stays as it is', (text) => {
  expect(toInertCell(text)).toBe(text);
});

test('names of columns in the CSV of a query are no formulas either', () => {
  let printed = '';
  const printer = createResultPrinter('csv', { print: (text) => (printed += text), log: () => undefined });
  printer.add({ columns: [{ name: '=cmd', kind: 'text' }], rows: [['@x'], [null]] });
  expect(printed).toBe("'=cmd\n'@x\n\n");
});
