import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Encoder, ExportValue, FileFormat } from './data-file.js';
import type { ColumnKind, ExportColumn } from './table.js';

/** A group of rows has about so many values; they are in memory at once. */
const VALUES_A_GROUP = 1_000_000;
/** Readers skip groups of rows by these columns. Statistics of all would take as long as writing the values. */
const WITH_STATISTICS = /^(media_server_ixn_guid|.*_key|.*_ts|.*_at|.*_start)$/;
/** Bytes that are written at once. */
const BUFFER_BYTES = 1 << 20;

const TYPES: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  int32: { type: 'INT32' },
  int64: { type: 'INT64' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
  date: { type: 'INT32', converted_type: 'DATE' },
};

const isInt32 = (kind: ColumnKind): boolean => TYPES[kind].type === 'INT32';

/** The values of a column of one group. Of integers, NULL is 0, and a list tells where it stands. */
interface Values {
  readonly kind: ColumnKind;
  readonly held: Int32Array | BigInt64Array | string[];
  nulls: number[];
}

/** Parquet, compressed with Snappy, which every reader knows; pure JavaScript. */
export const PARQUET: FileFormat = { encode: createParquet, read: readParquet };

function createParquet(columns: readonly ExportColumn[], write: (bytes: Uint8Array) => void): Encoder {
  const groupRows = Math.max(1_000, Math.floor(VALUES_A_GROUP / columns.length));
  const output = new ByteWriter(2 * BUFFER_BYTES);
  const flush = (): void => {
    write(output.getBytes());
    output.index = 0;
  };
  const writer = new ParquetWriter({
    writer: Object.assign(output, { flush, finish: flush }),
    createdBy: 'chatmart',
    schema: [
      { name: 'schema', num_children: columns.length },
      ...columns.map(({ name, kind, isRequired }): SchemaElement => ({
        ...{ name, repetition_type: isRequired ? 'REQUIRED' : 'OPTIONAL' },
        ...TYPES[kind],
      })),
    ],
  });
  const group = columns.map(({ kind }): Values => ({ kind, held: allocate(kind, groupRows), nulls: [] }));
  let inGroup = 0;
  let rows = 0;
  const writeGroup = (): void => {
    const columnData = columns.map(({ name }, at) => ({ name, data: toData(group[at]!, inGroup), statistics: WITH_STATISTICS.test(name) }));
    void writer.write({ columnData, rowGroupSize: groupRows, pageSize: 0 });
    for (const column of group) column.nulls = [];
    inGroup = 0;
  };
  const endRow = (): void => {
    rows++;
    if (++inGroup === groupRows) writeGroup();
  };
  return {
    addCopied: (piece, start) => {
      readCopied(group, inGroup, piece, start);
      endRow();
    },
    add: (values) => {
      values.forEach((value, at) => (group[at]!.held[inGroup] = toStored(value)));
      endRow();
    },
    end: () => {
      if (inGroup > 0) writeGroup();
      void writer.finish();
      return rows;
    },
  };
}

function allocate(kind: ColumnKind, rows: number): Values['held'] {
  switch (kind) {
    case 'text':
      return new Array<string>(rows).fill('');
    case 'int32':
    case 'date':
      return new Int32Array(rows);
    default:
      return new BigInt64Array(rows);
  }
}

const toStored = (value: ExportValue): string | bigint => (value instanceof Date ? BigInt(value.getTime()) * 1_000n : value);

/** Puts a row of COPY's binary format into a group: the number of fields, then the length and the bytes of each. */
function readCopied(group: readonly Values[], row: number, piece: Buffer, start: number): void {
  let at = start + 2;
  for (const column of group) {
    const { kind, held } = column;
    const length = piece.readInt32BE(at);
    at += 4;
    if (length === -1) column.nulls.push(row);
    if (isInt32(kind)) held[row] = length === -1 ? 0 : piece.readInt32BE(at);
    else if (kind === 'text') held[row] = length === -1 ? '' : piece.toString('utf8', at, at + length);
    else held[row] = length === -1 ? 0n : piece.readBigInt64BE(at);
    if (length > 0) at += length;
  }
}

/** The first rows of a column, with its NULLs. */
function toData({ held, nulls }: Values, rows: number): Int32Array | BigInt64Array | (string | number | bigint | null)[] {
  const data = rows === held.length ? held : held.slice(0, rows);
  if (nulls.length === 0) return data;
  const values: (string | number | bigint | null)[] = Array.from<string | number | bigint>(data);
  for (const row of nulls) values[row] = null;
  return values;
}

async function* readParquet(name: string, columns: readonly string[]): AsyncGenerator<readonly (readonly string[])[]> {
  const file = await asyncBufferFromFile(name);
  const metadata = await parquetMetadataAsync(file);
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, columns: [...columns], rowStart, rowEnd });
    yield rows.map((row) => columns.map((column) => toReadText(row[column])));
    rowStart = rowEnd;
  }
}

const toReadText = (value: unknown): string =>
  value instanceof Date ? `${value.toISOString().slice(0, 19)}Z` : typeof value === 'bigint' ? value.toString() : (value as string);
