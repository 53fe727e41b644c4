import { queryRows, type Connection } from '../../db/connection.js';
import { copyBinaryTo, copyTo } from '../../db/copy.js';
import type { Log } from '../../model/log.js';
import { writeDataFile, type Encoder, type FileFormat, type WrittenFile } from './data-file.js';
import { findStaged, isInPlace, recordStaged, stagedPath } from './folder.js';
import type { ExportedFile, ExportedTable, ExportFormat, Manifest, Moment } from './manifest.js';
import type { ExportColumn, ExportTable } from './table.js';
import { copyBinary, copyCsv, selectParts, type PartState } from './tables.sql.js';

/** What an export is made of, and from. */
export interface Preparation {
  readonly mart: Connection;
  readonly folder: string;
  readonly format: ExportFormat;
  readonly files: FileFormat;
  /** The export in the folder; undefined: none. */
  readonly before: Manifest | undefined;
  /** What the mart is now does not follow from what it was then. */
  readonly isAnew: boolean;
  readonly moment: Moment;
  readonly now: Date;
  /** The start of a month, epoch seconds; 0: everything is exported. */
  readonly sinceTs: number;
  /** Names of the staged files by the paths where they belong. */
  readonly moves: Map<string, string>;
  readonly log: Log;
}

/** Stages the files of a table whose rows changed. */
export async function exportTable(preparation: Preparation, table: ExportTable): Promise<ExportedTable> {
  const { mart, format, now, sinceTs } = preparation;
  const parts = await queryRows<PartState>(mart, selectParts(table, sinceTs));
  // A reader of a table without any file would know no column.
  if (parts.length === 0)
    parts.push({ month_ts: Date.UTC(now.getUTCFullYear(), now.getUTCMonth()) / 1000, rows: 0, versions: '0', guids: '0' });
  const files: ExportedFile[] = [];
  for (const { month_ts: monthTs, rows, versions, guids } of parts) {
    const part = { monthTs: monthTs ?? undefined, sinceTs };
    const fill = (encoder: Encoder): Promise<unknown> =>
      format === 'csv'
        ? copyTo(mart, copyCsv(table, part), encoder.addCopied)
        : copyBinaryTo(mart, copyBinary(table, part), encoder.addCopied);
    const month = monthTs === null ? null : new Date(monthTs * 1000).toISOString().slice(0, 7);
    const file = await exportFile(preparation, table, { month, versions: `${rows}:${versions}` }, fill);
    files.push(guids === null ? file : { ...file, guids });
  }
  return toExportedTable(table.columns, files);
}

export const toExportedTable = (columns: readonly ExportColumn[], files: readonly ExportedFile[]): ExportedTable => ({
  rows: files.reduce((sum, { rows }) => sum + rows, 0),
  columns: columns.map(({ name, kind }) => ({ name, kind })),
  files,
});

type Shape = Pick<ExportTable, 'name' | 'columns'>;

/** A file as it is in the export, as an interrupted export staged it, or as it is staged now. */
async function exportFile(
  preparation: Preparation,
  table: Shape,
  { month, versions }: Pick<ExportedFile, 'month' | 'versions'>,
  fill: (encoder: Encoder) => Promise<unknown>,
): Promise<ExportedFile> {
  const { folder, before, isAnew } = preparation;
  const { name, path } = toPlace(preparation, table, month);
  const held = before?.tables[table.name];
  const old = held?.files.find((file) => file.path === path);
  const isSame = old?.versions === versions && toShapeText(held?.columns ?? []) === toShapeText(table.columns);
  if (old !== undefined && isSame && !isAnew && isInPlace(folder, old)) return old;
  const stagedAs = `${versions} ${toShapeText(table.columns)}`;
  const staged = findStaged(folder, name, stagedAs);
  const file = await stageFile(preparation, table, { month, versions }, staged ?? fill);
  if (staged === undefined) recordStaged(folder, name, stagedAs, file);
  return file;
}

/** Stages a file, unless it is staged. The same rows in the same order make the same bytes: then the file in place stays untouched. */
export async function stageFile(
  preparation: Preparation,
  table: Shape,
  { month, versions }: Pick<ExportedFile, 'month' | 'versions'>,
  staged: WrittenFile | ((encoder: Encoder) => Promise<unknown>),
): Promise<ExportedFile> {
  const { folder, files, before, moves } = preparation;
  const { name, path } = toPlace(preparation, table, month);
  const written = typeof staged === 'function' ? await writeDataFile(stagedPath(folder, name), files, table.columns, staged) : staged;
  const old = before?.tables[table.name]?.files.find((file) => file.path === path);
  if (old?.sha256 !== written.sha256 || !isInPlace(folder, old)) moves.set(path, name);
  return { path, month, ...written, versions };
}

/** The path of a file in the export, and its name among the staged ones. */
function toPlace({ format }: Preparation, { name: table }: Shape, month: string | null): { readonly name: string; readonly path: string } {
  const name = month === null ? table : `${table}-${month}`;
  return { name, path: `${table}/${month === null ? '' : `month=${month}/`}${name}.${format}` };
}

const toShapeText = (columns: ExportedTable['columns']): string => columns.map(({ name, kind }) => `${name} ${kind}`).join(', ');
