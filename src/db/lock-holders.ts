import { queryRows, type Connection } from './connection.js';
import { selectLockHolders } from './lock-holders.sql.js';

const MOST_NAMED = 3;

/** Who has a lock on a table or view of a schema just now, in words for the operator; undefined: nobody. */
export async function nameLockHolders(connection: Connection, schema: string): Promise<string | undefined> {
  const holders = await queryRows<Holder>(connection, selectLockHolders(schema));
  const names = holders.slice(0, MOST_NAMED).map(toName);
  if (holders.length > MOST_NAMED) names.push(`${holders.length - MOST_NAMED} more`);
  return names.length === 0 ? undefined : names.join(', ');
}

interface Holder {
  readonly pid: number | null;
  readonly user_name: string | null;
  readonly application: string | null;
  readonly gid: string | null;
  readonly relation: string;
}

function toName({ pid, user_name: user, application, gid, relation }: Holder): string {
  const who = gid === null ? `process ${pid}` : `prepared transaction ${JSON.stringify(gid)}`;
  return `${who} (user ${user}${application ? `, application ${application}` : ''}, ${relation})`;
}
