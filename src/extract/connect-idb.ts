import { closeAfter, connect, type Connection } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';

/** Location of an IDB, and the time limits of its sessions. */
export interface IdbAccess {
  readonly url: string;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** Ends the sessions when aborted. */
  readonly endedBy?: AbortSignal | undefined;
}

/** Opens a read-only session on the IDB. */
export function connectIdb(access: string | IdbAccess, applicationName: string): Promise<Connection> {
  const { url, limits, endedBy }: IdbAccess = typeof access === 'string' ? { url: access } : access;
  return connect({ url, applicationName, limits, endedBy, readsOnly: true });
}

/** Opens a read-only session for the duration of `work`. */
export const withIdb = async <T>(
  access: string | IdbAccess,
  applicationName: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => closeAfter(await connectIdb(access, applicationName), work);

/** One IDB of an HA pair, or a single IDB. */
export interface Source extends IdbAccess {
  /** SOURCE_NAME of CHATMART_SOURCE. */
  readonly name: string;
  readonly idbSchema: string;
  readonly idbTable: string | undefined;
}
