import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { closeAfterFile } from '../closers.js';

/** A message of a run: the n-th that contains a text, or the n-th of all. */
export interface Moment {
  readonly nth: number;
  readonly text: string | undefined;
}

/** What to do at a message; it may send the message itself. If it does not, the message is sent afterwards, unless all was cut. */
export type AtMessage = (send: () => void) => Promise<void>;

/** A path to servers on which client messages can be held up. */
export interface StatementGate {
  /** The URL of a database through this path. */
  readonly through: (url: string) => string;
  /** Acts once on a message from now on, of any client; all clients wait meanwhile. Returns a function that cancels it. */
  readonly at: (moment: Moment, action: AtMessage) => () => void;
  /** Cuts all connections. */
  readonly cut: () => void;
}

/** Opens a path to servers on loopback until the test file is done. A message is what a client sends at once, usually one statement. */
export async function openStatementGate(...serverUrls: readonly string[]): Promise<StatementGate> {
  const sockets = new Set<Socket>();
  let planned: { left: number; readonly text: string | undefined; readonly action: AtMessage } | undefined;
  // One message at a time, so that a wait holds up all clients.
  let passing = Promise.resolve();

  const pass = async (piece: Buffer, to: Socket): Promise<void> => {
    let isSent = false;
    const send = (): void => {
      if (!isSent && to.writable) to.write(piece);
      isSent = true;
    };
    if (planned !== undefined && (planned.text === undefined || piece.includes(planned.text)) && --planned.left === 0) {
      const { action } = planned;
      planned = undefined;
      await action(send);
    }
    send();
  };

  // Close the client's side only after the server has closed: by then the server has released its locks.
  const guard = (client: Socket, target: number): void => {
    const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    server.pipe(client);
    client.on('data', (piece: Buffer) => {
      passing = passing.then(() => pass(piece, server));
    });
    client.on('end', () => {
      passing = passing.then(() => void server.end());
    });
  };
  const gates = new Map<string, Server>();
  for (const target of new Set(serverUrls.map(portOf))) {
    const gate = createServer({ allowHalfOpen: true }, (client) => guard(client, Number(target)));
    gates.set(target, gate);
    gate.listen(0, '127.0.0.1');
    await once(gate, 'listening');
  }
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  closeAfterFile(() => {
    cut();
    for (const gate of gates.values()) gate.close();
  });

  return {
    through: (url) => Object.assign(new URL(url), { port: String((gates.get(portOf(url))!.address() as AddressInfo).port) }).toString(),
    at: ({ nth, text }, action) => {
      const plan = (planned = { left: nth, text, action });
      return () => {
        if (planned === plan) planned = undefined;
      };
    },
    cut,
  };
}

const portOf = (url: string): string => new URL(url).port;
