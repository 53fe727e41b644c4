import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Ends the output with one line that a machine can read: `N passed, N failed, N skipped`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[toOutcome(test.result().state)] += 1;
      // A file that cannot be loaded, or a hook that throws, fails without a test that does.
      counts.failed += module.errors().length + [...module.children.allSuites()].flatMap((suite) => suite.errors()).length;
    }
    if (counts.passed + counts.failed === 0) process.exitCode = 1; // nothing ran: that proves nothing
    // After the default reporter's last lines, which it writes when this returns.
    process.once('exit', () => process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`));
  }
}

const toOutcome = (state: 'passed' | 'failed' | 'skipped' | 'pending') => (state === 'pending' ? 'skipped' : state);
