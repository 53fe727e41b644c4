import { expect, test } from 'vitest';
import { reportOnMart } from '../../src/commands/report/report.js';
import { writeSimulatedSessions } from '../../src/commands/simulate/simulate.js';
import { renderReport } from '../../src/report/formats/render-report.js';
import { emptyDatabase, testClock } from '../support/databases.js';
import { isWhole } from '../support/depth.js';
import { debianPgBin, withServer } from '../support/further-server.js';
import { readMart } from '../support/mart-content.js';
import { migrateMart, run } from '../support/jobs.js';

const FROM = new Date('2026-02-01T00:00:00Z');
const TO = new Date('2026-02-08T00:00:00Z');

/** Simulates, migrates, runs twice and reports: everything in which the two servers could differ. */
async function playAll({ idbUrl, martUrl }: { idbUrl: string; martUrl: string }) {
  const common = { martUrl, martSchema: 'infomart', clock: testClock };
  const simulation = { idbUrl, idbSchema: 'public', from: FROM, to: TO, statistics: 'all', log: () => undefined } as const;
  await migrateMart(common);
  await writeSimulatedSessions({ ...simulation, sessions: 200, seed: 1 });
  await run({ ...common, idbUrl, idbSchema: 'public' });
  await writeSimulatedSessions({ ...simulation, sessions: 100, seed: 2 });
  await run({ ...common, idbUrl, idbSchema: 'public' });
  const reports = await Promise.all(
    ['chat-message-statistics', 'chat-termination'].map(async (name) =>
      renderReport(await reportOnMart({ martUrl, martSchema: 'infomart', name, from: FROM, to: TO }), 'csv'),
    ),
  );
  return { mart: await readMart(martUrl), reports };
}

test.runIf(isWhole && debianPgBin() !== undefined)('PostgreSQL 15 gives the same mart and reports as the embedded server', async () => {
  const embedded = await playAll({ idbUrl: await emptyDatabase(), martUrl: await emptyDatabase() });
  expect(embedded.mart.facts.size).toBe(300);
  await withServer({ pgBin: debianPgBin() }, async (server) => {
    expect(server.version).toMatch(/^15/);
    for (const name of ['idb', 'mart']) await server.ensureDatabase(name);
    expect(await playAll({ idbUrl: server.url('idb'), martUrl: server.url('mart') })).toEqual(embedded);
  });
});
