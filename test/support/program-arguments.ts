import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packageFile } from '../../src/spec/package-file.js';

/** Node's arguments to run the program. A mutated copy is never built, so it runs from its sources. */
export function programArguments(): string[] {
  const built = packageFile('dist', 'src', 'cli.js');
  if (existsSync(built)) return ['--enable-source-maps', built];
  return ['--import', createRequire(import.meta.url).resolve('tsx'), packageFile('src', 'cli.ts')];
}
