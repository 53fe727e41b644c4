import { createInterface } from 'node:readline/promises';
import { ConfigError } from '../model/errors.js';

/** The terminal at which a person is asked. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/**
 * Goes on only if a person at the terminal types yes. Errors: `ConfigError` where nobody can be asked, and for any other answer.
 */
export async function confirm(
  question: string,
  { input, output }: Dialogue = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (input.isTTY !== true || output.isTTY !== true)
    throw new ConfigError('needs-yes', `${question} This cannot be confirmed without a terminal`, {
      state: 'nothing-deleted',
      next: 'Run the same command with --yes, or with --dry-run to see what it would delete.',
    });
  const terminal = createInterface({ input, output, terminal: false });
  try {
    const ended = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    const answer = await Promise.race([terminal.question(`${question} Type yes to go on: `), ended]);
    if (answer.trim().toLowerCase() === 'yes') return;
  } finally {
    terminal.close();
  }
  throw new ConfigError('not-confirmed', 'The answer was not yes', { state: 'nothing-deleted' });
}
