import { existsSync, readFileSync, statSync } from 'node:fs';
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { checkServerIdentity, type ConnectionOptions } from 'node:tls';
import { isIP } from 'node:net';
import { ConfigError } from '../model/errors.js';
import { readUtf8, unreadableText } from '../model/file-text.js';
import { toTlsSettings, type TlsSettings } from '../model/tls-settings.js';

/** Folder of libpq's default certificate files. */
const homeFolder = (): string => path.join(homedir(), '.postgresql');

/** TLS options for Node, or false for no encryption. */
export type Encryption = false | ConnectionOptions;

/**
 * How to connect to one of a URL's hosts, in the order to try: two ways for `allow` and `prefer`, otherwise one. Throws `ConfigError` for
 * an unusable file.
 */
export function toEncryptions(parameters: ReadonlyMap<string, string>, host: string, home = homeFolder()): (() => Encryption)[] {
  const settings = toTlsSettings(parameters, host);
  const plain = (): Encryption => false;
  // Reads files only when needed.
  const encrypted = (): Encryption => toTlsOptions(settings, home);
  switch (settings.mode) {
    case 'disable':
      return [plain];
    case 'allow':
      return [plain, encrypted];
    case 'prefer':
      return [encrypted, plain];
    default:
      return [encrypted];
  }
}

/** Sets every option, so that no default of the driver or Node, nor NODE_TLS_REJECT_UNAUTHORIZED, weakens it. */
function toTlsOptions(settings: TlsSettings, home: string): ConnectionOptions {
  const { mode, host, keyPassword } = settings;
  const ofHome = (name: string): string | undefined => (existsSync(path.join(home, name)) ? path.join(home, name) : undefined);
  const rootFile = settings.rootFile ?? ofHome('root.crt');
  const verifyHost = mode === 'verify-full';
  // libpq treats require with a root certificate as verify-ca.
  const verify = verifyHost || mode === 'verify-ca' || (mode === 'require' && rootFile !== undefined);
  const revoked = verify ? ofHome('root.crl') : undefined;
  if (revoked !== undefined) throw fileProblem(revoked, 'sslcrl', 'is a certificate revocation list, which is not supported; rename it');
  const options: ConnectionOptions = {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: verify,
    checkServerIdentity: (_, certificate) => (verifyHost ? checkServerIdentity(host, certificate) : undefined),
    // Set here because a session may connect to the address that an earlier one found. An IP address is no server name (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : {}),
  };
  if (verify && rootFile !== undefined && rootFile !== 'system') options.ca = readCertificate(rootFile, 'sslrootcert');
  const certificateFile = settings.certificateFile ?? ofHome('postgresql.crt');
  const keyFile = settings.keyFile ?? ofHome('postgresql.key');
  if (certificateFile !== undefined && keyFile !== undefined) {
    const [cert, key] = [readCertificate(certificateFile, 'sslcert'), readKey(keyFile, keyPassword)];
    if (!new X509Certificate(cert).checkPrivateKey(key.key)) throw fileProblem(keyFile, 'sslkey', `is not the key of ${certificateFile}`);
    Object.assign(options, { cert, key: key.text });
    if (keyPassword !== undefined) options.passphrase = keyPassword;
  }
  return options;
}

/** A file without a certificate would leave the list of authorities empty, and every server rejected for the wrong reason. */
function readCertificate(file: string, parameter: string): string {
  const content = readPem(file, parameter, 'certificate');
  try {
    new X509Certificate(content);
  } catch (cause) {
    throw fileProblem(file, parameter, `contains no certificate in PEM format${pemKind(content)}`, cause);
  }
  return content;
}

function readKey(file: string, passphrase: string | undefined): { text: string; key: KeyObject } {
  const text = readPem(file, 'sslkey', 'private key');
  const { mode, uid } = statSync(file);
  // Same as libpq: root's file may be group-readable, the only way a separate account can read it.
  const open = uid === 0 ? 0o037 : 0o077;
  if ((mode & open) !== 0 && process.platform !== 'win32') throw fileProblem(file, 'sslkey', 'is accessible to others; run chmod 600');
  if (passphrase === undefined && text.includes('ENCRYPTED')) throw fileProblem(file, 'sslkey', 'is encrypted, but sslpassword is not set');
  try {
    return { text, key: createPrivateKey(passphrase === undefined ? text : { key: text, passphrase }) };
  } catch (cause) {
    throw fileProblem(file, 'sslkey', `contains no private key in PEM format, or one with another sslpassword${pemKind(text)}`, cause);
  }
}

function readPem(file: string, parameter: string, expected: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw fileProblem(file, parameter, `cannot be read: ${unreadableText((cause as NodeJS.ErrnoException).code)}`, cause);
  }
  // An ASN.1 sequence with a multi-byte length.
  if (bytes[0] === 0x30 && bytes[1]! >= 0x80)
    throw fileProblem(file, parameter, `is in DER or PKCS #12 format; convert the ${expected} to PEM with openssl`);
  const read = readUtf8(bytes);
  if ('problem' in read) throw fileProblem(file, parameter, read.problem);
  return read.text;
}

/** Describes other contents of a PEM file. */
function pemKind(text: string): string {
  const kind = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1];
  return kind === undefined ? (text.trim() === '' ? ': it is empty' : '') : `: it begins with "${kind}"`;
}

const fileProblem = (file: string, parameter: string, problem: string, cause?: unknown): ConfigError =>
  new ConfigError('bad-certificate-file', `${parameter}: ${file} ${problem}`, {
    cause,
    state: 'nothing-sent',
    next: `Correct the file, or name another one with ${parameter} in that URL.`,
  });
