// Tests the tests: makes each deliberate mistake listed in the mutants.json files below test/ in a copy of this repository, where the tests
// named beside it must then fail. Exit 1 if a mistake is not noticed or no longer applies. The repository itself is never touched.
//
//   node scripts/test-mutants.mjs                   all
//   node scripts/test-mutants.mjs "routing time"    those with these words in their name
//   node scripts/test-mutants.mjs --check           only whether each of them still applies
//   node scripts/test-mutants.mjs --list FILE       of another list
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a copy leaves out: the history, build output, and what is linked instead of copied. */
const NOT_COPIED = new Set(['.git', '.chatmart', 'coverage', 'dist', 'node_modules']);

/** The test process that is running. */
let running;

const { values: options, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, list: { type: 'string' } },
  allowPositionals: true,
});
const words = positionals.join(' ');
const mutants = findLists()
  .flatMap((list) => JSON.parse(readFileSync(list, 'utf8')))
  .filter(({ name }) => name.includes(words));

const stale = mutants.flatMap((mutant) => whyStale(mutant).map((why) => `${mutant.name}: ${why}`));
if (mutants.length === 0) stale.push(`${options.list ?? 'test/'} names no mistake with "${words}"`);
if (stale.length > 0) {
  console.error(stale.join('\n'));
  process.exitCode = 1;
} else if (options.check) console.log(`${mutants.length} mutants apply`);
else process.exitCode = await testMutants();

/** One list in each folder of tests, unless one is named. */
function findLists() {
  if (options.list !== undefined) return [options.list];
  const names = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => path.basename(name) === 'mutants.json').map((name) => path.join(root, 'test', name));
}

/** Reasons why a mutant no longer matches the source it was written for. */
function whyStale({ file, from, to, tests }) {
  if (!existsSync(path.join(root, file))) return [`there is no ${file}`];
  const places = read(path.join(root, file)).split(toText(from)).length - 1;
  return [
    ...(places === 1 ? [] : [`${file} holds its text ${places} times instead of once: ${toText(from)}`]),
    ...(toText(from) === toText(to) ? ['it changes nothing'] : []),
    ...(tests.length > 0 ? [] : ['it names no tests']),
    ...tests.filter((test) => !existsSync(path.join(root, test))).map((test) => `there is no ${test}`),
  ];
}

async function testMutants() {
  const copy = copyRepository();
  // However this script ends, its copy and the tests running in it go as well.
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      running?.kill();
      process.exit(1);
    });

  const green = await runTests(copy, [...new Set(mutants.flatMap(({ tests }) => tests))]);
  if (green.verdict !== 'green') {
    console.error(`The tests fail before anything is changed, which tells nothing about mutants:\n${green.output}`);
    return 1;
  }
  const width = Math.max(...mutants.map(({ name }) => name.length));
  let missed = 0;
  for (const { name, file, from, to, tests } of mutants) {
    const original = read(path.join(copy, file));
    // As a function: in a string, `$&` and the like would be replaced.
    writeFileSync(
      path.join(copy, file),
      original.replace(toText(from), () => toText(to)),
    );
    const { verdict, seconds, output } = await runTests(copy, tests);
    writeFileSync(path.join(copy, file), original);
    if (verdict !== 'red') missed++;
    const told = { red: 'noticed', green: 'NOT NOTICED', broken: 'DOES NOT RUN' }[verdict];
    console.log(`${name.padEnd(width)}  ${told.padEnd(12)}  ${seconds.padStart(5)} s  ${file}`);
    if (verdict === 'broken') console.log(output);
  }
  console.log(`${mutants.length - missed} of ${mutants.length} mistakes were noticed`);
  return missed === 0 ? 0 : 1;
}

/** Copies the working tree, so that uncommitted changes are tested as well. */
function copyRepository() {
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), 'chatmart-mutants-')));
  for (const entry of readdirSync(root))
    if (!NOT_COPIED.has(entry)) cpSync(path.join(root, entry), path.join(copy, entry), { recursive: true });
  // Links each package rather than their folder: vitest writes its cache beside them.
  mkdirSync(path.join(copy, 'node_modules'));
  for (const entry of readdirSync(path.join(root, 'node_modules')))
    if (entry !== '.vite') symlinkSync(path.join(root, 'node_modules', entry), path.join(copy, 'node_modules', entry), 'junction');
  return copy;
}

/** red: a test failed; broken: something else failed. Only a failed test notices a mistake; a file that cannot be read does not. */
async function runTests(copy, tests) {
  const report = path.join(copy, 'tests-report.json');
  // All cases of each test, as npm run test:all runs it, and the same cases each time.
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--mode',
    'all',
    ...tests,
    '--bail=1',
    '--reporter=json',
    `--outputFile=${report}`,
  ];
  rmSync(report, { force: true });
  const startedAt = performance.now();
  const { failed, output } = await run(args, copy);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const failedTests = existsSync(report) ? JSON.parse(read(report)).numFailedTests : 0;
  return { verdict: failedTests > 0 ? 'red' : failed ? 'broken' : 'green', seconds, output };
}

function run(args, cwd) {
  return new Promise((resolve) => {
    running = execFile(
      process.execPath,
      args,
      { cwd, maxBuffer: 1 << 26, env: { ...process.env, TEST_SEED: '1' } },
      (error, stdout, stderr) => resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

function read(file) {
  return readFileSync(file, 'utf8');
}

/** A text of several lines is a list of them. */
function toText(lines) {
  return [lines].flat().join('\n');
}
