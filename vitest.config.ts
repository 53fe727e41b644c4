import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { listTestFiles } from './test/support/test-projects.js';

// Whatever this machine is set to, the tests see none of it; a zone with an odd offset and summer time finds what depends on one.
for (const name of Object.keys(process.env)) if (/^(CHATMART_|PG)/.test(name)) Reflect.deleteProperty(process.env, name);
process.env['TZ'] = 'America/St_Johns';

/** What is measured has the machine to itself, when all other tests have ended. */
const MEASURED = ['test/project/speed.test.ts'];

const files = listTestFiles(import.meta.dirname);

export default defineConfig({
  test: {
    projects: [
      ...(['process', 'database', 'pure'] as const).map((name) => ({
        extends: true as const,
        test: { name, include: files[name], exclude: MEASURED, isolate: false, sequence: { groupOrder: 0 } },
      })),
      { extends: true, test: { name: 'measured', include: MEASURED, sequence: { groupOrder: 1 } } },
    ],
    // Each worker has a PostgreSQL server of its own (test/support/worker-server.ts), which its files share.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/around-each-file.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
