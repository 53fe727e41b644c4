// Draws docs/overview.png, with which README.md opens: the overview of the demo (`npm start`), as a browser shows it. `npm run picture`.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const PICTURE = 'docs/overview.png';
/** Of the window: wide enough for four figures beside each other. */
const SIZE = { width: 1_120, height: 1_000 };
/** About as large as GitHub shows it, and small enough. */
const SCALE = 0.8;
/** The picture ends below this. */
const LAST = 'section:has(table.heat)';
/** A reader with a slow line should not wait for it. */
const MOST_BYTES = 200_000;

const program = JSON.parse(readFileSync('scripts/browsers.json', 'utf8')).find((each) => existsSync(each));
if (program === undefined) throw new Error('No Chromium is installed. On Debian: apt-get install chromium');
const home = mkdtempSync(path.join(tmpdir(), 'chatmart-picture-'));
// As root, the account that PostgreSQL runs as must be able to pass.
chmodSync(home, 0o711);
try {
  chatmart('demo');
  const browser = await chromium.launch({ executablePath: program, chromiumSandbox: process.getuid?.() !== 0 });
  const page = await browser.newPage({ viewport: SIZE, deviceScaleFactor: SCALE, colorScheme: 'light' });
  await page.goto(pathToFileURL(path.join(home, 'reports', 'chat-overview.html')).href);
  const { y, height } = await page.locator(LAST).boundingBox();
  writeFileSync(
    PICTURE,
    await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width: SIZE.width, height: Math.round(y + height + 24) } }),
  );
  await browser.close();
} finally {
  chatmart('db', 'stop');
  rmSync(home, { recursive: true, force: true });
}
const { size } = statSync(PICTURE);
console.log(`${PICTURE}: ${size.toLocaleString('en')} bytes`);
if (size > MOST_BYTES) throw new Error(`More than ${MOST_BYTES.toLocaleString('en')} bytes are too many`);

/** Runs the program in a home of its own. */
function chatmart(...args) {
  const { status } = spawnSync(process.execPath, ['dist/src/cli.js', ...args, '--home', home], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`chatmart ${args.join(' ')} ended with ${status}`);
}
