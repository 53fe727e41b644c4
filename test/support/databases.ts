import { randomUUID } from 'node:crypto';
import { connect, withConnection, type Connection } from '../../src/db/connection.js';
import { inject } from 'vitest';
import { closeAfterFile } from './closers.js';
import { clusterMart } from './cluster-mart.js';
import type { TemplateName } from './template-home.js';
import { workerServer } from './worker-server.js';

export { idbTables, testClock } from './template-home.js';

/** An IDB without rows and a migrated mart without facts, on this worker's server, for this test file alone. */
export async function freshDatabases(): Promise<{ idbUrl: string; martUrl: string }> {
  return { idbUrl: await freshIdb(), martUrl: await freshMart() };
}

/** The URL of an IDB without rows. */
export const freshIdb = (): Promise<string> => cloneTemplate('template_idb');

/** The URL of a migrated mart without facts, schema `infomart`. */
export const freshMart = (): Promise<string> => (isOnCluster() ? clusterMart() : cloneTemplate('template_mart'));

/** The same with a calendar from 2025 on, which sessions of that year would otherwise add: for files that load some in each test. */
export const freshMartFrom2025 = (): Promise<string> => (isOnCluster() ? clusterMart() : cloneTemplate('template_mart_2025'));

/** Whether marts are on the cluster that `CHATMART_TEST_CITUS_URL` names. */
export const isOnCluster = (): boolean => inject('citusUrl') !== '';

/** The URL of a database with nothing in it. */
export const emptyDatabase = async (): Promise<string> => cloneTemplate('template1');

/** Runs SQL on a session, or on a new one to a database, and returns the rows of the last statement. */
export const query = async <Row extends object>(at: string | Connection, text: string, values?: unknown[]): Promise<Row[]> =>
  typeof at === 'string'
    ? withConnection({ url: at, applicationName: 'test', showsOwnRows: true }, (connection) => query<Row>(connection, text, values))
    : (await at.query<Row>(text, values)).rows;

/** What this worker creates and drops databases with: a session for each would cost as much as the copy of an IDB. */
let administrator: Promise<Connection> | undefined;

async function cloneTemplate(template: TemplateName): Promise<string> {
  const name = await createCopy(template);
  return (await workerServer()).url(name);
}

/**
 * Keeps databases as they are now. The function that it returns puts them back under their names, so that a mart still knows its IDB: this
 * takes a fraction of the time of loading the same again. No session may be open on them.
 */
export async function keepDatabases(...urls: readonly string[]): Promise<() => Promise<void>> {
  const kept: { name: string; copy: string }[] = [];
  for (const name of urls.map((url) => new URL(url).pathname.slice(1))) kept.push({ name, copy: await createCopy(name) });
  return async () => {
    const connection = await administrate();
    for (const { name, copy } of kept) {
      await connection.query(`drop database ${name} with (force)`);
      await createCopy(copy, name);
    }
  };
}

/** Creates a database with the content of another one, to be dropped after the test file, and returns its name. */
async function createCopy(template: string, name = `test_${randomUUID().replaceAll('-', '').slice(0, 12)}`): Promise<string> {
  const connection = await administrate();
  await connection.query(`create database ${name} template ${template} strategy file_copy`);
  closeAfterFile(() => connection.query(`drop database if exists ${name} with (force)`));
  return name;
}

async function administrate(): Promise<Connection> {
  const server = await workerServer();
  return (administrator ??= connect({ url: server.url('postgres'), applicationName: 'test' }));
}
