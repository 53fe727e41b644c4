import { quoteLiteral } from '../db/quote.js';
import type { CeilingHolder } from '../jobs/ceiling-holder.js';
import type { IdbStatus } from '../jobs/status-idb.js';
import { escapeControls } from '../model/printable-text.js';
import { toRowsWithoutTimeText } from '../model/row-time.js';

/** What `chatmart status` prints about an IDB: a line, or three when somebody holds its ceiling back. */
export function toIdbLines(status: IdbStatus): string[] {
  const { name, problem, ceilingHolder: holder, withoutTime } = status;
  if (problem !== null) return [`${name}: ${escapeControls(problem)}`];
  const untimed = withoutTime ? [`${name}: ${toRowsWithoutTimeText(withoutTime)}; ${UNTIMED}`] : [];
  const further = [...untimed, ...toRowsLines(status)];
  if (holder === null) return [`${name}: can be read; no old transaction holds the ceiling back`, ...further];
  return [...toHolderLines(name, holder), ...further];
}

function toRowsLines({ name, idDoubts = [], lookSeconds = null, notRead = null }: Partial<IdbStatus>): string[] {
  const took = lookSeconds === null ? '' : `, which took ${lookSeconds.toFixed(1)} s the last time`;
  const doubts = `its ids do not rise with its transactions: ${idDoubts.join('; ')}; each run looks through all rows${took}`;
  return [...(idDoubts.length === 0 ? [] : [doubts]), ...(notRead === null ? [] : [notRead])].map(
    (line) => `${name}: ${escapeControls(line)}`,
  );
}

/** What becomes of rows without a usable ADDED_TS. */
const UNTIMED =
  'chatmart run loads them, but they lie in no slice of a backfill, and in no hour of a comparison: chatmart reconcile looks for them';

function toHolderLines(name: string, holder: CeilingHolder): string[] {
  return [
    `${name}: ${nameOf(holder)} holds the ceiling back; ${ageOf(holder)}`,
    'what was committed after it began to write is loaded, but counts as complete only when it has ended',
    wayOut(holder),
  ].map(escapeControls);
}

function nameOf({ kind, transaction, pid, database, user, application, gid }: CeilingHolder): string {
  const owner = `database ${database ?? '-'}, user ${user ?? '-'}${application === null ? '' : `, application ${application}`}`;
  switch (kind) {
    case 'session':
      return `process ${pid} (${owner})`;
    case 'prepared':
      return `prepared transaction ${quoteLiteral(gid ?? '')} (${owner})`;
    case 'primary':
      return `transaction ${transaction} on the primary server of this standby`;
    case 'unseen':
      return `transaction ${transaction}, of which the server shows nothing more,`;
  }
}

function ageOf({ kind, since, seenSince }: CeilingHolder): string {
  if (since !== null) return kind === 'prepared' ? `it was prepared at ${since}` : `its transaction began at ${since}`;
  return `a run found it open at ${seenSince}`;
}

function wayOut({ kind, transaction, pid, database, gid }: CeilingHolder): string {
  const name = quoteLiteral(gid ?? '');
  const search = `select * from pg_stat_activity where backend_xid = '${transaction}'; select * from pg_prepared_xacts where transaction = '${transaction}'`;
  switch (kind) {
    case 'session':
      return `to end it: select pg_terminate_backend(${pid})`;
    case 'prepared':
      return `to end it, in database ${database}: rollback prepared ${name}, or commit prepared ${name}`;
    case 'primary':
      return `to find it there: ${search}`;
    case 'unseen':
      return `to look again: ${search}`;
  }
}
