import { parameterProblem, SECRET_PARAMETERS, URL_PARAMETERS } from './url-parameters.js';
import { toServers } from './server-list.js';
import { tlsProblem } from './tls-settings.js';

/** Where a database is and how to log in, as libpq understands it. */
export interface DatabaseUrl {
  readonly scheme: string;
  /** libpq's parameters by name, decoded. An empty one takes libpq's default, whatever its variable says. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Why a text cannot be the URL of a PostgreSQL database, or undefined. Never repeats the text, which may hold a password. */
export function databaseUrlProblem(text: string): string | undefined {
  const read = readDatabaseUrl(text);
  if ('problem' in read) return read.problem;
  const { parameters } = read.url;
  for (const [name, value] of parameters) {
    const problem = parameterProblem(name, value);
    if (problem !== undefined) return problem;
  }
  const { problem } = toServers(parameters);
  if (problem !== undefined) return problem;
  // libpq would use the database named after the user; here the name was most likely forgotten.
  if (!parameters.get('dbname')) return 'names no database (postgres://user@host:5432/database)';
  return tlsProblem(parameters);
}

/** Whether a database URL holds a secret. */
export function holdsPassword(text: string): boolean {
  const read = readDatabaseUrl(text);
  return 'url' in read && SECRET_PARAMETERS.some((name) => read.url.parameters.has(name));
}

/** The typed form of each completed URL. There are as many as are configured. */
const typedUrls = new Map<string, string>();

/** Remembers how a URL was typed, so that people are shown that form, without what was filled in. */
export function rememberTyped(url: string, typed: string): string {
  if (url !== typed) typedUrls.set(url, typed);
  return url;
}

/** The URL reduced to one of its servers. */
export function withServer(url: string, server: { readonly host: string; readonly port: string }): string {
  const typed = typedUrls.get(url);
  const alone = withParameters(url, server);
  return typed === undefined ? alone : rememberTyped(alone, withParameters(typed, server));
}

/** A database URL as it was typed, without its passwords. */
export function toPrintableUrl(url: string): string {
  const text = typedUrls.get(url) ?? url;
  if ('problem' in readDatabaseUrl(text)) return '(a URL that cannot be read)';
  const [, scheme, login = '', rest] = /^(postgres(?:ql)?:\/\/)([^@/:]*(?::[^@/]*)?@)?(.*)$/s.exec(text)!;
  const [, place, query] = /^([^?]*)(?:\?(.*))?$/s.exec(rest!)!;
  const pairs = query?.split('&').map((pair) => (isShown(pair) ? pair : pair.replace(/=.*$/s, '=***')));
  return `${scheme}${login.replace(/:[^@]+@$/, ':***@')}${place}${pairs === undefined ? '' : `?${pairs.join('&')}`}`;
}

/** A parameter with an unknown name may be a secret. */
function isShown(pair: string): boolean {
  const name = decode(pair.split('=')[0]!);
  return name === '' || (URL_PARAMETERS.has(name) && !SECRET_PARAMETERS.includes(name));
}

/** Parses a URL that was found to have no problem. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const read = readDatabaseUrl(text);
  if ('problem' in read) throw new Error(`A database URL ${read.problem}`);
  return read.url;
}

/** The name of the database in a URL that has one. */
export const databaseOf = (text: string): string => parseDatabaseUrl(text).parameters.get('dbname')!;

/** Changes some parameters of a URL; undefined removes one. Reading the result gives exactly these parameters. */
export function withParameters(text: string, changes: Readonly<Record<string, string | undefined>>): string {
  const { scheme, parameters } = parseDatabaseUrl(text);
  const changed = new Map(parameters);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) changed.delete(name);
    else changed.set(name, value);
  }
  return formatDatabaseUrl({ scheme, parameters: changed });
}

class UrlProblem extends Error {}

/** Reads a URL as libpq does (fe-connect.c, conninfo_uri_parse_options), or says why it cannot be read. */
export function readDatabaseUrl(text: string): { readonly url: DatabaseUrl } | { readonly problem: string } {
  const scheme = /^(postgres(?:ql)?):\/\//.exec(text)?.[1];
  if (scheme === undefined) return { problem: notUrlProblem(text) };
  try {
    return { url: { scheme, parameters: readParameters(text.slice(scheme.length + 3)) } };
  } catch (error) {
    if (error instanceof UrlProblem) return { problem: error.message };
    throw error;
  }
}

/** The format of a text that does not begin like a URL; of the text itself, repeats only what cannot be a password. */
function notUrlProblem(text: string): string {
  const other = /^(jdbc:|[a-z][a-z0-9+.-]*:(?=\/\/))/i.exec(text)?.[1];
  if (other !== undefined) return `begins with "${other}" where "postgres:" or "postgresql:" is needed`;
  if (/^postgres(ql)?:/.test(text)) return 'has no // after "postgres:" (postgres://user@host:5432/database)';
  if (/^[a-z_]+\s*=/.test(text))
    return 'is a connection string of keyword=value pairs, which is not supported; write postgres://user@host:5432/database?keyword=value';
  if (/^['"`]/.test(text)) return 'begins with a quotation mark; remove it';
  return 'is not a valid URL (in user names and passwords, write characters such as # / @ % as %23 %2F %40 %25)';
}

function readParameters(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const store = (name: string, value: string): unknown => value !== '' && parameters.set(name, decode(value));
  // The first @ before any slash ends the login, even if a ? comes before it.
  const login = /^([^@/:]*)(?::([^@/]*))?@/.exec(text);
  if (login !== null) {
    store('user', login[1]!);
    store('password', login[2] ?? '');
  }
  const [, places, path, query] = /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(text.slice(login?.[0].length ?? 0))!;
  if (path?.includes('://')) throw new UrlProblem('is followed by another URL without a space in between');
  // libpq would take it for part of the host or database; messages that name these would then show part of a password.
  if (`${places}${path ?? ''}`.includes('@'))
    throw new UrlProblem('has a second @, or a / before its @; in user names and passwords, write @ as %40 and / as %2F');
  const { hosts, ports } = readPlaces(places!);
  store('host', hosts.join(','));
  store('port', ports.join(','));
  store('dbname', path ?? '');
  for (const pair of query ? query.replace(/&$/, '').split('&') : []) {
    const [name, value, ...more] = pair.split('=');
    if (value === undefined) throw new UrlProblem('has a parameter without "="');
    if (more.length > 0) throw new UrlProblem('has a parameter with two "="; write the second one as %3D');
    parameters.set(decode(name!), decode(value));
  }
  return parameters;
}

/** Splits `host:port,[::1]:port`; each host and port may be empty. */
function readPlaces(text: string): { hosts: string[]; ports: string[] } {
  const hosts: string[] = [];
  const ports: string[] = [];
  let rest: string | undefined = text;
  while (rest !== undefined) {
    if (rest.startsWith('[') && !rest.includes(']')) throw new UrlProblem('has a [ without a ]');
    const place = /^(?:\[([^\]]*)\]|((?!\[)[^:,]*))(?::([^,]*))?(?:,|$)/.exec(rest);
    if (place === null) throw new UrlProblem('has an IPv6 address whose ] is not followed by a port or a /');
    const [whole, address, host = '', port = '']: (string | undefined)[] = place;
    if (address === '') throw new UrlProblem('has empty brackets where an IPv6 address is expected');
    hosts.push(address ?? host);
    ports.push(port);
    rest = whole.endsWith(',') ? rest.slice(whole.length) : undefined;
  }
  return { hosts, ports };
}

function decode(text: string): string {
  if (/%(?![0-9a-f]{2})/i.test(text)) throw new UrlProblem('has a % without two hexadecimal digits after it; write % as %25');
  if (text.includes('%00')) throw new UrlProblem('has a %00, which PostgreSQL cannot store');
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlProblem('has percent-encoded bytes that are not UTF-8');
  }
}

/** Hosts that can stand before the path; others, such as a socket folder, are passed as a parameter. */
const PLAIN_HOST = /^([\w.-]+|[\da-f.:]+(%[\w.-]+)?)$/i;

/** The inverse of `readDatabaseUrl`. */
function formatDatabaseUrl({ scheme, parameters }: DatabaseUrl): string {
  const rest = new Map(parameters);
  const take = (name: string): string => {
    const value = rest.get(name) ?? '';
    if (value !== '') rest.delete(name);
    return encodeURIComponent(value);
  };
  const password = take('password');
  const user = take('user');
  const login = user === '' && password === '' ? '' : `${user}${password === '' ? '' : `:${password}`}@`;
  const hosts = parameters.get('host')?.split(',') ?? [''];
  const ports = parameters.get('port')?.split(',') ?? hosts.map(() => '');
  const hostsFit = hosts.every((host) => host === '' || PLAIN_HOST.test(host));
  const portsFit = ports.length === hosts.length && ports.every((port) => /^\d*$/.test(port)) && (hostsFit || ports.length === 1);
  if (hostsFit && parameters.get('host') !== '') rest.delete('host');
  if (portsFit && parameters.get('port') !== '') rest.delete('port');
  const toHost = (host: string): string => (host.includes(':') ? `[${encodeURIComponent(host).replaceAll('%3A', ':')}]` : host);
  const places = hosts.map((host, index) => `${hostsFit ? toHost(host) : ''}${portsFit && ports[index] ? `:${ports[index]}` : ''}`);
  const path = take('dbname');
  const query = [...rest].map(([name, value]) => `${encodeURIComponent(name)}=${encodeValue(value)}`);
  return `${scheme}://${login}${hostsFit || portsFit ? places.join(',') : ''}/${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
}

/** Leaves paths and lists readable. */
const encodeValue = (value: string): string =>
  encodeURIComponent(value).replaceAll('%2F', '/').replaceAll('%3A', ':').replaceAll('%2C', ',');
