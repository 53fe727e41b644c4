// What CI runs, in this order: the checks, the everyday tests, the demo and the pure tests on each supported Node.js, and, as far as time
// allows, what `npm run test:all` adds to the everyday tests. The output ends with the total: `N passed, N failed, N skipped`. The exit
// code is not 0 if anything failed or no test ran.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** No further test starts after this long. */
const MINUTES = 28;
/** The oldest 20 and 22 that `engines` allows, and the newest 24 and 26. */
const NODE_VERSIONS = ['20.19.0', '22.12.0', '24', '26'];
/** Where the versions are kept: npm packages that hold only the program. */
const NODE_FOLDER = path.resolve('node_modules/.cache/chatmart/node');

const SUMMARY = /^(\d+) passed, (\d+) failed, (\d+) skipped$/;
const startedAt = performance.now();
const sum = { passed: 0, failed: 0, skipped: 0 };
const steps = [];

if (await npm('check')) {
  await installBrowser();
  await npm('test');
  for (const version of NODE_VERSIONS) await tryNode(version);
  const minutesLeft = MINUTES - minutesSince(startedAt);
  if (minutesLeft >= 1) await npm('test:rest', { TEST_MINUTES: String(minutesLeft) });
  else steps.push('npm run test:rest: not run, no time is left');
}

console.log(`\n${steps.join('\n')}\nin ${minutesSince(startedAt).toFixed(1)} minutes`);
if (sum.passed + sum.failed === 0) process.exitCode = 1; // nothing ran, which proves nothing
if (sum.failed > 0) process.exitCode = 1;
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);

/** Runs a script of package.json. Silent, because npm's own message about a failure would follow the output of the tests. */
function npm(script, environment = {}) {
  return step(`npm run ${script}`, 'npm', ['run', '--silent', script], environment);
}

/** Tests of HTML need a browser, which root installs on Debian. Without one they are skipped, and count so. */
async function installBrowser() {
  const programs = JSON.parse(readFileSync('scripts/browsers.json', 'utf8'));
  if (programs.some((each) => existsSync(each))) return;
  console.log('\n--- apt-get install chromium');
  const isRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  const install = async () =>
    (await run('apt-get', ['update', '-qq'])).code === 0 &&
    (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { DEBIAN_FRONTEND: 'noninteractive' })).code ===
      0;
  const isThere = isRoot && (await install()) && programs.some((each) => existsSync(each));
  steps.push(isThere ? 'Chromium: installed' : 'Chromium: missing, the tests of HTML in a browser are skipped');
  console.log(steps.at(-1));
}

/** The demo and the pure tests on another version of Node.js. */
async function tryNode(version) {
  const program = await fetchNode(version);
  if (program === undefined) {
    sum.skipped += 1;
    steps.push(`Node.js ${version}: skipped, the npm registry did not give it`);
    console.log(steps.at(-1));
    return;
  }
  const environment = { PATH: `${path.dirname(program)}${path.delimiter}${process.env.PATH}` };
  const home = mkdtempSync(path.join(tmpdir(), 'chatmart-ci-'));
  // The account of the server may enter it; otherwise the data would stay elsewhere after the home is gone.
  chmodSync(home, 0o711);
  try {
    const isRun = await step(`Node.js ${version}: demo`, 'node', ['dist/src/cli.js', 'demo', '--home', home], environment);
    if (isRun) sum.passed += 1;
    await step(`Node.js ${version}: db stop`, 'node', ['dist/src/cli.js', 'db', 'stop', '--home', home], environment);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  await step(`Node.js ${version}: pure tests`, 'node', ['node_modules/vitest/vitest.mjs', 'run', '--project', 'pure'], environment);
}

/** Returns the path of the program, or undefined if it cannot be fetched. */
async function fetchNode(version) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = path.join(NODE_FOLDER, version);
  // A package of its own, not --prefix: with that, npm would not read the configuration of this machine, such as a certificate authority.
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`];
  const { code } = await run('npm', args, {}, folder);
  const program = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return code === 0 && existsSync(program) ? program : undefined;
}

/** Runs one part of the work and adds its tests to the total. A part that fails without a failing test counts as one failure. */
async function step(label, command, args, environment) {
  const began = performance.now();
  console.log(`\n--- ${label}`);
  const { code, counts } = await run(command, args, environment);
  const failed = code === 0 ? counts.failed : Math.max(1, counts.failed);
  sum.passed += counts.passed;
  sum.failed += failed;
  sum.skipped += counts.skipped;
  const tests =
    counts.passed + failed + counts.skipped === 0 ? 'done' : `${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`;
  steps.push(`${label}: ${tests}, ${((performance.now() - began) / 1000).toFixed(0)} s`);
  return failed === 0;
}

/** Passes on the output of a program, except the closing lines of tests, which go into the total. */
function run(command, args, environment, cwd) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
      shell: process.platform === 'win32',
    });
    let rest = '';
    const tell = (line, end) => {
      const found = SUMMARY.exec(line);
      if (found === null) process.stdout.write(line + end);
      else for (const [index, name] of ['passed', 'failed', 'skipped'].entries()) counts[name] += Number(found[index + 1]);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) tell(line, '\n');
    });
    child.once('error', (error) => {
      console.error(String(error));
      resolve({ code: 1, counts });
    });
    child.once('close', (code) => {
      if (rest !== '') tell(rest, '\n');
      resolve({ code: code ?? 1, counts });
    });
  });
}

function minutesSince(start) {
  return (performance.now() - start) / 60_000;
}
