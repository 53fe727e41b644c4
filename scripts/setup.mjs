// One command for a fresh clone: checks Node.js, and installs if node_modules is missing or differs from the lock file. Uses no
// dependencies, and prints nothing if there is nothing to do.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`chatmart needs Node.js 20.19 or newer; this is ${process.versions.node}`);
  process.exit(1);
}
if (!isInstalled()) {
  console.error('Installing dependencies (npm ci) …');
  process.exitCode = install();
}

/** npm records what it installed; an interrupted install, or one without development dependencies, is incomplete. */
function isInstalled() {
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(readPackages('package-lock.json')).every(([folder, { version, optional }]) => {
    // The first entry is chatmart itself; an optional package for another platform may be missing.
    if (folder === '' || (optional && installed[folder] === undefined)) return true;
    return installed[folder]?.version === version;
  });
}

function readPackages(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return {};
  }
}

function install() {
  // NODE_ENV=production would leave out the compiler and the tests; a user's `omit` setting would leave out the server.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath; // the npm that runs this script, so that no shell is needed, even on Windows
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: 'inherit' })
    : spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  return status ?? 1;
}
