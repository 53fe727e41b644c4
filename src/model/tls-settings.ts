import { isSocketFolder } from './server-list.js';
import { valueOf } from './url-parameters.js';

/** The TLS modes a URL may ask for, weakest first: libpq's words with libpq's meaning. */
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

/** Whom packets reach without leaving the machine. */
const LOOPBACK = /^(localhost|.+\.localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1)$/i;

/** Whether packets to a host stay on this machine; without a name, libpq uses a socket. */
export const isLocalHost = (host: string): boolean => host === '' || isSocketFolder(host) || LOOPBACK.test(host);

/** Of one of the hosts of a URL. Without a word on TLS: full verification, except where nobody is between. */
export function toTlsSettings(parameters: ReadonlyMap<string, string>, host: string): TlsSettings {
  const given = (name: string): string | undefined => valueOf(parameters, name);
  const rootFile = given('sslrootcert');
  // A local server may have any certificate, or require TLS: allow works with both.
  const byDefault = LOOPBACK.test(host) && rootFile !== 'system' ? 'allow' : 'verify-full';
  return {
    mode: isSocketFolder(host) ? 'disable' : (asMode(given('sslmode')) ?? byDefault),
    host,
    rootFile,
    certificateFile: given('sslcert'),
    keyFile: given('sslkey'),
    keyPassword: given('sslpassword'),
  };
}

/** Why a URL cannot be obeyed in what it says of TLS, or undefined. Repeats no value: it may be a password in the wrong place. */
export function tlsProblem(parameters: ReadonlyMap<string, string>): string | undefined {
  const mode = parameters.get('sslmode');
  if (mode !== undefined && asMode(mode) === undefined)
    return `has an unknown sslmode; known are ${SSL_MODES.join(', ')} (what some drivers call no-verify is require)`;
  if (parameters.get('sslrootcert') === 'system' && mode !== undefined && mode !== 'verify-full' && mode !== 'disable')
    return `has sslrootcert=system with sslmode ${mode}, which trusts any certificate of a public authority; write sslmode=verify-full`;
  if (!parameters.get('sslcert') !== !parameters.get('sslkey'))
    return 'has only one of sslcert and sslkey; a client certificate needs both';
  return undefined;
}

const asMode = (text: string | undefined): SslMode | undefined => SSL_MODES.find((mode) => mode === text);
