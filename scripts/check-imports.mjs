// Enforces the arrows of ARCHITECTURE.md: imports go down only, stages do not import each other, one folder knows the database driver, and
// there are no cycles. Type-only imports count, because a type from above is knowledge of what is above.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** The stages; none of them imports another. */
const STAGES = ['extract', 'transform', 'load', 'report'];
/** What each folder of src/ may import besides itself; nothing else. */
const LAYERS = {
  cli: ['main'],
  main: ['program', 'terminal', 'config', 'db', 'model'],
  program: ['commands', 'terminal', 'config', 'spec', 'model'],
  commands: ['metrics', 'pipeline', 'jobs', ...STAGES, 'simulate', 'mart', 'terminal', 'config', 'db', 'spec', 'model'],
  metrics: ['pipeline', 'jobs', ...STAGES, 'mart', 'config', 'db', 'spec', 'model'],
  pipeline: ['jobs', ...STAGES, 'mart', 'config', 'db', 'spec', 'model'],
  jobs: ['mart', 'config', 'db', 'spec', 'model'],
  terminal: ['jobs', 'config', 'model'],
  extract: ['mart', 'db', 'spec', 'model'],
  transform: ['mart', 'spec', 'model'],
  load: ['mart', 'db', 'spec', 'model'],
  report: ['mart', 'db', 'spec', 'model'],
  simulate: ['spec', 'model'],
  migrations: ['mart', 'db', 'spec', 'model'],
  mart: ['db', 'spec', 'model'],
  config: ['model'],
  db: ['model'],
  spec: ['model'],
  model: [],
};
/** knex runs the migrations; only the files that do so may import it. */
const KNEX_ROOM = /^src\/mart\/schema\/(migration|run-statements|mart-definition)/;
/** The database driver and the packages built on it. */
const DRIVERS = /^(pg|pg-copy-streams|knex)(\/|$)/;

const root = path.resolve(process.argv[2] ?? '.');
const files = ts.sys
  .readDirectory(root, ['.ts'], [], ['src/**/*', 'migrations/**/*'])
  .map((file) => path.relative(root, file).replaceAll(path.sep, '/'))
  .sort();
const imports = new Map(files.map((file) => [file, readImports(file)]));
const violations = [...imports].flatMap(([file, found]) => found.flatMap((edge) => violation(file, edge))).concat(findCycles());

for (const line of violations) console.error(line);
if (files.length === 0) console.error(`${root} has no src/ and no migrations/`);
if (violations.length === 0 && files.length > 0) console.log(`check-imports: ${files.length} files, the arrows go down only`);
process.exitCode = violations.length === 0 && files.length > 0 ? 0 : 1;

/** Every import, re-export, dynamic import and imported type of a file. */
function readImports(file) {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const line = source.getLineAndCharacterOfPosition(specifier.getStart()).line + 1;
      found.push({ line, specifier: specifier.text, target: resolve(file, specifier.text) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node) {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node)) return node.argument.literal;
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isDynamic && ts.isStringLiteralLike(node.arguments[0]) ? node.arguments[0] : undefined;
}

/** The source file behind a relative specifier; undefined for packages and JSON. */
function resolve(file, specifier) {
  if (!specifier.startsWith('.') || !specifier.endsWith('.js')) return undefined;
  return path.posix.join(path.posix.dirname(file), specifier.replace(/\.js$/, '.ts'));
}

/** `src/load/facts.ts` is in `load`, `src/cli.ts` in `cli`, `migrations/001.ts` in `migrations`. */
function layerOf(file) {
  return (/^src\/([^/.]+)/.exec(file) ?? /^([^/]+)/.exec(file))[1];
}

function violation(file, { line, specifier, target }) {
  const from = layerOf(file);
  const place = `${file}:${line}`;
  if (DRIVERS.test(specifier)) return from === 'db' || KNEX_ROOM.test(file) ? [] : [`${place}: only src/db may import ${specifier}`];
  if (target === undefined) return [];
  const to = layerOf(target);
  if (LAYERS[from] === undefined) return [`${place}: ${from} has no place in the table of layers`];
  if (to === from || LAYERS[from].includes(to)) return [];
  if (STAGES.includes(from) && STAGES.includes(to)) return [`${place}: a stage may not import another stage: ${from} imports ${target}`];
  return [`${place}: ${from} may not import ${to}: ${target}`];
}

/** One line for each import that closes a cycle, with the path of the cycle. */
function findCycles() {
  const cycles = [];
  const done = new Set();
  const visit = (file, way) => {
    for (const { line, target } of imports.get(file) ?? []) {
      const start = way.indexOf(target);
      if (start !== -1) cycles.push(`${file}:${line}: a cycle: ${[...way.slice(start), target].join(' -> ')}`);
      else if (imports.has(target) && !done.has(target)) visit(target, [...way, target]);
    }
    done.add(file);
  };
  for (const file of files) if (!done.has(file)) visit(file, [file]);
  return cycles;
}
