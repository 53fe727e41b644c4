import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { connect, withConnection, type Connection } from '../../src/db/connection.js';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from './closers.js';
import { workerServer } from './worker-server.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';

/** When the template's mart was migrated: a winter morning in UTC, still the day before in most of America. */
export const testClock = (): Date => new Date('2026-03-04T05:06:07Z');

/** The statements that create the tables of an IDB. */
export const idbTables = (): string => readFileSync(packageFile('fixtures', 'idb-postgres.sql'), 'utf8');

/** An IDB without rows and a migrated mart without facts, on this worker's server, for this test file alone. */
export async function freshDatabases(): Promise<{ idbUrl: string; martUrl: string }> {
  return { idbUrl: await freshIdb(), martUrl: await freshMart() };
}

/** The URL of an IDB without rows. */
export const freshIdb = async (): Promise<string> => cloneTemplate('template_idb', (url) => query(url, idbTables()));

/** The URL of a migrated mart without facts, schema `infomart`. */
export const freshMart = async (): Promise<string> => cloneTemplate('template_mart', migrate);

/** The same with a calendar from 2025 on, which sessions of that year would otherwise add: for files that load some in each test. */
export const freshMartFrom2025 = async (): Promise<string> =>
  cloneTemplate('template_mart_2025', async (martUrl) => {
    await migrate(martUrl);
    await withConnection({ url: martUrl, schema: 'infomart', applicationName: 'test' }, (mart) =>
      ensureCalendarYears(mart, { firstTs: Date.UTC(2025) / 1000, lastTs: Date.UTC(2026) / 1000 }),
    );
  });

/** The URL of a database with nothing in it. */
export const emptyDatabase = async (): Promise<string> => cloneTemplate('template1');

/** Runs SQL on a session, or on a new one to a database, and returns the rows of the last statement. */
export const query = async <Row extends object>(at: string | Connection, text: string, values?: unknown[]): Promise<Row[]> =>
  typeof at === 'string'
    ? withConnection({ url: at, applicationName: 'test', showsOwnRows: true }, (connection) => query<Row>(connection, text, values))
    : (await at.query<Row>(text, values)).rows;

const migrate = (martUrl: string): Promise<unknown> => migrateMart({ martUrl, martSchema: 'infomart' }, { clock: testClock });

/** What this worker creates and drops databases with: a session for each would cost as much as the copy of an IDB. */
let administrator: Promise<Connection> | undefined;

/** The templates that this worker has made sure of. */
const templates = new Map<string, Promise<void>>();

async function cloneTemplate(template: string, fill?: (url: string) => Promise<unknown>): Promise<string> {
  const server = await workerServer();
  const name = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const connection = await (administrator ??= connect({ url: server.url('postgres'), applicationName: 'test' }));
  if (fill !== undefined) {
    if (!templates.has(template)) templates.set(template, ensureTemplate(connection, template, server.url(`${template}_part`), fill));
    await templates.get(template);
  }
  await connection.query(`create database ${name} template ${template} strategy file_copy`);
  closeAfterFile(() => connection.query(`drop database if exists ${name} with (force)`));
  return server.url(name);
}

/** Fills the template under another name first, so that a failure leaves no half-filled template. */
async function ensureTemplate(connection: Connection, template: string, partUrl: string, fill: (url: string) => Promise<unknown>) {
  const found = await connection.query('select from pg_database where datname = $1', [template]);
  if (found.rows.length > 0) return;
  await connection.query(`drop database if exists ${template}_part with (force)`);
  await connection.query(`create database ${template}_part`);
  await fill(partUrl);
  await connection.query(`alter database ${template}_part rename to ${template}`);
}
