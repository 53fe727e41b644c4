import path from 'node:path';
import { defineConfig } from 'vitest/config';
import type { PoolOptions } from 'vitest/node';
import { listTestFiles } from '../test-projects.js';
import { WarmWorker } from './warm-worker.js';

process.env['TZ'] = 'America/St_Johns';

const root = path.resolve(import.meta.dirname, '../../..');
/** Tests of nothing that is mutated; some take long. */
const ELSEWHERE = /^test\/(project|simulate)\//;

let worker: WarmWorker | undefined;
const poolRunner = { name: 'warm', createPoolWorker: (options: PoolOptions) => (worker ??= new WarmWorker(options)) };

/** The pure tests, as StrykerJS runs them: once for each mutant, all in one thread. */
export default defineConfig({
  root,
  // StrykerJS asks for threads; this hook has the last word.
  plugins: [{ name: 'warm', configureVitest: ({ project }) => void Object.assign(project.config, { pool: 'warm', poolRunner }) }],
  test: {
    include: listTestFiles(root).pure.filter((file) => !ELSEWHERE.test(file)),
    isolate: false,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/around-each-file.ts', 'test/support/mutants/without-mutant.ts'],
    provide: { depth: 'everyday', histories: 1, seed: 1, endsAt: 0 },
    testTimeout: 60_000,
  },
});
