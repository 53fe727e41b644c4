import { spawnSync } from 'node:child_process';
import { ConfigError } from '../../model/errors.js';

/** The account that the server's processes run as; empty: the current one. */
export interface ServerAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** The whole environment of the server's processes: the user's `PG…` variables, locale and time zone do not reach them. */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  TZ: 'UTC',
  // On Windows, PATH stays: its own programs need it.
  ...(process.platform === 'win32' ? {} : { PATH: '/usr/local/bin:/usr/bin:/bin' }),
};

/** PostgreSQL refuses to run as root, so root uses an unprivileged account. It must have a name, because initdb looks it up. */
export function findServerAccount(): ServerAccount {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [accountId('-u', name), accountId('-g', name)];
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new ConfigError(
    'no-server-account',
    'PostgreSQL does not run as root, and this machine has no account postgres or nobody to run it as',
    {
      next: 'Create the account postgres, or run chatmart as an ordinary user.',
    },
  );
}

/** Whether the account can enter a folder and all folders above it. */
export const canEnter = (folder: string, account: ServerAccount): boolean =>
  account.uid === undefined ||
  spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', env: SERVER_ENVIRONMENT, stdio: 'ignore' }).status === 0;

function accountId(option: '-u' | '-g', name: string): number | undefined {
  const answer = spawnSync('id', [option, name], { encoding: 'utf8', env: SERVER_ENVIRONMENT });
  return answer.status === 0 ? Number(answer.stdout) : undefined;
}
