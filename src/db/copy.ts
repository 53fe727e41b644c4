import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import type { Connection } from './connection.js';

/** `COPY … TO STDOUT`: hands each piece of the answer to `onData` as it arrives; nothing is kept. */
export async function copyTo(connection: Connection, text: string, onData: (piece: Buffer) => void): Promise<void> {
  const stream = connection.query(to(text));
  stream.on('data', onData);
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
  });
}

/** `COPY … FROM STDIN`: sends the pieces as the server takes them. Returns the number of rows. */
export async function copyFrom(connection: Connection, text: string, pieces: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<number> {
  const stream = connection.query(from(text));
  await pipeline(Readable.from(pieces, { objectMode: true }), stream);
  return stream.rowCount;
}
