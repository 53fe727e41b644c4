import { readFileSync, statSync, type Stats } from 'node:fs';
import { readUtf8, unreadableText } from '../model/file-text.js';
import { DEFAULT_PORT, type Server } from '../model/server-list.js';
import { defaultHost } from './login.js';

/** The server, database and user that a password is for. */
export interface PasswordKey extends Server {
  readonly database: string;
  readonly user: string;
}

/** A password and its line number, or a clause that says why there is none. */
export type FoundPassword = { readonly password: string; readonly line: number } | { readonly missing: string };

/**
 * Reads a password file like libpq (fe-connect.c, passwordFromFile): the first matching line counts, even if its password is empty; a file
 * with group or world access is ignored. Lines are `host:port:database:user:password`, with `*` for any and a backslash before a colon or
 * backslash; # starts a comment.
 */
export function readPasswordFile(file: string, key: PasswordKey): FoundPassword {
  let bytes: Buffer;
  try {
    const status = statSync(file);
    const unusable = unusableFor(status);
    if (unusable !== undefined) return { missing: `${file} ${unusable}` };
    bytes = readFileSync(file);
  } catch (error) {
    return { missing: `${file} cannot be read: ${unreadableText((error as NodeJS.ErrnoException).code)}` };
  }
  const host = key.host === defaultHost() || key.host === '' ? 'localhost' : key.host;
  const fields = [host, String(key.port || DEFAULT_PORT), key.database, key.user];
  const lines = bytes.toString().split('\n');
  for (const [index, line] of lines.entries()) {
    const password = matchLine(line.replace(/[\r\n]+$/, ''), fields);
    if (password !== undefined) return { password, line: index + 1 };
  }
  return { missing: `no line of ${file} is for ${host === key.host ? 'it' : `localhost, as libpq calls that socket`}${oddness(bytes)}` };
}

/** Oddities that libpq accepts and the author of the file may have missed. */
function oddness(bytes: Buffer): string {
  const read = readUtf8(bytes);
  if ('problem' in read) return `; it ${read.problem}`;
  // The text leaves out a byte order mark.
  return bytes.length > Buffer.byteLength(read.text) ? '; it begins with a byte order mark, which becomes part of its first line' : '';
}

/** Same as libpq, with no exception for root. Windows has no such mode. */
function unusableFor(status: Stats): string | undefined {
  if (!status.isFile()) return 'is not a plain file and is ignored';
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0)
    return `is accessible to others (mode ${(status.mode & 0o777).toString(8).padStart(4, '0')}) and is ignored; run chmod 600`;
  return undefined;
}

/** The password of a line whose first fields match; undefined for other lines and comments, since no host begins with #. */
function matchLine(line: string, fields: readonly string[]): string | undefined {
  let rest: string | undefined = line;
  for (const field of fields) {
    rest = matchField(rest, field);
    if (rest === undefined) return undefined;
  }
  // The password ends at the next colon.
  return /^(?:\\.|[^:\\]|\\$)*/s.exec(rest)![0].replace(/\\(.)/gs, '$1');
}

/** The rest after a field and its colon, if the field is `expected` or `*`. A colon in `expected` needs no backslash in the file. */
function matchField(text: string, expected: string): string | undefined {
  if (text.startsWith('*:')) return text.slice(2);
  let at = 0;
  for (const unit of expected.split('')) {
    if (text[at] === '\\') at++;
    if (text[at++] !== unit) return undefined;
  }
  return text[at] === ':' ? text.slice(at + 1) : undefined;
}
