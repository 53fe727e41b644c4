import { databaseUrlProblem, holdsPassword } from '../model/database-url.js';
import { completeUrl, withPassword } from './complete-url.js';
import type { Found } from './find-setting.js';
import { readPasswords, type PasswordFile } from './read-passwords.js';
import { toEnvironmentName } from './settings.js';

/** Where what URLs leave open comes from. */
export interface UrlSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingFolder: string;
  readonly passwordFile: PasswordFile | undefined;
}

/**
 * The databases that a setting names, each URL with all that belongs to it, or what is wrong with them. No problem repeats a password, and
 * where there is one, no URL is given.
 */
export function toDatabaseUrls(found: Found | undefined, sources: UrlSources): { urls: string[]; problems: string[] } {
  if (found === undefined) return { urls: [], problems: [] };
  const problems = urlProblems(found);
  if (problems.length > 0) return { urls: [], problems };
  const urls = found.text.split(/\s+/).map((url) => completeUrl(url, { ...sources, folder: found.folder }));
  const bad = urls.map(databaseUrlProblem).find((problem) => problem !== undefined);
  if (bad !== undefined) return { urls: [], problems: [`${found.place}, together with libpq's variables PGSSL…, ${bad}`] };
  const { passwordFile } = sources;
  if (passwordFile === undefined) return { urls, problems };
  if (urls.some(holdsPassword))
    return { urls: [], problems: [`${found.place} holds a password, and so does ${passwordFile.place}: leave one of them out`] };
  const read = readPasswords(passwordFile, urls.length);
  return 'problem' in read
    ? { urls: [], problems: [read.problem] }
    : { urls: urls.map((url, index) => withPassword(url, read.passwords[index]!)), problems };
}

function urlProblems(found: Found): string[] {
  const problems: string[] = [];
  const urls = found.text.split(/\s+/);
  const bad = urls.map(databaseUrlProblem).find((problem) => problem !== undefined);
  if (bad !== undefined) problems.push(`${found.place} ${bad}`);
  else if (urls.length > 1 && found.name === 'mart-url')
    problems.push(`${found.place} names ${urls.length} databases; there is one Info Mart`);
  else if (new Set(urls).size < urls.length) problems.push(`${found.place} names the same database twice`);
  if (found.origin === 'option' && urls.some(holdsPassword))
    problems.push(
      `${found.place} holds a password, which everybody on this machine can see in the list of processes; ` +
        `set ${toEnvironmentName(found.name)}, ${toEnvironmentName(found.name.replace('-url', '-password-file'))} or PGPASSFILE, ` +
        'or write a configuration file of mode 600',
    );
  return problems;
}
