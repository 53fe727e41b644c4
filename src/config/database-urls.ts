import { databaseUrlProblem, holdsPassword, readDatabaseUrl, rememberTyped, withParameters } from '../model/database-url.js';
import { completePassword, completeUrl, type UrlSurroundings } from './complete-url.js';
import type { Found } from './find-setting.js';
import { readPasswords, type PasswordFile, type PasswordPlace } from './read-passwords.js';
import { toEnvironmentName } from './settings.js';
import { counted } from '../model/text.js';

/** Where what URLs leave open comes from. */
export interface UrlSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly passwordFile: PasswordFile | undefined;
}

/** The databases that a setting names, and from which files their passwords came, by URL. */
export interface DatabaseUrls {
  readonly urls: string[];
  readonly passwordFiles: ReadonlyMap<string, PasswordPlace>;
  readonly problems: string[];
}

/**
 * The databases that a setting names, each URL with all that belongs to it, or what is wrong with them. No problem repeats a password, and
 * where there is one, no URL is given.
 */
export function toDatabaseUrls(found: Found | undefined, sources: UrlSources): DatabaseUrls {
  const passwordFiles = new Map<string, PasswordPlace>();
  const fail = (...problems: string[]): DatabaseUrls => ({ urls: [], passwordFiles, problems });
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
  if (urls.some(holdsPassword)) return fail(`${found.place} holds a password, and so does ${passwordFile.place}: leave one of them out`);
  const read = readPasswords(passwordFile, urls.length);
  if ('problem' in read) return fail(read.problem);
  const withPasswords = urls.map((url, index) => withParameters(url, { password: read.passwords[index]! })).map(asTyped);
  for (const [index, url] of withPasswords.entries()) passwordFiles.set(url, { ...passwordFile, index, count: urls.length });
  return { urls: withPasswords, passwordFiles, problems };
}

/** What is wrong with a URL, together with what variables say of it: the rest of a sentence that begins with its place. */
export function urlProblem(text: string, surroundings: UrlSurroundings): string | undefined {
  const read = readDatabaseUrl(text);
  if ('problem' in read) return ` ${read.problem}`;
  const { url, variables } = completeUrl(text, surroundings);
  const problem = databaseUrlProblem(url);
  if (problem === undefined) return undefined;
  // What it lacks by itself is its own fault only where nothing else gave it.
  return databaseUrlProblem(text) === problem ? ` ${problem}` : `, together with ${variables.join(', ')}, ${problem}`;
}

function listProblems(found: Found, texts: readonly string[]): string[] {
  if (texts.length > 1 && found.name === 'mart-url')
    return [`${found.place} names ${counted(texts.length, 'database')}; there is one Info Mart`];
  return new Set(texts).size < texts.length ? [`${found.place} names the same database twice`] : [];
}

function optionProblems(found: Found, texts: readonly string[]): string[] {
  if (found.origin !== 'option' || !texts.some(holdsPassword)) return [];
  return [
    `${found.place} holds a password, which everybody on this machine can see in the list of processes; ` +
      `set ${toEnvironmentName(found.name)}, ${toEnvironmentName(found.name.replace('-url', '-password-file'))} or PGPASSFILE, ` +
      'or write a configuration file of mode 600',
  ];
}
