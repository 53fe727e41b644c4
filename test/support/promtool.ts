import { spawnSync } from 'node:child_process';

/** Prometheus's checker of metrics and rules, if installed (Debian: package prometheus) or named by PROMTOOL. */
export function findPromtool(): string | undefined {
  const name = process.env['PROMTOOL'] ?? 'promtool';
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0 ? name : undefined;
}

/** Why a test is left out. */
export const NO_PROMTOOL = 'promtool is not installed (Debian: apt-get install prometheus) and PROMTOOL names none';
