import { X509Certificate } from 'node:crypto';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import type { Connection } from './connection.js';
import { toLogin } from './login.js';
import { toEncryptions } from './tls.js';

/** A certificate that a session depends on, and until when it is valid. */
export interface Certificate {
  /** `server` is shown by the server, `authority` has signed that one, `client` is our own. */
  readonly kind: 'server' | 'authority' | 'client';
  /** Who it is for, as `CN=db.example`. */
  readonly subject: string;
  readonly validUntil: Date;
}

/**
 * The certificates of an open session, at most one of a kind; none where it is not encrypted. Of those that signed the server's, the first to
 * expire.
 */
export function readCertificates(connection: Connection): Certificate[] {
  const { ssl, connection: wire } = connection as Connection & {
    readonly ssl: false | ConnectionOptions;
    readonly connection: { readonly stream: unknown };
  };
  if (!(wire.stream instanceof TLSSocket) || ssl === false) return [];
  const [server, ...authorities] = toChain(wire.stream.getPeerCertificate(true));
  const shown = server === undefined ? [] : [toCertificate('server', server)];
  // The driver's own files hold what was not needed for the chain, such as an authority that nothing was verified with.
  const named = toNamedCertificates(ssl);
  if (authorities.length === 0) return [...shown, ...named];
  const signers = authorities.map((each) => toCertificate('authority', each));
  const first = signers.reduce((least, each) => (each.validUntil < least.validUntil ? each : least));
  return [...shown, first, ...named.filter(({ kind }) => kind === 'client')];
}

/**
 * Those that the settings of a session name in files. Of several authorities in one file nobody knows which will be needed: the last to
 * expire counts. Behind our own certificate in its file may stand those that signed it.
 */
function toNamedCertificates({ ca, cert }: Pick<ConnectionOptions, 'ca' | 'cert'>): Certificate[] {
  const authorities = parseCertificates('authority', ca);
  const authority = authorities.reduce<Certificate | undefined>(
    (most, each) => (most === undefined || each.validUntil > most.validUntil ? each : most),
    undefined,
  );
  return [...(authority === undefined ? [] : [authority]), ...parseCertificates('client', cert).slice(0, 1)];
}

/** Those that a URL names in files, for whoever has no session. Files that cannot be used are the business of whoever opens one. */
export function readNamedCertificates(url: string): Certificate[] {
  try {
    const { parameters, servers } = toLogin(url);
    // Of all its hosts the same.
    const ways = servers.flatMap(({ host }) => toEncryptions(parameters, host));
    return toNamedCertificates(ways.map((way) => way()).find((encryption) => encryption !== false) ?? {});
  } catch {
    return [];
  }
}

const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END/g;

function parseCertificates(kind: Certificate['kind'], content: ConnectionOptions['ca']): Certificate[] {
  const texts = typeof content === 'string' ? (content.match(PEM) ?? []) : [];
  return texts.map((text) => {
    const { subject, validTo } = new X509Certificate(`${text} CERTIFICATE-----\n`);
    return { kind, subject: subject.replaceAll('\n', ', '), validUntil: new Date(validTo) };
  });
}

/** What Node tells of a certificate; nothing, where the server has shown none. */
interface ShownCertificate {
  readonly subject?: object;
  readonly valid_to?: string;
  readonly issuerCertificate?: ShownCertificate;
}

/** The certificate that a server has shown and those that signed it; the last one is its own issuer, or its issuer is not known. */
function toChain(shown: ShownCertificate): ShownCertificate[] {
  const chain: ShownCertificate[] = [];
  let next: ShownCertificate | undefined = shown;
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

const toCertificate = (kind: Certificate['kind'], { subject = {}, valid_to: validTo = '' }: ShownCertificate): Certificate => ({
  kind,
  subject: Object.entries(subject)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', '),
  validUntil: new Date(validTo),
});
