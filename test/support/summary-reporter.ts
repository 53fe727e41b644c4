import path from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { judgeRecorded, toText } from '../../scripts/check-distributed-sql.mjs';
import { WRITTEN_OTHERWISE } from './written-otherwise.js';

/** Ends the output with one machine-readable line: `N passed, N failed, N skipped`. A statement that Citus refuses is a failure. */
export default class SummaryReporter implements Reporter {
  async onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Promise<void> {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[toOutcome(test.result().state)] += 1;
      // A file that cannot be loaded, or a hook that throws, is a failure without a failed test.
      counts.failed += module.errors().length + [...module.children.allSuites()].flatMap((suite) => suite.errors()).length;
    }
    if (counts.passed + counts.failed === 0) process.exitCode = 1; // no test ran, which proves nothing
    const refused = await findRefused(modules);
    if (refused.length > 0) {
      process.stderr.write(`\nCitus would refuse, on a distributed mart:\n${refused.join('\n')}\n`);
      counts.failed += refused.length;
      process.exitCode = 1;
    }
    // After the last lines of the default reporter, which it writes when this returns.
    process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`));
  }
}

/** The statements that this run has sent and that a distributed mart could not run. */
async function findRefused(modules: readonly TestModule[]): Promise<string[]> {
  const runFolder = modules[0]?.project.getProvidedContext().runFolder;
  return runFolder === undefined ? [] : (await judgeRecorded(path.join(runFolder, 'statements'), WRITTEN_OTHERWISE)).map(toText);
}

const toOutcome = (state: 'passed' | 'failed' | 'skipped' | 'pending') => (state === 'pending' ? 'skipped' : state);
