/** PostgreSQL's single-byte encodings and the WHATWG encoding standard's name for each, or for the nearest one. */
const LABELS: Readonly<Record<string, string>> = {
  LATIN1: 'latin1',
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN5: 'iso-8859-9',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  // Some versions of Node lack iso-8859-16; CORRECTIONS below replaces every character in which it differs.
  LATIN10: 'iso-8859-2',
  ISO_8859_5: 'iso-8859-5',
  ISO_8859_6: 'iso-8859-6',
  ISO_8859_7: 'iso-8859-7',
  ISO_8859_8: 'iso-8859-8',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  KOI8R: 'koi8-r',
  KOI8U: 'koi8-u',
};

export const SINGLE_BYTE_ENCODINGS: readonly string[] = Object.keys(LABELS);

const CONTROLS = Array.from({ length: 32 }, (_, index) => String.fromCharCode(0x80 + index)).join('');

/** Where Node's decoder differs from PostgreSQL: these characters from a given byte on; U+FFFD if the byte is undefined. */
const CORRECTIONS: Readonly<Record<string, readonly [from: number, characters: string]>> = {
  // Some versions of Node decode WIN1252 as LATIN1.
  WIN1252: [0x80, '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ'],
  // The WHATWG standard decodes these two as WIN1252 and WIN1254.
  LATIN1: [0x80, CONTROLS],
  LATIN5: [0x80, CONTROLS],
  // Node returns the feminine ordinal of other code pages here.
  WIN1253: [0xaa, '\ufffd'],
  LATIN10: [0xa0, '\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ'],
};

/** In Windows code pages, a control or private-use character means that the byte is undefined. */
const UNDEFINED_IN_WINDOWS = /[\u0080-\u009f\uf8c1-\uf8c8]/;

/** The characters of a single-byte encoding by byte, as in PostgreSQL; U+FFFD for undefined bytes. Null for any other encoding. */
export function toSingleByteCharacters(encoding: string): readonly string[] | null {
  const label = LABELS[encoding];
  if (label === undefined) return null;
  const decoder = new TextDecoder(label);
  const [from, corrected] = CORRECTIONS[encoding] ?? [0, ''];
  return Array.from({ length: 256 }, (_, byte) => {
    const character = corrected[byte - from] ?? decoder.decode(Uint8Array.of(byte));
    return encoding.startsWith('WIN') && UNDEFINED_IN_WINDOWS.test(character) ? '\ufffd' : character;
  });
}
