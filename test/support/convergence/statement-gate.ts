import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { closeAfterFile } from '../closers.js';

/** A message of a run: the n-th that holds some text, or the n-th of all. */
export interface Moment {
  readonly nth: number;
  readonly text: string | undefined;
}

/** What is done when a message comes; it may send the message itself. What it did not send is sent after it, unless all was cut. */
export type AtMessage = (send: () => void) => Promise<void>;

/** A way to some servers on which messages of its clients can be held up. */
export interface StatementGate {
  /** The URL of a database by this way. */
  readonly through: (url: string) => string;
  /** Does something once, at a message from now on, of whichever client; all of them wait for it. Returns how to call it off. */
  readonly at: (moment: Moment, action: AtMessage) => () => void;
  /** Cuts all connections. */
  readonly cut: () => void;
}

/** Opens a way to servers on loopback until the test file is done. A message is what a client sends at once: mostly, a statement. */
export async function openStatementGate(...serverUrls: readonly string[]): Promise<StatementGate> {
  const sockets = new Set<Socket>();
  let planned: { left: number; readonly text: string | undefined; readonly action: AtMessage } | undefined;
  // One message after the other, so that what waits is everybody.
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

  // A client's way is closed when the server has closed it, not before: by then the server has let go of its locks.
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
