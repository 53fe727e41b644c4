import { ConfigError } from '../model/errors.js';

/** Decodes bytes of the IDB's encoding; tells `onBadBytes` when some of them are no text and U+FFFD stands for them. */
export type TextDecode = (bytes: Uint8Array, onBadBytes: () => void) => string;

const isAscii = (bytes: Uint8Array): boolean => {
  for (const byte of bytes) if (byte > 0x7f) return false;
  return true;
};

/** Encodings of PostgreSQL and what the WHATWG encoding standard calls them. */
const LABELS = new Map([
  ['UTF8', 'utf-8'],
  ['SQL_ASCII', 'utf-8'],
  ['LATIN2', 'iso-8859-2'],
  ['LATIN3', 'iso-8859-3'],
  ['LATIN4', 'iso-8859-4'],
  ['LATIN5', 'iso-8859-9'],
  ['LATIN6', 'iso-8859-10'],
  ['LATIN7', 'iso-8859-13'],
  ['LATIN8', 'iso-8859-14'],
  ['LATIN9', 'iso-8859-15'],
  ['LATIN10', 'iso-8859-16'],
  ['ISO_8859_5', 'iso-8859-5'],
  ['ISO_8859_6', 'iso-8859-6'],
  ['ISO_8859_7', 'iso-8859-7'],
  ['ISO_8859_8', 'iso-8859-8'],
  ['WIN866', 'ibm866'],
  ['WIN874', 'windows-874'],
  ['WIN1250', 'windows-1250'],
  ['WIN1251', 'windows-1251'],
  ['WIN1252', 'windows-1252'],
  ['WIN1253', 'windows-1253'],
  ['WIN1254', 'windows-1254'],
  ['WIN1255', 'windows-1255'],
  ['WIN1256', 'windows-1256'],
  ['WIN1257', 'windows-1257'],
  ['WIN1258', 'windows-1258'],
  ['KOI8R', 'koi8-r'],
  ['KOI8U', 'koi8-u'],
  ['EUC_CN', 'gbk'],
  ['EUC_JP', 'euc-jp'],
  ['EUC_KR', 'euc-kr'],
]);

/** The decoder for a server encoding of PostgreSQL. Errors: `ConfigError` for one that is not known here. */
export function createTextDecode(serverEncoding: string): TextDecode {
  if (serverEncoding === 'LATIN1') return (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const label = LABELS.get(serverEncoding);
  if (label === undefined)
    throw new ConfigError('idb-encoding-unknown', `The IDB is encoded in ${serverEncoding}, which cannot be decoded`, {
      hint: `Nothing was written. Known are ${[...LABELS.keys(), 'LATIN1'].join(', ')}.`,
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

/** Decodes the raw text of a discard: where U+FFFD stands, bytes were no text when they came. */
export const decodeDiscardedText: TextDecode = (bytes, onBadBytes) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  if (text.includes('\ufffd')) onBadBytes();
  return text;
};
