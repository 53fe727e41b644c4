import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import type { NamedReport } from '../definition/report-definition.js';

/** The formats of reports, each with the ending of its files; `table`, `html` and `xlsx` are for people, the others for programs. */
const ENDINGS = { table: '.txt', csv: '.csv', json: '.json', html: '.html', xlsx: '.xlsx' } as const;

export type ReportFormat = keyof typeof ENDINGS;

export const REPORT_FORMATS = Object.keys(ENDINGS) as readonly ReportFormat[];

/** Formats that hold all rows. */
export const isForPrograms = (format: ReportFormat): boolean => format === 'csv' || format === 'json';

/** A definition as a format needs it: how many rows it shows is meant for people. */
export const toDefinitionFor = (format: ReportFormat, report: NamedReport): NamedReport =>
  isForPrograms(format) ? { ...report, top: undefined } : report;

/** The ending of a format's files: `.csv`. */
export const toEnding = (format: ReportFormat): string => ENDINGS[format];

/** The format that is asked for, or else that of the file's ending; without both a table. Throws `ConfigError`. */
export function chooseFormat(format: ReportFormat | undefined, output: string | undefined): ReportFormat {
  if (output === undefined) return format ?? 'table';
  const ending = path.extname(output).toLowerCase();
  const named = REPORT_FORMATS.find((known) => ENDINGS[known] === ending);
  if (format === undefined && named === undefined)
    throw new ConfigError(
      'unknown-output-ending',
      ending === ''
        ? `--output ${output} has no ending that tells a format`
        : `--output ${output} ends with ${ending}, which is not a format`,
      { state: 'nothing-read', next: `Let it end with ${Object.values(ENDINGS).join(', ')}, or add --format.` },
    );
  if (format !== undefined && named !== undefined && format !== named)
    throw new ConfigError('two-formats', `--format ${format} and --output ${output} ask for different formats`, {
      state: 'nothing-read',
      next: `Omit --format, or let the file end with ${toEnding(format)}.`,
    });
  return format ?? named!;
}
