import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { packageFile } from '../../src/spec/package-file.js';
import { closeAfterFile } from './closers.js';

const program = (JSON.parse(readFileSync(packageFile('scripts', 'browsers.json'), 'utf8')) as string[]).find((each) => existsSync(each));

/** Whether this machine has a browser; tests that need one are skipped without it. */
export const hasBrowser = program !== undefined;

if (!hasBrowser)
  console.warn('No Chromium is installed, so the tests of HTML in a browser are skipped. On Debian: apt-get install chromium');

/** Starts the browser of a test file; it ends after the file. */
export async function startBrowser(): Promise<Browser> {
  // Chromium refuses to run as root inside its own sandbox.
  const browser = await chromium.launch({ executablePath: program!, chromiumSandbox: process.getuid?.() !== 0 });
  closeAfterFile(() => browser.close());
  return browser;
}

export interface Seen {
  readonly page: Page;
  /** Messages on the console, errors of scripts, and addresses that the page asked for. */
  readonly complaints: readonly string[];
}

/** Opens a file in a context of its own, which may ask for nothing else, and closes it after `work`. */
export async function withPage<T>(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  work: (seen: Seen) => Promise<T>,
): Promise<T> {
  const context: BrowserContext = await browser.newContext(options);
  try {
    const address = pathToFileURL(path.resolve(file)).href;
    const complaints: string[] = [];
    await context.route('**/*', (route) => {
      const asked = route.request().url();
      if (asked === address || asked.startsWith('data:')) return route.continue();
      complaints.push(`asked for ${asked}`);
      return route.abort();
    });
    const page = await context.newPage();
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address);
    return await work({ page, complaints });
  } finally {
    await context.close();
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that keeps people out: serious and critical violations, with the elements. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate<string[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 120) + ' ' + any.map(({ message }) => message)).join(' | ')))`);
}

/** How many pixels the page is wider than its window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
