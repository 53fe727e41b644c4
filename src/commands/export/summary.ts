import { counted, toCountText } from '../../model/text.js';
import type { Reason } from './deleted-sessions.js';
import type { ExportFormat } from './manifest.js';

/** What `export` did. Printed by `--json`; its shape is specs/schema/export-summary.schema.json. */
export interface ExportSummary {
  readonly folder: string;
  readonly format: ExportFormat;
  /** CTL_AUDIT_LOG.AUDIT_KEY of the newest transaction that the export shows; 0: the mart has none yet. */
  readonly auditKey: number;
  /** Sessions that began earlier are left out (ISO 8601); null: all are exported. */
  readonly since: string | null;
  /** The mart's history does not continue the export, so that every file was made again. */
  readonly isAnew: boolean;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Files. */
  readonly written: number;
  readonly bytesWritten: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Sessions that the previous export held and this one does not, by reason. */
  readonly deleted: Readonly<Partial<Record<Reason, number>>>;
  readonly seconds: number;
}

/** Text for people. */
export function toExportText(summary: ExportSummary): string {
  const { folder, format, auditKey, since, rows, written, bytesWritten, unchanged, removed, deleted, seconds } = summary;
  const gone = Object.entries(deleted);
  const sum = gone.reduce((all, [, count]) => all + count, 0);
  return [
    `exported  ${counted(rows['chat_session_fact'] ?? 0, 'session')}${since === null ? '' : ` since ${since.slice(0, 10)}`} and ` +
      `${counted(Object.keys(rows).length - 1, 'other table')} to ${folder} as ${format}`,
    `files     ${toCountText(written)} written (${toMegabytes(bytesWritten)} MB), ${toCountText(unchanged)} unchanged, ${toCountText(removed)} removed`,
    ...(sum === 0
      ? []
      : [
          `deleted   ${counted(sum, 'session')} added to deleted_sessions: ${gone.map(([reason, count]) => `${toCountText(count)} ${reason}`).join(', ')}`,
        ]),
    `reached   audit key ${auditKey}`,
    `done in   ${seconds.toFixed(2)} s`,
    '',
  ].join('\n');
}

const toMegabytes = (bytes: number): string => (bytes / 1e6).toLocaleString('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
