import { toInertCell } from '../../model/text.js';
import type { ReportTable, ReportValue } from '../report-table.js';
import { toCsvText } from './printable-value.js';

/** Programs that read CSV in a way of their own. */
export const CSV_READERS = ['excel', 'excel-en'] as const;

export interface CsvOptions {
  /**
   * Excel splits a file by the list separator of Windows' region, and reads decimals by its decimal sign: `;` and a comma, or `excel-en`: a comma
   * and a point. A first line `sep=;` would name the separator, but then Excel ignores the byte-order mark, and reads UTF-8 as Windows-1252.
   */
  readonly reader?: (typeof CSV_READERS)[number] | undefined;
  /** Begins each row with the window and its zone. */
  readonly hasWindow?: boolean | undefined;
}

/** Without it, Excel takes UTF-8 for the code page of Windows. */
const BYTE_ORDER_MARK = '\ufeff';

/** Rows without totals, so that sums over the file do not count twice. Raw values: durations in seconds, shares from 0 to 1. */
export function toCsv({ columns, rows, localWindow, timezone }: ReportTable, { reader, hasWindow = false }: CsvOptions = {}): string {
  const window = hasWindow ? { window_from: localWindow?.from ?? null, window_to: localWindow?.to ?? null, window_timezone: timezone } : {};
  const lines = [
    [...Object.keys(window), ...columns.map(({ name }) => name)],
    // Names come from outside and are made inert. Figures are numbers and stay as they are.
    ...rows.map((row) => [...Object.values(window), ...columns.map(({ name }) => row[name] ?? null)].map(toCell)),
  ];
  const hasComma = reader === 'excel';
  const text = toCsvText(hasComma ? lines.map((cells) => cells.map(toCommaDecimal)) : lines, hasComma ? ';' : ',');
  return reader === undefined ? text : `${BYTE_ORDER_MARK}${text}`;
}

const toCell = (value: ReportValue): ReportValue => (typeof value === 'string' ? toInertCell(value) : value);

const toCommaDecimal = (value: ReportValue): ReportValue => (typeof value === 'number' ? String(value).replace('.', ',') : value);
