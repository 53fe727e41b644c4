import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { openFile, type Desktop } from '../../src/terminal/open-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** A computer with a program that notes what it is asked to open. */
function desktopWith(opener: string | undefined, script = 'echo "$1" > "$OPENED"'): { desktop: Desktop; opened: string } {
  const folder = temporaryFolder();
  const opened = path.join(folder, 'opened');
  if (opener !== undefined) {
    writeFileSync(path.join(folder, opener), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, opener), 0o755);
  }
  return { desktop: { platform: 'linux', isInteractive: true, environment: { PATH: folder, OPENED: opened, DISPLAY: ':9' } }, opened };
}

test.each([
  ['linux', 'xdg-open'],
  ['darwin', 'open'],
] as const)('%s opens a file with its own program', async (platform, opener) => {
  const { desktop, opened } = desktopWith(opener);
  const file = '/tmp/a report; $(touch x).html';
  expect(await openFile(file, { ...desktop, platform })).toBeUndefined();
  await vi.waitFor(() => expect(readFileSync(opened, 'utf8')).toBe(`${file}\n`));
});

test('says why it opened nothing: no person, no desktop, no program, or one that fails', async () => {
  const { desktop, opened } = desktopWith('xdg-open');
  expect(await openFile('a.html', { ...desktop, isInteractive: false })).toBe('the output is not a terminal');
  expect(await openFile('a.html', { ...desktop, environment: { ...desktop.environment, DISPLAY: '' } })).toBe('there is no desktop here');
  expect(existsSync(opened)).toBe(false);
  expect(await openFile('a.html', desktopWith(undefined).desktop)).toBe('xdg-open is not installed');
  expect(await openFile('a.html', desktopWith('xdg-open', 'exit 3').desktop)).toBe('xdg-open found no program for it');
});
