import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { packageFile } from '../../src/spec/package-file.js';

/** What node is given to run the program. A copy in which a mistake is put for the sake of the tests is never built: then from its sources. */
export function programArguments(): string[] {
  const built = packageFile('dist', 'src', 'cli.js');
  if (existsSync(built)) return ['--enable-source-maps', built];
  return ['--import', createRequire(import.meta.url).resolve('tsx'), packageFile('src', 'cli.ts')];
}
