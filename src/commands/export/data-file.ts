import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { ExportColumn } from './table.js';

/** A value of a row that this program makes itself. */
export type ExportValue = string | bigint | Date;

/** Makes the bytes of a file; keeps no more than one group of rows in memory. */
export interface Encoder {
  /** Takes a row as COPY sends it for this format. */
  readonly addCopied: (piece: Buffer, start: number, end: number) => void;
  readonly add: (values: readonly ExportValue[]) => void;
  /** Writes the rest. Returns the number of rows. */
  readonly end: () => number;
}

/** Writes and reads files of one format. */
export interface FileFormat {
  readonly encode: (columns: readonly ExportColumn[], write: (bytes: Uint8Array) => void) => Encoder;
  /** Some columns of a file's rows as texts, some rows at a time. */
  readonly read: (file: string, columns: readonly string[]) => AsyncIterable<readonly (readonly string[])[]>;
}

export interface WrittenFile {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a file whose rows `fill` adds, and sees that it is on the disk. */
export async function writeDataFile(
  file: string,
  { encode }: FileFormat,
  columns: readonly ExportColumn[],
  fill: (encoder: Encoder) => Promise<unknown>,
): Promise<WrittenFile> {
  const descriptor = openSync(file, 'w');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const encoder = encode(columns, (part) => {
      for (let at = 0; at < part.length;) at += writeSync(descriptor, part, at);
      hash.update(part);
      bytes += part.length;
    });
    await fill(encoder);
    const rows = encoder.end();
    fsyncSync(descriptor);
    return { rows, bytes, sha256: hash.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}
