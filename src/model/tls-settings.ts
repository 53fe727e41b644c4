/** What a URL may ask of the connection's encryption, weakest first: libpq's words with libpq's meaning. */
export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** How the connection to a server is to be encrypted, and who the server must prove to be. */
export interface TlsSettings {
  readonly mode: SslMode;
  /** Host name, address, or folder of a socket. */
  readonly host: string;
  /** Files, as the URL names them; `system` as root: the authorities that Node trusts. */
  readonly rootFile: string | undefined;
  readonly certificateFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly keyPassword: string | undefined;
}

/** Parameters of a URL that are ours to obey, and none of the driver's. */
export const TLS_PARAMETERS = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'sslpassword'] as const;
export type TlsParameter = (typeof TLS_PARAMETERS)[number];

/** Asks for a protection, or takes one away: to pass over it in silence would be to connect otherwise than was asked for. */
const SECURITY_PARAMETER = /^(ssl|requiressl|requirepeer|require_auth|channel_binding|gss|krb|uselibpqcompat)/;

/** Whom packets reach without leaving the machine. */
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i;

/** The host that a database URL leads to; `localhost` when it names none. */
export const hostOf = (url: URL): string =>
  last(url, 'host') ?? (url.hostname === '' ? 'localhost' : decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'));

/** Whether packets to a host stay on this machine. */
export const isLocalHost = (host: string): boolean => isSocket(host) || LOOPBACK.test(host);

/** Without a word on TLS: full verification, except where nobody is between. */
export function toTlsSettings(url: URL): TlsSettings {
  const host = hostOf(url);
  const rootFile = last(url, 'sslrootcert');
  // A server on this machine may have a certificate of any kind, or want TLS of everybody: allow serves both.
  const byDefault = LOOPBACK.test(host) && rootFile !== 'system' ? 'allow' : 'verify-full';
  return {
    mode: isSocket(host) ? 'disable' : (asMode(last(url, 'sslmode')) ?? byDefault),
    host,
    rootFile,
    certificateFile: last(url, 'sslcert'),
    keyFile: last(url, 'sslkey'),
    keyPassword: last(url, 'sslpassword'),
  };
}

/** Why a URL cannot be obeyed in what it says of TLS, or undefined. Repeats no value: it may be a password in the wrong place. */
export function tlsProblem(url: URL): string | undefined {
  const known: readonly string[] = TLS_PARAMETERS;
  const unknown = [...url.searchParams.keys()].find((name) => SECURITY_PARAMETER.test(name) && !known.includes(name));
  if (unknown !== undefined) return `has the parameter ${JSON.stringify(unknown)}, which is not supported (${known.join(', ')} are)`;
  const mode = last(url, 'sslmode');
  if (mode !== undefined && asMode(mode) === undefined)
    return `has an unknown sslmode; known are ${SSL_MODES.join(', ')} (what some drivers call no-verify is require)`;
  const settings = toTlsSettings(url);
  if (settings.rootFile === 'system' && settings.mode !== 'verify-full' && settings.mode !== 'disable')
    return `has sslrootcert=system with sslmode ${settings.mode}: whoever has a certificate of a public authority would be trusted; write sslmode=verify-full`;
  if ((settings.certificateFile === undefined) !== (settings.keyFile === undefined))
    return 'has one of sslcert and sslkey: a client certificate needs both';
  return undefined;
}

const isSocket = (host: string): boolean => host.startsWith('/');

const asMode = (text: string | undefined): SslMode | undefined => SSL_MODES.find((mode) => mode === text);

/** Of a parameter that comes twice, libpq and the driver take the last. */
const last = (url: URL, name: string): string | undefined => {
  const value = url.searchParams.getAll(name).at(-1);
  return value === '' ? undefined : value;
};
