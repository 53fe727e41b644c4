import { ConfigError } from '../model/errors.js';
import { SINGLE_BYTE_ENCODINGS, toSingleByteCharacters } from './single-byte-characters.js';

/** Decodes bytes of the IDB's encoding. Calls `onBadBytes` if some are invalid; U+FFFD replaces those. */
export type TextDecode = (bytes: Uint8Array, onBadBytes: () => void) => string;

const isAscii = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
};

/** PostgreSQL's multi-byte encodings and their names in the WHATWG encoding standard. */
const LABELS = new Map([
  ['UTF8', 'utf-8'],
  ['SQL_ASCII', 'utf-8'],
  ['EUC_CN', 'gbk'],
  ['EUC_JP', 'euc-jp'],
  ['EUC_KR', 'euc-kr'],
]);

/** Returns the decoder for a PostgreSQL server encoding. Throws `ConfigError` for an unsupported encoding. */
export function createTextDecode(serverEncoding: string): TextDecode {
  const characters = toSingleByteCharacters(serverEncoding);
  return characters === null ? createMultiByteDecode(serverEncoding) : createSingleByteDecode(characters);
}

const createSingleByteDecode =
  (characters: readonly string[]): TextDecode =>
  (bytes, onBadBytes) => {
    let text = '';
    for (const byte of bytes) text += characters[byte]!;
    if (text.includes('\ufffd')) onBadBytes();
    return text;
  };

function createMultiByteDecode(serverEncoding: string): TextDecode {
  const label = LABELS.get(serverEncoding);
  if (label === undefined)
    throw new ConfigError('idb-encoding-unknown', `The IDB has encoding ${serverEncoding}, which cannot be decoded`, {
      state: 'nothing-written',
      next: `Supported encodings: ${[...LABELS.keys(), ...SINGLE_BYTE_ENCODINGS].join(', ')}.`,
    });
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder(label, { ignoreBOM: true });
  return (bytes, onBadBytes) => {
    if (bytes.length < 64 && isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    try {
      return strict.decode(bytes);
    } catch {
      onBadBytes();
      return lenient.decode(bytes);
    }
  };
}

/** Decodes the raw text of a discard. U+FFFD marks bytes that were invalid in the IDB. */
export const decodeDiscardedText: TextDecode = (bytes, onBadBytes) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (text.includes('\ufffd')) onBadBytes();
  return text;
};

/** A text as dimensions store it: NFC, trimmed, at most `maxLength` code points. */
export function cleanText(raw: string, maxLength: number): { readonly text: string; readonly isCut: boolean } {
  const text = raw.normalize('NFC').trim();
  // A code point is one or two UTF-16 units, so a short text cannot be too long.
  if (text.length <= maxLength) return { text, isCut: false };
  const points = Array.from(text);
  return points.length <= maxLength ? { text, isCut: false } : { text: points.slice(0, maxLength).join('').trimEnd(), isCut: true };
}
