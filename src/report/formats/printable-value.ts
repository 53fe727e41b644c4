import { escapeControls } from '../../model/text.js';
import type { ColumnKind, ReportValue } from '../report-table.js';
import { stringify } from 'csv-stringify/sync';

const wholeNumber = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const average = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const share = new Intl.NumberFormat('en-US', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Formats a value for people; null becomes a dash. Controls are shown, not obeyed. */
export const toPrintable = (value: ReportValue, kind: ColumnKind): string => escapeControls(toShown(value, kind));

/** The same for a format that escapes controls itself: done twice, a text would be another one. */
export function toShown(value: ReportValue, kind: ColumnKind): string {
  if (value === null) return '-';
  if (typeof value === 'string') return value;
  switch (kind) {
    case 'attribute':
      return String(value);
    case 'count':
    case 'characters':
      return wholeNumber.format(value);
    case 'seconds':
    case 'average-seconds':
      return toClockTime(value);
    case 'average':
      return average.format(value);
    case 'share':
      return share.format(value);
  }
}

/** Seconds as HH:MM:SS, rounded to the second; hours may exceed 99. */
export function toClockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** CSV lines. As in PostgreSQL's COPY, null is empty and an empty text is `""`. */
export const toCsvText = (rows: readonly (readonly (string | number | null)[])[], delimiter = ','): string =>
  stringify(rows as (string | number | null)[][], {
    delimiter,
    cast: { string: (value) => (value === '' ? { value, quoted_empty: true } : value) },
  });
