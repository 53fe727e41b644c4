import { isErrorOf } from '../db/error-context.js';
import { withConnection, type Connection, type ConnectOptions } from '../db/connection.js';
import { explainMartError } from './schema/explain-mart-error.js';

/** Opens a session on a mart for `work`. If an object added to the mart causes an error, the error says so. */
export const withMartSession = <T>(
  options: ConnectOptions & { readonly schema: string },
  work: (mart: Connection) => Promise<T>,
): Promise<T> =>
  withConnection(options, (mart) =>
    work(mart).catch(async (error: unknown) => {
      throw await explainErrorOf(mart, error);
    }),
  );

/** An error of a session on a mart, explained; an error from another session is returned unchanged. */
export const explainErrorOf = (mart: Connection, error: unknown): Promise<unknown> =>
  isErrorOf(mart, error) ? explainMartError(mart, error) : Promise.resolve(error);
