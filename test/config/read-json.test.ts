import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfigFile } from '../../src/config/config-file.js';
import { readJson } from '../../src/model/read-json.js';
import { readUtf8 } from '../../src/model/file-text.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { expectText } from '../support/expect-text.js';

/** The problems of a configuration file with this content, without the folder's name. */
function problemsOf(content: string | Buffer): readonly string[] {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'chatmart.config.json'), content, { mode: 0o600 });
  return readConfigFile(undefined, folder).problems.map((problem) => problem.replaceAll(folder, '<folder>'));
}
/** The same without their common beginning. */
const told = (content: string): string =>
  problemsOf(content)
    .map((problem) => problem.replace('<folder>/chatmart.config.json is not valid JSON ', ''))
    .join('\n');

describe('what is wrong in a file that is not JSON, and where', () => {
  test.each<[string, string, string]>([
    ['nothing', '', '(line 1, column 1): it is empty; write {} to set nothing'],
    ['blanks', ' \n\t\n', '(line 3, column 1): it is empty'],
    [
      'YAML',
      '# mine\nidb-url: postgres://u:hidden@h/x\nmart-url: y\n',
      '(line 1, column 1): it looks like YAML; chatmart.config.json is JSON',
    ],
    ['YAML with ---', '---\n- idb-url\n', '(line 1, column 1): it looks like YAML'],
    ['TOML', '[databases]\nidb-url = "hidden"\n', '(line 1, column 1): it looks like TOML or INI'],
    ['INI', 'idb-url=hidden\n', '(line 1, column 1): it looks like TOML or INI'],
    ['variables', 'export CHATMART_IDB_URL=hidden\n', '(line 1, column 1): it looks like a list of environment variables'],
    ['XML', '\n  <config/>', '(line 2, column 3): it looks like XML or HTML'],
    ['JavaScript', 'module.exports = {}', '(line 1, column 1): it looks like JavaScript'],
    ['a URL', 'postgres://u:hidden@h/x', '(line 1, column 1): a value without quotation marks'],
    ['no braces', '"home": "hidden"', '(line 1, column 1): a { is missing around the settings'],
    ['two values', '{}\n{}', '(line 2, column 1): extra text after the end'],
    [
      'a comment',
      '{\n  // mine\n  "home": "x" /* and */\n}',
      '(line 2, column 3): a comment, which JSON does not allow\n(line 3, column 15): a comment',
    ],
    ['a comma at the end', '{"home": "x",\n}', '(line 1, column 13): a comma before }; remove it'],
    ['an extra comma', '{"home": "x",,"log-level": "info"}', '(line 1, column 14): an extra comma'],
    ['no comma', '{"home": "x"\n "log-level": "info"}', '(line 2, column 2): a comma is missing before this'],
    ['single quotes', "{'home': 'x'}", '(line 1, column 2): a string in quotation marks other than "\n(line 1, column 10): a string'],
    ['typographic quotes', '{“home”: “x”}', '(line 1, column 2): a string in quotation marks other than "\n(line 1, column 10): a string'],
    ['no quotes at a key', '{home: "x"}', '(line 1, column 2): a key without quotation marks; put it in "'],
    ['no quotes at a value', '{"home": hidden}', '(line 1, column 10): a value without quotation marks; put it in "'],
    ['a word of another language', '{"run-maintain": True}', '(line 1, column 18): a value without quotation marks'],
    ['=', '{"home" = "x"}', '(line 1, column 9): = where : is expected'],
    ['no :', '{"home" "x"}', '(line 1, column 9): a : is missing after the key'],
    ['no value', '{"home": , "pg-bin": }', '(line 1, column 10): a value is missing here\n(line 1, column 22): a value is missing here'],
    ['no end', '{\n"home": "x"', '(line 2, column 12): the file ends before the } that closes line 1'],
    [
      'no end of a text',
      '{"home": "hidden,\n "pg-bin": "x"}',
      '(line 1, column 10): a string that does not end on its line; a quotation mark is missing',
    ],
    ['another bracket', '{"home": "x"]', '(line 1, column 13): ] where } is expected'],
    ['a path of Windows', '{"home": "C:\\Users\\me"}', '(line 1, column 13): a \\ that is not part of an escape; write \\\\'],
    ['a tab in a text', '{"home": "a\tb"}', '(line 1, column 12): a tab or another control character in a string'],
    ['a blank of a web page', '{\u00A0"home": "x"}', '(line 1, column 2): a special space character, as copied from a web page'],
    ['a key twice', '{"home": "hidden",\n "home": "hidden"}', '(line 2, column 2): the key "home" again; line 1 already has it'],
    ['a leading zero', '{"etl-frequency": 05}', '(line 1, column 19): a value without quotation marks'],
    ['characters beyond the first plane', '{"home": "😀" x}', '(line 1, column 14): a comma is missing before this'],
  ])('%s', (_, content, expected) => {
    const text = told(content);
    expect(text.startsWith(expected) ? expected : text).toBe(expected);
    expect(text).not.toContain('hidden');
  });

  test('all at once', () => {
    expectText(problemsOf(`{\n  // databases\n  home: 'x',\n  "mart-schema": "a" "idb-schema": "b",\n}`));
    expectText(problemsOf('{\n  "hom": "x",\n  "mart-schema": 1\n}'));
  });

  test('many problems take no time, and a few are told', () => {
    const began = performance.now();
    expect(problemsOf(`{${'a '.repeat(500_000)}}`)).toHaveLength(20);
    expect(problemsOf('['.repeat(500_000)).length).toBeLessThan(3);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('the encoding of a file', () => {
  const settings = '{"mart-schema": "other"}';

  test('a UTF-8 byte order mark is ignored', () => {
    expect(problemsOf(`\uFEFF${settings}`)).toEqual([]);
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'chatmart.config.json'), `\uFEFF${settings}\r\n`);
    expect(readConfigFile(undefined, folder).values).toEqual({ 'mart-schema': 'other' });
  });

  test.each<[string, Buffer]>([
    ['is encoded in UTF-16 LE; save it in UTF-8', Buffer.from(`\uFEFF${settings}`, 'utf16le')],
    ['is encoded in UTF-16 LE; save it in UTF-8', Buffer.from(settings, 'utf16le')],
    ['is encoded in UTF-16 BE; save it in UTF-8', Buffer.from(`\uFEFF${settings}`, 'utf16le').swap16()],
    ['is encoded in UTF-16 BE; save it in UTF-8', Buffer.from(settings, 'utf16le').swap16()],
    ['is encoded in UTF-32; save it in UTF-8', Buffer.from('fffe00007b000000', 'hex')],
    ['is not encoded in UTF-8 (line 2, column 6); save it in UTF-8', Buffer.from('{\n"mart\xe4": ""}', 'latin1')],
    ['is compressed by gzip', Buffer.from('1f8b0800', 'hex')],
    ['is a ZIP archive', Buffer.from('PK\x03\x04')],
  ])('%s', (problem, content) => {
    expect(problemsOf(content)).toEqual([`<folder>/chatmart.config.json ${problem}`]);
  });

  test('text of any kind is text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 5 }), (text) => {
        const read = readUtf8(Buffer.from(text));
        // A zero character makes it invalid.
        if (!text.includes('\0')) expect(read).toEqual({ text: text.replace(/^\uFEFF/, '') });
      }),
    );
  });
});

test('a folder, a missing file, a path through a file and a circular link', () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'folder'));
  writeFileSync(path.join(folder, 'file'), '');
  symlinkSync(path.join(folder, 'link'), path.join(folder, 'link'));
  const problems = ['folder', 'nothing', 'file/x', 'link'].map((name) => readConfigFile(name, folder).problems.join());
  expectText(problems.map((problem) => problem.replaceAll(folder, '')));
});

test('what it takes and refuses is what JSON is', () => {
  const isJson = (text: string): boolean => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const isTaken = (text: string): boolean => {
    const read = readJson(text, 'a file of settings is JSON');
    // Duplicate keys are valid JSON, but still refused.
    return 'content' in read || read.problems.every((problem) => problem.includes(' again; line '));
  };
  const pieces = fc.constantFrom(
    ...Array.from('{}[],:"\'\\/ \n\tu0aé1-.e#'),
    '"a"',
    '"a":',
    'true',
    'null',
    '{"a":1}',
    '\\u00e9',
    '//',
    '/*',
    '*/',
  );
  const broken = fc.array(pieces, { maxLength: 12 }).map((each) => each.join(''));
  const whole = fc.json({ maxDepth: 4 });
  const damaged = fc.tuple(whole, fc.nat(), fc.nat(3)).map(([text, at, length]) => {
    const place = at % (text.length + 1);
    return text.slice(0, place) + text.slice(place + length);
  });
  fc.assert(
    fc.property(fc.oneof(whole, broken, damaged), (text) => {
      expect({ text, isTaken: isTaken(text) }).toEqual({ text, isTaken: isJson(text) });
    }),
    { numRuns: 3_000 },
  );
});
