import { withConnection, type Connection } from '../../src/db/connection.js';
import { withTransaction } from '../../src/db/transaction.js';
import { checkMart } from '../../src/commands/status/status.js';
import { readMart, type MartContent } from './mart-content.js';

/** What the data checks of `chatmart status --check` find in a mart, as text; empty if nothing. */
export const breachesOf = (mart: string | Connection): Promise<string[]> =>
  typeof mart === 'string'
    ? withConnection({ url: mart, schema: 'infomart', applicationName: 'test' }, breachesOf)
    : withTransaction(
        mart,
        async () => (await checkMart(mart)).flatMap(({ name, examples }) => examples.map((example) => `${name}: ${example}`)),
        'repeatable read read only',
      );

/** A whole mart and its breaches, in one session: in each new one PostgreSQL reads its catalogue again for the wide views. */
export const readCheckedMart = (martUrl: string): Promise<{ readonly mart: MartContent; readonly breaches: readonly string[] }> =>
  withConnection({ url: martUrl, schema: 'infomart', applicationName: 'test' }, async (session) => ({
    mart: await readMart(session),
    breaches: await breachesOf(session),
  }));
