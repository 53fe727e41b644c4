import type { Log } from '../../model/log.js';
import { explainByVersion, noteOtherVersion } from '../../mart/schema/mart-access.js';
import { queryPages, type ResultPage } from '../../db/query-pages.js';
import { toOperatorError } from '../../db/operator-error.js';
import { POSTGRES_CODE, postgresCode } from '../../db/postgres-errors.js';
import { withTransaction } from '../../db/transaction.js';

import { withMartSession } from '../../mart/mart-session.js';
import { ChatmartError, ConfigError } from '../../model/errors.js';

export interface MartQuery {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly text: string;
  readonly log?: Log;
}

/** Runs one statement on the mart in a read-only transaction and passes its rows on page by page; the last page may be short or empty. */
export async function queryMart(
  { martUrl, martSchema, text, log = () => undefined }: MartQuery,
  onPage: (page: ResultPage) => boolean,
): Promise<void> {
  const options = { url: martUrl, schema: martSchema, applicationName: 'chatmart sql', keepsRoleLimits: true, showsOwnRows: true };
  await withMartSession(options, async (connection) => {
    // Any statement may run where there is no mart, or one whose version the role may not see.
    const mismatch = await noteOtherVersion(connection, log).catch((error: unknown) => {
      if (!(error instanceof ConfigError) && postgresCode(error) !== POSTGRES_CODE.insufficientPrivilege) throw error;
      return undefined;
    });
    await withTransaction(
      connection,
      async () => {
        try {
          for await (const page of queryPages(connection, text)) if (!onPage(page)) break;
        } catch (error) {
          throw toQueryError(error, { text, martSchema, mismatch });
        }
      },
      'repeatable read read only',
    );
  });
}

interface QueryContext {
  readonly text: string;
  readonly martSchema: string;
  readonly mismatch: ConfigError | undefined;
}

function toQueryError(cause: unknown, { text, martSchema, mismatch }: QueryContext): unknown {
  const code = postgresCode(cause);
  if (cause instanceof ChatmartError || code === undefined || !(cause instanceof Error)) return cause;
  // A missing right, a limit or a lost server is not the statement's fault; the code that closes the session knows more.
  if (code !== POSTGRES_CODE.readOnlyTransaction && toOperatorError(cause) !== undefined) return cause;
  const explained = explainByVersion(cause, mismatch);
  const why = explained === cause ? '' : `${mismatch!.message}. `;
  return new ConfigError('query-failed', `${cause.message}${toPlace(cause, text)}`, {
    cause,
    state: 'nothing-changed',
    next: `${why}${toNext(code, martSchema)}`,
  });
}

function toNext(code: string, martSchema: string): string {
  switch (code) {
    case POSTGRES_CODE.undefinedTable:
      return `To list tables and views: chatmart sql "select table_name from information_schema.tables where table_schema = '${martSchema}'". If the mart has none: chatmart migrate.`;
    case POSTGRES_CODE.readOnlyTransaction:
      return 'chatmart sql can only read.';
    default:
      return 'Correct the statement.';
  }
}

/** The line of the statement that PostgreSQL complains about, with a caret under the position. */
function toPlace(error: Error & { position?: string }, text: string): string {
  const position = Number(error.position);
  if (!(position > 0)) return '';
  const characters = Array.from(text); // PostgreSQL counts code points
  const before = characters
    .slice(0, position - 1)
    .join('')
    .split('\n');
  const column = Array.from(before.at(-1)!).length;
  return `\n${text.split('\n')[before.length - 1]!}\n${' '.repeat(column)}^`;
}
