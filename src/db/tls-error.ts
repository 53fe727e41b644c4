import { toPrintableUrl } from '../model/database-url.js';
import { ConfigError, type ChatmartError } from '../model/errors.js';

/** OpenSSL's certificate errors, and Node's error for a wrong host name. */
const CERTIFICATE_CODES =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_|PATH_LENGTH_|ERROR_IN_CERT_|ERR_TLS_CERT_ALTNAME_)/;

/** OpenSSL's names of the alerts that reject a client certificate. */
const CLIENT_REFUSAL =
  /alert (bad certificate|unsupported certificate|certificate revoked|certificate expired|certificate unknown|unknown ca|certificate required)\b/;

/** Explains why a session could not be encrypted as its URL asks; undefined if that was not the reason. */
export function toTlsError(cause: unknown, url: string): ChatmartError | undefined {
  if (!(cause instanceof Error)) return undefined;
  const place = toPrintableUrl(url);
  const code = String((cause as NodeJS.ErrnoException).code);
  if (lacksTls(cause))
    return new ConfigError('tls-not-offered', `${place} does not offer TLS, but its URL requires it`, {
      cause,
      state: 'nothing-sent',
      next: 'Turn TLS on at the server (ssl = on in postgresql.conf); or, if nobody can listen in on the connection, write sslmode=disable into that URL.',
    });
  if (CERTIFICATE_CODES.test(code))
    return new ConfigError('certificate-refused', `The certificate of ${place} is not trusted: ${cause.message}`, {
      cause,
      state: 'nothing-sent',
      next: toRemedy(code),
    });
  const refusal = CLIENT_REFUSAL.exec(cause.message)?.[1];
  if (refusal !== undefined)
    return new ConfigError('client-certificate-refused', `${place} refuses the client certificate: ${refusal}`, {
      cause,
      state: 'nothing-sent',
      next: "Renew the files of sslcert and sslkey, or name others in that URL. The server's ssl_ca_file says which authorities it trusts.",
    });
  if (/^(ERR_SSL_|ERR_OSSL_|EPROTO)/.test(code))
    return new ConfigError('tls-failed', `No TLS version or cipher is common to ${place} and this program: ${cause.message}`, {
      cause,
      next: "TLS 1.2 or newer is needed. The server's log has the reason.",
    });
  return undefined;
}

/** Whether the server reported that it has no TLS; the driver has no code for it. */
export const lacksTls = (error: unknown): boolean =>
  error instanceof Error && error.message === 'The server does not support SSL connections';

function toRemedy(code: string): string {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return "Renew the server's certificate, or correct this machine's clock.";
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Name the server in that URL as its certificate does; or, if the authority issues certificates to nobody else, write sslmode=verify-ca.';
    default:
      return "Name the file that holds its authority's certificate: sslrootcert=/path/ca.crt in that URL, or the variable PGSSLROOTCERT.";
  }
}
