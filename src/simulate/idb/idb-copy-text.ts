import type { IdbBatch } from './idb-batches.js';

/** Stored in GSYS_EXT_VCH1 of every simulated row, so that simulated rows can be identified and deleted. */
export const SIMULATED_MARK = 'chatmart simulate';

/** The columns written by `toIdbCopyText`, in its order; all others keep their defaults. */
export const IDB_COPY_COLUMNS = [
  'callid',
  'type',
  'keyname',
  'value',
  'changetype',
  'gsys_seq',
  'added',
  'added_ts',
  'gsys_ext_vch1',
] as const;

const PIECE_BYTES = 1024 * 1024;
/** Upper bound for a row without key and value. */
const ROW_BYTES = 256;
/** TYPE of user data; reasons are 2, extensions 3. */
const TYPE_USER_DATA = 1;

/**
 * Rows in COPY's text format, in UTF-8, in pieces of about a megabyte. With `ids`, each row starts with the column `id`. Bytes are written
 * in place: there are hundreds of millions of them, and joining strings first takes half as long again.
 */
export function* toIdbCopyText(batches: Iterable<IdbBatch>, ids?: () => number): Generator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  let sequence = 0;

  for (const { interactionId, addedMs, rows } of batches) {
    const head = Buffer.from(`${interactionId}\t${TYPE_USER_DATA}\t`, 'latin1');
    const tail = Buffer.from(toTail(addedMs), 'latin1');
    for (const [key, value, changeType] of rows) {
      // A UTF-16 unit takes at most three bytes (two for each half of a surrogate pair), an escaped character two.
      const most = ROW_BYTES + 3 * (key.length + (value?.length ?? 0));
      if (filled + most > piece.length) {
        yield piece.subarray(0, filled);
        piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, most));
        filled = 0;
      }
      if (ids !== undefined) filled = putPlain(piece, filled, `${ids()}\t`);
      piece.set(head, filled);
      filled += head.length;
      filled = putText(piece, filled, key);
      filled = putPlain(piece, filled, '\t');
      filled = value === null ? putPlain(piece, filled, '\\N') : putText(piece, filled, value);
      filled = putPlain(piece, filled, `\t${changeType}\t${++sequence}`);
      piece.set(tail, filled);
      filled += tail.length;
    }
  }
  yield piece.subarray(0, filled);
}

/** Writes ASCII without escapes. Returns the end position. */
function putPlain(piece: Buffer, start: number, text: string): number {
  const { length } = text;
  for (let index = 0; index < length; index++) piece[start + index] = text.charCodeAt(index);
  return start + length;
}

/** Writes any text. Returns the end position. */
function putText(piece: Buffer, start: number, text: string): number {
  const { length } = text;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0x7f || code < 0x20 || code === BACKSLASH) return start + piece.write(escapeText(text), start);
    piece[start + index] = code;
  }
  return start + length;
}

function toTail(addedMs: number): string {
  const added = new Date(addedMs).toISOString().slice(0, 23).replace('T', ' ');
  return `\t${added}\t${Math.floor(addedMs / 1000)}\t${SIMULATED_MARK}\n`;
}

const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escapeText = (text: string): string => text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!);
