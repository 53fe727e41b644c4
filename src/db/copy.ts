import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from } from 'pg-copy-streams';
import type { Connection } from './connection.js';
import { CopyOut, type OnRow } from './copy-out.js';

export type { OnRow } from './copy-out.js';

/** `COPY … TO STDOUT`: passes each row to `onRow` as it arrives and keeps nothing. Returns the milliseconds spent processing rows. */
export async function copyTo(connection: Connection, text: string, onRow: OnRow): Promise<number> {
  const copy = new CopyOut(text, onRow);
  connection.query(copy);
  await copy.done;
  return copy.busyMs;
}

/** Same in binary format; header and trailer are left out. */
export async function copyBinaryTo(connection: Connection, text: string, onRow: OnRow): Promise<number> {
  const copy = new CopyOut(text, onRow, { isBinary: true });
  connection.query(copy);
  await copy.done;
  return copy.busyMs;
}

/** `COPY … FROM STDIN`: sends the pieces as fast as the server takes them. Returns the number of rows. */
export async function copyFrom(connection: Connection, text: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
  const stream = connection.query(from(text));
  await pipeline(Readable.from(pieces, { objectMode: true }), stream);
  return stream.rowCount;
}
