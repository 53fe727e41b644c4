import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedServer } from '../../src/db/embedded/server.js';
import { packageFile } from '../../src/spec/package-file.js';
import { idbTables, query } from './databases.js';
import { withoutBugs } from './no-bugs.js';
import { programArguments } from './program-arguments.js';
import { runLikePsql } from './psql-script.js';
import { temporaryFolder } from './temporary-folder.js';

/** The password of every role. */
export const PASSWORD = 'a password';
const LOGINS = ['chatmart_reader', 'chatmart_owner', 'chatmart_writer', 'chatmart_analyst'] as const;

/** An installation as a runbook entry finds it: an IDB, a migrated mart, their roles, and the operator's shell. */
export interface RunbookWorld {
  /** The operator's folder, which the runbook calls /etc/chatmart. */
  readonly folder: string;
  readonly server: EmbeddedServer;
  /** The operator's exported variables; an event may change them. */
  readonly env: Record<string, string>;
  /** The superuser's URLs. */
  readonly idbUrl: string;
  readonly martUrl: string;
  /** Types a line into bash. Returns the lines of stdout and stderr in order, then the exit code if it is not 0. */
  readonly type: (line: string) => Promise<string[]>;
  /** Makes `chatmart` another program from now on. */
  readonly install: (nodeArguments: readonly string[]) => void;
}

/** A migrated mart from which worlds are copied, because a migration takes longer than an entry. */
export const MIGRATED = 'infomart_migrated';

/** Creates a new world: databases `icon` and `infomart` on the server, set up by deploy/'s scripts and `chatmart migrate`. */
export async function makeRunbookWorld(server: EmbeddedServer, clientFolder: string | undefined): Promise<RunbookWorld> {
  const isMigrated = (await server.listDatabases()).includes(MIGRATED);
  for (const name of ['icon', 'infomart']) await server.dropDatabase(name);
  await server.ensureDatabase('icon');
  if (isMigrated) await query(server.url('postgres'), `create database infomart template ${MIGRATED}`);
  else await server.ensureDatabase('infomart');
  const [idbUrl, martUrl] = [server.url('icon'), server.url('infomart')];
  await query(idbUrl, idbTables());
  await runLikePsql(idbUrl, packageFile('deploy', 'roles-idb.sql'), {});
  await runLikePsql(martUrl, packageFile('deploy', 'roles-mart.sql'), {});
  for (const login of LOGINS) await query(idbUrl, `alter role ${login} password '${PASSWORD}'`);

  const folder = temporaryFolder();
  for (const name of ['idb-password', 'mart-password', 'mart-owner-password'])
    writeFileSync(path.join(folder, name), `${PASSWORD}\n`, { mode: 0o600 });
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const install = (nodeArguments: readonly string[]): void => {
    const words = [process.execPath, ...nodeArguments].map((word) => `'${word}'`).join(' ');
    writeFileSync(path.join(bin, 'chatmart'), `#!/bin/sh\nexec ${words} "$@"\n`);
    chmodSync(path.join(bin, 'chatmart'), 0o755);
  };
  install(programArguments());
  const { hostname, port } = new URL(martUrl);
  const env = {
    PATH: [bin, ...(clientFolder === undefined ? [] : [clientFolder]), process.env['PATH']].join(':'),
    HOME: folder,
    PGPASSFILE: server.passFile,
    CHATMART_IDB_URL: `postgres://chatmart_reader@${hostname}:${port}/icon`,
    CHATMART_MART_URL: `postgres://chatmart_writer@${hostname}:${port}/infomart`,
    CHATMART_IDB_PASSWORD_FILE: path.join(folder, 'idb-password'),
    CHATMART_MART_PASSWORD_FILE: path.join(folder, 'mart-password'),
    CHATMART_OWNER_PASSWORD_FILE: path.join(folder, 'mart-owner-password'),
    CHATMART_OWNER_URL: `postgres://chatmart_owner@${hostname}:${port}/infomart`,
    MART_ADMIN: withoutPassword(martUrl),
    IDB_ADMIN: withoutPassword(idbUrl),
  };
  const world = { folder, server, env, idbUrl, martUrl, install, type: (line: string) => typeLine(line, world) };
  if (isMigrated) return world;
  await world.type('chatmart migrate');
  await query(server.url('postgres'), `create database ${MIGRATED} template infomart`);
  return world;
}

const withoutPassword = (url: string): string => Object.assign(new URL(url), { password: '' }).toString();

async function typeLine(line: string, { folder, env }: Pick<RunbookWorld, 'folder' | 'env'>): Promise<string[]> {
  const child = spawn('bash', ['-c', `{ ${line.replaceAll('/etc/chatmart', folder)}\n} 2>&1`], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return toLines(`${withoutBugs(text)}${code === 0 ? '' : `(exit code ${code})\n`}`, folder);
}

/** Output with the names that the runbook uses. */
const toLines = (text: string, folder: string): string[] =>
  text
    .replaceAll(folder, '/etc/chatmart')
    .replace(/127\.0\.0\.1:\d+/g, 'db-host:5432')
    .split('\n')
    .slice(0, -1);

/** A copy of the program, one version ahead: its map has one more key. Returns node's arguments to run it. */
export function makeNewerProgram(): string[] {
  const copy = temporaryFolder();
  for (const name of ['dist', 'src', 'migrations', 'specs', 'package.json', 'tsconfig.json'])
    if (existsSync(packageFile(name))) cpSync(packageFile(name), path.join(copy, name), { recursive: true });
  symlinkSync(packageFile('node_modules'), path.join(copy, 'node_modules'), 'junction');
  const file = path.join(copy, 'specs', 'chat-session.json');
  const map = JSON.parse(readFileSync(file, 'utf8')) as { keys: { number: number }[] };
  const last = map.keys.at(-1)!;
  map.keys.push({ ...last, number: last.number + 1, ...{ kvp: 'csg_NewerKey', column: 'NEWER_KEY' } });
  writeFileSync(file, JSON.stringify(map));
  return programArguments().map((word) =>
    word.replace(packageFile('src'), path.join(copy, 'src')).replace(packageFile('dist'), path.join(copy, 'dist')),
  );
}
