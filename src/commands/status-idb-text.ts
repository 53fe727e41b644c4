import { quoteLiteral } from '../db/quote.js';
import { toHolderText, toOpenSinceText, type CeilingHolder } from '../extract/ceiling-holder.js';
import type { IdbStatus } from '../jobs/status-idb.js';
import { toWaitingText } from '../pipeline/waiting-rows.js';
import { escapeControls } from '../model/text.js';
import { toRowsWithoutTimeText } from '../model/row-time.js';

/** What `chatmart status` prints about an IDB: a line, or three when somebody holds its ceiling back. */
export function toIdbLines(status: IdbStatus, now: Date): string[] {
  const { name, problem, ceilingHolder: holder, withoutTime } = status;
  if (problem !== null) return [`${name}: ${escapeControls(problem)}`];
  const untimed = withoutTime ? [`${name}: ${toRowsWithoutTimeText(withoutTime)}; ${UNTIMED}`] : [];
  const further = [...untimed, ...toRowsLines(status)];
  if (holder === null) return [`${name}: can be read; no open transaction holds the ceiling back`, ...further];
  return [...toHolderLines(status, holder, now), ...further];
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

function toHolderLines({ name, waiting }: Pick<IdbStatus, 'name' | 'waiting'>, holder: CeilingHolder, now: Date): string[] {
  const complete = 'what was committed after it began to write counts as complete only when it has ended';
  return [
    `${name}: ${toHolderText(holder)} holds the ceiling back; ${toOpenSinceText(holder, now)}`,
    ...(waiting === null ? [] : [toWaitingText(waiting)]),
    complete,
    wayOut(holder),
  ].map(escapeControls);
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
