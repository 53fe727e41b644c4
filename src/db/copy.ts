import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Connection } from './connection.js';
import { CopyOut, type OnRow } from './copy-out.js';

export type { OnRow } from './copy-out.js';

/** `COPY … TO STDOUT`: hands on each row as it arrives; nothing is kept. Returns the milliseconds that this process worked on them. */
export async function copyTo(connection: Connection, text: string, onRow: OnRow): Promise<number> {
  const copy = new CopyOut(text, onRow);
  connection.query(copy);
  await copy.done;
  return copy.busyMs;
}

/** The same of a copy in binary format: rows without what stands before and after them. */
export async function copyBinaryTo(connection: Connection, text: string, onRow: OnRow): Promise<number> {
  const copy = new CopyOut(text, onRow, { isBinary: true });
  connection.query(copy);
  await copy.done;
  return copy.busyMs;
}

/** `COPY … FROM STDIN`: sends the pieces as the server takes them. Returns the number of rows. */
export async function copyFrom(connection: Connection, text: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
  const stream = connection.query(from(text));
  await pipeline(Readable.from(pieces, { objectMode: true }), stream);
  return stream.rowCount;
}
