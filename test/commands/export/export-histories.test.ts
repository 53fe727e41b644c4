import fc from 'fast-check';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, expect } from 'vitest';
import { exportMart } from '../../../src/commands/export/export.js';
import { keepDatabases, testClock } from '../../support/databases.js';
import { deepTest } from '../../support/depth.js';
import { EXPORT_GUIDS, makeExportMart, session } from '../../support/export-mart.js';
import { runCycle, type Urls } from '../../support/histories.js';
import { erase, maintain } from '../../support/jobs.js';
import { readExport } from '../../support/read-export.js';
import { temporaryFolder } from '../../support/temporary-folder.js';
import { writeUserData } from '../../support/user-data.js';

let urls: Urls;
let reload: () => Promise<void>;
beforeAll(async () => {
  urls = await makeExportMart();
  reload = await keepDatabases(urls.idbUrl, urls.martUrl);
});
beforeEach(() => reload());

/** What may happen to a mart between two exports. */
const event = fc.oneof(
  fc.record({
    what: fc.constant('comes' as const),
    guid: fc.constantFrom('NEW-1', 'NEW-2', ...EXPORT_GUIDS),
    day: fc.integer({ min: 0, max: 60 }),
  }),
  fc.record({ what: fc.constant('is no session' as const), guid: fc.constantFrom(...EXPORT_GUIDS) }),
  fc.record({ what: fc.constant('is erased' as const), guid: fc.constantFrom('NEW-1', ...EXPORT_GUIDS) }),
  fc.record({ what: fc.constant('january is purged' as const) }),
  fc.record({
    what: fc.constant('is exported' as const),
    isSynced: fc.boolean(),
    since: fc.constantFrom(undefined, new Date('2026-02-01')),
  }),
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

/** Plays a history. A copy elsewhere follows some of the exports by the feed alone, and must hold what the export does. */
async function play(events: readonly Event[]): Promise<void> {
  const folder = path.join(temporaryFolder(), 'lake');
  const target = { martUrl: urls.martUrl, martSchema: 'infomart', clock: testClock };
  const write = (to: string, since?: Date) => exportMart({ ...target, folder: to, since, log: () => undefined });
  const copy = new Set<string>();
  const guidsIn = (rows: readonly string[] = []): string[] => rows.map((row) => /media_server_ixn_guid=(\S+)/.exec(row)![1]!).sort();
  for (const each of [...events, { what: 'is exported', isSynced: true, since: undefined } as const])
    switch (each.what) {
      case 'comes': {
        const start = new Date(Date.parse('2026-01-01T12:00:00Z') + each.day * 86_400_000).toISOString();
        await writeUserData(urls.idbUrl, session(each.guid, start));
        await runCycle(urls);
        break;
      }
      case 'is no session':
        await writeUserData(urls.idbUrl, [[each.guid, 'ChatServerSessionStartedAt', null]]);
        await runCycle(urls);
        break;
      case 'is erased':
        await erase({ ...target, guids: [each.guid] });
        break;
      case 'january is purged':
        await maintain({ ...target, daysToKeepFacts: 30, readServerTime: () => Promise.resolve(testClock()) });
        break;
      case 'is exported': {
        await write(folder, each.since);
        const { chat_session_fact: facts, deleted_sessions: deleted } = await readExport(folder);
        const [held, gone] = [guidsIn(facts), guidsIn(deleted)];
        expect(gone.filter((guid, at) => held.includes(guid) || gone[at - 1] === guid)).toEqual([]);
        if (!each.isSynced) break;
        for (const guid of gone) copy.delete(guid);
        for (const guid of held) copy.add(guid);
        expect([...copy].sort()).toEqual(held);
        break;
      }
    }
  const fresh = path.join(temporaryFolder(), 'fresh');
  await write(fresh);
  const [brought, whole] = [await readExport(folder), await readExport(fresh)];
  expect({ ...brought, deleted_sessions: [] }).toEqual(whole);
  for (const each of [folder, fresh]) rmSync(each, { recursive: true });
}

deepTest('exports brought up to date hold what a fresh one does, and copies can follow', { timeout: 900_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 10 }), async (events) => {
      await reload();
      await play([{ what: 'is exported', isSynced: true, since: undefined }, ...events]);
    }),
    { numRuns: 8 },
  );
});
