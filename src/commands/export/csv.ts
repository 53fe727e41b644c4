import { parse } from 'csv-parse';
import { stringify } from 'csv-stringify/sync';
import { createReadStream } from 'node:fs';
import type { Encoder, ExportValue, FileFormat } from './data-file.js';
import type { ExportColumn } from './table.js';

/** Bytes that are written at once. */
const BUFFER_BYTES = 1 << 20;

/** CSV with a header: an empty cell is NULL, times are ISO 8601. */
export const CSV: FileFormat = { encode: createCsv, read: readCsv };

function createCsv(columns: readonly ExportColumn[], write: (bytes: Uint8Array) => void): Encoder {
  const buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  let used = 0;
  let lines = 0;
  const flush = (): void => {
    write(buffer.subarray(0, used));
    used = 0;
  };
  const add = (piece: Buffer, start: number, end: number): void => {
    lines++;
    if (used + end - start > BUFFER_BYTES) flush();
    if (end - start > BUFFER_BYTES) write(piece.subarray(start, end));
    else used += piece.copy(buffer, used, start, end);
  };
  const addCells = (cells: readonly string[]): void => {
    const line = Buffer.from(toLine(cells));
    add(line, 0, line.length);
  };
  // PostgreSQL's COPY begins with one as well.
  const addHeader = (): void => addCells(columns.map(({ name }) => name));
  return {
    addCopied: add,
    add: (values) => {
      if (lines === 0) addHeader();
      addCells(values.map(toText));
    },
    end: () => {
      if (lines === 0) addHeader();
      flush();
      return lines - 1;
    },
  };
}

const toText = (value: ExportValue): string => (value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : String(value));

/** As COPY writes it: an empty text is in quotes, because an empty cell is NULL. */
const toLine = (cells: readonly string[]): string => stringify([cells], { quoted_empty: true, quoted_match: /\r/ });

/** How many rows are given on at once. */
const ROWS = 1_000;

/** Reads some columns of a CSV file, some rows at a time. NULL reads as an empty text. */
async function* readCsv(file: string, columns: readonly string[]): AsyncGenerator<readonly (readonly string[])[]> {
  let places: readonly number[] | undefined;
  let rows: (readonly string[])[] = [];
  const parser = parse();
  const source = createReadStream(file);
  // `pipe` leaves errors where they are.
  source.once('error', (error) => parser.destroy(error));
  for await (const row of source.pipe(parser)) {
    const cells = row as readonly string[];
    if (places === undefined) {
      places = columns.map((name) => cells.indexOf(name));
      continue;
    }
    rows.push(places.map((place) => cells[place] ?? ''));
    if (rows.length < ROWS) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}
