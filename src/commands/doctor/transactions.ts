import { queryRow, queryRows, type Connection } from '../../db/connection.js';
import { quoteLiteral } from '../../db/quote.js';
import { findCeilingHolder, OLD_TRANSACTION_MS } from '../../extract/ceiling-holder.js';
import { note, ok, warning, type CheckResult, type IdbSubject, type CheckSubject } from './finding.js';
import { selectHiddenSessions, selectOldTransactions } from './doctor.sql.js';
import { counted } from '../../model/text.js';

interface OldTransaction {
  readonly pid: number | null;
  readonly gid: string | null;
  readonly database: string | null;
  readonly user_name: string | null;
  readonly writes: boolean;
  readonly seconds: number;
}

/** Are there long-open transactions on the mart's server? They hold locks and keep vacuum from cleaning up. */
export async function checkTransactions({ connection, tuning }: Pick<CheckSubject, 'connection' | 'tuning'>): Promise<CheckResult[]> {
  const oldMs = tuning?.oldTransactionMs ?? OLD_TRANSACTION_MS;
  const old = await queryRows<OldTransaction>(connection, selectOldTransactions(oldMs / 1000));
  const found = old.map((each) =>
    each.gid === null
      ? note(`${toText(each)}; vacuum cannot remove rows that it may still see`, wayOut(each))
      : warning(`${toText(each)}; it keeps its locks, and vacuum cannot remove newer dead rows`, wayOut(each)),
  );
  return found.length > 0 ? found : judgeNone(connection);
}

/** Do open transactions in any database of the IDB's server hold its ceiling back? Rows after them count as complete only later. */
export async function checkIdbTransactions({ connection, table, state, tuning }: IdbSubject): Promise<CheckResult[]> {
  const oldMs = tuning?.oldTransactionMs ?? OLD_TRANSACTION_MS;
  const old = await queryRows<OldTransaction>(connection, selectOldTransactions(oldMs / 1000));
  const writers = old.filter(({ writes }) => writes);
  const found = writers.map((each) => warning(`${toText(each)}; it holds the ceiling back`, wayOut(each)));
  const snapshots = (state?.marks ?? []).map(({ xmax, takenAt }) => ({ xmax: String(xmax), takenAt: takenAt.toISOString() }));
  const holder = table.hasCeiling ? await findCeilingHolder(connection, snapshots, oldMs) : null;
  // Its age may be hidden from this role, or it belongs to another server.
  if (holder !== null && !writers.some(({ pid, gid }) => pid === holder.pid && gid === holder.gid))
    found.push(
      warning(
        `transaction ${holder.transaction} has held the ceiling back since ${holder.since ?? holder.seenSince}`,
        'Run chatmart status: it shows whose transaction it is and how to end it.',
      ),
    );
  return found.length > 0 ? found : judgeNone(connection);
}

/** Finding none proves nothing about sessions whose age is hidden. */
async function judgeNone(connection: Connection): Promise<CheckResult[]> {
  const { sessions } = await queryRow<{ sessions: number }>(connection, selectHiddenSessions());
  if (sessions === 0) return [ok('no transaction has been open for five minutes or longer, and none is prepared')];
  return [
    note(
      `no transaction that this role can see has been open for five minutes or longer; ${sessions} ${sessions === 1 ? 'session is' : 'sessions are'} hidden from it`,
      'Members of pg_read_all_stats can see them, for sessions with track_activities = on.',
    ),
  ];
}

const toText = ({ pid, gid, database, user_name: user, seconds }: OldTransaction): string =>
  `${gid === null ? `process ${pid}` : `prepared transaction ${quoteLiteral(gid)}`} (database ${database ?? '-'}, user ${user ?? '-'}) ` +
  `has been open for ${counted(Math.round(seconds / 60), 'minute')}`;

const wayOut = ({ pid, gid, database }: OldTransaction): string =>
  gid === null
    ? `If nobody needs it, run there: select pg_terminate_backend(${pid});`
    : `In database ${database} run: rollback prepared ${quoteLiteral(gid)}; or commit prepared ${quoteLiteral(gid)};`;
