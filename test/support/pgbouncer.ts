import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeAfterFile } from './closers.js';
import { temporaryFolder } from './temporary-folder.js';

/** Whether PgBouncer is installed. */
export const hasPgBouncer = (): boolean => spawnSync('pgbouncer', ['--version']).status === 0;

/** Starts PgBouncer in front of a URL's database. Returns the URL of the same database through it. */
export async function startPgBouncer(url: string, mode: 'transaction' | 'session' | 'statement', size: number): Promise<string> {
  const direct = new URL(url);
  const database = direct.pathname.slice(1);
  const port = await findFreePort();
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  const file = path.join(folder, 'pgbouncer.ini');
  writeFileSync(
    file,
    `[databases]
${database} = host=${direct.hostname} port=${direct.port} user=${direct.username} password=${decodeURIComponent(direct.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = ${size}
`,
  );
  chmodSync(file, 0o644);
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...user, file], { stdio: 'ignore' });
  closeAfterFile(() => child.kill('SIGKILL'));
  while (child.exitCode === null && !(await accepts(port))) await sleep(10);
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
  direct.port = String(port);
  return direct.href;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

const findFreePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
