import { withConnection, type Connection } from '../db/connection.js';
import type { SessionLimits } from '../db/session-limits.js';
import type { Masker } from '../model/sensitive-data.js';

/** Location of an IDB, and the time limits of its sessions. */
export interface IdbAccess {
  readonly url: string;
  readonly limits?: Partial<SessionLimits> | undefined;
  /** Ends the sessions when aborted. */
  readonly endedBy?: AbortSignal | undefined;
}

/** What a session on an IDB is for. */
export interface IdbSession {
  readonly applicationName: string;
  /** Masks what the server says; undefined: nothing is sensitive. */
  readonly masker: Masker | undefined;
}

/** Opens a read-only session for the duration of `work`. */
export const withIdb = <T>(
  { url, limits, endedBy }: IdbAccess,
  { applicationName, masker }: IdbSession,
  work: (connection: Connection) => Promise<T>,
): Promise<T> => withConnection({ url, applicationName, limits, endedBy, idb: { masker } }, work);

/** One IDB of an HA pair, or a single IDB. */
export interface Source extends IdbAccess {
  /** SOURCE_NAME of CHATMART_SOURCE. */
  readonly name: string;
  readonly idbSchema: string;
  readonly idbTable: string | undefined;
}
