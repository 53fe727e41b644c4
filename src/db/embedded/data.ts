import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import { SERVER_ENVIRONMENT, type ServerAccount } from './account.js';
import type { Binaries } from './binaries.js';

/** Role that owns everything in the embedded server. */
export const SERVER_USER = 'chatmart';

/** A data folder that is ready to start. */
export interface ServerData {
  readonly folder: string;
  readonly password: string;
  /** In libpq's format, so that psql can use it as PGPASSFILE. */
  readonly passFile: string;
}

/** Opens the data folder below `folder`, creating it on first use. Throws for a folder of another major version. */
export function openData(folder: string, binaries: Binaries, account: ServerAccount): ServerData {
  const data = path.join(folder, 'pgdata');
  const major = readMajor(data) ?? initialize(folder, data, binaries, account);
  if (major !== binaries.major)
    throw new ConfigError(
      'other-major-version',
      `${data} was made by PostgreSQL ${major}, but ${binaries.postgres} is ${binaries.version}`,
      {
        state: 'nothing-changed',
        next: `Set CHATMART_PG_BIN to the programs of PostgreSQL ${major}, or CHATMART_HOME to another folder.`,
      },
    );
  const passFile = passFileOf(data);
  return { folder: data, passFile, password: readFileSync(passFile, 'utf8').trim().split(':').at(-1)! };
}

/** Whether a data folder exists below `folder`. */
export const hasData = (folder: string): boolean => readMajor(path.join(folder, 'pgdata')) !== undefined;

const passFileOf = (data: string): string => path.join(data, 'chatmart.pgpass');

function readMajor(data: string): number | undefined {
  try {
    return Number(readFileSync(path.join(data, 'PG_VERSION'), 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError('foreign-data-folder', `${data} cannot be read: ${(cause as Error).message}`, {
      cause,
      next: 'It belongs to the user who created it. Run chatmart as that user, or set CHATMART_HOME to another folder.',
    });
  }
}

/** Runs initdb in a folder beside it, then renames once: a crash leaves nothing that looks ready, and data and password stay together. */
function initialize(folder: string, data: string, binaries: Binaries, account: ServerAccount): number {
  const part = mkdtempSync(path.join(folder, 'initdb.'));
  try {
    const password = randomBytes(24).toString('base64url');
    runInitdb(part, password, binaries, account);
    writeFileSync(passFileOf(path.join(part, 'data')), `127.0.0.1:*:*:${SERVER_USER}:${password}\n`, { mode: 0o600, flag: 'wx' });
    renameSync(path.join(part, 'data'), data);
  } catch (error) {
    if (!existsSync(path.join(data, 'PG_VERSION'))) throw error; // otherwise another process was first
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return readMajor(data)!;
}

function runInitdb(part: string, password: string, binaries: Binaries, account: ServerAccount): void {
  const passwordFile = path.join(part, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (account.uid !== undefined && account.gid !== undefined)
    for (const name of [part, passwordFile]) chownSync(name, account.uid, account.gid);
  // PostgreSQL's own C.UTF-8 where available: texts then sort the same on every machine.
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--locale=C.UTF-8'] : ['--locale=C'];
  const options = [`--username=${SERVER_USER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--data-checksums'];
  const answer = spawnSync(binaries.initdb, ['-D', path.join(part, 'data'), ...options, ...locale], {
    ...account,
    cwd: part,
    env: SERVER_ENVIRONMENT,
    encoding: 'utf8',
  });
  if (answer.status !== 0)
    throw new ConfigError('initdb-failed', `${binaries.initdb} failed: ${answer.error?.message ?? answer.stderr.trim()}`, {
      state: 'nothing-done',
      next: 'Free disk space, or correct the permissions of CHATMART_HOME.',
      again: 'then',
    });
}
