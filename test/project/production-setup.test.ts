import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/spec/package-file.js';
import { idbTables, query } from '../support/databases.js';
import { debianPgBin } from '../support/further-server.js';
import { programArguments } from '../support/program-arguments.js';
import { startServerOf } from '../support/server-homes.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { writeUserData } from '../support/user-data.js';

const PASSWORD = "it's a 'password'";

/** What the README tells an administrator and an operator to type, step by step. */
function readSteps(): string[] {
  const [, section] = readFileSync(packageFile('README.md'), 'utf8').split('## I run it');
  const [steps] = section!.split('**Schedule it.**');
  return [...steps!.matchAll(/^ {3}```sh\n(.*?)^ {3}```$/gms)].map(([, block]) => block!.replace(/^ {3}/gm, ''));
}

/** Types lines into bash at a terminal, and a password whenever asked. Returns what was shown and how it ended. */
async function typeAtTerminal(lines: string, env: Record<string, string>): Promise<{ seen: string; code: number | null }> {
  const file = path.join(env['HOME']!, 'typed');
  writeFileSync(file, lines);
  const child = spawn('script', ['-qefc', `bash -ex ${file}`, '/dev/null'], {
    cwd: packageFile(),
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    const asked = seen.match(/^(Enter new password[^:]*|Enter it again): /gm)?.length ?? 0;
    for (; answered < asked; answered++) child.stdin.write(`${PASSWORD}\n`);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { seen, code };
}

const isAble = debianPgBin() !== undefined && spawnSync('script', ['--version']).status === 0;

test.runIf(isAble)(
  'typed as it stands, the README leads from a fresh server to a report that the analyst reads',
  { timeout: 120_000 },
  async () => {
    const server = await startServerOf(temporaryFolder(), { pgBin: debianPgBin() });
    await query(server.url('postgres'), `create role postgres superuser login password 'of postgres'`);
    await server.ensureDatabase('icon');
    await query(server.url('icon'), idbTables());
    const lastMonth = new Date();
    lastMonth.setUTCDate(0);
    const day = lastMonth.toISOString().slice(0, 10);
    const stored = Date.parse(`${day}T10:05:00Z`) / 1000;
    await writeUserData(server.url('icon'), [
      ['1', 'ChatServerSessionStartedAt', `${day}T10:00:00Z`, stored],
      ['1', 'csg_SessionEndedBy', 'AGENT', stored],
      ['1', 'ChatServerSessionClosedAt', `${day}T10:05:00Z`, stored],
    ]);

    const home = temporaryFolder();
    const bin = path.join(home, 'bin');
    mkdirSync(bin);
    writeFileSync(
      path.join(bin, 'chatmart'),
      `#!/bin/sh\nexec ${[process.execPath, ...programArguments()].map((word) => `'${word}'`).join(' ')} "$@"\n`,
    );
    chmodSync(path.join(bin, 'chatmart'), 0o755);
    writeFileSync(path.join(home, '.pgpass'), '127.0.0.1:*:*:postgres:of postgres\n', { mode: 0o600 });
    const env = {
      PATH: [bin, debianPgBin(), process.env['PATH']].join(':'),
      ...{ HOME: home, TERM: 'dumb', PGPORT: new URL(server.url('icon')).port },
    };
    const steps = readSteps();
    expect(steps).toHaveLength(5);
    const quoted = PASSWORD.replaceAll("'", `'\\''`);
    const { seen, code } = await typeAtTerminal(
      steps
        .join('')
        .replaceAll(/(idb|mart)-host/g, '127.0.0.1')
        .replaceAll('…', quoted),
      env,
    );
    expect({ seen, code }).toMatchObject({ code: 0 });
    expect(seen).toContain('sessions  1 inserted');
    const report = seen.slice(seen.lastIndexOf('+ chatmart report')).replaceAll('\r', '');
    expect(report).toMatch(/^Chat Termination Report: Ended by AGENT, /m);
    expect(report).toMatch(/^ +1 │ +100\.0% │/m);
  },
);
