/** A server that takes mail. */
export interface SmtpUrl {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (smtps), not after STARTTLS. */
  readonly isTls: boolean;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** File of the authorities that are trusted instead of the usual ones, as in database URLs. */
  readonly sslrootcert: string | undefined;
}

/** Reads `smtp://user:password@host:587` or `smtps://…`, or says why not: the rest of a sentence, without the text, which may hold a password. */
export function readSmtpUrl(text: string): { readonly url: SmtpUrl } | { readonly problem: string } {
  let url: URL;
  try {
    // Special schemes alone have hosts that are checked.
    url = new URL(text.replace(/^smtp(s?):/i, 'http$1:'));
  } catch {
    return { problem: EXPECTED };
  }
  if (!/^smtps?:\/\//i.test(text) || !/^\/?$/.test(url.pathname) || url.hash !== '') return { problem: EXPECTED };
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'sslrootcert');
  if (unknown !== undefined) return { problem: 'has a parameter other than sslrootcert' };
  const isTls = /^smtps:/i.test(text);
  const [user, password] = [decode(url.username), decode(url.password)];
  if (user === undefined || password === undefined) return { problem: 'has a % that encodes nothing; write %25 for %' };
  if (password !== '' && user === '') return { problem: 'has a password, but no user' };
  // The default ports of http and https are not shown.
  const port = Number(/:(\d+)(?:[/?]|$)/.exec(text.replace(/^.*@/s, ''))?.[1] ?? (isTls ? 465 : 587));
  return {
    url: {
      ...{ host: url.hostname.replace(/^\[|\]$/g, ''), port, isTls, user: user || undefined, password: password || undefined },
      sslrootcert: url.searchParams.get('sslrootcert') ?? undefined,
    },
  };
}

const EXPECTED = 'is not the URL of a mail server (smtp://user@host:587, or smtps://user@host:465)';

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Whether a text holds the password of a mail server. */
export function holdsSmtpPassword(text: string): boolean {
  const read = /^smtps?:/i.test(text) ? readSmtpUrl(text) : undefined;
  return read !== undefined && 'url' in read && read.url.password !== undefined;
}

/** The URL without its password. */
export function toPrintableSmtpUrl(text: string): string {
  const read = readSmtpUrl(text);
  return 'problem' in read ? '(not shown: it is not a valid URL)' : text.replace(/^(smtps?:\/\/[^:@/]*):[^@]*@/i, '$1:***@');
}

/** Whether nothing leaves this machine. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');
