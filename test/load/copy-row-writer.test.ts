import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CopyRowWriter } from '../../src/load/copy-row-writer.js';

type Value = number | string | null;

function write(writer: CopyRowWriter, rows: readonly (readonly Value[])[]): void {
  for (const row of rows) {
    for (const value of row)
      if (typeof value === 'number') writer.number(value);
      else writer.text(value);
    writer.endRow();
  }
}

const textOf = (blocks: readonly Buffer[]): string => Buffer.concat(blocks).toString('utf8');

const ESCAPES = [
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
] as const;
const escape = (text: string): string => ESCAPES.reduce((escaped, [from, to]) => escaped.replaceAll(from, to), text);
const expected = (rows: readonly (readonly Value[])[]): string =>
  rows.map((row) => `${row.map((value) => (value === null ? '\\N' : escape(String(value)))).join('\t')}\n`).join('');

const values = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, 9, 10, 99, 100, -1, -10, 2 ** 53 - 1, null, '', '\\N', 'a\\b', '\t\n\r\b\f\v', 'Ünï 😀'),
  fc.string({ unit: 'grapheme' }),
);
const anyRows = fc.array(fc.array(values, { minLength: 1, maxLength: 5 }), { maxLength: 5 });

test('any rows are written as COPY reads them', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const writer = new CopyRowWriter();
      write(writer, rows);
      expect(textOf(writer.finish())).toBe(expected(rows));
      // What was written before is gone.
      writer.takeBlocks();
      write(writer, rows);
      writer.clear();
      write(writer, rows);
      expect(textOf(writer.finish())).toBe(expected(rows));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('full blocks can be taken while rows are written, and none is written to again', () => {
  const writer = new CopyRowWriter();
  const rows = Array.from({ length: 60 }, (_, at): Value[] => [at, 'x'.repeat(at * 1_000), '😀'.repeat(at), null]);
  const taken: Buffer[] = [];
  const copies: Buffer[] = [];
  for (const row of rows) {
    write(writer, [row]);
    for (const block of writer.takeBlocks()) {
      taken.push(block);
      copies.push(Buffer.from(block));
    }
  }
  expect(taken.length).toBeGreaterThan(1);
  taken.push(...writer.finish());
  expect(textOf(taken)).toBe(expected(rows));
  expect(copies.every((copy, at) => copy.equals(taken[at]!))).toBe(true);
});

test('a text that is longer than a block is written whole', () => {
  const writer = new CopyRowWriter();
  const rows = [[1, '\n'.repeat(300_000), 2]];
  write(writer, rows);
  expect(textOf(writer.finish())).toBe(expected(rows));
});

test('a row equals the bytes that it would be written as, and no others', () => {
  const writer = new CopyRowWriter();
  write(writer, [[12, 'a\tb', null]]);
  const row = expected([[12, 'a\tb', null]]);
  const isRow = (text: string): boolean => {
    const piece = Buffer.from(`before ${text} after`);
    return writer.isRow(piece, 7, piece.length - 6);
  };
  expect(isRow(row)).toBe(true);
  for (const other of [row.slice(1), row.slice(0, -1), `${row}x`, row.replace('12', '13'), '']) expect(isRow(other)).toBe(false);
  write(writer, [['x'.repeat(400_000)]]);
  expect(isRow('')).toBe(false);
  expect(writer.blocks.length).toBeGreaterThan(0);
});
