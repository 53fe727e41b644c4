import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends the output with one machine-readable line: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[toOutcome(test.result().state)] += 1;
      // A file that cannot be loaded, or a hook that throws, is a failure without a failed test.
      counts.failed += module.errors().length + [...module.children.allSuites()].flatMap((suite) => suite.errors()).length;
    }
    if (counts.passed + counts.failed === 0) process.exitCode = 1; // no test ran, which proves nothing
    // After the last lines of the default reporter, which it writes when this returns.
    process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`));
  }
}

const toOutcome = (state: 'passed' | 'failed' | 'skipped' | 'pending') => (state === 'pending' ? 'skipped' : state);
