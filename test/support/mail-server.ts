import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { closeAfterFile } from './closers.js';
import { createAuthority } from './tls-certificates.js';

/** A mail as it came. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly user: string | undefined;
  readonly isEncrypted: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Its authority, as PEM. */
  readonly authority: string;
  /** Code and text with which it refuses mails; undefined: it takes them. */
  refuses: { readonly responseCode: number; readonly message: string } | undefined;
  /** Addresses that it does not know. */
  readonly unknown: Set<string>;
  readonly close: () => Promise<void>;
}

export interface MailServerOptions {
  readonly port?: number;
  /** `starttls`: offered; `tls`: from the first byte; `none`: plain text only. */
  readonly tls?: 'starttls' | 'tls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
}

/** Starts a real mail server on this machine, with a certificate for localhost; it is closed after the test file. */
export async function startMailServer({ port = 0, tls = 'starttls', login }: MailServerOptions = {}): Promise<MailServer> {
  const authority = createAuthority('Test authority');
  const { certificate, key } = authority.issue({ commonName: 'localhost', hosts: ['localhost', '127.0.0.1', '::1'] });
  const state: Pick<MailServer, 'refuses'> = { refuses: undefined };
  const [mails, unknown]: [ReceivedMail[], Set<string>] = [[], new Set()];
  const server = new SMTPServer({
    ...{ cert: certificate, key, secure: tls === 'tls', hideSTARTTLS: tls === 'none', authOptional: login === undefined, logger: false },
    onAuth: ({ username, password }, _, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('Authentication failed'), { responseCode: 535 })),
    onRcptTo: ({ address }, _, done) =>
      done(unknown.has(address) ? Object.assign(new Error('No such mailbox'), { responseCode: 550 }) : null),
    onData: (stream, { envelope, user, secure }, done) => {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        if (state.refuses !== undefined) {
          done(Object.assign(new Error(state.refuses.message), state.refuses));
          return;
        }
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        mails.push({
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(pieces).toString(),
          user,
          isEncrypted: secure,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const close = (): Promise<void> => new Promise((resolve) => server.close(resolve));
  closeAfterFile(close);
  return Object.assign(state, {
    port: (server.server.address() as AddressInfo).port,
    mails,
    unknown,
    authority: authority.certificate,
    close,
  });
}
