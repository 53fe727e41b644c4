import { randomUUID } from 'node:crypto';
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigError } from '../../model/errors.js';

/**
 * Writes a report as a whole: into a temporary file beside it that is then renamed, so that nobody opens half of it, and a failure leaves
 * what was there. What is not a file, such as /dev/stdout or a named pipe, is written to. Errors: `ConfigError`.
 */
export function writeReport(file: string, content: string | Uint8Array): void {
  let part: string | undefined;
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there !== undefined && !there.isFile()) {
      writeFileSync(file, content);
      return;
    }
    // A link stays, and what it leads to is replaced.
    const target = there === undefined ? path.resolve(file) : realpathSync(file);
    part = path.join(path.dirname(target), `.chatmart-${randomUUID()}.part`);
    writeFileSync(part, content, { flag: 'wx', mode: there?.mode });
    renameSync(part, target);
  } catch (cause) {
    if (part !== undefined) rmSync(part, { force: true });
    throw new ConfigError(
      'output-not-writable',
      `The report cannot be written to ${file}: ${toReason(cause as NodeJS.ErrnoException, file)}`,
      {
        cause,
        state: 'nothing-changed',
        next: 'Name another file.',
      },
    );
  }
}

/** The system's words name the temporary file, which nobody knows. */
const toReason = ({ code, message }: NodeJS.ErrnoException, file: string): string =>
  code === 'ENOENT'
    ? `there is no folder ${path.dirname(path.resolve(file))}`
    : code === 'EISDIR'
      ? 'it is a folder'
      : message.replace(/, .*$/, '');
