import { counted } from '../model/text.js';
import { quoteLiteral } from './quote.js';

/** A row of `selectWaits`. */
export interface WaitRow {
  readonly pid: number;
  readonly application: string | null;
  readonly event_type: string | null;
  readonly event: string | null;
  readonly since: Date | null;
  readonly locktype: string | null;
  readonly relation: string | null;
  readonly blocker_pid: number | null;
  readonly blocker_user: string | null;
  readonly blocker_application: string | null;
  readonly blocker_state: string | null;
  readonly blocker_since: Date | null;
  readonly blocker_gid: string | null;
  readonly blocker_database: string | null;
  readonly standby_names: string;
  readonly standbys: number;
}

/** What a session waits for. */
export interface SessionWait {
  /** A standby after its commit, a transaction that holds a lock, or its own server, which is working. */
  readonly kind: 'standby' | 'lock' | 'work';
  /** A clause about the session. */
  readonly text: string;
  /** What to do about it, in sentences; null: nothing. */
  readonly next: string | null;
}

/** Describes the wait in the rows of one session. */
export function toSessionWait(rows: readonly WaitRow[]): SessionWait {
  const first = rows[0]!;
  if (first.event === 'SyncRep') return toStandbyWait(first);
  if (first.locktype !== null)
    return toLockWait(
      first,
      rows.filter(({ blocker_pid: pid }) => pid !== null),
    );
  const event = first.event_type === null ? '' : ` (${first.event_type}: ${first.event})`;
  return { kind: 'work', text: `its server is working on a statement${event}`, next: null };
}

const toStandbyWait = ({ standby_names: names, standbys }: WaitRow): SessionWait => ({
  kind: 'standby',
  text:
    `its commit waits for a synchronous standby: synchronous_standby_names is ${quoteLiteral(names)}, and ` +
    (standbys === 0 ? 'no standby is connected' : `${counted(standbys, 'standby')} ${standbys === 1 ? 'is' : 'are'} connected`),
  next:
    'The transaction is committed on this server and stays committed, however the wait ends. Start the standby again, or as a superuser of this server, run: ' +
    `alter system set synchronous_standby_names to ''; select pg_reload_conf();`,
});

const MOST_NAMED = 3;

function toLockWait({ locktype, relation }: WaitRow, blockers: readonly WaitRow[]): SessionWait {
  const names = blockers.slice(0, MOST_NAMED).map(toName);
  if (blockers.length > MOST_NAMED) names.push(`${blockers.length - MOST_NAMED} more`);
  const who = names.length === 0 ? 'another session' : names.join(', ');
  const others = blockers.filter(({ blocker_application: application }) => !isOwn(application));
  // Jobs take turns; nothing is wrong.
  if (blockers.length > 0 && others.length === 0) return { kind: 'lock', text: `it is waiting its turn behind ${who}`, next: null };
  const what =
    relation !== null ? `a lock on ${relation}` : locktype === 'transactionid' ? 'rows that another transaction changed' : 'a lock';
  return {
    kind: 'lock',
    text: `it is waiting for ${what}, held by ${who}`,
    next: others.length === 0 ? null : `If nobody needs it, run there: ${others.slice(0, MOST_NAMED).map(toEnd).join(' ')}`,
  };
}

const isOwn = (application: string | null): boolean => application?.startsWith('chatmart ') ?? false;

function toName(row: WaitRow): string {
  if (row.blocker_gid !== null) return `prepared transaction ${quoteLiteral(row.blocker_gid)} (database ${row.blocker_database})`;
  const { blocker_pid: pid, blocker_user: user, blocker_application: application, blocker_state: state, blocker_since: since } = row;
  const about = [
    `user ${user ?? '-'}`,
    ...(application ? [`application ${application}`] : []),
    ...(state === null ? [] : [`${state}${since === null ? '' : ` since ${since.toISOString()}`}`]),
  ];
  return pid === 0 ? 'a prepared transaction' : `process ${pid} (${about.join(', ')})`;
}

function toEnd({ blocker_pid: pid, blocker_gid: gid, blocker_database: database }: WaitRow): string {
  if (gid !== null) return `rollback prepared ${quoteLiteral(gid)}; (in database ${database})`;
  return pid === 0 ? 'select gid, database from pg_prepared_xacts;' : `select pg_terminate_backend(${pid});`;
}
