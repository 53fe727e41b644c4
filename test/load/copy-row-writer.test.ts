import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryRows, withConnection, execute } from '../../src/db/connection.js';
import { copyBinaryFrom, copyBinaryTo } from '../../src/db/copy.js';
import { CopyRowWriter } from '../../src/load/copy-row-writer.js';
import { freshIdb } from '../support/databases.js';

/** A value of each type, as PostgreSQL shows it. */
const anyRow = fc.record({
  small: fc.integer({ min: -32_768, max: 32_767 }),
  whole: fc.integer(),
  big: fc.maxSafeInteger(),
  mask: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  yes: fc.boolean(),
  audit: fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 9_999, 10_000, 10_001, 100_000_000, 2 ** 53 - 1)),
  words: fc.option(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\\N', 'a\\b', '\t\n\r\b\f\v', 'Ünï 😀'))),
});
type Row = ReturnType<(typeof anyRow)['generate']>['value'];
const COLUMNS = 8;

function write(writer: CopyRowWriter, { small, whole, big, mask, yes, audit, words }: Row): void {
  writer.row(COLUMNS).smallint(small).integer(whole).bigint(big);
  writer.words(Number(mask & 0xffffffffn), Number(mask >> 32n));
  writer.boolean(yes).numeric(audit).text(words).null();
}

test('PostgreSQL reads any rows as they were written, and sends them back as the same bytes', async () => {
  const rows = fc.sample(anyRow, { seed: 1, numRuns: 2_000 });
  const writer = new CopyRowWriter();
  // What was written before is gone.
  write(writer, rows[0]!);
  writer.clear();
  for (const row of rows) write(writer, row);
  const wrong: Row[] = [];
  const held = await withConnection({ url: await freshIdb(), applicationName: 'test' }, async (connection) => {
    await execute(connection, {
      text: `create table written (small smallint, whole integer, big bigint, mask bigint, yes boolean, audit numeric(19), words text,
        nothing integer, at integer generated always as identity)`,
    });
    const columns = 'small, whole, big, mask, yes, audit, words, nothing';
    expect(await copyBinaryFrom(connection, `copy written (${columns}) from stdin (format binary)`, writer.finish())).toBe(rows.length);
    const again = new CopyRowWriter();
    let at = 0;
    await copyBinaryTo(connection, `copy (select ${columns} from written order by at) to stdout (format binary)`, (piece, start, end) => {
      const row = rows[at++]!;
      write(again, row);
      // One byte less is another row.
      if (!again.isRow(piece, start, end) || again.isRow(piece, start, end - 1) || again.isRow(piece, start + 1, end)) wrong.push(row);
      again.clear();
    });
    return queryRows<object>(connection, {
      text: `select small, whole, big::text, mask::text, yes, audit::text, words, nothing from written order by at`,
    });
  });
  expect(wrong).toEqual([]);
  expect(held).toEqual(
    rows.map((row) => ({ ...row, big: String(row.big), mask: String(row.mask), audit: String(row.audit), nothing: null })),
  );
});

const textRow = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(6);
  head.writeInt16BE(1);
  head.writeInt32BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
};

test('full blocks can be taken while rows are written, and none is written to again', () => {
  const writer = new CopyRowWriter();
  const texts = Array.from({ length: 60 }, (_, at) => 'x'.repeat(at * 1_000) + '😀'.repeat(at));
  const taken: Buffer[] = [];
  const copies: Buffer[] = [];
  for (const text of texts) {
    writer.row(1).text(text);
    for (const block of writer.takeBlocks()) {
      taken.push(block);
      copies.push(Buffer.from(block));
    }
  }
  expect(taken.length).toBeGreaterThan(1);
  taken.push(...writer.finish());
  expect(Buffer.concat(taken).equals(Buffer.concat(texts.map(textRow)))).toBe(true);
  expect(copies.every((copy, at) => copy.equals(taken[at]!))).toBe(true);
});

test('a text that is longer than a block is written whole, and equals no row', () => {
  const writer = new CopyRowWriter();
  const text = 'ü'.repeat(300_000);
  writer.row(1).text(text);
  expect(writer.isRow(Buffer.alloc(0), 0, 0)).toBe(false);
  expect(Buffer.concat(writer.finish()).equals(textRow(text))).toBe(true);
});
