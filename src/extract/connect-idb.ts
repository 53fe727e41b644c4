import { connect, type Connection } from '../db/connection.js';

/**
 * Opens a session on the IDB that can only read. A policy that hides rows from this role is an error: rows that nobody sees would be lost in
 * silence.
 */
export async function connectIdb(url: string, applicationName: string): Promise<Connection> {
  const connection = await connect({ url, applicationName });
  await connection.query('set default_transaction_read_only to on; set row_security to off');
  return connection;
}

/** Opens such a session for the length of `work`. */
export async function withIdb<T>(url: string, applicationName: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connectIdb(url, applicationName);
  try {
    return await work(connection);
  } finally {
    await connection.end().catch(() => undefined);
  }
}
