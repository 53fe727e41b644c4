import type { IdbBatch } from './idb-batches.js';

/** Stands in GSYS_EXT_VCH1 of every simulated row: so that invented rows are known one by one, and found to be deleted. */
export const SIMULATED_MARK = 'chatmart simulate';

/** The columns of the text that `toIdbCopyText` writes, in its order; all others keep their defaults. */
export const IDB_COPY_COLUMNS = [
  'callid',
  'pseq',
  'type',
  'keyname',
  'value',
  'changetype',
  'gsys_seq',
  'added',
  'added_ts',
  'gsys_domain',
  'gsys_partition',
  'gsys_ext_vch1',
] as const;

const PIECE_BYTES = 1024 * 1024;
/** TYPE of user data; 2 would be reasons, 3 extensions. */
const TYPE_USER_DATA = 1;
/** DSS_ID of the session between ICON and Interaction Server. */
const DATA_SOURCE_SESSION = 101;

/** The rows in COPY's text format, in UTF-8, in pieces of about a megabyte. */
export function* toIdbCopyText(batches: Iterable<IdbBatch>): Generator<Buffer, void, undefined> {
  let piece = Buffer.allocUnsafe(PIECE_BYTES);
  let filled = 0;
  let sequence = 0;
  for (const batch of batches) {
    const head = `${batch.interactionId}\t0\t${TYPE_USER_DATA}\t`;
    const tail = toTail(batch.addedMs);
    let text = '';
    for (const [key, value, changeType] of batch.rows)
      text += `${head}${key}\t${value === null ? '\\N' : escapeText(value)}\t${changeType}\t${++sequence}${tail}`;
    // One character is three bytes at most (two for each half of a surrogate pair).
    if (filled + 3 * text.length > piece.length) {
      yield piece.subarray(0, filled);
      piece = Buffer.allocUnsafe(Math.max(PIECE_BYTES, 3 * text.length));
      filled = 0;
    }
    // Batch by batch: one non-Latin name would make the whole of a longer string slow to encode.
    filled += piece.write(text, filled);
  }
  yield piece.subarray(0, filled);
}

function toTail(addedMs: number): string {
  const added = new Date(addedMs).toISOString().slice(0, 23).replace('T', ' ');
  const addedTs = Math.floor(addedMs / 1000);
  const day = Math.floor(addedTs / 86_400);
  return `\t${added}\t${addedTs}\t${DATA_SOURCE_SESSION}\t${day}\t${SIMULATED_MARK}\n`;
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escapeText = (text: string): string => (SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character]!) : text);
