import { counted } from './text.js';
/** One of the servers that a database URL names. */
export interface Server {
  /** Host name, address, or socket folder; empty: libpq's default. */
  readonly host: string;
  readonly port: number;
}

export const DEFAULT_PORT = 5432;

/** The longest socket path on Linux; libpq applies the same limit everywhere. */
const LONGEST_SOCKET_PATH = 107;

/** Whether a host is a socket folder. */
export const isSocketFolder = (host: string): boolean => host.startsWith('/');

/** The socket of a server in a folder. */
export const toSocketPath = ({ host, port }: Server): string => `${host}/.s.PGSQL.${port}`;

/**
 * The servers that `host` and `port` name, in order: comma-separated lists, with one port for all or one for each. Or the problem with
 * them, which repeats no value, because a misplaced one may be a password.
 */
export function toServers(parameters: ReadonlyMap<string, string>): { servers: readonly Server[]; problem?: string } {
  const hosts = (parameters.get('host') ?? '').split(',');
  const ports = (parameters.get('port') ?? '').split(',');
  const fail = (problem: string) => ({ servers: [], problem });
  if (ports.length !== 1 && ports.length !== hosts.length)
    return fail(`has ${counted(ports.length, 'port')} for ${counted(hosts.length, 'host')}`);
  const servers = hosts.map((host, index) => ({ host, port: toPort((ports.length === 1 ? ports[0] : ports[index])!) }));
  if (servers.some(({ port }) => port < 1 || port > 65_535 || !Number.isInteger(port)))
    return fail('has a port that is not a number from 1 to 65535 (in passwords, write / as %2F)');
  if (hosts.some((host) => host.startsWith('@')))
    return fail('names an abstract socket, which is not supported; name the folder of a socket');
  const socket = servers.find((server) => isSocketFolder(server.host) && Buffer.byteLength(toSocketPath(server)) > LONGEST_SOCKET_PATH);
  if (socket !== undefined)
    return fail(`names a socket whose path is longer than ${LONGEST_SOCKET_PATH} bytes; no server can listen there; name a shorter folder`);
  return { servers };
}

const toPort = (text: string): number => (text === '' ? DEFAULT_PORT : /^\s*\+?\d+\s*$/.test(text) ? Number(text) : Number.NaN);
