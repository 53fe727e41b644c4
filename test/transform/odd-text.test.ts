import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../src/terminal/context.js';
import { reportCommand } from '../../src/commands/report/command.js';
import { sqlCommand } from '../../src/commands/sql/command.js';
import { freshDatabases, freshMart, query, testClock } from '../support/databases.js';
import { deepTest } from '../support/depth.js';
import { encodedIdb, writeBytes } from '../support/encoded-idb.js';
import { playHistories, runCycle, type AfterRun, type Histories, type KeyValue, type Urls } from '../support/histories.js';
import { readFacts, readOpenDiscards, type Row } from '../support/mart-content.js';
import { NO_SETTINGS } from '../support/no-settings.js';

const TIMES: readonly KeyValue[] = [
  ['ChatServerSessionStartedAt', '2026-03-01T10:07:00Z'],
  ['ChatServerSessionClosedAt', '2026-03-01T10:17:00Z'],
];

/** Texts that must be stored unchanged. */
const TEXTS: Readonly<Record<string, string>> = {
  tab: 'a\tb\t\tc',
  newline: 'a\nb\n\nc',
  'carriage-return': 'a\rb\r\nc',
  control: 'a\bb\fc\vd\u0001e\u007ff',
  backslash: String.raw`C:\temp\new\\share\ `.trim(),
  'looks-escaped': String.raw`\t\n\x41\101\u0041`,
  'copy-null': String.raw`\N`,
  'copy-end': String.raw`\.`,
  'copy-end-line': `a\n${String.raw`\.`}\nb`,
  'word-null': 'NULL',
  'double-quote': '"a", ""b""',
  'single-quote': `it's ''quoted''`,
  'dollar-quote': `$$; drop table chat_session_fact; --$$`,
  braces: '{"a": [1, null], "b": "%s ${x} :p $1"}',
  comma: 'a,b;c|d',
  emoji: '👩‍👩‍👧‍👦 👍🏽 🇩🇪',
  'right-to-left': 'שלום \u202Eabc\u202C مرحبا',
  joiner: 'می‌خواهم',
  combining: 'q\u0323\u0307',
  'not-a-character': 'a\uFFFEb\uFFFD',
  'blanks-inside': 'a  \u00A0 b',
  '1024-characters': `${'x'.repeat(1023)}y`,
  '1024-letters': 'Ж'.repeat(1024),
  '1024-emoji': '😀'.repeat(1024),
};

let urls: Urls;
let runs: AfterRun[];

beforeAll(async () => {
  urls = await freshDatabases();
  const histories: Histories = Object.fromEntries(
    Object.entries(TEXTS).map(([guid, text]) => {
      const rows: KeyValue[] = [...TIMES, ['csg_MediaOrigin', text], ['csg_LanguageName', text], ['csg_ChatSessionID', shortened(text)]];
      // The second run knows the texts only from the mart, so they are read back and written once more.
      return [guid, [rows, { purge: true, rows: [['csg_SessionTotalTime', '600']] }]];
    }),
  );
  runs = await playHistories(urls, histories);
});

/** A text shortened to what CHAT_SESSION_ID can hold. */
const shortened = (text: string): string => Array.from(text).slice(0, 255).join('');

/** A command as the program runs it. */
async function chatmart(create: (context: CommandContext) => ReturnType<typeof sqlCommand>, ...args: string[]): Promise<string> {
  let printed = '';
  const command = create({
    clock: testClock,
    invocation: 'chatmart',
    print: (text) => (printed += text),
    log: () => undefined,
    loadConfig: () => ({
      ...NO_SETTINGS,
      ...{ idbUrls: [urls.idbUrl], martUrl: urls.martUrl },
    }),
  });
  await command.parseAsync(args, { from: 'user' });
  return printed;
}

const sorted = (texts: Iterable<string>): string[] => [...texts].sort();

describe('odd text', () => {
  test.each(Object.entries(TEXTS))('%s goes into the mart unchanged, and stays when the IDB is purged', (guid, text) => {
    for (const { mart } of runs)
      expect(mart.facts.get(guid)).toMatchObject({ media_origin: text, language_name: text, chat_session_id: shortened(text) });
    expect(runs.map(({ mart }) => mart.facts.get(guid)!['session_duration'])).toEqual([0, 600]);
  });

  test('is no reason for a discard', () => {
    expect(runs.map(({ mart }) => mart.openDiscards)).toEqual([[], []]);
  });

  test('comes out of the reports, as CSV and JSON', async () => {
    const report = (format: string): Promise<string> =>
      chatmart(reportCommand, 'chat-termination', '--by', 'media-origin,language', '--format', format);
    const { rows } = JSON.parse(await report('json')) as { rows: Row[] };
    const lines = parse<Record<string, string>>(await report('csv'), { columns: true, record_delimiter: '\n' });
    for (const column of ['media_origin', 'language']) {
      expect(sorted(rows.map((row) => String(row[column])))).toEqual(sorted(Object.values(TEXTS)));
      expect(sorted(lines.map((line) => line[column]!))).toEqual(sorted(Object.values(TEXTS)));
    }
  });

  test('comes out of chatmart sql, as CSV and JSON', async () => {
    const sql = (format: string): Promise<string> =>
      chatmart(sqlCommand, 'select media_origin as text from chat_session_dim where id > 0', '--format', format);
    const rows = JSON.parse(await sql('json')) as { text: string }[];
    const lines = parse<{ text: string }>(await sql('csv'), { columns: true, record_delimiter: '\n' });
    for (const found of [rows, lines]) expect(sorted(found.map(({ text }) => text))).toEqual(sorted(Object.values(TEXTS)));
  });
});

deepTest('long texts of many sessions: none is cut where a block of COPY ends', async () => {
  const pair = await freshDatabases();
  const texts = Array.from({ length: 300 }, (_, index) => `${index}${'€'.repeat(1019 - (index % 300))}`);
  const [{ mart }] = (await playHistories(
    pair,
    Object.fromEntries(
      texts.map((text, index) => [String(index), [[...TIMES, ['csg_MediaOrigin', text], ['csg_LanguageName', `- ${text}`]]]]),
    ),
  )) as [AfterRun];
  const found = texts.map((_, index) => mart.facts.get(String(index)));
  expect(found.map((fact) => fact?.['media_origin'])).toEqual(texts);
  expect(found.map((fact) => fact?.['language_name'])).toEqual(texts.map((text) => `- ${text}`));
});

test('two ways to write the same letters are one member; case and inner blanks make another', async () => {
  const pair = await freshDatabases();
  const texts = ['é', 'e\u0301', ' é\t', 'É', 'e é'];
  const [{ mart }] = (await playHistories(
    pair,
    Object.fromEntries(texts.map((text, index) => [String(index), [[...TIMES, ['csg_MediaOrigin', text]]]])),
  )) as [AfterRun];
  expect([...mart.facts.values()].map((fact) => fact['media_origin'])).toEqual(['é', 'é', 'é', 'É', 'e é']);
  expect(await query(pair.martUrl, 'select media_origin from infomart.chat_session_dim where id > 0')).toHaveLength(3);
});

describe('an IDB in another encoding than UTF8', () => {
  const times = (guid: string) => TIMES.map(([key, value]) => [guid, key, Buffer.from(value!)] as const);

  test('LATIN1 is read as such', async () => {
    const pair = { idbUrl: await encodedIdb('LATIN1'), martUrl: await freshMart() };
    await writeBytes(pair.idbUrl, [...times('1'), ['1', 'csg_MediaOrigin', Buffer.from('Größe «é»\t\\N', 'latin1')]]);
    await runCycle(pair);
    expect(await readFacts(pair.martUrl)).toMatchObject([{ media_origin: 'Größe «é»\t\\N' }]);
    expect(await readOpenDiscards(pair.martUrl)).toEqual([]);
  });

  deepTest('WIN1252 has letters where LATIN1 has controls; of a byte that stands for nothing there is a discard', async () => {
    const pair = { idbUrl: await encodedIdb('WIN1252'), martUrl: await freshMart() };
    await writeBytes(pair.idbUrl, [
      ...['1', '2'].flatMap(times),
      ['1', 'csg_MediaOrigin', Buffer.from('\x80 \x93x\x94 \x99', 'latin1')],
      ['2', 'csg_MediaOrigin', Buffer.from('a\x81b', 'latin1')],
    ]);
    await runCycle(pair);
    expect(await readFacts(pair.martUrl)).toMatchObject([{ media_origin: '€ “x” ™' }, { media_origin: 'a\uFFFDb' }]);
    expect(await readOpenDiscards(pair.martUrl)).toEqual([{ guid: '2', code: 13, keyname: 'csg_MediaOrigin', raw_value: 'a\uFFFDb' }]);
  });

  test('bytes that are no text become U+FFFD and a discard, until the key comes again', async () => {
    const pair = { idbUrl: await encodedIdb('SQL_ASCII'), martUrl: await freshMart() };
    const [bad, good] = [Buffer.from('caf\xe9', 'latin1'), Buffer.from('café')];
    await writeBytes(pair.idbUrl, [
      ...['bad', 'good', 'both'].flatMap(times),
      ['bad', 'csg_MediaOrigin', bad],
      ['good', 'csg_MediaOrigin', good],
      ['both', 'csg_MediaOrigin', bad],
      ['both', 'csg_MediaOrigin', good],
    ]);
    const origins = async (): Promise<unknown[]> =>
      (await readFacts(pair.martUrl)).map((fact) => [fact['media_server_ixn_guid'], fact['media_origin']]);
    await runCycle(pair);
    expect(await origins()).toEqual([
      ['bad', 'caf\uFFFD'],
      ['both', 'café'],
      ['good', 'café'],
    ]);
    expect(await readOpenDiscards(pair.martUrl)).toEqual([{ guid: 'bad', code: 13, keyname: 'csg_MediaOrigin', raw_value: 'caf\uFFFD' }]);

    await writeBytes(pair.idbUrl, [['bad', 'csg_MediaOrigin', good]]);
    await runCycle(pair);
    expect((await origins())[0]).toEqual(['bad', 'café']);
    expect(await readOpenDiscards(pair.martUrl)).toEqual([]);
  });
});
