import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import type { ColumnKind } from './table.js';

export const FORMATS = ['parquet', 'csv'] as const;
export type ExportFormat = (typeof FORMATS)[number];

export const MANIFEST = 'manifest.json';

/** A file of a table. */
export interface ExportedFile {
  /** Relative to the folder of the export, with slashes. */
  readonly path: string;
  /** For example 2026-01: the rows' sessions or periods begin in this month (UTC). Null: all rows of the table are in this file. */
  readonly month: string | null;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Differs if the rows in the mart do. */
  readonly versions: string;
  /** Of facts: a hash of their guids. */
  readonly guids?: string | undefined;
}

export interface ExportedTable {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  readonly files: readonly ExportedFile[];
}

/** The mart that an export shows. */
export interface ExportedMart {
  readonly database: string;
  readonly schema: string;
  /** When its first migration was applied (ISO 8601); it stays the same in a backup. */
  readonly created: string;
}

/** The newest transaction of a mart at an instant. */
export interface Moment {
  /** CTL_AUDIT_LOG.AUDIT_KEY; 0: there is none yet. */
  readonly auditKey: number;
  /** Its JOB_ID. */
  readonly auditJob: string | null;
}

/** The content of manifest.json. The export shows all transactions of the mart up to its moment. */
export interface Manifest extends Moment {
  readonly manifestVersion: 1;
  readonly producer: 'chatmart export';
  readonly format: ExportFormat;
  readonly mart: ExportedMart;
  /** The newest migration of the mart. */
  readonly schemaVersion: string;
  /** ISO 8601. */
  readonly exportedAt: string;
  /** Sessions and periods that began earlier are left out (ISO 8601); null: all are exported. */
  readonly since: string | null;
  /** Deleted sessions are listed that an export held at this audit key or a later one. Who copied an earlier export must copy all again. */
  readonly deletedSince: number;
  readonly tables: Readonly<Record<string, ExportedTable>>;
}

/** The manifest in a folder; undefined: there is none. Errors: `ConfigError` for one that is not an export's, or of a newer program. */
export function readManifest(folder: string): Manifest | undefined {
  const file = path.join(folder, MANIFEST);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const manifest = parse(text);
  if (manifest?.producer !== 'chatmart export') throw notOurs(folder, `its ${MANIFEST} is not that of an export`);
  if (manifest.manifestVersion !== 1)
    throw new ConfigError(
      'export-is-newer',
      `The export in ${folder} has a manifest of version ${String(manifest.manifestVersion)}; this program knows 1`,
      {
        state: 'nothing-changed',
        next: 'Use the version of chatmart that wrote it, or name an empty folder.',
      },
    );
  return manifest as Manifest;
}

/** A file that is not JSON, or no object, is somebody else's. */
function parse(text: string): Partial<Record<keyof Manifest, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Why a folder is not written to. */
export const notOurs = (folder: string, why: string): ConfigError =>
  new ConfigError('export-folder-not-empty', `${folder} is not empty and holds no export: ${why}`, {
    state: 'nothing-changed',
    next: 'Name an empty or a new folder with --output.',
  });

/** All files, with the names of their tables. */
export const filesOf = ({ tables }: Pick<Manifest, 'tables'>): { table: string; file: ExportedFile }[] =>
  Object.entries(tables).flatMap(([table, { files }]) => files.map((file) => ({ table, file })));
