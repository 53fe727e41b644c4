import pgpass, { type PasswordKey } from 'pgpass';
import { ConfigError } from '../model/errors.js';

/** The password that libpq's password file (PGPASSFILE, else ~/.pgpass) has for a login. Errors: `ConfigError` when it has none. */
export async function readPasswordFile(login: PasswordKey): Promise<string> {
  const password = await new Promise<string | undefined>((resolve) => pgpass(login, resolve));
  if (password !== undefined) return password;
  const place = `${login.host}:${login.port}:${login.database}:${login.user}`;
  throw new ConfigError('password-missing', `The server asks for a password, and there is none for ${place}`, {
    hint: 'Nothing was done. Put it into a file of mode 600 that CHATMART_IDB_PASSWORD_FILE or CHATMART_MART_PASSWORD_FILE names, or as host:port:database:user:password into the one that PGPASSFILE names.',
  });
}
