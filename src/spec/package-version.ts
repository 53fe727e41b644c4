import { readFileSync } from 'node:fs';
import { packageFile } from './package-file.js';

/** The version of this package, as job history and `--version` show it. */
export const packageVersion = (): string => (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;
