import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseAdataSpec, readAdataSpec } from '../../../src/spec/adata-spec.js';
import { checkAdataSpec } from '../../../src/spec/check-adata-spec.js';
import { parseKvpMap, readKvpMap } from '../../../src/spec/kvp-map.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { problemOf } from '../../support/problem-of.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { expectText } from '../../support/expect-text.js';

const shipped = packageFile('specs', 'ccon_adata_spec_chat.xml');
const map = readKvpMap();
const ALL = map.keys.length;

const text = readFileSync(shipped, 'utf8');
const definitionOf = (name: string): string => `<key name="${name}" source="userdata" history="all"></key>`;
/** The line of the shipped specification that defines a key. */
const lineOf = (name: string): number => text.split('\n').findIndex((line) => line.includes(definitionOf(name))) + 1;

/** The shipped specification with one definition replaced. */
function withKey(name: string, replacement: string): ReturnType<typeof checkAdataSpec> {
  expect(lineOf(name)).toBeGreaterThan(0);
  return checkAdataSpec(parseAdataSpec(text.replace(definitionOf(name), replacement), 'spec.xml'), map);
}

test('the shipped specification captures every mapped key and nothing else', () => {
  const spec = readAdataSpec(shipped);
  expect(spec.keys.map((key) => key.name).sort()).toEqual(map.keys.map((key) => key.kvp).sort());
  expect(checkAdataSpec(spec, map)).toEqual({ file: shipped, mapped: ALL, captured: ALL, lost: [], warnings: [] });
});

describe('a mapped key that ICON would not capture', () => {
  const key = (storage: string, attributes: string) =>
    `</public><${storage}><key name="csg_LanguageName" ${attributes}/></${storage}><public>`;
  test.each([
    ['not named', '', 'not-named'],
    ['in another case', '<key name="csg_languagename" source="userdata" history="all"/>', 'other-spelling'],
    ['with a blank', '<key name="csg_LanguageName " source="userdata" history="all"/>', 'other-spelling'],
    ['without history', '<key name="csg_LanguageName" source="userdata" history="none"/>', 'history-none'],
    ['as an extension', '<key name="csg_LanguageName" source="extensions" history="all"/>', 'not-userdata'],
    ['secure', key('secure', 'source="userdata" history="all"'), 'secure'],
    ['of a call only', '</public><mcr-f><key name="csg_LanguageName" field="subject"/></mcr-f><public>', 'not-named'],
    [
      'first without history, then with',
      '<key name="csg_LanguageName" source="userdata" history="none"/><key name="csg_LanguageName" source="userdata" history="all"/>',
      'history-none',
    ],
  ])('%s', (_, replacement, reason) => {
    const check = withKey('csg_LanguageName', replacement);
    expect(check).toMatchObject({ captured: ALL - 1, lost: [{ kvp: 'csg_LanguageName', column: 'LANGUAGE_NAME', reason }] });
    expect(check.lost[0]?.line).toBe(reason === 'not-named' ? undefined : lineOf('csg_LanguageName'));
    expect(check.lost[0]?.consequence).toBe('CHAT_SESSION_DIM.LANGUAGE_NAME stays NO_VALUE');
  });

  test('a start or an end that is lost costs more than its column', () => {
    expect(withKey('ChatServerSessionStartedAt', '').lost[0]?.consequence).toBe('no session can be loaded');
    expect(withKey('ChatServerSessionClosedAt', '').lost[0]?.consequence).toMatch(/discarded/);
  });
});

test('what is captured all the same, but hardly meant', () => {
  const twice = '<key name="csg_TenantId" source="userdata" history="last"/>\n<key name="csg_TenantId" source="userdata" history="all"/>';
  expect(withKey('csg_TenantId', twice)).toMatchObject({
    captured: ALL,
    warnings: [{ kvp: 'csg_TenantId', line: lineOf('csg_TenantId') + 1 }],
  });
  expect(withKey('csg_TenantId', '<key name="csg_TenantId" source="userdata" history="first"/>')).toMatchObject({
    captured: ALL,
    warnings: [{ kvp: 'csg_TenantId', line: lineOf('csg_TenantId') }],
  });
  const both =
    '<key name="csg_TenantId" source="userdata" history="all"/></public><secure><key name="csg_TenantId" source="userdata" history="all"/></secure><public>';
  expect(withKey('csg_TenantId', both)).toMatchObject({ captured: ALL, warnings: [] });
});

test('the command prints a line per key, and JSON that fits the schema', async () => {
  const folder = temporaryFolder();
  const lines = text
    .replace(definitionOf('csg_MediaType'), '<key name="csg_MediaType" source="userdata" history="none"/>')
    .replace(definitionOf('csg_TenantId'), '<key name="csg_TenantId" source="userdata" history="first"/>');
  writeFileSync(path.join(folder, 'spec.xml'), lines);
  const { stdout, code } = await runCli(['spec', 'check', 'spec.xml'], { cwd: folder });
  expectText(stdout.replaceAll(/:\d+:/g, ':<line>:').replace(`${ALL - 1} of ${ALL}`, 'all but one of the'));
  expect(code).toBe(4);
  const validate = new Ajv().compile(JSON.parse(readFileSync(packageFile('specs', 'schema', 'spec-check.schema.json'), 'utf8')) as object);
  const json = await runCli(['spec', 'check', 'spec.xml', '--json'], { cwd: folder });
  expect([validate(JSON.parse(json.stdout)), validate.errors]).toEqual([true, null]);
  expect(await runCli(['spec', 'check', shipped])).toEqual({
    code: 0,
    stdout: `${shipped}: ${ALL} of ${ALL} mapped keys are captured\n`,
    stderr: '',
  });
});

describe('a file that cannot be read as a specification', () => {
  const problem = (text: string) => problemOf(() => parseAdataSpec(text, 'spec.xml'));

  test('says line and column of every problem at once', async () => {
    const text = `<?xml version="1.0"?>
<any>
  <public>
    <key name="a" source="user" history="all"/>
    <key
      name="b" source="userdata"/>
    <key source="userdata" history="ALL"/><key name=c source="userdata" history="all"/>
  </publik>
</any>`;
    expectText(await problem(text));
  });

  test('refuses a DOCTYPE and expands nothing of it', async () => {
    const text =
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<a><public><key name="&x;" source="userdata" history="all"/></public></a>';
    expectText(await problem(text));
  });

  test('refuses what is too deep, and lists no more than 50 problems', async () => {
    expectText(await problem('<a>'.repeat(40) + '</a>'.repeat(40)));
    expect(await problem(`<a><public>${'<key/>\n'.repeat(30)}</public></a>`)).toMatch(/… and 40 more$/);
    expectText(await problem(''));
  });

  test('refuses what is missing, too big or no text', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'spec.xml');
    const fileProblem = async (): Promise<string> => (await problemOf(() => readAdataSpec(file))).replaceAll(folder, '<folder>');
    expectText(await fileProblem());
    writeFileSync(file, Buffer.alloc(4 * 1024 * 1024 + 1, ' '));
    expectText(await fileProblem());
    writeFileSync(file, Buffer.from('<a>\xe9</a>', 'latin1'));
    expectText(await fileProblem());
  });
});

test('a file in UTF-16, with and without a byte order mark, and one in UTF-8 with it', () => {
  const file = path.join(temporaryFolder(), 'spec.xml');
  const text = '<a><public><key name="é" source="userdata" history="all"/></public></a>';
  const inUtf16 = (content: string): Buffer => Buffer.from(content, 'utf16le');
  for (const content of [inUtf16(text), inUtf16(text).swap16(), inUtf16(`\uFEFF${text}`).swap16(), Buffer.from(`\uFEFF${text}`)]) {
    writeFileSync(file, content);
    expect(readAdataSpec(file).keys).toMatchObject([{ name: 'é', line: 1, column: 12 }]);
  }
});

test.each(['utf-8', 'ISO-8859-1', 'utf-16le'])('a file in %s', (encoding) => {
  const text = `<?xml version="1.0" encoding="${encoding}"?><x:café xmlns:x="u"><x:public><x:key name="é" source="userdata" history="all"/></x:public></x:café>`;
  const file = path.join(temporaryFolder(), 'spec.xml');
  const mark = encoding === 'utf-16le' ? Buffer.from([0xff, 0xfe]) : Buffer.alloc(0);
  writeFileSync(file, Buffer.concat([mark, Buffer.from(text, encoding === 'ISO-8859-1' ? 'latin1' : (encoding as BufferEncoding))]));
  expect(readAdataSpec(file).keys).toMatchObject([{ name: 'é', storage: 'public', history: 'all' }]);
});

describe('the schema of the KVP map', () => {
  const schema = JSON.parse(readFileSync(packageFile('specs', 'schema', 'chat-session.schema.json'), 'utf8')) as object;
  const validate = new Ajv({ allowUnionTypes: true }).compile(schema);
  const content = () => JSON.parse(readFileSync(packageFile('specs', 'chat-session.json'), 'utf8')) as { keys: Record<string, unknown>[] };

  test('accepts the shipped map', () => expect([validate(content()), validate.errors]).toEqual([true, null]));

  test.each<[string, (key: Record<string, unknown>) => unknown]>([
    ['a number over 63', (key) => (key['number'] = 64)],
    ['a column in lower case', (key) => (key['column'] = 'session_duration')],
    ['an unknown type', (key) => (key['type'] = 'seconds')],
    ['an unknown table', (key) => (key['table'] = 'CHAT_SESSION')],
    ['a measure without aggregate', (key) => delete key['aggregate']],
    ['an aggregate without measure', (key) => (key['type'] = 'text')],
    ['a fraction as default', (key) => (key['default'] = 0.5)],
    ['a short description', (key) => (key['description'] = 'Duration.')],
    ['an unknown property', (key) => (key['colum'] = 'X')],
    ['a missing unit', (key) => delete key['unit']],
    ['several mistakes', (key) => Object.assign(key, { kvp: '', default: true, values: [1], since: 8, origin: 'genesis', attached: null })],
  ])('and the program refuse %s', async (_, mutate) => {
    const mutated = content();
    mutate(mutated.keys.find((key) => key['type'] === 'measure')!);
    expect(validate(mutated)).toBe(false);
    expectText(await problemOf(() => parseKvpMap(mutated, 'map.json')));
  });

  test.each<[string, (keys: Record<string, unknown>[]) => unknown]>([
    ['a number, a key and a column that are there twice', (keys) => keys.splice(5, 0, { ...keys[4] })],
    ['no key of the start, two of the tenant', (keys) => keys.forEach((key) => key['type'] === 'start' && (key['type'] = 'tenant'))],
    ['a key that is not an object', (keys) => (keys[1] = [] as never)],
    ['no keys', (keys) => keys.splice(0)],
  ])('the program refuses %s, too', async (_, mutate) => {
    const mutated = content();
    mutate(mutated.keys);
    expectText(await problemOf(() => parseKvpMap(mutated, 'map.json')));
  });

  test.each([[null], [[]], ['text'], [{}]])('the program refuses %j, too', async (mutated) =>
    expectText(await problemOf(() => parseKvpMap(mutated, 'map.json'))),
  );
});
