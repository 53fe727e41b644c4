import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { reportOnMart } from '../../src/commands/report/report.js';
import { packageFile } from '../../src/spec/package-file.js';
import { freshDatabases } from '../support/databases.js';
import { expectFile } from '../support/expect-file.js';
import { runCycle, type Urls } from '../support/histories.js';
import { readFacts, readLevel, readOpenDiscards, type Row } from '../support/mart-content.js';
import { writeUserData } from '../support/user-data.js';

// Input: fixtures/<case>/idb.csv. Expected output, computed by hand: fixtures/<case>/expected/.

/** What is compared, by the name of the expectation's file. */
const EXPECTATIONS: Readonly<Record<string, (martUrl: string) => Promise<readonly Row[]>>> = {
  chat_session_fact: readFacts,
  stg_transform_discards: readOpenDiscards,
  ag2_chat_stats_subhr: (martUrl) => readLevel(martUrl, 'subhr'),
  ag2_chat_stats_day: (martUrl) => readLevel(martUrl, 'day'),
  'chat-message-statistics': (martUrl) =>
    readReport(martUrl, 'chat-message-statistics', ['day', 'tenant', 'media-type', 'media-origin', 'language']),
  'chat-termination': (martUrl) =>
    readReport(martUrl, 'chat-termination', ['day', 'tenant', 'media-type', 'ended-by', 'ended-reason', 'agent-presence']),
};

/** The rows and totals of a report over all sessions. */
async function readReport(martUrl: string, name: string, by: readonly string[]): Promise<Row[]> {
  const { rows, totals } = await reportOnMart({ martUrl, martSchema: 'infomart', name, by });
  return totals === undefined ? [...rows] : [...rows, totals];
}

/** Rows as CSV lines, one per column: few rows with many columns read better top to bottom. Omits lines of only zeros and blanks. */
function toLines(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = names.map((name) => [name, ...rows.map((row) => toReadable(name, row[name] ?? null))]);
  return stringify(lines.filter(([, ...values]) => values.some((value) => value !== null && value !== 0)));
}

/** Epoch seconds as readable times; other values as they are. */
const toReadable = (name: string, value: unknown): unknown =>
  /(^|_)(date_time_key|ts)$/.test(name) && typeof value === 'number' && value > 0
    ? new Date(value * 1000).toISOString().replace('.000Z', 'Z')
    : value;

const cases = readdirSync(packageFile('fixtures')).filter((name) => existsSync(packageFile('fixtures', name, 'idb.csv')));

describe.each(cases)('%s', (name) => {
  const folder = packageFile('fixtures', name);
  let urls: Urls;

  beforeAll(async () => {
    urls = await freshDatabases();
    const rows = parse<Record<'callid' | 'keyname' | 'value', string>>(readFileSync(path.join(folder, 'idb.csv')), {
      columns: true,
      comment: '#',
    });
    await writeUserData(
      urls.idbUrl,
      rows.map(({ callid, keyname, value }) => [callid, keyname, value]),
    );
    await runCycle(urls);
    mkdirSync(path.join(folder, 'expected'), { recursive: true });
  });

  test.each(Object.keys(EXPECTATIONS))('%s', async (expectation) => {
    expectFile(path.join(folder, 'expected', `${expectation}.csv`), toLines(await EXPECTATIONS[expectation]!(urls.martUrl)));
  });

  test('every file under expected/ is compared', () => {
    const files = readdirSync(path.join(folder, 'expected')).filter((file) => !file.includes('.actual.'));
    expect(files.sort()).toEqual(
      Object.keys(EXPECTATIONS)
        .map((expectation) => `${expectation}.csv`)
        .sort(),
    );
  });
});
