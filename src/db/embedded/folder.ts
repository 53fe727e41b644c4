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

/** File in CHATMART_HOME that names the folder used instead of it. */
const REMEMBERED = 'server-folder';

/** Where a substitute may be: state folder first, for temporary folders are cleaned. */
const SUBSTITUTE_PARENTS = ['/var/lib', '/var/tmp', '/tmp'];

/**
 * The folder that holds the server's data: `home`, or where the server's account cannot enter that (root's own home folder), or its programs
 * have to be copied and cannot be there, a folder of a random name that only this user can write, remembered in `home`.
 */
export function findServerFolder(
  home: string,
  account: ServerAccount,
  { log, copiesPrograms }: { readonly log: (line: string) => void; readonly copiesPrograms: boolean },
): string {
  const made = makeHome(home, account);
  const remembered = readRemembered(made);
  if (remembered !== undefined) return remembered;
  if (!canEnter(made, account)) return makeSubstitute(made, account, log, `The server's account cannot enter ${made}`);
  if (copiesPrograms && breaksInitdb(made))
    return makeSubstitute(made, account, log, `PostgreSQL's initdb cannot work below ${made}, for the signs in that name`);
  return made;
}

function makeHome(home: string, account: ServerAccount): string {
  try {
    const isNew = makeFolder(home);
    // The server's account must get through, but need not look around.
    if (isNew) chmodSync(home, account.uid === undefined ? 0o700 : 0o711);
    return realpathSync(home); // a server on a folder is recognised by the folder's path, which must be the same for all
  } catch (cause) {
    throw new ConfigError('bad-home', `The folder ${home} cannot be created: ${(cause as Error).message}`, {
      cause,
      next: 'Set CHATMART_HOME to a folder that you can write to.',
    });
  }
}

/** Makes a folder and those above it, one by one: `mkdirSync` with `recursive` never ends where a folder like /proc takes none. */
function makeFolder(folder: string): boolean {
  if (existsSync(folder)) return false;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
  return true;
}

/** The folder that is used instead of a home, if one is remembered there. */
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

/** A real folder that belongs to this user and that nobody else can write: whoever could, could put a server of his own there. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

function makeSubstitute(home: string, account: ServerAccount, log: (line: string) => void, why: string): string {
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
    return undefined; // missing or read-only: the next one is tried
  }
  chmodSync(folder, 0o711);
  if (canEnter(folder, account)) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

/** Writes the name down, whole or not at all; of two starters at once the first one's folder is taken by both. */
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
