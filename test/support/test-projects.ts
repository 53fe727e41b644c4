import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Tests of one project share its workers; see `projectOf`. */
export type ProjectName = 'pure' | 'database' | 'process';

/** Support files that start PostgreSQL. They also run programs, but only a server's. */
const SERVERS = ['worker-server.ts', 'template-home.ts', 'further-server.ts', 'server-homes.ts'];

/** The module with which other files start a server. */
const SERVER = '/db/embedded/server.js';

/** Cleans up after test runs; every file that writes into a folder imports it. */
const CLEANING = 'run-folder.ts';

/** Test files by project, derived from their imports, so that no list is kept. `root` is the repository's folder. */
export function listTestFiles(root: string): Record<ProjectName, string[]> {
  const found: Record<ProjectName, string[]> = { pure: [], database: [], process: [] };
  const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  for (const file of files.map((name) => `test/${name.replaceAll(path.sep, '/')}`).sort()) found[projectOf(root, file)].push(file);
  return found;
}

/** The test files of which `npm test` runs a part: those that import test/support/depth.ts. */
export function listDeepFiles(root: string): string[] {
  const depth = path.join(root, 'test', 'support', 'depth.ts');
  return Object.values(listTestFiles(root))
    .flat()
    .filter((file) => reach(path.join(root, file)).has(depth));
}

/** Where the tests of what touches a mart are. */
const OF_THE_MART =
  /^test\/(load|mart|metrics|pipeline|proofs|report|commands\/(aggregate|backfill|discards|erase|maintain|name|reconcile|report|run|status))\//;

/** The test files that can have their marts on a Citus cluster. */
export function listClusterFiles(root: string): string[] {
  const databases = path.join(root, 'test', 'support', 'databases.ts');
  return Object.values(listTestFiles(root))
    .flat()
    .filter((file) => OF_THE_MART.test(file) && !Object.hasOwn(NOT_ON_CLUSTER, file) && reach(path.join(root, file)).has(databases));
}

/** Why these cannot be on a cluster. */
export const NOT_ON_CLUSTER: Readonly<Record<string, string>> = {
  'test/commands/status/data-checks.test.ts': 'two marts at once',
  'test/commands/status/status.test.ts': 'two marts at once',
  'test/mart/schema/mart-altered.test.ts': 'changes of tables that Citus refuses',
  'test/mart/schema/tenant-schemas.test.ts': 'creates roles, which the role of the tests may not do there',
  'test/mart/schema/upgrades.test.ts': 'marts of releases that could not be distributed',
  'test/pipeline/concurrency.test.ts': 'two marts at once',
};

/** `process`: runs programs, mostly chatmart itself; otherwise `database`: needs PostgreSQL; otherwise `pure`. */
export function projectOf(root: string, file: string): ProjectName {
  const supports = [...reach(path.join(root, file))].filter(
    (each) => each.startsWith(path.join(root, 'test', path.sep)) && path.basename(each) !== CLEANING,
  );
  const others = supports.filter((each) => !SERVERS.includes(path.basename(each)));
  if (others.some((each) => importsOf(each).names.includes('node:child_process'))) return 'process';
  const isDatabase = others.length < supports.length || others.some((each) => importsOf(each).names.some((name) => name.endsWith(SERVER)));
  return isDatabase ? 'database' : 'pure';
}

/** A file of the repository and all its direct and indirect imports. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const target of importsOf(file).targets) reach(target, seen);
  return seen;
}

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;

/** What a file imports at run time, as written, and those of the names that are files of the repository; type imports are gone by then. */
interface Imports {
  readonly names: readonly string[];
  readonly targets: readonly string[];
}

// Each start of vitest asks for the imports of all test files five times.
const known = new Map<string, Imports>();

function importsOf(file: string): Imports {
  let found = known.get(file);
  if (found === undefined) {
    const names = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, name]) => name!);
    const relative = names.filter((name) => name.startsWith('.'));
    const targets = relative.map((name) => path.resolve(path.dirname(file), name).replace(/\.js$/, '.ts'));
    found = { names, targets: targets.filter((target) => existsSync(target)) };
    known.set(file, found);
  }
  return found;
}
