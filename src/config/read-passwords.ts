import path from 'node:path';
import { readUtf8, unreadableText } from '../model/file-text.js';
import { counted } from '../model/text.js';
import { readFileSync, statSync } from 'node:fs';

/** A password file, and the setting that named it. */
export interface PasswordFile {
  readonly file: string;
  readonly place: string;
  /** systemd created it for this service alone; its mode then does not show who may read it. */
  readonly isCredential: boolean;
}

/** Where the password of a database is: the file, and the database's position among those of a setting. */
export interface PasswordPlace extends PasswordFile {
  readonly index: number;
  readonly count: number;
}

/** The file that systemd's LoadCredential created under this name, if there is one. */
export function findCredential(name: string, environment: Readonly<Record<string, string | undefined>>): PasswordFile | undefined {
  const folder = environment['CREDENTIALS_DIRECTORY'];
  if (folder === undefined || folder === '') return undefined;
  const file = path.join(folder, name);
  const place = `${name} in $CREDENTIALS_DIRECTORY`;
  return statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : { file, place, isCredential: true };
}

/** The lines of a password file, one for each of `count` databases, or one for all; or why it cannot be used, without any password. */
export function readPasswords({ file, place, isCredential }: PasswordFile, count: number): { passwords: string[] } | { problem: string } {
  let text: string;
  try {
    const status = statSync(file);
    if (status.isDirectory()) return { problem: `${place}: ${file} cannot be read: ${unreadableText('EISDIR')}` };
    if (!isCredential && isOpenToOthers(status))
      return { problem: `${place}: ${file} is accessible to others (mode ${toModeText(status.mode)}); run chmod 600 ${file}` };
    const read = readUtf8(readFileSync(file));
    if ('problem' in read) return { problem: `${place}: ${file} ${read.problem}` };
    ({ text } = read);
  } catch (error) {
    return { problem: `${place}: ${file} cannot be read: ${unreadableText((error as NodeJS.ErrnoException).code)}` };
  }
  // White space may be part of a password; line ends are not.
  const lines = text.replace(/(\r?\n)+$/, '').split(/\r?\n/);
  if (lines.some((line) => line === '')) return { problem: `${place}: ${file} has an empty line where a password is expected` };
  if (lines.length === 1) return { passwords: Array.from({ length: count }, () => lines[0]!) };
  if (lines.length === count) return { passwords: lines };
  return {
    problem: `${place}: ${file} has ${counted(lines.length, 'line')}; it must have one password, or one for each of the ${counted(count, 'database')}`,
  };
}

/** Reads the current password of one database from its file. */
export function readPassword(place: PasswordPlace): { password: string; place: string } | { missing: string } {
  const { file, isCredential, index, count } = place;
  const read = readPasswords(place, count);
  if ('problem' in read) return { missing: read.problem };
  return { password: read.passwords[index]!, place: isCredential ? `${file}, which is as it was when systemd started the service` : file };
}

/**
 * Whether a secret file is open to more users than libpq allows. A file owned by root may be readable by its group, so that a service
 * account can read what root or Kubernetes put there. Windows has no such mode.
 */
export const isOpenToOthers = ({ mode, uid }: { readonly mode: number; readonly uid: number }): boolean =>
  process.platform !== 'win32' && (mode & (uid === 0 ? 0o037 : 0o077)) !== 0;

/** A file's mode in octal, as chmod takes it. */
export const toModeText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');
