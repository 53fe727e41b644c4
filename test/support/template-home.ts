import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { withConnection } from '../../src/db/connection.js';
import { startEmbeddedServer } from '../../src/db/embedded/server.js';
import { migrateMart } from '../../src/jobs/migrate-mart.js';
import { ensureCalendarYears } from '../../src/mart/calendar/calendar.js';
import { packageFile } from '../../src/spec/package-file.js';

/** Settings that speed up a server with disposable data and make it work the same in each run. */
export const TEST_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_prepared_transactions: '10',
  shared_buffers: '128MB',
  max_wal_size: '256MB',
};

/** When the template's mart was migrated: a winter morning in UTC, still the day before in most of America. */
export const testClock = (): Date => new Date('2026-03-04T05:06:07Z');

/** The statements that create the tables of an IDB. */
export const idbTables = (): string => readFileSync(packageFile('fixtures', 'idb-postgres.sql'), 'utf8');

/** The databases that test files get copies of. */
export type TemplateName = 'template_idb' | 'template_mart' | 'template_mart_2025' | 'template1';

const WAIT_MS = 20;

/** Makes a home whose server has the templates. */
export const copyTemplateHome = (home: string): Promise<void> => copyMade('template', makeTemplates, home);

/** Makes a home whose server is new. Copying one takes a tenth of the time of initdb; those of a test run are one system to PostgreSQL. */
export const copyNewHome = (home: string, pgBin?: string): Promise<void> =>
  copyMade(pgBin === undefined ? 'new' : `new${pgBin.replaceAll(path.sep, '-')}`, (made) => makeNew(made, pgBin), home);

async function makeNew(home: string, pgBin: string | undefined): Promise<void> {
  const server = await startEmbeddedServer({ home, pgBin, log: () => undefined, settings: TEST_SETTINGS });
  await server.forceStop();
}

/**
 * Copies the data of a server that is made once in a test run. The first worker makes it, and the others wait for that: side by side, each
 * of them would take as long as all.
 */
async function copyMade(name: string, make: (home: string) => Promise<void>, home: string): Promise<void> {
  const made = path.join(inject('runFolder'), name);
  const [done, failed] = [path.join(made, 'done'), path.join(made, 'failed')];
  if (claim(made)) {
    try {
      await make(made);
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, '');
      throw error;
    }
  }
  while (!existsSync(done)) {
    if (existsSync(failed)) throw new Error(`Another worker could not make the server ${name}`);
    await sleep(WAIT_MS);
  }
  mkdirSync(home, { mode: 0o711, recursive: true });
  copyData(made, home);
}

/** A copy of a stopped server's data, whole or not at all. */
export function copyData(fromHome: string, toHome: string): void {
  const part = path.join(toHome, 'pgdata.part');
  const answer = spawnSync('cp', ['-a', path.join(fromHome, 'pgdata'), part], { encoding: 'utf8' });
  if (answer.status !== 0) {
    rmSync(part, { recursive: true, force: true });
    throw new Error(`cp failed: ${answer.error?.message ?? answer.stderr}`);
  }
  renameSync(part, path.join(toHome, 'pgdata'));
}

/** Whether this worker is the first that wants the folder. */
function claim(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o711 });
    return true;
  } catch {
    return false;
  }
}

async function makeTemplates(home: string): Promise<void> {
  const server = await startEmbeddedServer({ home, log: () => undefined, settings: TEST_SETTINGS });
  try {
    await withConnection({ url: server.url('postgres'), applicationName: 'test' }, async (admin) => {
      // Tests open ten thousand sessions; computing the default of 4096 hashes takes a fifth of the time of each.
      const { password } = new URL(server.url('postgres'));
      await admin.query(`set scram_iterations = 1; alter role current_user password '${password}'`);
      await admin.query('create database template_idb');
      await withConnection({ url: server.url('template_idb'), applicationName: 'test' }, (idb) => idb.query(idbTables()));
      await admin.query('create database template_mart');
      await migrateMart({ martUrl: server.url('template_mart'), martSchema: 'infomart' }, { clock: testClock });
      await admin.query('create database template_mart_2025 template template_mart strategy file_copy');
      await withConnection({ url: server.url('template_mart_2025'), schema: 'infomart', applicationName: 'test' }, (mart) =>
        ensureCalendarYears(mart, { firstTs: Date.UTC(2025) / 1000, lastTs: Date.UTC(2026) / 1000 }),
      );
    });
  } finally {
    await server.forceStop();
  }
}
