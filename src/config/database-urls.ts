import path from 'node:path';
import {
  parseDatabaseUrl,
  withParameters,
  databaseUrlProblem,
  holdsPassword,
  readDatabaseUrl,
  rememberTyped,
} from '../model/database-url.js';
import { counted } from '../model/text.js';
import { FILLING_VARIABLES } from '../model/url-parameters.js';
import type { FoundSetting } from './find-setting.js';
import { readPasswords, type PasswordFile, type PasswordPlace } from './read-passwords.js';
import { toEnvironmentName } from './settings.js';

const FILES: readonly string[] = ['sslrootcert', 'sslcert', 'sslkey', 'passfile'];
/** Files with passwords take precedence over libpq's variables. */
const PASSWORDS: readonly string[] = ['password', 'passfile'];

/** The sources of what a URL leaves open. */
export interface UrlSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The base of relative paths in the URL; `workingFolder` is the base of those in the environment. */
  readonly folder: string;
  readonly workingFolder: string;
}

/** A URL, and the variables that completed it. */
export interface CompleteUrl {
  readonly url: string;
  readonly variables: readonly string[];
}

/** Completes a database URL from libpq's variables, except those for passwords, and makes its file paths absolute. */
export function completeUrl(text: string, surroundings: UrlSurroundings): CompleteUrl {
  return complete(text, surroundings, (name) => !PASSWORDS.includes(name));
}

/** Adds the password from libpq's variables. A password in the URL takes precedence over PGPASSWORD, which takes precedence over a file. */
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
    // An empty variable counts as not set, like every other variable; an empty parameter means libpq's default.
    const value = own ?? environment[variable];
    if (value === undefined || value === '') continue;
    const resolved = FILES.includes(name) && value !== 'system' ? path.resolve(own === undefined ? workingFolder : folder, value) : value;
    if (resolved !== own) set[name] = resolved;
    if (own === undefined) variables.push(variable);
  }
  // Unchanged if nothing is added, so that the operator is later shown what they typed.
  return { url: Object.keys(set).length === 0 ? text : withParameters(text, set), variables };
}

/** The sources of what URLs leave open. */
export interface UrlSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly passwordFile: PasswordFile | undefined;
}

/** The databases that a setting names, and the files their passwords came from, by URL. */
export interface CompletedUrls {
  readonly urls: string[];
  readonly passwordFiles: ReadonlyMap<string, PasswordPlace>;
  readonly problems: string[];
}

/**
 * The completed URLs of the databases that a setting names, or what is wrong with them. No problem repeats a password; if there is any
 * problem, no URL is returned.
 */
export function toDatabaseUrls(found: FoundSetting | undefined, sources: UrlSources): CompletedUrls {
  const passwordFiles = new Map<string, PasswordPlace>();
  const fail = (...problems: string[]): CompletedUrls => ({ urls: [], passwordFiles, problems });
  if (found === undefined) return fail();
  const texts = found.text.split(/\s+/);
  const surroundings: UrlSurroundings = { ...sources, folder: found.folder };
  const wrong = texts.map((text) => urlProblem(text, surroundings)).find((problem) => problem !== undefined);
  const problems = [...(wrong === undefined ? listProblems(found, texts) : [`${found.place}${wrong}`]), ...optionProblems(found, texts)];
  if (problems.length > 0) return fail(...problems);
  const urls = texts.map((text) => completeUrl(text, surroundings).url);
  const { passwordFile } = sources;
  const asTyped = (url: string, index: number): string => rememberTyped(url, texts[index]!);
  if (passwordFile === undefined)
    return { urls: urls.map((url) => completePassword(url, surroundings).url).map(asTyped), passwordFiles, problems };
  if (urls.some(holdsPassword)) return fail(`${found.place} contains a password, and so does ${passwordFile.place}; remove one of them`);
  const read = readPasswords(passwordFile, urls.length);
  if ('problem' in read) return fail(read.problem);
  const withPasswords = urls.map((url, index) => withParameters(url, { password: read.passwords[index]! })).map(asTyped);
  for (const [index, url] of withPasswords.entries()) passwordFiles.set(url, { ...passwordFile, index, count: urls.length });
  return { urls: withPasswords, passwordFiles, problems };
}

/** What is wrong with a URL completed from the variables: the rest of a sentence that begins with its place. */
export function urlProblem(text: string, surroundings: UrlSurroundings): string | undefined {
  const read = readDatabaseUrl(text);
  if ('problem' in read) return ` ${read.problem}`;
  const { url, variables } = completeUrl(text, surroundings);
  const problem = databaseUrlProblem(url);
  if (problem === undefined) return undefined;
  // An omission counts against the URL itself only if no variable supplied the value.
  return databaseUrlProblem(text) === problem ? ` ${problem}` : `, together with ${variables.join(', ')}, ${problem}`;
}

function listProblems(found: FoundSetting, texts: readonly string[]): string[] {
  if (texts.length > 1 && found.name === 'mart-url')
    return [`${found.place} names ${counted(texts.length, 'database')}; there can be only one Info Mart`];
  return new Set(texts).size < texts.length ? [`${found.place} names the same database twice`] : [];
}

function optionProblems(found: FoundSetting, texts: readonly string[]): string[] {
  if (found.origin !== 'option' || !texts.some(holdsPassword)) return [];
  return [
    `${found.place} contains a password, which everyone on this machine can see in the process list; ` +
      `set ${toEnvironmentName(found.name)}, ${toEnvironmentName(found.name.replace('-url', '-password-file'))} or PGPASSFILE, ` +
      'or write a configuration file of mode 600',
  ];
}
