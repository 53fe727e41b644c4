import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { closeAfterFile } from './closers.js';

/** What happens instead of forwarding the matching message; `cancel` and `act` happen after it. */
export type FaultKind =
  /** Both sides see the connection closed. */
  | 'kill'
  /** Both sides see it reset. */
  | 'reset'
  /** The client sees it reset; the server notices nothing. */
  | 'vanish'
  /** Nothing is forwarded any more, and neither side notices. */
  | 'stall'
  /** The server is asked to cancel the session's statement. */
  | 'cancel'
  /** Nothing except `act`. */
  | 'act';

export interface Fault {
  readonly kind: FaultKind;
  /** `client Query …`, `client Parse …`, `client CopyData`, `server CommandComplete …`, `server ErrorResponse`, … */
  readonly at: RegExp;
  /** In sessions whose application_name matches. */
  readonly session?: RegExp;
  /** Also called. */
  readonly act?: () => void;
  /** At the n-th match, counted from 1. */
  readonly nth?: number;
  /** How many matches from there on; default 1. */
  readonly times?: number;
}

export interface PostgresProxy {
  /** The server's database, through the proxy. */
  readonly url: string;
  /** Sets the fault that happens from now on, replacing the previous one; undefined for none. */
  readonly setFault: (fault: Fault | undefined) => void;
  /** Whether to forward nothing at all, in old and new sessions. */
  readonly setSilent: (isSilent: boolean) => void;
  /** Takes the server away: all sessions end, and nothing listens. */
  readonly close: () => Promise<void>;
  /** Brings the server back at the same address. */
  readonly open: () => Promise<void>;
  /** How often the fault has happened. */
  readonly happened: () => number;
  /** Sessions opened so far, by application_name. */
  readonly sessions: () => readonly string[];
}

/** A proxy in front of a URL's server that reads PostgreSQL's protocol in both directions and can break off at any message. */
export async function startPostgresProxy(url: string): Promise<PostgresProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const sessions: string[] = [];
  let fault: Fault | undefined;
  let matches = 0;
  let happened = 0;
  let isSilent = false;

  /** The fault that happens at a message, if any. */
  function faultAt(message: string, session: string): FaultKind | undefined {
    if (fault === undefined || !fault.at.test(message) || fault.session?.test(session) === false) return undefined;
    const { nth = 1, times = 1, kind, act } = fault;
    matches++;
    if (matches < nth || matches >= nth + times) return undefined;
    happened++;
    if (act !== undefined) setImmediate(act);
    return kind;
  }

  function openServer(): Socket {
    const server = connect(Number(target.port), target.hostname).setNoDelay();
    sockets.add(server);
    return server.on('error', () => undefined);
  }

  function serve(client: Socket): void {
    const server = openServer();
    let session = '';
    let cancelKey: Buffer | undefined;
    let isStalled = false;
    const happen = (kind: FaultKind): void => {
      if (kind === 'stall' || kind === 'vanish') isStalled = true;
      if (kind === 'kill') for (const socket of [client, server]) socket.destroy();
      if (kind === 'reset') for (const socket of [client, server]) socket.resetAndDestroy();
      if (kind === 'vanish') client.resetAndDestroy();
      if (kind === 'cancel' && cancelKey !== undefined) openServer().end(toCancelRequest(cancelKey));
    };
    const forward = (to: Socket, message: Buffer, name: string): void => {
      if (isSilent || isStalled || client.destroyed) return;
      const kind = faultAt(name, session);
      if (kind === undefined || kind === 'cancel' || kind === 'act') to.write(message);
      if (kind !== undefined) happen(kind);
    };
    const close = (other: Socket) => () => {
      if (!isSilent && !isStalled) other.end();
    };

    const readClient = cutMessages(true, (message) => {
      if (message.isStartup && isTlsRequest(message.bytes)) {
        client.write('N');
        return;
      }
      if (message.isStartup) {
        session = /application_name\0([^\0]*)\0/.exec(message.bytes.toString('latin1'))?.[1] ?? '';
        sessions.push(session);
      }
      forward(server, message.bytes, `client ${toName(message, CLIENT_MESSAGES)}`);
    });
    const readServer = cutMessages(false, (message) => {
      if (message.type === 'K') cancelKey = message.bytes.subarray(5);
      forward(client, message.bytes, `server ${toName(message, SERVER_MESSAGES)}`);
    });
    client.on('data', readClient).on('end', close(server)).on('close', close(server));
    // Close the client only after the server has closed: its locks are then released.
    server.on('data', readServer).on('close', close(client));
    client.on('error', () => undefined);
  }

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    sockets.add(client.setNoDelay());
    serve(client);
  });
  const open = (port: number): Promise<void> => new Promise((resolve) => listener.listen(port, '127.0.0.1', resolve));
  await open(0);
  closeAfterFile(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { port } = listener.address() as AddressInfo;
  const through = new URL(url);
  through.port = String(port);
  return {
    url: through.href,
    setFault: (next) => {
      fault = next;
      matches = 0;
      happened = 0;
    },
    setSilent: (next) => (isSilent = next),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    open: () => open(port),
    happened: () => happened,
    sessions: () => sessions,
  };
}

interface Message {
  readonly isStartup: boolean;
  readonly type: string;
  readonly bytes: Buffer;
}

const CLIENT_MESSAGES: Readonly<Record<string, string>> = {
  ...{ Q: 'Query', P: 'Parse', B: 'Bind', D: 'Describe', E: 'Execute', S: 'Sync', H: 'Flush', C: 'Close', p: 'Password' },
  ...{ d: 'CopyData', c: 'CopyDone', f: 'CopyFail', X: 'Terminate' },
};

const SERVER_MESSAGES: Readonly<Record<string, string>> = {
  ...{ R: 'Authentication', K: 'BackendKeyData', S: 'ParameterStatus', Z: 'ReadyForQuery', T: 'RowDescription', D: 'DataRow' },
  ...{ C: 'CommandComplete', E: 'ErrorResponse', 1: 'ParseComplete', 2: 'BindComplete', n: 'NoData', I: 'EmptyQueryResponse' },
  ...{ G: 'CopyInResponse', H: 'CopyOutResponse', d: 'CopyData', c: 'CopyDone', N: 'NoticeResponse' },
};

/** Messages whose text matters to a test. */
const WITH_TEXT = new Set(['Query', 'Parse', 'CommandComplete']);

function toName({ isStartup, type, bytes }: Message, names: Readonly<Record<string, string>>): string {
  if (isStartup) return 'Startup';
  const name = names[type] ?? type;
  return WITH_TEXT.has(name) ? `${name} ${bytes.toString('utf8', 5).replaceAll('\0', ' ').replace(/\s+/g, ' ').trim()}` : name;
}

/** Splits a stream into messages: a letter, the length, the content; the client's first message has no letter. */
function cutMessages(beginsWithStartup: boolean, onMessage: (message: Message) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let isStartup = beginsWithStartup;
  return (piece) => {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      const head = isStartup ? 0 : 1;
      if (rest.length < head + 4) return;
      const length = head + rest.readInt32BE(head);
      if (rest.length < length) return;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      onMessage({ isStartup, type: isStartup ? '' : String.fromCharCode(bytes[0]!), bytes });
      isStartup &&= isTlsRequest(bytes);
    }
  };
}

const TLS_REQUEST = 80_877_103;

/** Whether the client first asks for encryption, which the proxy does not offer. */
const isTlsRequest = (startup: Buffer): boolean => startup.length === 8 && startup.readInt32BE(4) === TLS_REQUEST;

/** CancelRequest: length, request code, the session's process number and secret key. */
function toCancelRequest(key: Buffer): Buffer {
  const request = Buffer.alloc(8 + key.length);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(80_877_102, 4);
  key.copy(request, 8);
  return request;
}
