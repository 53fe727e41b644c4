import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { packageFile } from '../../src/spec/package-file.js';
import { sampleOf } from '../support/depth.js';
import { debianPgBin } from '../support/further-server.js';
import { EVENTS, smallDisk } from '../support/runbook-events.js';
import { fits, parseRunbook, toComparable, type RunbookEntry } from '../support/runbook-steps.js';
import { makeRunbookWorld } from '../support/runbook-world.js';
import { startServerOf } from '../support/server-homes.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const entries = parseRunbook(readFileSync(packageFile('docs', 'runbook.md'), 'utf8'));

/** Whether this machine has what an entry needs: PostgreSQL's own programs, a standby, a disk that can be filled. */
const canFollow = ({ steps }: RunbookEntry): boolean =>
  steps.every((step) =>
    'event' in step
      ? (debianPgBin() !== undefined || !step.event.includes('standby')) && (smallDisk !== undefined || !step.event.includes('disk'))
      : debianPgBin() !== undefined || !/\b(psql|pg_dump|pg_restore)\b/.test(step.command),
  );

let server: Promise<EmbeddedServer> | undefined;
const startServer = (): Promise<EmbeddedServer> => (server ??= startServerOf(temporaryFolder(), { pgBin: debianPgBin() }));

test('each event of the runbook is one that happens here', () => {
  const told = entries.flatMap(({ steps }) => steps.flatMap((step) => ('event' in step ? [step.event] : [])));
  expect([...new Set(told)].sort()).toEqual(Object.keys(EVENTS).sort());
});

test('at least one line of each command that prints is compared', () => {
  const steps = entries.flatMap((entry) => entry.steps.flatMap((step) => ('command' in step ? [step] : [])));
  expect(steps.filter(({ output }) => output.length > 0 && output.every((line) => line === '…'))).toEqual([]);
  expect(steps.length).toBeGreaterThan(50);
});

describe('each entry of the runbook prints what it says', () => {
  for (const entry of sampleOf(entries, 12, 7))
    test.runIf(canFollow(entry))(entry.title, { timeout: 240_000 }, async () => {
      const world = await makeRunbookWorld(await startServer(), debianPgBin());
      for (const step of entry.steps) {
        if ('event' in step) {
          await EVENTS[step.event]!(world);
          continue;
        }
        const [printed, expected] = [toComparable(await world.type(step.command)), toComparable(step.output)];
        // On a mismatch, compare again, so that the failure shows both.
        if (!fits(printed, expected)) expect([`$ ${step.command}`, ...printed]).toEqual([`$ ${step.command}`, ...expected]);
      }
    });
});
