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
    const line = Buffer.from(`${cells.map(toCell).join(',')}\n`);
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

const toCell = (text: string): string => (text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Reads some columns of a CSV file, the rows of a piece of it at a time. NULL reads as an empty text. */
async function* readCsv(file: string, columns: readonly string[]): AsyncGenerator<readonly (readonly string[])[]> {
  let places: readonly number[] | undefined;
  const pick = (cells: readonly string[]): readonly string[] | undefined => {
    if (places !== undefined) return places.map((place) => cells[place] ?? '');
    places = columns.map((name) => cells.indexOf(name));
    return undefined;
  };
  const parse = createCsvParser();
  for await (const piece of createReadStream(file, { encoding: 'utf8', highWaterMark: BUFFER_BYTES }))
    yield parse(piece as string).flatMap((cells) => {
      const picked = pick(cells);
      return picked === undefined ? [] : [picked];
    });
}

/** Finds the rows in pieces of CSV; each row ends with a line feed. */
function createCsvParser(): (piece: string) => string[][] {
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let isAfterQuote = false;
  return (piece) => {
    const rows: string[][] = [];
    let from = 0;
    const take = (to: number): void => {
      cell += piece.slice(from, to);
      from = to + 1;
    };
    for (let at = 0; at < piece.length; at++) {
      const character = piece.charCodeAt(at);
      if (character === QUOTE) {
        take(at);
        // Two quotes within a quoted cell are one of its text.
        if (!isQuoted && isAfterQuote) cell += '"';
        isQuoted = !isQuoted;
        isAfterQuote = !isQuoted;
        continue;
      }
      isAfterQuote = false;
      if (isQuoted || (character !== COMMA && character !== LINE_FEED)) continue;
      take(at);
      cells.push(cell);
      cell = '';
      if (character === COMMA) continue;
      rows.push(cells);
      cells = [];
    }
    take(piece.length);
    return rows;
  };
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
