import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { exportMart } from '../../../src/commands/export/export.js';
import type { ExportSummary } from '../../../src/commands/export/summary.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { testClock } from '../../support/databases.js';
import { isWhole, sampleOf } from '../../support/depth.js';
import { makeExportMart, session } from '../../support/export-mart.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { erase } from '../../support/jobs.js';
import { problemOf } from '../../support/problem-of.js';
import { programArguments } from '../../support/program-arguments.js';
import { dataFiles, hashesOf, manifestOf, promisedFiles, readExport, type TableTexts } from '../../support/read-export.js';
import { fillDisk, makeRoom, mountSmallDisk } from '../../support/small-disk.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';

let urls: Urls;
/** An export of the mart as it was. */
let before = '';
/** The same after another export. */
let after = '';
let changes: readonly string[] = [];

const write = (folder: string, since?: Date): Promise<ExportSummary> =>
  exportMart({ martUrl: urls.martUrl, martSchema: 'infomart', folder, since, clock: testClock, log: () => undefined });

/** Runs the program on a folder until it is killed, or to its end. */
async function runProgram(folder: string, crash: Readonly<Record<string, string>>): Promise<NodeJS.Signals | null> {
  const preload = ['--import', packageFile('test', 'support', 'crash-files-preload.mjs')];
  const child = spawn(process.execPath, [...preload, ...programArguments(), 'export', '--output', folder], {
    env: { PATH: process.env['PATH'], HOME: '/nowhere', CHATMART_MART_URL: urls.martUrl, ...crash },
    stdio: 'ignore',
  });
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return signal;
}

/** The calls that change files, each with its arguments. */
async function recordChanges(folder: string): Promise<readonly string[]> {
  const record = path.join(temporaryFolder(), 'calls');
  expect(await runProgram(folder, { CRASH_RECORD: record })).toBeNull();
  return readFileSync(record, 'utf8').trimEnd().split('\n');
}

const copyOf = (folder: string): string => {
  const copy = path.join(temporaryFolder(), 'lake');
  cpSync(folder, copy, { recursive: true });
  return copy;
};

beforeAll(async () => {
  urls = await makeExportMart();
  before = path.join(temporaryFolder(), 'lake');
  await write(before, new Date('2026-02-01T00:00:00Z'));
  // January is added, February replaced, March removed.
  await erase({ martUrl: urls.martUrl, martSchema: 'infomart', guids: ['MAR-1', 'MAR-2'], clock: testClock });
  await writeUserData(urls.idbUrl, session('FEB-3', '2026-02-20T12:00:00Z'));
  await runCycle(urls);
  after = copyOf(before);
  await write(after);
  changes = await recordChanges(copyOf(before));
});

/** Rows of all tables but the feed, whose rows tell when they were found. */
const withoutFeed = (tables: TableTexts): TableTexts => ({ ...tables, deleted_sessions: [] });

test('a kill at any moment leaves a valid manifest and whole files, and the next export repairs', { timeout: 900_000 }, async () => {
  expect(changes.filter((call) => call.startsWith('renameSync')).length).toBeGreaterThan(10);
  const numbers = changes.map((_, at) => at + 1);
  // From here on, files are put in place.
  const decided = changes.findIndex((call) => call.endsWith('next.json'));
  const [preparing, placing] = [numbers.slice(0, decided), numbers.slice(decided)];
  // Before that, one moment is as another.
  const points = isWhole
    ? [...preparing.filter((_, at) => at % 20 === 7), ...placing]
    : [...sampleOf(preparing, 120, 60), ...sampleOf(placing, 25, 20)];
  const [old, next] = [await readExport(before), await readExport(after)].map(withoutFeed);
  const known = new Set([...Object.values(dataFiles(before)), ...Object.values(dataFiles(after))]);
  for (const call of points) {
    const folder = copyOf(before);
    expect(await runProgram(folder, { CRASH_CALL: String(call) }), changes[call - 1]).toBe('SIGKILL');
    const promised = promisedFiles(manifestOf(folder));
    expect(hashesOf(folder, Object.keys(promised)), changes[call - 1]).toEqual(promised);
    expect([old, next]).toContainEqual(withoutFeed(await readExport(folder)));
    for (const [name, hash] of Object.entries(dataFiles(folder))) if (!name.startsWith('deleted_sessions')) expect(known).toContain(hash);
    await write(folder);
    expect(withoutFeed(await readExport(folder))).toEqual(next);
    expect(Object.keys(dataFiles(folder))).toEqual(Object.keys(dataFiles(after)));
    expect(manifestOf(folder).tables['deleted_sessions']!.rows).toBe(2);
    rmSync(folder, { recursive: true });
  }
});

test('an interrupted export continues with the files that it had written', async () => {
  const all = await recordChanges(path.join(temporaryFolder(), 'lake'));
  const folder = path.join(temporaryFolder(), 'lake');
  const decided = all.findIndex((call) => call.endsWith('next.json'));
  expect(await runProgram(folder, { CRASH_CALL: String(decided + 1) })).toBe('SIGKILL');
  expect(dataFiles(folder)).toEqual({});
  const opened = (await recordChanges(folder)).filter((call) => call.startsWith('openSync') && call.includes('.part'));
  // The feed depends on the export in place.
  expect(opened.map((call) => path.basename(call.split(' ')[1]!))).toEqual(['deleted_sessions.part']);
  expect(withoutFeed(await readExport(folder))).toEqual(withoutFeed(await readExport(after)));
});

test('a full disk leaves the export as it was', async ({ skip }) => {
  const disk = mountSmallDisk();
  if (disk === undefined) return skip('only root may mount a small disk');
  const folder = path.join(disk, 'lake');
  cpSync(before, folder, { recursive: true });
  const files = dataFiles(folder);
  fillDisk(disk, 100_000);
  expect(await problemOf(() => write(folder))).toMatch(/export-not-writable: The export cannot be written to .+: the disk is full/);
  expect(dataFiles(folder)).toEqual(files);
  expect(promisedFiles(manifestOf(folder))).toEqual(files);
  makeRoom(disk);
  await write(folder);
  expect(withoutFeed(await readExport(folder))).toEqual(withoutFeed(await readExport(after)));
});
