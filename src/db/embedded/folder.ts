import type { Log } from '../../model/log.js';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import { canEnter, type ServerAccount } from './account.js';
import { breaksInitdb } from './binaries.js';

/** File in CHATMART_HOME that names the folder used instead. */
const REMEMBERED = 'server-folder';

/** Parents of a substitute folder: state folders first, because temporary folders are cleaned. */
const SUBSTITUTE_PARENTS = ['/var/lib', '/var/tmp', '/tmp'];

/**
 * The folder for the server's data: `home`; or, if the server's account cannot enter it (root's home folder), or the programs must be
 * copied but cannot run there, a randomly named folder that only this user can write, remembered in `home`.
 */
export async function findServerFolder(
  home: string,
  account: ServerAccount,
  { log, copiesPrograms }: { readonly log: Log; readonly copiesPrograms: () => Promise<boolean> },
): Promise<string> {
  const made = makeHome(home, account);
  const remembered = readRemembered(made);
  if (remembered !== undefined) return remembered;
  if (!canEnter(made, account)) return makeSubstitute(made, account, log, `The server's account cannot enter ${made}`);
  if (breaksInitdb(made) && (await copiesPrograms()))
    return makeSubstitute(made, account, log, `PostgreSQL's initdb cannot work below ${made}, because of characters in that name`);
  return made;
}

function makeHome(home: string, account: ServerAccount): string {
  try {
    const isNew = makeFolder(home);
    // The server's account must pass through it but need not list it.
    if (isNew) chmodSync(home, account.uid === undefined ? 0o700 : 0o711);
    return realpathSync(home); // a server is recognised by its folder's path, which must be the same for all processes
  } catch (cause) {
    throw new ConfigError('bad-home', `The folder ${home} cannot be created: ${(cause as Error).message}`, {
      cause,
      next: 'Set CHATMART_HOME to a folder that you can write to.',
    });
  }
}

/** Creates a folder and its parents one by one: recursive `mkdirSync` never returns where a folder like /proc refuses new ones. */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
  return true;
}

/** The folder remembered in a home as its substitute, if any. */
export function readRemembered(home: string): string | undefined {
  const file = path.join(home, REMEMBERED);
  if (!existsSync(file)) return undefined;
  const folder = readFileSync(file, 'utf8').trim();
  if (!existsSync(folder)) {
    rmSync(file);
    return undefined;
  }
  if (isOurs(folder)) return folder;
  throw new ConfigError('unsafe-server-folder', `Other users can write to ${folder}, which ${file} names, or it is not a folder`, {
    state: 'nothing-done',
    next: `Check who changed it. Then remove ${file} to start with an empty server.`,
  });
}

/** Whether a real folder belongs to this user and is writable only by them: anyone else with write access could put a server there. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function makeSubstitute(home: string, account: ServerAccount, log: Log, why: string): string {
  for (const parent of SUBSTITUTE_PARENTS) {
    const folder = tryMakeFolder(parent, account);
    if (folder === undefined) continue;
    const chosen = remember(home, folder);
    log(`${why}: the server's data is in ${chosen} (remembered in ${path.join(home, REMEMBERED)})`);
    return chosen;
  }
  throw new ConfigError(
    'unreachable-home',
    `The account that PostgreSQL runs as cannot enter any of ${[home, ...SUBSTITUTE_PARENTS].join(', ')}`,
    {
      next: 'Set CHATMART_HOME to a folder outside your home folder, or run chatmart as an ordinary user.',
    },
  );
}

function tryMakeFolder(parent: string, account: ServerAccount): string | undefined {
  let folder: string;
  try {
    folder = mkdtempSync(path.join(parent, 'chatmart-'));
  } catch {
    return undefined; // missing or read-only: try the next one
  }
  chmodSync(folder, 0o711);
  if (canEnter(folder, account)) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

/** Writes the name atomically; two concurrent starters both use the first one's folder. */
function remember(home: string, folder: string): string {
  const file = path.join(home, REMEMBERED);
  const part = `${file}.${process.pid}`;
  writeFileSync(part, `${folder}\n`, { mode: 0o600 });
  try {
    linkSync(part, file);
    return folder;
  } catch (error) {
    const winner = readRemembered(home);
    if (winner === undefined) throw error;
    rmSync(folder, { recursive: true });
    return winner;
  } finally {
    rmSync(part);
  }
}
