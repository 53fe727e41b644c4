#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';

/** Of Node.js 22 and newer. */
interface WithCompileCache {
  readonly enableCompileCache?: (folder: string) => unknown;
}

// A tenth of a run that finds nothing new is compiling. What is compiled is kept beside the program: whoever may write there may change the program
// itself, which cannot be said of a folder for temporary files. Where this process may not write, nothing is kept.
if (import.meta.url.endsWith('.js'))
  (module as WithCompileCache).enableCompileCache?.(fileURLToPath(new URL('../compiled', import.meta.url)));
// Newer versions have it. Without it, pg makes a Response to find out what runs it, for which Node.js 20 loads all of fetch.
(globalThis as { navigator?: object }).navigator ??= { userAgent: `Node.js/${process.versions.node.split('.')[0]}` };
await import('./main.js');
