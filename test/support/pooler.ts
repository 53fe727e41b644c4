import { createServer, type AddressInfo, type Socket } from 'node:net';
import { connect, type Connection } from '../../src/db/connection.js';
import { closeAfterFile } from './closers.js';

export interface PoolerOptions {
  /** When a client releases its server session: after each transaction, or when it disconnects. */
  readonly mode: 'transaction' | 'session';
  /** Maximum number of server sessions. */
  readonly size: number;
  /** Hand out the session that has been idle longest, not the one used last. */
  readonly roundRobin?: boolean;
}

/** A logged-in session on the server; its holder talks to its socket. */
interface ServerSession {
  readonly connection: Connection;
  readonly socket: Socket;
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const OUTSIDE_TRANSACTION = 'I'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);

/**
 * A minimal connection pooler in front of a URL's database: many clients, a few server sessions, and made-up process numbers. Returns the
 * URL of the same database through it.
 */
export async function startPooler(url: string, { mode, size, roundRobin = false }: PoolerOptions): Promise<string> {
  const idle: ServerSession[] = [];
  const waiting: ((session: ServerSession) => void)[] = [];
  const all: Connection[] = [];

  async function openSession(): Promise<ServerSession> {
    const connection = await connect({ url, applicationName: 'pooler' });
    await connection.query('discard all');
    all.push(connection);
    const socket = (connection as unknown as { connection: { stream: Socket } }).connection.stream;
    socket.removeAllListeners('data');
    return { connection, socket };
  }

  async function takeSession(): Promise<ServerSession> {
    const rested = roundRobin ? idle.shift() : idle.pop();
    if (rested !== undefined) return rested;
    if (all.length < size) return openSession();
    return new Promise((resolve) => waiting.push(resolve));
  }

  function giveBack(session: ServerSession): void {
    session.socket.removeAllListeners('data');
    const next = waiting.shift();
    if (next === undefined) idle.push(session);
    else next(session);
  }

  /** Ends the session instead of resetting it; the next client gets a new one. */
  function discard({ connection, socket }: ServerSession): void {
    all.splice(all.indexOf(connection), 1);
    socket.destroy();
    const next = waiting.shift();
    // If the server is gone, waiting clients get no session.
    if (next !== undefined) void openSession().then(next, () => undefined);
  }

  function serve(client: Socket): void {
    let session: Promise<ServerSession> | undefined;
    const attach = async (): Promise<ServerSession> => {
      const taken = await takeSession();
      const read = messageReader((type, message) => {
        client.write(message);
        if (mode !== 'transaction' || type !== READY_FOR_QUERY || message[5] !== OUTSIDE_TRANSACTION) return;
        session = undefined;
        giveBack(taken);
      });
      taken.socket.on('data', read);
      return taken;
    };
    const read = messageReader((type, message) => {
      if (type === TERMINATE) return;
      session ??= attach();
      session.then(
        ({ socket }) => socket.write(message),
        () => client.destroy(),
      );
    });
    client.once('data', (startup: Buffer) => {
      client.write(greeting());
      client.on('data', read);
      read(startup.subarray(startup.readInt32BE(0)));
    });
    client.on('error', () => undefined);
    client.on('close', () => void session?.then(discard, () => undefined));
  }

  const clients = new Set<Socket>();
  const server = createServer((client) => {
    clients.add(client.setNoDelay());
    client.on('close', () => clients.delete(client));
    serve(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeAfterFile(() => {
    for (const client of clients) client.destroy();
    for (const { socket } of idle) socket.destroy();
    server.close();
  });
  const through = new URL(url);
  through.port = String((server.address() as AddressInfo).port);
  return through.href;
}

/** What a server sends to a client that needs no password: welcome, an invented process number, ready. */
const greeting = (): Buffer =>
  Buffer.concat([toMessage('R', [0, 0, 0, 0]), toMessage('K', [0x7f, 0, 0, 1, 0, 0, 0, 1]), toMessage('Z', [OUTSIDE_TRANSACTION])]);

function toMessage(type: string, content: readonly number[]): Buffer {
  const message = Buffer.alloc(5 + content.length, type);
  message.writeInt32BE(4 + content.length, 1);
  message.set(content, 5);
  return message;
}

/** Splits a stream into protocol messages: a letter, the length, the content. */
function messageReader(onMessage: (type: number, message: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      if (rest.length < 5) return;
      const length = 1 + rest.readInt32BE(1);
      if (rest.length < length) return;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      onMessage(message[0]!, message);
    }
  };
}
