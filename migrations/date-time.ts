import { DATE_TIME_COLUMNS } from '../src/mart/calendar/date-time-columns.js';
import type { TableDefinition } from '../src/mart/schema/table-definition.js';
import { createAuditKey, updateAuditKey } from './audit-columns.js';

/** DATE_TIME as the calendar fills it. */
export const dateTime = (): TableDefinition => ({
  name: 'date_time',
  comment:
    'Calendar in UTC: one row for each 15-minute interval, in whole years without gaps. Row 2147482800 is the open end of sessions that are still active. Weeks begin on Sunday and are cut at 1 January. Genesys table.',
  primaryKey: ['date_time_key'],
  columns: [...DATE_TIME_COLUMNS.map((column) => column.definition), createAuditKey('the interval'), updateAuditKey('the interval')],
});
