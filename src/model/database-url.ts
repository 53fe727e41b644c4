import { tlsProblem } from './tls-settings.js';

/** Parameters of a database URL that are secrets. */
const SECRET_PARAMETERS = ['password', 'sslpassword'];

/** Why a text cannot be the URL of a PostgreSQL database, or undefined. Never repeats the text: it may hold a password. */
export function databaseUrlProblem(text: string): string | undefined {
  const url = parse(text);
  if (url === undefined) return 'is no URL (in user names and passwords, write characters such as # / @ % as %23 %2F %40 %25)';
  if (!/^postgres(ql)?:$/.test(url.protocol)) return `begins with "${url.protocol}" where "postgres:" or "postgresql:" is needed`;
  if (databaseName(url) === '') return 'names no database (postgres://user@host:5432/database)';
  return tlsProblem(url);
}

/** Whether a database URL holds a secret. */
export function holdsPassword(text: string): boolean {
  const url = parse(text);
  return url !== undefined && (url.password !== '' || SECRET_PARAMETERS.some((name) => url.searchParams.has(name)));
}

/** A database URL without its password. */
export function toPrintableUrl(text: string): string {
  const url = parse(text);
  if (url === undefined) return '(a URL that cannot be read)';
  if (url.password !== '') url.password = '***';
  for (const name of SECRET_PARAMETERS) if (url.searchParams.has(name)) url.searchParams.set(name, '***');
  return url.toString();
}

/** The name of the database in a URL that has one. */
export const databaseOf = (text: string): string => databaseName(new URL(text));

const databaseName = (url: URL): string => url.pathname.replace(/^\//, '');

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
