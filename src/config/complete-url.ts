import path from 'node:path';
import type { TlsParameter } from '../model/tls-settings.js';

/** libpq's variables that a URL's parameter goes before. Of user and password the driver knows itself. */
const VARIABLES: Readonly<Partial<Record<TlsParameter, string>>> = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};
const FILES: readonly string[] = ['sslrootcert', 'sslcert', 'sslkey'];

/** Where what a URL leaves open comes from. */
export interface UrlSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths in the URL start from, and the one for those in the environment. */
  readonly folder: string;
  readonly workingFolder: string;
}

/** A database URL that says itself what PGHOST and libpq's variables for TLS say of it; its files have absolute paths. */
export function completeUrl(text: string, { environment, folder, workingFolder }: UrlSurroundings): string {
  const url = new URL(text);
  const set: Record<string, string> = {};
  if (url.hostname === '' && !url.searchParams.get('host') && environment['PGHOST']) set['host'] = environment['PGHOST'];
  for (const [parameter, variable] of Object.entries(VARIABLES)) {
    const own = url.searchParams.getAll(parameter).at(-1);
    const value = own === undefined || own === '' ? environment[variable] : own;
    if (!value) continue;
    const resolved = FILES.includes(parameter) && value !== 'system' ? path.resolve(own ? folder : workingFolder, value) : value;
    if (resolved !== own) set[parameter] = resolved;
  }
  // As it was written, where nothing is added: what is shown later is what the operator knows.
  if (Object.keys(set).length === 0) return text;
  for (const [name, value] of Object.entries(set)) url.searchParams.set(name, value);
  return url.toString();
}

/** A database URL with a password. */
export function withPassword(text: string, password: string): string {
  const url = new URL(text);
  // Encoded here: the setter leaves `%` as it is.
  url.password = encodeURIComponent(password);
  // Without a host, as before the folder of a socket, a URL has no place for it.
  if (url.password === '') url.searchParams.set('password', password);
  return url.toString();
}
