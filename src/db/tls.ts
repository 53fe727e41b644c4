import { existsSync, readFileSync, statSync } from 'node:fs';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { databaseUrlProblem } from '../model/database-url.js';
import { ConfigError } from '../model/errors.js';
import { hostOf, TLS_PARAMETERS, toTlsSettings, type TlsSettings } from '../model/tls-settings.js';

/** What the driver is told of a server: where it is, and whether and how to encrypt. */
export interface ServerAddress {
  /** Says nothing of TLS: what a URL says, the driver would obey before `ssl`, and in a meaning that its versions change. */
  readonly connectionString: string;
  readonly ssl: false | ConnectionOptions;
  /** Given, so that no variable of the environment decides. */
  readonly sslnegotiation: 'postgres';
}

/** Where libpq looks for authorities when nobody names a file. */
const homeRootFile = (): string => path.join(homedir(), '.postgresql', 'root.crt');

/**
 * How a URL's server may be spoken to, in the order to try: of `allow` and `prefer` there are two ways, of the others one.
 * Errors: `ConfigError` for a URL or a file that cannot be used.
 */
export function toAddresses(url: string, defaultRootFile = homeRootFile()): ServerAddress[] {
  const problem = databaseUrlProblem(url);
  if (problem !== undefined) throw new ConfigError('bad-url', `A database URL ${problem}`, { hint: 'Nothing was done. Correct it.' });
  const settings = toTlsSettings(new URL(url));
  const connectionString = withoutTls(url);
  const plain = (): ServerAddress => ({ connectionString, ssl: false, sslnegotiation: 'postgres' });
  const encrypted = (): ServerAddress => ({
    connectionString,
    ssl: toTlsOptions(settings, defaultRootFile),
    sslnegotiation: 'postgres',
  });
  switch (settings.mode) {
    case 'disable':
      return [plain()];
    case 'allow':
      return [plain(), encrypted()];
    case 'prefer':
      return [encrypted(), plain()];
    default:
      return [encrypted()];
  }
}

/** The one of those ways that a session on that server was opened in, going by the `ssl` of the driver's client: false, or its options. */
export function toSameAddress(url: string, { ssl }: { readonly ssl: unknown }): ServerAddress {
  const addresses = toAddresses(url);
  return addresses.find((address) => (address.ssl === false) === (ssl === false)) ?? addresses[0]!;
}

/** Everything is said, so that neither a default of the driver or of Node nor NODE_TLS_REJECT_UNAUTHORIZED weakens it. */
function toTlsOptions(settings: TlsSettings, defaultRootFile: string): ConnectionOptions {
  const { mode, host, keyPassword } = settings;
  const rootFile = settings.rootFile ?? (existsSync(defaultRootFile) ? defaultRootFile : undefined);
  const verifyHost = mode === 'verify-full';
  // Of require with a root certificate libpq makes verify-ca.
  const verify = verifyHost || mode === 'verify-ca' || (mode === 'require' && rootFile !== undefined);
  const options: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verify,
    checkServerIdentity: (_, certificate) => (verifyHost ? checkServerIdentity(host, certificate) : undefined),
  };
  if (verify && rootFile !== undefined && rootFile !== 'system') options.ca = readCertificate(rootFile, 'sslrootcert');
  if (settings.certificateFile !== undefined && settings.keyFile !== undefined) {
    options.cert = readCertificate(settings.certificateFile, 'sslcert');
    options.key = readKey(settings.keyFile, keyPassword);
    if (keyPassword !== undefined) options.passphrase = keyPassword;
  }
  return options;
}

/** A file that holds no certificate would leave the list of authorities empty, and every server refused for a wrong reason. */
function readCertificate(file: string, parameter: string): string {
  const content = readText(file, parameter);
  try {
    new X509Certificate(content);
  } catch (cause) {
    throw fileProblem(file, parameter, 'holds no certificate in PEM format', cause);
  }
  return content;
}

function readKey(file: string, passphrase: string | undefined): string {
  const content = readText(file, 'sslkey');
  const { mode, uid } = statSync(file);
  // As libpq has it: a file of root may be open to a group, since only so an account of its own can read it.
  const open = uid === 0 ? 0o037 : 0o077;
  if ((mode & open) !== 0 && process.platform !== 'win32') throw fileProblem(file, 'sslkey', 'is open to others: chmod 600');
  try {
    createPrivateKey(passphrase === undefined ? content : { key: content, passphrase });
  } catch (cause) {
    throw fileProblem(file, 'sslkey', 'holds no private key in PEM format, or one of another sslpassword', cause);
  }
  return content;
}

function readText(file: string, parameter: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw fileProblem(file, parameter, `cannot be read: ${String((cause as NodeJS.ErrnoException).code)}`, cause);
  }
}

const fileProblem = (file: string, parameter: string, problem: string, cause?: unknown): ConfigError =>
  new ConfigError('bad-certificate-file', `${parameter}: ${file} ${problem}`, {
    cause,
    hint: `Nothing was sent to the server. Correct the file, or name another with ${parameter} in that URL.`,
  });

function withoutTls(text: string): string {
  const url = new URL(text);
  const host = hostOf(url);
  // Named, so that PGHOST does not lead to another server than the one that was judged.
  if (url.hostname === '' && !url.searchParams.get('host')) url.searchParams.set('host', host);
  for (const name of TLS_PARAMETERS) url.searchParams.delete(name);
  return url.toString();
}
