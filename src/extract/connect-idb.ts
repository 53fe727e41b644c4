import { closeAfter, connect, type Connection } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';

/** Where an IDB is, and how long its sessions wait for what never comes. */
export interface IdbAccess {
  readonly url: string;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** When it is aborted, sessions are ended. */
  readonly endedBy?: AbortSignal | undefined;
}

/** Opens a session on the IDB that can only read. */
export function connectIdb(access: string | IdbAccess, applicationName: string): Promise<Connection> {
  const { url, limits, endedBy }: IdbAccess = typeof access === 'string' ? { url: access } : access;
  return connect({ url, applicationName, limits, endedBy, readsOnly: true });
}

/** Opens such a session for the length of `work`. */
export const withIdb = async <T>(
  access: string | IdbAccess,
  applicationName: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => closeAfter(await connectIdb(access, applicationName), work);

/** One IDB of a set of HA twins; alone as a rule. */
export interface TwinSource extends IdbAccess {
  /** SOURCE_NAME of CHATMART_SOURCE. */
  readonly name: string;
  readonly idbSchema: string;
  readonly idbTable: string | undefined;
}
