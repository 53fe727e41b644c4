import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import type { WrittenFile } from './data-file.js';
import { filesOf, MANIFEST, notOurs, readManifest, type ExportedFile, type Manifest, type Moment } from './manifest.js';

/** Holds what is not data, under a name that readers of lakes ignore. */
const WORK = '.chatmart-export';
const workPath = (folder: string, ...names: readonly string[]): string => path.join(folder, WORK, ...names);

/** Who may write to a folder: a random number of its own, for the lock. */
const CLAIM = 'claim.json';
/** What remains to be put in place; the export is decided once this file is there. */
const NEXT = 'next.json';
const STAGED = 'staged';
const PREVIOUS = 'previous';
const MOMENT = 'moment.json';

/** What the next export consists of. */
interface Next {
  readonly manifest: Manifest;
  /** Staged files by the path to which they belong. */
  readonly moves: Readonly<Record<string, string>>;
  readonly removes: readonly string[];
}

/**
 * Makes the folder if it is missing, and claims it. Returns its number. Errors: `export-folder-not-empty` for one that holds something else.
 * To be called before anything is read: two exports that begin at once agree on the number.
 */
export function claimFolder(folder: string): string {
  return orExplain(folder, () => {
    mkdirSync(folder, { recursive: true });
    const others = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'lost+found');
    const isOurs = readManifest(folder) !== undefined || existsSync(workPath(folder, NEXT));
    if (!isOurs && others.length > 0) throw notOurs(folder, `there is ${others.sort()[0]!}, but no ${MANIFEST}`);
    mkdirSync(workPath(folder, STAGED), { recursive: true });
    const file = workPath(folder, CLAIM);
    if (!existsSync(file)) {
      // A link appears with its content, and only one of two can make it.
      const draft = `${file}.${randomUUID()}`;
      writeFileSync(draft, JSON.stringify({ id: randomUUID() }));
      try {
        renameIfMissing(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
    }
    return (JSON.parse(readFileSync(file, 'utf8')) as { id: string }).id;
  });
}

function renameIfMissing(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // A file system without links.
    if (!existsSync(to)) renameSync(from, to);
  }
}

/** Where a file is written before it is put in place. Its name ends like no data. */
export const stagedPath = (folder: string, name: string): string => workPath(folder, STAGED, `${name}.part`);

/** What an interrupted export has staged under a name, if its rows are the same as now. */
export function findStaged(folder: string, name: string, versions: string): WrittenFile | undefined {
  const staged = readIfThere(`${stagedPath(folder, name)}.json`) as (WrittenFile & { readonly versions: string }) | undefined;
  if (staged?.versions !== versions || statSync(stagedPath(folder, name), { throwIfNoEntry: false })?.size !== staged.bytes)
    return undefined;
  const { rows, bytes, sha256 } = staged;
  return { rows, bytes, sha256 };
}

/** Records that a staged file is whole. */
export const recordStaged = (folder: string, name: string, versions: string, file: WrittenFile): void =>
  replaceFile(folder, `${stagedPath(folder, name)}.json`, JSON.stringify({ ...file, versions }));

/** The newest transaction that an interrupted export saw; undefined: none was interrupted. */
export const readStagedMoment = (folder: string): Moment | undefined => readIfThere(workPath(folder, STAGED, MOMENT)) as Moment | undefined;

export const recordStagedMoment = (folder: string, moment: Moment): void =>
  replaceFile(folder, workPath(folder, STAGED, MOMENT), JSON.stringify(moment));

/** A file that cannot be read was not finished. */
function readIfThere(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Deletes all that is staged. */
export function forgetStaged(folder: string): void {
  rmSync(workPath(folder, STAGED), { recursive: true, force: true });
  mkdirSync(workPath(folder, STAGED), { recursive: true });
}

/** Whether a file of the manifest is in its place. */
export const isInPlace = (folder: string, { path: name, bytes }: ExportedFile): boolean =>
  statSync(path.join(folder, name), { throwIfNoEntry: false })?.size === bytes;

/**
 * Puts the staged files in place, removes the files that are no longer part of the export, and replaces the manifest. Each step is a rename,
 * so that a reader finds every file whole, and `completeExport` continues it after a crash at any moment. Until the new manifest is there,
 * manifest.json names files that are as it says: before the first of them is replaced, those are linked under names of their own.
 */
export function installExport(folder: string, next: Next): void {
  replaceFile(folder, workPath(folder, NEXT), JSON.stringify(next));
  completeExport(folder);
}

/** Finishes an export that was decided, if there is one. Returns whether there was. */
export function completeExport(folder: string): boolean {
  const journal = workPath(folder, NEXT);
  if (!existsSync(journal)) return false;
  const { manifest, moves, removes } = JSON.parse(readFileSync(journal, 'utf8')) as Next;
  keepPrevious(folder, new Set([...Object.keys(moves), ...removes]));
  for (const [to, name] of Object.entries(moves)) {
    const from = stagedPath(folder, name);
    // If it is gone, it was put in place before the crash.
    if (!existsSync(from)) continue;
    mkdirSync(path.dirname(path.join(folder, to)), { recursive: true });
    renameSync(from, path.join(folder, to));
  }
  for (const name of removes) {
    rmSync(path.join(folder, name), { force: true });
    removeEmpty(path.dirname(path.join(folder, name)), folder);
  }
  for (const name of new Set([...Object.keys(moves), ...removes].map((each) => path.dirname(each)))) syncFolder(path.join(folder, name));
  replaceFile(folder, path.join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  rmSync(journal);
  rmSync(workPath(folder, PREVIOUS), { recursive: true, force: true });
  forgetStaged(folder);
  return true;
}

/** Lets the manifest of the previous export name links to those of its files that will be replaced or removed. */
function keepPrevious(folder: string, changed: ReadonlySet<string>): void {
  const before = readManifest(folder);
  if (before === undefined || !filesOf(before).some(({ file }) => changed.has(file.path))) return;
  mkdirSync(workPath(folder, PREVIOUS), { recursive: true });
  const keep = (file: ExportedFile): ExportedFile => {
    if (!changed.has(file.path) || !existsSync(path.join(folder, file.path))) return file;
    const kept = path.join(WORK, PREVIOUS, `${file.path.replaceAll('/', '.')}.kept`);
    linkOrCopy(path.join(folder, file.path), path.join(folder, kept));
    return { ...file, path: kept.replaceAll(path.sep, '/') };
  };
  const tables = Object.fromEntries(
    Object.entries(before.tables).map(([name, table]) => [name, { ...table, files: table.files.map(keep) }]),
  );
  replaceFile(folder, path.join(folder, MANIFEST), `${JSON.stringify({ ...before, tables }, null, 2)}\n`);
}

function linkOrCopy(from: string, to: string): void {
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function removeEmpty(folder: string, top: string): void {
  if (folder === top) return;
  try {
    rmdirSync(folder);
  } catch {
    // Something else is in it.
  }
}

/** Replaces a small file as a whole, on the disk as well. */
function replaceFile(folder: string, file: string, content: string): void {
  const draft = workPath(folder, `draft.${randomUUID()}`);
  writeFileSync(draft, content, { flush: true });
  renameSync(draft, file);
  syncFolder(path.dirname(file));
}

/** Makes renames in a folder last; where a system does not know this, it does without. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // A folder that was removed, or Windows.
  }
}

/** Runs work on the folder. Errors of the file system become a `ConfigError`. */
export function orExplain<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toFolderError(folder, error);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
};

/** An error of the file system as one that the operator can do something about; others as they are. */
export function toFolderError(folder: string, error: unknown): unknown {
  const { code, path: place, message } = error as NodeJS.ErrnoException;
  // Writing names no file, and the network has errors of its own.
  if (code === undefined || (place === undefined && REASONS[code] === undefined)) return error;
  return new ConfigError('export-not-writable', `The export cannot be written to ${folder}: ${REASONS[code] ?? message}`, {
    cause: error,
    state: 'nothing-changed',
    next: 'Make room or grant the right, or name another folder with --output. What is already written is used again.',
    again: 'then',
  });
}
