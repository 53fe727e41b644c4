/** A position in a text, both parts counted from 1; columns are characters as editors count them. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** First bytes of files that are not text. */
const KINDS: readonly (readonly [start: string, kind: string])[] = [
  ['1f8b', 'is compressed by gzip'],
  ['504b0304', 'is a ZIP archive'],
  ['28b52ffd', 'is compressed by zstd'],
  ['fd377a58', 'is compressed by xz'],
  ['25504446', 'is a PDF'],
  ['7f454c46', 'is a program'],
];

/** UTF-16, recognized by a byte order mark or by the zero bytes of the first letters; Notepad and PowerShell write it. */
const UTF_16: readonly (readonly [start: RegExp, encoding: string])[] = [
  [/^fffe0000|^0000feff|^..000000|^000000/, 'UTF-32'],
  [/^fffe|^(?!00)..00(?!00)..00/, 'UTF-16 LE'],
  [/^feff|^00(?!00)..00(?!00)/, 'UTF-16 BE'],
];

/**
 * The text of a UTF-8 file without byte order mark; or what the file is instead: the rest of a sentence that begins with its name. Never
 * repeats the content.
 */
export function readUtf8(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  const start = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  const kind = KINDS.find(([beginning]) => start.startsWith(beginning))?.[1];
  if (kind !== undefined) return { problem: kind };
  const encoding = UTF_16.find(([beginning]) => beginning.test(start))?.[1];
  if (encoding !== undefined) return { problem: `is encoded in ${encoding}; save it in UTF-8` };
  try {
    // The decoder drops a byte order mark.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder('utf-8').decode(bytes);
    return { problem: `is not encoded in UTF-8 (${toPlaceText(placeIn(text, text.indexOf('\uFFFD')))}); save it in UTF-8` };
  }
}

/** Line and column of an offset. */
export function placeIn(text: string, offset: number): TextPlace {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length, column: Array.from(lines.at(-1)!).length + 1 };
}

export const toPlaceText = ({ line, column }: TextPlace): string => `line ${line}, column ${column}`;

/** Why a file cannot be read, by Node's code. */
export function unreadableText(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'the account that runs this program may not read it';
    case 'ENOTDIR':
      return 'part of its path is a file';
    case 'ELOOP':
      return 'it is a circular link';
    default:
      return String(code);
  }
}
