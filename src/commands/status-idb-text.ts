import { quoteLiteral } from '../db/quote.js';
import type { CeilingHolder } from '../jobs/ceiling-holder.js';
import type { IdbStatus } from '../jobs/status-idb.js';
import { escapeControls } from '../model/printable-text.js';
import { toRowsWithoutTimeText } from '../model/row-time.js';

/** What `chatmart status` prints about an IDB: a line, or three when somebody holds its ceiling back. */
export function toIdbLines({ name, problem, ceilingHolder: holder, withoutTime }: IdbStatus): string[] {
  if (problem !== null) return [`${name}: ${escapeControls(problem)}`];
  const untimed = withoutTime ? [`${name}: ${toRowsWithoutTimeText(withoutTime)}; ${UNTIMED}`] : [];
  if (holder === null) return [`${name}: can be read; no old transaction holds the ceiling back`, ...untimed];
  return [...toHolderLines(name, holder), ...untimed];
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
