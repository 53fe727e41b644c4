import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { CopyOut } from '../../src/db/copy-out.js';
import { copyBinaryTo, copyTo } from '../../src/db/copy.js';
import { withConnection } from '../../src/db/connection.js';
import { freshIdb } from '../support/databases.js';

const toMessage = (type: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
};

/** The rows that a CopyOut passes on, and the bytes that it leaves to pg, when the answer arrives in these pieces. */
async function readPieces(pieces: readonly Buffer[]): Promise<{ rows: string[]; toPg: string }> {
  const rows: string[] = [];
  const toPg: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (piece: Buffer) => toPg.push(piece));
  const copy = new CopyOut('copy …', (piece, start, end) => rows.push(piece.toString('latin1', start, end)));
  copy.submit({ stream, query: () => undefined });
  for (const piece of pieces) {
    stream.write(piece);
    await new Promise(setImmediate);
  }
  return { rows, toPg: Buffer.concat(toPg).toString('latin1') };
}

describe('CopyOut', () => {
  it('hands on each row, and leaves all other messages whole to pg, wherever the answer is cut', async () => {
    const begin = toMessage('H', Buffer.from([0, 0, 0]));
    const notice = toMessage('N', Buffer.from('between two rows\0'));
    const end = Buffer.concat([toMessage('c', Buffer.alloc(0)), toMessage('C', Buffer.from('COPY 3\0')), toMessage('Z', Buffer.from('T'))]);
    const rows = ['one', '', 'dd\0\0\0c'.repeat(40)];
    const [first, ...others] = rows.map((row) => toMessage('d', Buffer.from(row)));
    const answer = Buffer.concat([begin, first!, notice, ...others, end]);
    const expected = { rows, toPg: Buffer.concat([begin, notice, end]).toString('latin1') };
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(answer.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.sort((left, right) => left - right), answer.length];
        const pieces = places.slice(1).map((to, i) => answer.subarray(places[i], to));
        expect(await readPieces(pieces.filter(({ length }) => length > 0))).toEqual(expected);
      }),
      { seed: 1, numRuns: 200 },
    );
    const bytes = Array.from(answer, (byte) => Buffer.from([byte]));
    expect(await readPieces(bytes)).toEqual(expected);
  });
});

it('copies the bytes of a row that comes in many pieces once', async () => {
  const row = toMessage('d', Buffer.alloc(1 << 20, 'x'));
  const pieces = Array.from({ length: row.length / 1_000 + 1 }, (_, at) => row.subarray(at * 1_000, (at + 1) * 1_000));
  const copies = vi.spyOn(Buffer.prototype, 'copy');
  const makers = [vi.spyOn(Buffer, 'concat'), vi.spyOn(Buffer, 'from')];
  const { rows } = await readPieces(pieces);
  const copied = copies.mock.results.reduce((sum, { value }) => sum + Number(value), 0);
  const made = makers.flatMap(({ mock }) => mock.results).reduce((sum, { value }) => sum + (value as Buffer).length, 0);
  vi.restoreAllMocks();
  expect(rows.map(({ length }) => length)).toEqual([1 << 20]);
  expect(copied + made).toBeLessThan(row.length * 2);
});

describe('a copy', () => {
  const inSession = async <T>(work: Parameters<typeof withConnection<T>>[1]): Promise<T> =>
    withConnection({ url: await freshIdb(), applicationName: 'test' }, work);

  it('of no row calls nothing', async () => {
    const rows: string[] = [];
    await inSession((connection) =>
      copyBinaryTo(connection, 'copy (select 1 where false) to stdout (format binary)', () => rows.push('a row')),
    );
    expect(rows).toEqual([]);
  });

  it('in binary format is free of what stands before and after its rows', async () => {
    const rows: string[] = [];
    await inSession((connection) =>
      copyBinaryTo(connection, `copy (values ('a'), (null), ('')) to stdout (format binary)`, (piece, start, end) =>
        rows.push(piece.toString('hex', start, end)),
      ),
    );
    expect(rows).toEqual(['00010000000161', '0001ffffffff', '000100000000']);
  });

  it('that the server refuses, or that this program cannot take, leaves the session as good as it was', async () => {
    const seen = await inSession(async (connection) => {
      const errors: unknown[] = [];
      const noted = (error: unknown): void => void errors.push(error instanceof Error ? error.message : error);
      const countdown = `copy (select 1 / (3 - n) from generate_series(1, 100000) as n) to stdout`;
      await copyTo(connection, countdown, () => undefined).catch(noted);
      await copyTo(connection, 'copy (select generate_series(1, 100000)) to stdout', () => {
        throw new Error('not this row');
      }).catch(noted);
      const { rows } = await connection.query<{ answer: number }>('select 42 as answer');
      return { errors, rows };
    });
    expect(seen).toEqual({ errors: ['division by zero', 'not this row'], rows: [{ answer: 42 }] });
  });
});
