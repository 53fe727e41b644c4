import path from 'node:path';
import { parseDatabaseUrl, withParameters } from '../model/database-url.js';
import { FILLING_VARIABLES } from '../model/url-parameters.js';

const FILES: readonly string[] = ['sslrootcert', 'sslcert', 'sslkey', 'passfile'];
/** Files with passwords may come before libpq's variables. */
const PASSWORDS: readonly string[] = ['password', 'passfile'];

/** Where what a URL leaves open comes from. */
export interface UrlSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths in the URL start from, and the one for those in the environment. */
  readonly folder: string;
  readonly workingFolder: string;
}

/** A URL, and the variables that it was completed from. */
export interface CompleteUrl {
  readonly url: string;
  readonly variables: readonly string[];
}

/** A database URL that says itself what libpq's variables say of it, but those for passwords; its files have absolute paths. */
export function completeUrl(text: string, surroundings: UrlSurroundings): CompleteUrl {
  return complete(text, surroundings, (name) => !PASSWORDS.includes(name));
}

/** The same of the variables for passwords, of which PGPASSWORD goes before a file, and a password in the URL before both. */
export function completePassword(text: string, surroundings: UrlSurroundings): CompleteUrl {
  const withPassword = complete(text, surroundings, (name) => name === 'password');
  if (parseDatabaseUrl(withPassword.url).parameters.get('password')) return withPassword;
  return complete(text, surroundings, (name) => name === 'passfile');
}

function complete(text: string, { environment, folder, workingFolder }: UrlSurroundings, isMeant: (name: string) => boolean): CompleteUrl {
  const { parameters } = parseDatabaseUrl(text);
  const set: Record<string, string> = {};
  const variables: string[] = [];
  for (const [name, variable] of FILLING_VARIABLES) {
    if (!isMeant(name)) continue;
    const own = parameters.get(name);
    // A variable that is empty counts as not set, as all others do; a parameter that is empty is libpq's default.
    const value = own ?? environment[variable];
    if (value === undefined || value === '') continue;
    const resolved = FILES.includes(name) && value !== 'system' ? path.resolve(own === undefined ? workingFolder : folder, value) : value;
    if (resolved !== own) set[name] = resolved;
    if (own === undefined) variables.push(variable);
  }
  // As it was written, where nothing is added: what is shown later is what the operator knows.
  return { url: Object.keys(set).length === 0 ? text : withParameters(text, set), variables };
}
