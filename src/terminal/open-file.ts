import { spawn } from 'node:child_process';
import { OWN_SOURCES } from '../config/load-config.js';

/** A computer, as far as it decides how a file is opened. */
export interface Desktop {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Nobody looks at what a script or a service opens. */
  readonly isInteractive: boolean;
}

const OWN_DESKTOP = (): Desktop => ({
  platform: process.platform,
  environment: OWN_SOURCES().environment,
  isInteractive: process.stdout.isTTY,
});

/** Those that go on after this long are browsers, not complaints. */
const PATIENCE_MS = 3_000;

/** Opens a file with the program that the desktop has for it; returns why it was not opened, or undefined. */
export async function openFile(file: string, desktop: Desktop = OWN_DESKTOP()): Promise<string | undefined> {
  const opener = findOpener(desktop);
  if (typeof opener === 'string') return opener;
  const [command, ...args] = opener;
  const child = spawn(command, [...args, file], { detached: true, stdio: 'ignore', env: desktop.environment });
  child.unref();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const end = (reason: string | undefined): void => {
      clearTimeout(timer);
      resolve(reason);
    };
    child.once('error', () => end(`${command} is not installed`));
    child.once('exit', (code) => end(code === 0 ? undefined : `${command} found no program for it`));
  });
}

/** The command of the desktop, or why there is none. On Linux, xdg-open without a desktop would start a browser in the terminal. */
function findOpener({ platform, environment, isInteractive }: Desktop): readonly [string, ...string[]] | string {
  if (!isInteractive) return 'the output is not a terminal';
  if (platform === 'darwin') return ['open'];
  // start takes its first quoted word for a title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""'];
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open'] : 'there is no desktop here';
}
