import { beforeAll, expect, test } from 'vitest';
import { SINGLE_BYTE_ENCODINGS } from '../../src/transform/single-byte-characters.js';
import { createTextDecode } from '../../src/transform/decode-text.js';
import { emptyDatabase, query } from '../support/databases.js';

let url: string;

beforeAll(async () => {
  url = await emptyDatabase();
  // Null: PostgreSQL has no character for that byte.
  await query(
    url,
    `create function to_character(byte int, encoding name) returns text language plpgsql as $$
     begin return convert_from(set_byte('\\x00', 0, byte), encoding);
     exception when untranslatable_character or character_not_in_repertoire then return null; end $$`,
  );
});

const BYTES = Array.from({ length: 128 }, (_, index) => 128 + index);

function decodeByte(encoding: string, byte: number): string | null {
  const bad = { found: false };
  const text = createTextDecode(encoding)(Uint8Array.of(byte), () => (bad.found = true));
  expect(text === '\ufffd').toBe(bad.found);
  return bad.found ? null : text;
}

test.each(SINGLE_BYTE_ENCODINGS)('each byte of %s is the character that PostgreSQL takes it for', async (encoding) => {
  const rows = await query<{ character: string | null }>(
    url,
    'select to_character(byte, $1) as character from generate_series(128, 255) as byte order by byte',
    [encoding],
  );
  expect(BYTES.map((byte) => decodeByte(encoding, byte))).toEqual(rows.map(({ character }) => character));
});

test('all single-byte encodings that a database can have are known', async () => {
  const rows = await query<{ name: string }>(
    url,
    'select pg_encoding_to_char(number) as name from generate_series(0, 34) as number where pg_encoding_max_length(number) = 1',
  );
  expect(rows.map(({ name }) => name).filter((name) => name !== 'SQL_ASCII')).toEqual(expect.arrayContaining([...SINGLE_BYTE_ENCODINGS]));
  expect(rows).toHaveLength(SINGLE_BYTE_ENCODINGS.length + 1);
});
