import { createServer, type AddressInfo, type ListenOptions } from 'node:net';
import { closeAfterFile } from './closers.js';

/** What a client sends before it is let in. */
export interface RecordedLogin {
  /** The listener's name. */
  readonly at: string;
  readonly user: string | undefined;
  readonly database: string | undefined;
  readonly options: string | undefined;
  /** Undefined: the client left when asked for one. */
  password?: string;
}

export interface LoginRecorder {
  /** Also listens there. Returns the port taken, 0 for a socket path. */
  readonly listen: (name: string, at: ListenOptions) => Promise<number>;
  /** The logins since the last call. */
  readonly take: () => RecordedLogin[];
}

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;

/** AuthenticationCleartextPassword. */
const ASK_FOR_PASSWORD = message('R', Buffer.from([0, 0, 0, 3]));
const REFUSAL = message('E', Buffer.from('SFATAL\0VFATAL\0C28P01\0Mrecorded\0\0'));

/** A server without TLS that asks every client for a clear-text password and lets nobody in. */
export function startLoginRecorder(): LoginRecorder {
  const logins: RecordedLogin[] = [];
  const listen = (name: string, at: ListenOptions): Promise<number> => {
    const server = createServer((socket) => {
      let login: RecordedLogin | undefined;
      socket.on('error', () => undefined);
      // Each of these messages arrives in one piece: it is short, and the next one waits for an answer.
      socket.on('data', (piece) => {
        const code = login === undefined ? piece.readInt32BE(4) : 0;
        if (code === SSL_REQUEST || code === GSS_REQUEST) socket.write('N');
        else if (login === undefined) {
          const words = piece.toString('utf8', 8).split('\0');
          const said = new Map(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]]] : [])));
          login = { at: name, user: said.get('user'), database: said.get('database'), options: said.get('options') };
          logins.push(login);
          socket.write(ASK_FOR_PASSWORD);
        } else if (piece[0] === 0x70) {
          login.password = piece.toString('utf8', 5, piece.length - 1);
          socket.end(REFUSAL);
        } else socket.end();
      });
    });
    closeAfterFile(() => new Promise((resolve) => server.close(resolve)));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, () => resolve(at.path === undefined ? (server.address() as AddressInfo).port : 0));
    });
  };
  return { listen, take: () => logins.splice(0) };
}

function message(type: string, content: Buffer): Buffer {
  const header = Buffer.alloc(5, type);
  header.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([header, content]);
}
