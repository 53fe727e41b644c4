import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { listClusterFiles, listDeepFiles, listTestFiles } from './test/support/test-projects.js';

/** A database on the coordinator of a Citus cluster, for the files that touch the mart. */
const citusUrl = process.env['CHATMART_TEST_CITUS_URL'] ?? '';
/** A folder with the programs of a PostgreSQL that has Citus, for the files that start a cluster of their own. */
const citusBin = process.env['CHATMART_TEST_CITUS_BIN'] ?? '';

// Whatever this machine is set to, the tests see none of it; a zone with an odd offset and summer time finds what depends on one.
for (const name of Object.keys(process.env)) if (/^(CHATMART_|PG)/.test(name)) Reflect.deleteProperty(process.env, name);
process.env['TZ'] = 'America/St_Johns';

/** What is measured has the machine to itself, when all other tests have ended; `npm test` leaves it out. */
const MEASURED = ['test/project/speed.test.ts'];

const HISTORIES = 300;
/** For CI, whose time would otherwise be over before all files have begun. */
const HISTORIES_OF_REST = 100;

/** `npm test` samples what takes long; `--mode all` tests the whole; `--mode rest` does so in the files that `npm test` samples. */
export default defineConfig(({ mode }) => {
  const isWhole = mode === 'all' || mode === 'rest';
  const deep = listDeepFiles(import.meta.dirname);
  const files = listTestFiles(import.meta.dirname);
  const filesOf = (name: keyof typeof files): string[] => files[name].filter((file) => mode !== 'rest' || deep.includes(file));
  const provide = {
    depth: isWhole ? ('all' as const) : ('everyday' as const),
    histories: Number(process.env['TEST_HISTORIES'] ?? (mode === 'rest' ? HISTORIES_OF_REST : HISTORIES)),
    seed: Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 1e9)),
    citusBin,
    hasCluster: citusUrl !== '',
    // Tests that have not begun by then are skipped; 0: no limit.
    endsAt: process.env['TEST_MINUTES'] === undefined ? 0 : Date.now() + Number(process.env['TEST_MINUTES']) * 60_000,
  };
  // Nothing is inherited: then a project would evaluate this file again, without the mode and without what the command line says of workers.
  const shared = {
    // Each worker has a PostgreSQL server of its own (test/support/worker-server.ts), which its files share.
    pool: 'forks' as const,
    setupFiles: ['test/support/around-each-file.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    provide: { ...provide, citusUrl: '' },
  };
  return {
    test: {
      projects: [
        ...(['process', 'database', 'pure'] as const).map((name) => ({
          test: {
            ...{ ...shared, name, include: filesOf(name), exclude: MEASURED, isolate: false, sequence: { groupOrder: 0 } },
            setupFiles: [...shared.setupFiles, ...(name === 'pure' ? [] : ['test/support/record-statements.ts'])],
          },
        })),
        ...(citusUrl === ''
          ? []
          : [
              {
                test: {
                  ...shared,
                  ...{ name: 'cluster', include: listClusterFiles(import.meta.dirname), isolate: false },
                  ...{ provide: { ...provide, citusUrl }, testTimeout: 600_000, hookTimeout: 600_000 },
                  ...{ maxWorkers: 1, sequence: { groupOrder: 2 } },
                },
              },
            ]),
        { test: { ...shared, name: 'measured', include: isWhole ? MEASURED : [], sequence: { groupOrder: 1 } } },
      ],
      // Most of a test's time is waiting for a server: four workers take two thirds of the time of two, also on two cores.
      maxWorkers: 4,
      sequence: { sequencer: LongestFirst },
      globalSetup: ['test/support/global-setup.ts'],
      reporters: ['default', './test/support/summary-reporter.ts'],
    },
  };
});
