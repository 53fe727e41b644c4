import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { writeSimulatedSessions } from '../../../src/commands/simulate/simulate.js';
import { readKvpMap } from '../../../src/spec/kvp-map.js';
import { packageFile } from '../../../src/spec/package-file.js';
import { freshDatabases, query, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { runCycle } from '../../support/histories.js';
import { LEVELS, readMart, type Level, type MartContent } from '../../support/mart-content.js';
import { programArguments } from '../../support/program-arguments.js';
import { runCli } from '../../support/run-cli.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';
import { maintain } from '../../support/jobs.js';

const ADDED = {
  ...{
    number: Math.max(...readKvpMap().keys.map(({ number }) => number)) + 1,
    kvp: 'csg_Probe',
    table: 'CHAT_SESSION_FACT',
    column: 'PROBE_COUNT',
    type: 'measure',
    aggregate: 'sum',
    unit: 'probes',
  },
  ...{ default: 0, origin: 'assumed', attached: 'optional', since: null, description: 'How often somebody probed the session.' },
};

/** Node's arguments to run a copy of the program whose KVP map has one more key. */
function programWithKey(): string[] {
  const copy = temporaryFolder();
  const isBuilt = existsSync(packageFile('dist', 'src', 'cli.js'));
  for (const part of ['package.json', 'specs', ...(isBuilt ? ['dist'] : ['src', 'migrations'])])
    cpSync(packageFile(part), path.join(copy, part), { recursive: true });
  symlinkSync(packageFile('node_modules'), path.join(copy, 'node_modules'));
  const file = path.join(copy, 'specs', 'chat-session.json');
  const map = JSON.parse(readFileSync(file, 'utf8')) as { keys: unknown[] };
  writeFileSync(file, JSON.stringify({ ...map, keys: [...map.keys, ADDED] }));
  return programArguments().map((argument) => (argument.startsWith(packageFile()) ? argument.replace(packageFile(), copy) : argument));
}

/** The new measure's values at a level, separately for rows that begin before an instant and for later ones. */
function probes(mart: MartContent, level: Level, instant: string): { readonly before: unknown[]; readonly after: unknown[] } {
  const distinct = (isBefore: boolean): unknown[] =>
    [
      ...new Set(
        [...mart.levels[level].values()]
          .filter((row) => Number(row['date_time_key']) * 1000 < Date.parse(instant) === isBefore)
          .map((row) => row['probe_count']),
      ),
    ].sort();
  return { before: distinct(true), after: distinct(false) };
}

deepTest('a key that is added to the KVP map is NULL in the aggregates until they are built anew, which migrate asks for', async () => {
  const urls = await freshDatabases();
  await writeSimulatedSessions({
    ...{ idbUrl: urls.idbUrl, idbSchema: 'public', sessions: 120, seed: 7, statistics: 'all' },
    from: new Date('2025-12-25T00:00:00Z'),
    to: new Date('2026-03-01T00:00:00Z'),
    until: new Date('2026-03-04T00:00:00Z'),
    log: () => undefined,
  });
  await runCycle(urls);
  await maintain({ martUrl: urls.martUrl, martSchema: 'infomart', daysToKeepFacts: 30, clock: testClock });
  const [counted] = await query<{ intervals: number }>(
    urls.martUrl,
    'select count(distinct start_date_time_key)::integer as intervals from infomart.chat_session_fact',
  );
  const { intervals } = counted!;
  expect(intervals).toBeGreaterThan(20);

  const env = { CHATMART_IDB_URL: urls.idbUrl, CHATMART_MART_URL: urls.martUrl };
  const program = programWithKey();
  const migrated = await runCli(['migrate'], { program, env });
  expect(migrated.stderr).toContain(`${intervals} intervals of 15 minutes wait to be aggregated again by the next chatmart run or`);
  expect(migrated.code).toBe(0);
  const pending = await query(urls.martUrl, 'select distinct start_date_time_key from infomart.chatmart_pending_agg');
  expect(pending).toHaveLength(intervals);
  const waiting = await readMart(urls.martUrl);
  for (const level of LEVELS.filter((each) => !['subhr', 'hour'].includes(each)))
    expect(probes(waiting, level, '2026-02-01'), level).toEqual({
      before: [null],
      after: level === 'year' || level === 'qrtr' ? [] : [null],
    });

  const again = await runCli(['migrate'], { program, env });
  expect(again.stdout).toContain('was already up to date');

  await writeUserData(urls.idbUrl, [
    ['PROBED', 'ChatServerSessionStartedAt', '2026-03-02T10:00:00Z'],
    ['PROBED', 'ChatServerSessionClosedAt', '2026-03-02T10:05:00Z'],
    ['PROBED', 'csg_Probe', '7'],
  ]);
  expect(await runCli(['run'], { program, env })).toMatchObject({ code: 0 });
  const after = await readMart(urls.martUrl);
  expect(probes(after, 'day', '2026-02-01')).toEqual({ before: [null], after: [0, 7] });
  expect(probes(after, 'month', '2026-02-01')).toEqual({ before: [null], after: [0, 7] });
  expect(probes(after, 'subhr', '2026-02-01')).toEqual({ before: [], after: [0, 7] });
  expect(await query(urls.martUrl, 'select from infomart.chatmart_pending_agg')).toEqual([]);
  expect(await runCli(['status', '--check'], { program, env })).toMatchObject({ code: 0 });
});
