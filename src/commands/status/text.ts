import { quoteLiteral } from '../../db/quote.js';
import { toHolderText, toOpenSinceText, type CeilingHolder } from '../../extract/ceiling-holder.js';
import type { WentBack } from '../../mart/mart-past.js';
import { toTimeAheadText } from '../../mart/times-ahead.js';
import { toRowsWithoutTimeText } from '../../model/row-time.js';
import { toDurationText, escapeControls, newestRows, toCountText, verb, counted } from '../../model/text.js';
import { toWaitingText } from '../../pipeline/waiting-rows.js';
import { isBroken, type DataCheckResult } from './data-checks/data-check.js';
import type { IdbStatus } from './read-idb.js';
import type { MartAddition, UndeliveredReport, MartStatus, RunStatus, SourceStatus } from './summary.js';

/** Text of `chatmart status`: a title, then one line per item. */
export function toStatusText(status: MartStatus): string {
  const { sessions } = status;
  const lines: [string, string][] = [
    ['Time', status.at],
    ['Schema version', status.schemaVersion],
    [
      'Sessions',
      sessions.total === 0 ? 'none' : `${toCountText(sessions.total)}, started from ${sessions.firstDay} to ${sessions.lastDay} (UTC days)`,
    ],
    [
      'Active sessions',
      `${toCountText(sessions.active)}${sessions.stale === 0 ? '' : `, ${toCountText(sessions.stale)} of them stale: no new rows for 30 days`}`,
    ],
    [
      'Pending intervals',
      status.pendingIntervals === 0
        ? 'none'
        : `${toCountText(status.pendingIntervals)} ${verb(status.pendingIntervals, 'waits', 'wait')} for chatmart aggregate or the next run`,
    ],
    ...table('Source', status.sources.map(sourceText), 'none yet: chatmart run'),
    ['Aggregates', aggregatesText(status)],
    ...table(
      'IDB',
      status.idbs.flatMap((idb) => toIdbLines(idb, new Date(status.at))),
      'not configured; what holds the ceiling back is unknown',
    ),
    ...table('Ignored keys', status.sources.flatMap(ignoredKeysText), 'not checked yet; a run checks them once a day'),
    ...table(
      'Open discards',
      status.openDiscards.map(
        ({ code, name, reason, count, oldest }) => `${toCountText(count)} of code ${code} ${name}, ${reason}; the oldest from ${oldest}`,
      ),
      'none',
    ),
    ...table('Last runs', status.lastRuns.map(runText), 'none'),
    ...(status.wentBack === null ? [] : table('Restored', [wentBackText(status.wentBack)], '')),
    ...(status.timesAhead.length === 0 ? [] : table('Times ahead', status.timesAhead.map(toTimeAheadText), '')),
    ...(status.additions.length === 0 ? [] : table('Altered', status.additions.map(toAdditionText), '')),
    ...(status.undelivered.length === 0 ? [] : table('Not delivered', status.undelivered.map(toUndeliveredText), '')),
    ...table('Not applied', status.unappliedSettings, '').filter(([, text]) => text !== ''),
    ...(status.checks === null ? [] : table('Data checks', toChecksLines(status.checks), 'none')),
  ];
  return lines.map(([title, text]) => `${title.padEnd(18)}${escapeControls(text)}\n`).join('');
}

const toUndeliveredText = ({ name, from, to, attempts, nextAttemptAt, problem }: UndeliveredReport): string =>
  `report ${name} from ${from} to ${to}: ` +
  (problem === null ? 'waits until its sessions are loaded' : `failed ${counted(attempts, 'time')}, again at ${nextAttemptAt}. ${problem}`);

const toAdditionText = ({ severity, found, next }: MartAddition): string => `${severity}: ${found}. ${next}`;

/** Puts the title beside the first line only. */
const table = (title: string, lines: readonly string[], otherwise: string): [string, string][] =>
  (lines.length === 0 ? [otherwise] : lines).map((line, index) => [index === 0 ? title : '', line]);

/** How far data that is complete until an instant is behind; null: that instant is in the future. */
const behindText = (lagSeconds: number | null): string =>
  lagSeconds === null ? 'which is in the future; the lag is unknown' : `${lagSeconds} s behind`;

function sourceText(source: SourceStatus): string {
  const complete =
    source.completeUntil === null
      ? 'the first window is not finished'
      : `complete until ${source.completeUntil}, ${behindText(source.lagSeconds)}`;
  const place = [source.table, source.configured === false ? 'no longer configured' : null].filter((part) => part !== null).join(', ');
  const window = source.windowOpen ? '; a window is open: a run is loading it, or the next one will continue it' : '';
  return `${source.name}${place === '' ? '' : ` (${place})`}: ${complete}${window}`;
}

function aggregatesText({ aggregates: { completeUntil, lagSeconds } }: MartStatus): string {
  const tables =
    completeUntil === null
      ? 'AG2_CHAT_STATS_DAY to _YEAR are not complete yet'
      : `AG2_CHAT_STATS_DAY to _YEAR are complete until ${completeUntil}, ${behindText(lagSeconds)}`;
  return `${tables}; _SUBHR and _HOUR read the facts directly`;
}

function wentBackText({ noticedAt, knownUntil, isCertain }: WentBack): string {
  const until = knownUntil === null ? 'without a job history' : `with a job history until ${knownUntil}`;
  return (
    `the run of ${noticedAt} found the mart ${isCertain ? 'older than before' : 'moved'}, ${until}; ` +
    'check what was erased after that and what the IDB has purged since (docs/runbook.md)'
  );
}

const MOST_KEYS = 8;

function ignoredKeysText({ name, ignoredKeys }: SourceStatus): string[] {
  if (ignoredKeys === null) return [];
  const { rows, keys, at } = ignoredKeys;
  const place = `in ${newestRows(rows)} of ${name} (${at})`;
  if (keys.length === 0) return [`none ${place}`];
  const shown = keys.slice(0, MOST_KEYS).map((key) => `${key.name} ${toCountText(key.rows)}`);
  const more = keys.length > MOST_KEYS ? `, and ${keys.length - MOST_KEYS} more` : '';
  return [`${shown.join(', ')}${more} ${place}`];
}

function runText({ command, jobs, status, startedAt, seconds, message }: RunStatus): string {
  const took = seconds === null ? '' : `, ${toDurationText(seconds)}`;
  return `${startedAt} ${command ?? jobs.join(', ')} ${status}${took}${message === null ? '' : `: ${message}`}`;
}

/** Text of `chatmart status` about an IDB: one line, or three if a transaction holds its ceiling back. */
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
  const doubts = `its ids do not rise with its transactions: ${idDoubts.join('; ')}; each run reads all rows${took}`;
  return [...(idDoubts.length === 0 ? [] : [doubts]), ...(notRead === null ? [] : [notRead])].map(
    (line) => `${name}: ${escapeControls(line)}`,
  );
}

/** What happens to rows without a usable ADDED_TS. */
const UNTIMED =
  'chatmart run loads them, but they belong to no slice of a backfill and to no hour of a comparison; chatmart reconcile finds them';

function toHolderLines({ name, waiting }: Pick<IdbStatus, 'name' | 'waiting'>, holder: CeilingHolder, now: Date): string[] {
  const complete = 'rows committed after it began to write count as complete only when it has ended';
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

/** Text of `chatmart status --check`: one line per data check, with examples of its breaches. */
export const toChecksLines = (checks: readonly DataCheckResult[]): string[] => checks.flatMap(toLines);

function toLines(check: DataCheckResult): string[] {
  const { name, rule, reads, examples, seconds } = check;
  return [`${name}: ${toVerdict(check)}. ${rule} (${reads}; ${seconds.toFixed(2)} s)`, ...examples.map((example) => `  ${example}`)];
}

/** Claims no more than was compared. */
function toVerdict(check: DataCheckResult): string {
  const { breaches, skipped, compared } = check;
  const sides =
    compared === null
      ? ''
      : `: ${counted(compared.idb, 'interaction')} of the IDB ${verb(compared.idb, 'was', 'were')} looked up; the mart knows ${toCountText(compared.mart)} of them`;
  const notAsked = skipped === null ? '' : `${compared === null ? '' : '; '}not checked: ${skipped}`;
  if (isBroken(check)) return `${counted(breaches, 'breach', 'breaches')}${sides}${notAsked}`;
  if (compared === null) return skipped === null ? 'ok' : notAsked;
  if (compared.idb === 0) return `nothing was compared: the IDB has no rows of chat sessions in them${notAsked}`;
  return `${skipped === null ? 'ok' : 'nothing missing among those compared'}${sides}${notAsked}`;
}
