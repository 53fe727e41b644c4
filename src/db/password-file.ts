import { readFileSync, statSync, type Stats } from 'node:fs';
import { readUtf8, unreadableText } from '../model/file-text.js';
import { DEFAULT_PORT, type Server } from '../model/server-list.js';
import { defaultHost } from './login.js';

/** What a password is looked for. */
export interface PasswordKey extends Server {
  readonly database: string;
  readonly user: string;
}

/** A password and the number of its line, or why there is none, in a clause. */
export type FoundPassword = { readonly password: string; readonly line: number } | { readonly missing: string };

/**
 * What libpq finds in a password file (fe-connect.c, passwordFromFile): the first line that matches counts, even if its password is empty;
 * a file that is open to others is passed over. Lines are `host:port:database:user:password`, with `*` for any and a backslash before a
 * colon or backslash; one that begins with # is a comment.
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

/** What libpq takes as it is, and whoever wrote the file did not see. */
function oddness(bytes: Buffer): string {
  const read = readUtf8(bytes);
  if ('problem' in read) return `; it ${read.problem}`;
  // A mark is left out of the text.
  return bytes.length > Buffer.byteLength(read.text) ? '; it begins with a byte order mark, which makes its first line another one' : '';
}

/** As libpq has it; of root it makes no exception here. Windows has no such mode. */
function unusableFor(status: Stats): string | undefined {
  if (!status.isFile()) return 'is not a plain file, and passed over';
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0)
    return `is open to others (mode ${(status.mode & 0o777).toString(8).padStart(4, '0')}), and passed over: chmod 600`;
  return undefined;
}

/** The password of a line whose first fields match; undefined: it is for others, or a comment, for no host begins with #. */
function matchLine(line: string, fields: readonly string[]): string | undefined {
  let rest: string | undefined = line;
  for (const field of fields) {
    rest = matchField(rest, field);
    if (rest === undefined) return undefined;
  }
  // What follows a further colon is no part of it.
  return /^(?:\\.|[^:\\]|\\$)*/s.exec(rest)![0].replace(/\\(.)/gs, '$1');
}

/** What comes after a field and its colon, if the field is `expected` or `*`. A colon that `expected` has needs no backslash. */
function matchField(text: string, expected: string): string | undefined {
  if (text.startsWith('*:')) return text.slice(2);
  let at = 0;
  for (const unit of expected.split('')) {
    if (text[at] === '\\') at++;
    if (text[at++] !== unit) return undefined;
  }
  return text[at] === ':' ? text.slice(at + 1) : undefined;
}
