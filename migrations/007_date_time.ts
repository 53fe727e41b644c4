import type { Knex } from 'knex';
import { insertOpenEnd } from '../src/calendar/calendar-years.sql.js';
import { DATE_TIME_COLUMNS } from '../src/calendar/date-time-columns.js';
import { runStatements } from '../src/db/run-statements.js';
import { createTable, type TableDefinition } from '../src/db/table-definition.js';
import { createAuditKey, updateAuditKey } from './audit-columns.js';

const dateTime: TableDefinition = {
  name: 'date_time',
  comment:
    'Calendar in UTC: one row for each 15-minute interval, in whole years without gaps. Row 2147482800 is the open end of sessions that are still active. Weeks begin on Sunday and are cut at 1 January. Genesys table.',
  primaryKey: ['date_time_key'],
  columns: [...DATE_TIME_COLUMNS.map((column) => column.definition), createAuditKey('the interval'), updateAuditKey('the interval')],
};

/** DATE_TIME with the row of the open end; its years come with chatmart migrate and with the sessions that need them. */
export const up = (knex: Knex): Promise<void> => runStatements(knex, [...createTable(dateTime), insertOpenEnd().text]);
