import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { readWhole } from '../../mart/cluster-commits.js';
import type { MartTarget } from '../../jobs/target.js';
import { takeJobLock } from '../../mart/locks.js';
import { withMartSession } from '../../mart/mart-session.js';
import { requireMart } from '../../mart/schema/mart-access.js';
import { readMartMap } from '../../mart/schema/mart-map.js';
import { monotonicMs, type Clock } from '../../model/clock.js';
import { BusyError, ConfigError } from '../../model/errors.js';
import type { Log } from '../../model/log.js';
import type { FileFormat } from './data-file.js';
import { DELETED_SESSIONS, exportDeletedSessions } from './deleted-sessions.js';
import { exportTable, type Preparation } from './export-table.js';
import { claimFolder, completeExport, forgetStaged, installExport, readStagedMoment, recordStagedMoment, toFolderError } from './folder.js';
import { filesOf, readManifest, type ExportedMart, type ExportedTable, type ExportFormat, type Manifest, type Moment } from './manifest.js';
import type { ExportSummary } from './summary.js';
import { readTables } from './tables.js';
import { selectJobOf, selectMart } from './tables.sql.js';

export interface ExportOptions extends MartTarget {
  readonly folder: string;
  /** Undefined: that of the export in the folder, or Parquet. */
  readonly format?: ExportFormat | undefined;
  /** Sessions and periods that began before the month (UTC) of this instant are left out. */
  readonly since?: Date | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Writes the mart into a folder as files, or brings the export there up to date: only files whose rows changed are written. All of it shows
 * one snapshot of the mart. Errors: `ConfigError` of the folder, `BusyError` if another export writes there.
 */
export async function exportMart(options: ExportOptions): Promise<ExportSummary> {
  const { martUrl, martSchema, folder } = options;
  const start = monotonicMs();
  const id = claimFolder(folder);
  return withMartSession({ url: martUrl, applicationName: 'chatmart export', schema: martSchema }, async (mart) => {
    await requireMart(mart);
    await takeJobLock(mart, { martSchema, name: `export ${id}`, toBusyError: () => toBusyError(folder) });
    try {
      completeExport(folder);
      const { before, manifest, moves, summary } = await readWhole(mart, () => prepareExport(mart, options));
      const paths = new Set(filesOf(manifest).map(({ file }) => file.path));
      const removes = filesOf(before ?? { tables: {} }).flatMap(({ file }) => (paths.has(file.path) ? [] : [file.path]));
      installExport(folder, { manifest, moves: Object.fromEntries(moves), removes });
      return { ...summary, removed: removes.length, seconds: (monotonicMs() - start) / 1000 };
    } catch (error) {
      throw toFolderError(folder, error);
    }
  });
}

const toBusyError = (folder: string): BusyError =>
  new BusyError('export-in-progress', `Another export is writing to ${folder}`, {
    state: 'nothing-written',
    next: 'Wait for it to finish. Its lock is released when its process ends, however it ends.',
  });

interface Prepared {
  readonly before: Manifest | undefined;
  readonly manifest: Manifest;
  readonly moves: ReadonlyMap<string, string>;
  readonly summary: Omit<ExportSummary, 'removed' | 'seconds'>;
}

interface MartRow {
  readonly database: string;
  readonly schema: string;
  readonly created: Date;
  readonly schema_version: string;
  readonly audit_key: number | null;
  readonly job_id: string | null;
}

/** Stages the files that are to be written, and says what the export then is. */
async function prepareExport(mart: Connection, { folder, format: asked, since, clock, log }: ExportOptions): Promise<Prepared> {
  const before = readManifest(folder);
  const row = await queryRow<MartRow>(mart, selectMart);
  const shown: ExportedMart = { database: row.database, schema: row.schema, created: row.created.toISOString() };
  const moment: Moment = { auditKey: row.audit_key ?? 0, auditJob: row.job_id };
  const format = asked ?? before?.format ?? 'parquet';
  if (before !== undefined) requireSame(folder, before, { mart: shown, format });
  const isAnew = before !== undefined && !(await isPast(mart, before));
  if (isAnew) log(toAnewText(before, moment), { level: 'warning', code: 'export-anew' });
  const staged = readStagedMoment(folder);
  if (isAnew || (staged !== undefined && !(await isPast(mart, staged)))) forgetStaged(folder);
  recordStagedMoment(folder, moment);
  const preparation: Preparation = {
    ...{ mart, folder, format, before, isAnew, moment, log, now: clock() },
    files: await loadFormat(format),
    sinceTs: since === undefined ? 0 : Date.UTC(since.getUTCFullYear(), since.getUTCMonth()) / 1000,
    moves: new Map(),
  };
  const { now, sinceTs, moves } = preparation;
  const tables: Record<string, ExportedTable> = {};
  for (const table of await readTables(mart, await readMartMap(mart))) tables[table.name] = await exportTable(preparation, table);
  const { table, deletedSince, reasons } = await exportDeletedSessions(preparation, tables);
  tables[DELETED_SESSIONS] = table;
  const manifest: Manifest = {
    ...{ manifestVersion: 1, producer: 'chatmart export', format, mart: shown, schemaVersion: row.schema_version, ...moment },
    exportedAt: now.toISOString(),
    since: since === undefined ? null : new Date(sinceTs * 1000).toISOString(),
    ...{ deletedSince, tables },
  };
  const files = filesOf(manifest);
  const written = files.filter(({ file }) => moves.has(file.path));
  const summary = {
    ...{ folder, format, auditKey: moment.auditKey, since: manifest.since, isAnew },
    rows: Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows])),
    written: written.length,
    bytesWritten: written.reduce((sum, { file }) => sum + file.bytes, 0),
    unchanged: files.length - written.length,
    deleted: reasons,
  };
  return { before, manifest, moves, summary };
}

/** The libraries of a format are loaded only if they are needed. */
const loadFormat = async (format: ExportFormat): Promise<FileFormat> =>
  format === 'csv' ? (await import('./csv.js')).CSV : (await import('./parquet.js')).PARQUET;

/** Errors: `ConfigError` if the folder holds an export of another mart, or in another format. */
function requireSame(folder: string, before: Manifest, { mart, format }: Pick<Manifest, 'mart' | 'format'>): void {
  const toText = ({ database, schema, created }: ExportedMart): string => `schema ${schema} of database ${database}, created ${created}`;
  if (toText(before.mart) !== toText(mart))
    throw new ConfigError('export-of-other-mart', `${folder} holds an export of ${toText(before.mart)}; this mart is ${toText(mart)}`, {
      state: 'nothing-changed',
      next: 'Name a folder of its own for each mart with --output.',
    });
  if (before.format !== format)
    throw new ConfigError('export-in-other-format', `${folder} holds an export in the format ${before.format}, not ${format}`, {
      state: 'nothing-changed',
      next: `Omit --format, or name another folder with --output.`,
    });
}

/** Whether the mart has the transaction of a moment in its past. Then all that was written until then is as it was, or was written later. */
async function isPast(mart: Connection, { auditKey, auditJob }: Moment): Promise<boolean> {
  if (auditKey === 0) return true;
  const [row] = await queryRows<{ job_id: string }>(mart, selectJobOf(auditKey));
  return row?.job_id === auditJob;
}

const toAnewText = (before: Manifest, { auditKey }: Moment): string =>
  `The mart does not know transaction ${before.auditKey} of job ${before.auditJob}, up to which the export shows it; its newest is ${auditKey}. ` +
  'It was restored from a backup, or that part of its history is purged. Every file is written again';
