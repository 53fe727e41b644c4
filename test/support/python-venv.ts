import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { packageFile } from '../../src/spec/package-file.js';
import { fetchAlone, runProgram, ToolMissing, TOOL_FOLDER } from './fetched-tools.js';

/**
 * The folder of a virtual environment with exactly the packages of test/requirements/<name>.txt, or of another file; it is made once and
 * kept. Throws `ToolMissing` where Python or the packages cannot be had.
 */
export function pythonVenv(name: string, requirements = packageFile('test', 'requirements', `${name}.txt`)): Promise<string> {
  const folder = path.join(TOOL_FOLDER, `venv-${name}`);
  return fetchAlone(folder, () => makeVenv(folder, requirements));
}

async function makeVenv(folder: string, requirements: string): Promise<string> {
  // Written last, so that what was broken off is made again.
  const made = path.join(folder, 'made.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(made) && readFileSync(made, 'utf8') === wanted) return folder;
  mkdirSync(TOOL_FOLDER, { recursive: true });
  rmSync(folder, { recursive: true, force: true });
  const created = await runProgram('python3', ['-m', 'venv', folder]);
  if (created.code !== 0) throw new ToolMissing(`Python 3 with venv is not installed: ${created.output}`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--requirement', requirements];
  const installed = await runProgram(path.join(folder, 'bin', 'python'), pip);
  if (installed.code !== 0)
    throw new ToolMissing(`pip does not install ${path.relative(packageFile(), requirements)}: ${installed.output}`);
  writeFileSync(made, wanted);
  return folder;
}

/** The folder of an installed package of an environment. */
export async function pythonPackage(venv: string, name: string): Promise<string> {
  const { output } = await runProgram(path.join(venv, 'bin', 'python'), [
    '-c',
    'import sysconfig; print(sysconfig.get_paths()["purelib"])',
  ]);
  return path.join(output.trim(), name);
}
