import { X509Certificate } from 'node:crypto';
import { TLSSocket, type ConnectionOptions } from 'node:tls';
import type { Connection } from './connection.js';
import { toLogin } from './login.js';
import { toEncryptions } from './tls.js';

/** A certificate that a session depends on, and its expiry. */
export interface Certificate {
  /** `server`: shown by the server; `authority`: signed that one; `client`: our own. */
  readonly kind: 'server' | 'authority' | 'client';
  /** Its subject, such as `CN=db.example`. */
  readonly subject: string;
  readonly validUntil: Date;
}

/**
 * The certificates of an open session, at most one of each kind; empty if it is not encrypted. Of the authorities that signed the server's,
 * the first to expire.
 */
export function readCertificates(connection: Connection): Certificate[] {
  const { ssl, connection: wire } = connection as Connection & {
    readonly ssl: false | ConnectionOptions;
    readonly connection: { readonly stream: unknown };
  };
  if (!(wire.stream instanceof TLSSocket) || ssl === false) return [];
  const [server, ...authorities] = toChain(wire.stream.getPeerCertificate(true));
  const shown = server === undefined ? [] : [toCertificate('server', server)];
  // Not the driver's own files: they may hold certificates that the chain did not need.
  const named = toNamedCertificates(ssl);
  if (authorities.length === 0) return [...shown, ...named];
  const signers = authorities.map((each) => toCertificate('authority', each));
  const first = signers.reduce((least, each) => (each.validUntil < least.validUntil ? each : least));
  return [...shown, first, ...named.filter(({ kind }) => kind === 'client')];
}

/**
 * The certificates in the files that a session's settings name. Which of several authorities in a file will be needed is unknown, so the
 * last to expire counts. The file of our own certificate may also hold those that signed it.
 */
function toNamedCertificates({ ca, cert }: Pick<ConnectionOptions, 'ca' | 'cert'>): Certificate[] {
  const authorities = parseCertificates('authority', ca);
  const authority = authorities.reduce<Certificate | undefined>(
    (most, each) => (most === undefined || each.validUntil > most.validUntil ? each : most),
    undefined,
  );
  return [...(authority === undefined ? [] : [authority]), ...parseCertificates('client', cert).slice(0, 1)];
}

/** The certificates in the files that a URL names, without a session. Unusable files are ignored: opening a session reports them. */
export function readNamedCertificates(url: string): Certificate[] {
  try {
    const { parameters, servers } = toLogin(url);
    // The same for all hosts.
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

/** Node's description of a certificate; empty if the server showed none. */
interface ShownCertificate {
  readonly subject?: object;
  readonly valid_to?: string;
  readonly issuerCertificate?: ShownCertificate;
}

/** The server's certificate and those that signed it. The last one is its own issuer, or its issuer is unknown. */
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
