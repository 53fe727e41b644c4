import { defineConfig } from 'vitest/config';

// Whatever this machine is set to, the tests see none of it; a zone with an odd offset and summer time finds what depends on one.
for (const name of Object.keys(process.env)) if (/^(CHATMART_|PG)/.test(name)) Reflect.deleteProperty(process.env, name);
process.env['TZ'] = 'America/St_Johns';

/** What is measured has the machine to itself, when all other tests have ended. */
const MEASURED = ['test/project/speed.test.ts'];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'suite', include: ['test/**/*.test.ts'], exclude: MEASURED, sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'measured', include: MEASURED, sequence: { groupOrder: 1 } } },
    ],
    // Each worker has a PostgreSQL server of its own (test/support/worker-server.ts): a process per file, at most two at once.
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/after-each-file.ts'],
    reporters: ['default', './test/support/summary-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
