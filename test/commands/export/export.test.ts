import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exportMart, type ExportOptions } from '../../../src/commands/export/export.js';
import type { ExportSummary } from '../../../src/commands/export/summary.js';
import { freshMart, keepDatabases, query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { EXPORT_GUIDS, EXPORT_PROPERTIES, makeExportMart, session } from '../../support/export-mart.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { erase, maintain, migrateMart } from '../../support/jobs.js';
import { problemOf } from '../../support/problem-of.js';
import { dataFiles, manifestOf, promisedFiles, readExport, readMartTables, readRows } from '../../support/read-export.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData, type UserDataRow } from '../../support/user-data.js';

let urls: Urls;
let reload: () => Promise<void>;
let folder = '';
let logged: string[] = [];
beforeAll(async () => {
  urls = await makeExportMart();
  reload = await keepDatabases(urls.idbUrl, urls.martUrl);
});
beforeEach(async () => {
  await reload();
  folder = path.join(temporaryFolder(), 'lake');
  logged = [];
});

const write = (options: Partial<ExportOptions> = {}): Promise<ExportSummary> =>
  exportMart({
    ...{ martUrl: urls.martUrl, martSchema: 'infomart', folder, clock: testClock },
    log: (line, fields) => void logged.push(`${fields?.code}: ${line}`),
    ...options,
  });
const load = async (rows: readonly UserDataRow[]): Promise<void> => {
  await writeUserData(urls.idbUrl, rows);
  await runCycle(urls);
};
const forget = (...guids: string[]) => erase({ martUrl: urls.martUrl, martSchema: 'infomart', guids, clock: testClock });

/** An export must hold what the mart does, each file must be as its manifest says, and no other file may look like data. */
async function expectExported(at = folder): Promise<void> {
  const { deleted_sessions: feed, ...tables } = await readExport(at);
  expect(tables).toEqual(await readMartTables(urls.martUrl, Object.keys(tables)));
  expect(dataFiles(at)).toEqual(promisedFiles(manifestOf(at)));
  expect(feed).toBeDefined();
}

const guidsIn = async (table = 'chat_session_fact'): Promise<string[]> => {
  const files = manifestOf(folder).tables[table]!.files;
  return (await Promise.all(files.map(({ path: name }) => readRows(path.join(folder, name)))))
    .flat()
    .map((row) => row['media_server_ixn_guid']!)
    .sort();
};
const feed = async (): Promise<string[]> =>
  (await readRows(path.join(folder, manifestOf(folder).tables['deleted_sessions']!.files[0]!.path))).map(
    (row) => `${row['media_server_ixn_guid']} ${row['reason']}`,
  );
/** The files that were written by an export, by their inode and time: those of others must not be touched. */
const writtenBy = async (work: () => Promise<unknown>): Promise<string[]> => {
  const look = () =>
    Object.keys(dataFiles(folder)).map(
      (name) => `${name} ${statSync(path.join(folder, name)).ino} ${statSync(path.join(folder, name)).mtimeMs}`,
    );
  const before = new Set(look());
  await work();
  return look()
    .filter((each) => !before.has(each))
    .map((each) => each.split(' ')[0]!);
};

describe.each(['parquet', 'csv'] as const)('%s', (format) => {
  test('holds every table of the mart, and is brought up to date', async () => {
    const summary = await write({ format });
    expect(summary).toMatchObject({ format, written: manifestCount(), unchanged: 0, removed: 0, rows: { chat_session_fact: 6 } });
    await expectExported();
    expect(Object.keys(manifestOf(folder).tables)).toEqual([
      ...['chat_session_fact', 'chat_session_attached_data', 'chat_session_dim', 'media_type', 'tenant', 'date_time', 'date_time_tokyo'],
      ...['day', 'week', 'month', 'qrtr', 'year'].map((level) => `ag2_chat_stats_${level}`),
      ...['day', 'week', 'month', 'qrtr', 'year'].map((level) => `ag2_chat_stats_${level}_tokyo`),
      'deleted_sessions',
    ]);
    expect(Object.keys(dataFiles(folder))).toContain(`chat_session_fact/month=2026-01/chat_session_fact-2026-01.${format}`);

    expect(await writtenBy(() => write())).toEqual([]);
    await load(session('FEB-3', '2026-02-20T12:00:00Z'));
    const written = await writtenBy(() => write());
    expect(written.filter((name) => name.includes('month='))).toEqual(
      ['ag2_chat_stats_day', 'ag2_chat_stats_day_tokyo', 'chat_session_attached_data', 'chat_session_fact'].map(
        (table) => `${table}/month=2026-02/${table}-2026-02.${format}`,
      ),
    );
    await expectExported();
    expect(await feed()).toEqual([]);
  });

  test('forgets sessions, and tells copies of it', async () => {
    await write({ format });
    await forget('JAN-1');
    // It is no fact any more: its start is deleted. And one moves to another month.
    await load([['FEB-2', 'ChatServerSessionStartedAt', null]]);
    await load([
      ['JAN-2', 'ChatServerSessionStartedAt', '2026-02-03T00:00:00Z'],
      ['JAN-2', 'ChatServerSessionClosedAt', '2026-02-03T00:10:00Z'],
    ]);
    expect((await write()).deleted).toEqual({ erased: 1, deleted: 1 });
    await expectExported();
    expect(await guidsIn()).toEqual(['FEB-1', 'JAN-2', 'MAR-1', 'MAR-2']);
    expect(await guidsIn('chat_session_attached_data')).toEqual(['FEB-1', 'JAN-2', 'MAR-1', 'MAR-2']);
    expect(await feed()).toEqual(['JAN-1 erased', 'FEB-2 deleted']);
    // A session that is back is taken off the feed.
    await load([['FEB-2', 'ChatServerSessionStartedAt', '2026-02-14T12:00:00Z']]);
    await write();
    expect(await feed()).toEqual(['JAN-1 erased']);
    await expectExported();
  });
});

const manifestCount = (): number => Object.keys(promisedFiles(manifestOf(folder))).length;

// Both fill DATE_TIME again, and to compare its rows takes half a minute.
deepTest('months that maintain purges leave the export, and their sessions are on the feed for 90 days', { timeout: 300_000 }, async () => {
  await write();
  const later = (days: number) => () => new Date(testClock().getTime() + days * 86_400_000);
  const clock = later(0);
  await maintain({
    ...{ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 1, clock },
    readServerTime: () => Promise.resolve(clock()),
  });
  expect((await write({ clock })).deleted).toEqual({ expired: 4 });
  await expectExported();
  expect(await guidsIn()).toEqual(['MAR-1', 'MAR-2']);
  expect(Object.keys(dataFiles(folder)).filter((name) => name.startsWith('chat_session_fact/'))).toHaveLength(1);
  expect(existsSync(path.join(folder, 'chat_session_fact/month=2026-01'))).toBe(false);
  const { auditKey, deletedSince } = manifestOf(folder);
  await write({ clock: later(90) });
  expect(await feed()).toHaveLength(4);
  expect(manifestOf(folder).deletedSince).toBe(deletedSince);
  await write({ clock: later(91) });
  expect(await feed()).toEqual([]);
  expect(manifestOf(folder).deletedSince).toBe(auditKey);
});

test('--since leaves out whole months, and says which sessions it left out', async () => {
  await write();
  const summary = await write({ since: new Date('2026-02-20T00:00:00Z') });
  expect(summary).toMatchObject({ since: '2026-02-01T00:00:00.000Z', deleted: { 'left out': 2 }, rows: { chat_session_fact: 4 } });
  expect(await guidsIn()).toEqual(EXPORT_GUIDS.filter((guid) => !guid.startsWith('JAN')));
  expect(await guidsIn('chat_session_attached_data')).toEqual(EXPORT_GUIDS.filter((guid) => !guid.startsWith('JAN')));
  const starts = (await readRows(path.join(folder, 'ag2_chat_stats_week/ag2_chat_stats_week.parquet'))).map((row) => row['period_start']!);
  expect(starts.filter((start) => start < '2026-02-01')).toEqual([]);
  await forget('JAN-1');
  await write();
  await expectExported();
  // The others are back, and it is not.
  expect(await feed()).toEqual(['JAN-1 left out']);
});

describe('a mart that is not what the export continues', () => {
  test('after a restore, all is written again and the feed tells what is gone', async () => {
    const restore = await keepDatabases(urls.martUrl);
    await load([
      ...session('FEB-3', '2026-02-20T12:00:00Z'),
      ...session('JAN-1', '2026-01-01T00:00:00Z', [['csg_LanguageName', 'Deutsch']]),
    ]);
    await write();
    await restore();
    await write();
    expect(logged).toEqual([expect.stringMatching(/^export-anew: The mart does not know transaction \d+ of job .+ its newest is \d+\./)]);
    await expectExported();
    expect(await feed()).toEqual(['FEB-3 deleted']);
    // As many transactions later, under the same keys.
    await load(session('FEB-4', '2026-02-21T12:00:00Z'));
    logged = [];
    await write();
    expect(logged).toEqual([]);
    await expectExported();
  });

  test('another mart is refused', async () => {
    await write();
    const before = dataFiles(folder);
    expect(await problemOf(async () => write({ martUrl: await freshMart() }))).toContain(' export-of-other-mart: ');
    expect(await problemOf(() => write({ format: 'csv' }))).toContain(' export-in-other-format: ');
    expect(dataFiles(folder)).toEqual(before);
  });

  deepTest('new columns make new files', { timeout: 300_000 }, async () => {
    await write();
    await migrateMart({
      ...{ martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock },
      properties: { attachedData: [...EXPORT_PROPERTIES.attachedData, { key: 'site_Line', column: 'LINE', kind: 'attribute' }] },
    });
    const written = await writtenBy(() => write());
    expect(written.filter((name) => name.startsWith('chat_session_attached_data'))).toHaveLength(3);
    expect(written.filter((name) => name.startsWith('chat_session_fact'))).toEqual([]);
    await expectExported();
  });
});

describe('the folder', () => {
  test('must be empty, or an export', async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'notes.txt'), 'mine');
    expect(await problemOf(() => write())).toContain(' export-folder-not-empty: ');
    writeFileSync(path.join(folder, 'manifest.json'), '{"name": "an app"}');
    expect(await problemOf(() => write())).toContain(' export-folder-not-empty: ');
    expect(readdirSync(folder)).toEqual(['manifest.json', 'notes.txt']);
    writeFileSync(path.join(folder, 'manifest.json'), '{"producer": "chatmart export", "manifestVersion": 2}');
    expect(await problemOf(() => write())).toContain(' export-is-newer: ');
    expect(await problemOf(() => write({ folder: path.join(folder, 'notes.txt') }))).toContain(' export-not-writable: ');
  });

  test('takes one export at a time', async () => {
    const results = await Promise.allSettled([write(), write(), write()]);
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as { code: string }).code] : []));
    expect(failures.length).toBeLessThan(3);
    expect(new Set(failures)).toEqual(new Set(failures.length === 0 ? [] : ['export-in-progress']));
    await expectExported();
  });

  test('that somebody changed is repaired, and the feed says how far it is complete', async () => {
    await write();
    const [jan, feb] = ['01', '02'].map((month) =>
      path.join(folder, `chat_session_fact/month=2026-${month}/chat_session_fact-2026-${month}.parquet`),
    );
    rmSync(jan!);
    truncateSync(feb!, 100);
    await forget('FEB-2');
    await write();
    expect(logged).toEqual([expect.stringMatching(/^export-file-missing: chat_session_fact\/month=2026-02/)]);
    expect(manifestOf(folder).deletedSince).toBe(manifestOf(folder).auditKey);
    await expectExported();
  });

  test('whose feed is lost says so, and that copies cannot rely on it', async () => {
    await write();
    const file = path.join(folder, 'deleted_sessions/deleted_sessions.parquet');
    // Nothing was in it.
    rmSync(file);
    await write();
    expect(logged).toEqual([]);
    const { deletedSince } = manifestOf(folder);
    await forget('FEB-2');
    await write();
    expect(manifestOf(folder).deletedSince).toBe(deletedSince);
    rmSync(file);
    await load(session('FEB-4', '2026-02-20T12:00:00Z'));
    await write();
    expect(logged).toEqual([
      expect.stringMatching(/^export-file-missing: deleted_sessions\/deleted_sessions.parquet .* the 1 session that it listed/),
    ]);
    expect(manifestOf(folder).deletedSince).toBe(manifestOf(folder).auditKey);
    expect(manifestOf(folder).deletedSince).toBeGreaterThan(deletedSince);
  });

  test('may be copied', async () => {
    await write();
    const copy = path.join(temporaryFolder(), 'copy');
    cpSync(folder, copy, { recursive: true });
    await load(session('FEB-3', '2026-02-20T12:00:00Z'));
    expect(await write({ folder: copy })).toMatchObject({ isAnew: false });
    await expectExported(copy);
  });
});

test('an empty mart has every table and column', async () => {
  const martUrl = await freshMart();
  const summary = await write({ martUrl });
  expect(summary).toMatchObject({ auditKey: expect.any(Number) as number, rows: { chat_session_fact: 0 } });
  const fact = manifestOf(folder).tables['chat_session_fact']!;
  expect(fact.files).toHaveLength(1);
  expect(fact.columns.slice(-2)).toEqual([
    { name: 'started_at', kind: 'instant' },
    { name: 'ended_at', kind: 'instant' },
  ]);
  expect(await readRows(path.join(folder, fact.files[0]!.path))).toEqual([]);
});

test('one snapshot shows all tables', async () => {
  await query(urls.martUrl, 'select 1');
  const { auditKey, auditJob } = (await write(), manifestOf(folder));
  expect(await query(urls.martUrl, 'select audit_key::int as key, job_id from infomart.ctl_audit_log order by 1 desc limit 1')).toEqual([
    { key: auditKey, job_id: auditJob },
  ]);
});
