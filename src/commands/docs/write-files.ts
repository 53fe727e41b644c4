import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';
import { counted } from '../../model/text.js';

/** A file under the folder, by its path with slashes. */
export interface DocsFile {
  readonly path: string;
  readonly text: string;
}

/** Names the files that chatmart wrote into a folder, so that the next call can replace and remove them, and nothing else. */
const LIST = 'chatmart-docs.json';

/** What became of the files. */
export interface WrittenFiles {
  readonly files: number;
  readonly changed: number;
  readonly removed: number;
}

/**
 * Writes files into a folder, each as a whole, and removes those of an earlier call that are no longer made. Files that are the same are not
 * touched. Errors: `ConfigError`, for a file that somebody else wrote before anything is written.
 */
export function writeFiles(folder: string, files: readonly DocsFile[]): WrittenFiles {
  try {
    const earlier = readList(folder);
    const read = (name: string): string | undefined => {
      const file = path.join(folder, name);
      return existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
    };
    const changed = files.filter(({ path: name, text }) => read(name) !== text);
    const foreign = changed.find(({ path: name }) => !earlier.includes(name) && existsSync(path.join(folder, name)));
    if (foreign !== undefined) throw toForeignError(folder, foreign.path);
    const names = files.map((file) => file.path).sort();
    const removed = earlier.filter((name) => !names.includes(name) && read(name) !== undefined);
    // The list first, with the old names too: what a kill leaves is known to the next call.
    writeWhole(path.join(folder, LIST), toList([...new Set([...earlier, ...names])].sort()));
    for (const { path: name, text } of changed) writeWhole(path.join(folder, name), text);
    for (const name of removed) rmSync(path.join(folder, name));
    writeWhole(path.join(folder, LIST), toList(names));
    return { files: files.length, changed: changed.length, removed: removed.length };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(
      'output-not-writable',
      `The dictionary cannot be written to ${folder}: ${(cause as Error).message.replace(/, .*$/, '')}`,
      {
        cause,
        state: 'committed-stays',
        next: 'Name another folder, or give the account that runs this program the right to write there.',
        again: 'then',
      },
    );
  }
}

/** Whatever the list says, nothing outside the folder is touched. */
function readList(folder: string): string[] {
  const file = path.join(folder, LIST);
  if (!existsSync(file)) return [];
  try {
    const { files } = JSON.parse(readFileSync(file, 'utf8')) as { readonly files: unknown };
    if (!Array.isArray(files)) return [];
    return files.filter((name): name is string => typeof name === 'string' && isInside(folder, name));
  } catch (cause) {
    if (cause instanceof SyntaxError) return [];
    throw cause;
  }
}

const isInside = (folder: string, name: string): boolean => {
  const relative = path.relative(path.resolve(folder), path.resolve(folder, name));
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};

const toList = (files: readonly string[]): string => `${JSON.stringify({ writtenBy: 'chatmart docs', files }, undefined, 2)}\n`;

function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const part = path.join(path.dirname(file), `.chatmart-${randomUUID()}.part`);
  try {
    writeFileSync(part, text, { flag: 'wx' });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

const toForeignError = (folder: string, name: string): ConfigError =>
  new ConfigError('docs-folder-in-use', `${path.join(folder, name)} was not written by chatmart docs`, {
    state: 'nothing-changed',
    next: 'Name an empty folder, or move that file away.',
    again: 'then',
  });

/** The sentence about what was written. */
export const toWrittenText = (folder: string, { files, changed, removed }: WrittenFiles): string =>
  `${counted(files, 'file')} in ${folder}: ${changed === 0 ? 'none' : changed} changed${removed === 0 ? '' : `, ${removed} removed`}.\n`;
