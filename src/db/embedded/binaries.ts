import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import { SERVER_ENVIRONMENT, type ServerAccount } from './account.js';

/** The programs of one PostgreSQL, checked to run as the server's account. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
  /** As the server reports it, e.g. `18.4`. */
  readonly version: string;
  readonly major: number;
}

/** initdb has a shell call postgres by its full path in double quotes; these characters are special there. */
const SHELL_SIGNS = /["$`\\]/;

/** Whether initdb fails in a folder with this name. */
export const breaksInitdb = (folder: string): boolean => process.platform !== 'win32' && SHELL_SIGNS.test(folder);

/** Whether `findBinaries` copies the platform package's programs. */
export async function copiesPackaged(pgBin: string | undefined, account: ServerAccount): Promise<boolean> {
  return pgBin === undefined && typeof tryPackaged(await packagedFolder(), account) === 'string';
}

/**
 * The programs in `pgBin`, else those of the platform package. If the packaged ones cannot run (as the server's account in root's home
 * folder, with links missing in a read-only node_modules, or in a folder whose name breaks initdb), they are copied once below `folder`.
 */
export async function findBinaries(pgBin: string | undefined, account: ServerAccount, folder: string): Promise<Binaries> {
  if (pgBin !== undefined) {
    if (breaksInitdb(pgBin))
      throw new ConfigError('bad-pg-bin', `The path ${pgBin} contains a character that PostgreSQL's initdb cannot handle: ", $, \` or \\`, {
        state: 'nothing-done',
        next: 'Set CHATMART_PG_BIN to a path without it.',
      });
    const found = tryBinaries(pgBin, account);
    if (typeof found !== 'string') return found;
    throw new ConfigError('bad-pg-bin', `${path.join(pgBin, 'postgres')} does not run: ${found}`, {
      next: 'Set CHATMART_PG_BIN to the folder that holds postgres and initdb.',
    });
  }
  const packaged = await packagedFolder();
  const found = tryPackaged(packaged, account);
  if (typeof found !== 'string') return found;
  const copy = copyOnce(packaged, folder);
  const copied = tryBinaries(path.join(copy, 'bin'), account);
  if (typeof copied !== 'string') return copied;
  throw new ConfigError('embedded-postgres-unusable', `The packaged PostgreSQL does not run here: ${copied}`, {
    next: 'Set CHATMART_PG_BIN to the folder that holds postgres and initdb of another PostgreSQL, or set CHATMART_IDB_URL and CHATMART_MART_URL.',
  });
}

/** The programs where the platform package has them, or the reason why they must be copied. */
function tryPackaged(packaged: string, account: ServerAccount): Binaries | string {
  if (breaksInitdb(packaged)) return `initdb cannot work below ${packaged}`;
  restoreLinks(packaged);
  return tryBinaries(path.join(packaged, 'bin'), account);
}

const program = (name: string): string => (process.platform === 'win32' ? `${name}.exe` : name);

/** The programs of a folder, or the reason why they do not run. */
function tryBinaries(bin: string, account: ServerAccount): Binaries | string {
  const postgres = path.join(bin, program('postgres'));
  const answer = spawnSync(postgres, ['--version'], { ...account, cwd: path.parse(bin).root, env: SERVER_ENVIRONMENT, encoding: 'utf8' });
  const version = /\(PostgreSQL\) ((\d+)\S*)/.exec(answer.stdout || '');
  if (version === null) return answer.error?.message ?? (answer.stderr.trim() || `exit code ${String(answer.status)}`);
  return {
    postgres,
    initdb: path.join(bin, program('initdb')),
    pgCtl: path.join(bin, program('pg_ctl')),
    version: version[1]!,
    major: Number(version[2]),
  };
}

async function packagedFolder(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const found = (await import(`@embedded-postgres/${platform}`)) as { postgres: string };
    return path.dirname(path.dirname(found.postgres));
  } catch (cause) {
    throw new ConfigError('no-embedded-postgres', `There is no packaged PostgreSQL for ${platform}`, {
      cause,
      next: 'Install with optional dependencies, set CHATMART_PG_BIN to the folder that holds postgres and initdb, or set CHATMART_IDB_URL and CHATMART_MART_URL.',
    });
  }
}

/** Creates the links and permissions of the package's install script, since install scripts are often disabled. */
function restoreLinks(packaged: string): void {
  const list = path.join(packaged, 'pg-symlinks.json');
  try {
    const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : [];
    for (const { source, target } of links) {
      const link = path.join(path.dirname(packaged), target);
      if (!existsSync(link)) symlinkSync(path.basename(source), link);
    }
    for (const name of ['postgres', 'initdb', 'pg_ctl']) chmodSync(path.join(packaged, 'bin', program(name)), 0o755);
  } catch {
    // Read-only, another user's, or two concurrent starters: the next check shows whether the program runs.
  }
}

/** Makes a copy that is either complete or absent; its name identifies the build. */
function copyOnce(packaged: string, folder: string): string {
  const build = createHash('sha256')
    .update(readFileSync(path.join(packaged, 'bin', program('postgres'))))
    .digest('hex');
  const copy = path.join(folder, `postgresql-${build.slice(0, 16)}`);
  if (existsSync(copy)) return copy;
  const part = mkdtempSync(`${copy}.`);
  // Links inside the package are relative and stay so; the list of links relies on the folder name `native`.
  cpSync(packaged, path.join(part, 'native'), { recursive: true, verbatimSymlinks: true });
  restoreLinks(path.join(part, 'native'));
  try {
    chmodSync(path.join(part, 'native'), 0o755);
    renameSync(path.join(part, 'native'), copy);
  } catch (error) {
    if (!existsSync(copy)) throw error; // otherwise another process was first
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return copy;
}
