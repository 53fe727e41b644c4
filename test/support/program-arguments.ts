import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../src/spec/package-file.js';
import { statementsFolder } from './statements-folder.js';

/** Node's arguments to run the program. A mutated copy is never built, so it runs from its sources. */
export function programArguments(): string[] {
  const recorder = pathToFileURL(packageFile('test', 'support', 'statement-recorder.mjs'));
  recorder.searchParams.set('folder', statementsFolder());
  const built = packageFile('dist', 'src', 'cli.js');
  if (existsSync(built)) return ['--import', recorder.href, '--enable-source-maps', built];
  return ['--import', recorder.href, '--import', createRequire(import.meta.url).resolve('tsx'), packageFile('src', 'cli.ts')];
}
