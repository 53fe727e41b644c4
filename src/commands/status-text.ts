import type { WentBack } from '../mart/mart-past.js';
import type { MartAddition, MartStatus, RunStatus, SourceStatus } from '../jobs/mart-status.js';
import { toTimeAheadText } from '../mart/times-ahead.js';
import { toDurationText } from '../model/text.js';
import { escapeControls } from '../model/text.js';
import { toChecksLines } from './status-checks-text.js';
import { toIdbLines } from './status-idb-text.js';
import { newestRows, toCountText, verb } from '../model/text.js';

/** What `chatmart status` prints for people: a title, then a line an item. */
export function toStatusText(status: MartStatus): string {
  const { sessions } = status;
  const lines: [string, string][] = [
    ['Time', status.at],
    ['Schema version', status.schemaVersion],
    ['Sessions', sessions.total === 0 ? 'none' : `${sessions.total}, started from ${sessions.firstDay} to ${sessions.lastDay} (UTC days)`],
    [
      'Active sessions',
      sessions.stale === 0 ? `${sessions.active}` : `${sessions.active}, ${sessions.stale} of them stale: nothing has come for 30 days`,
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
      'not configured: who holds the ceiling back is unknown',
    ),
    ...table('Ignored keys', status.sources.flatMap(ignoredKeysText), 'not looked at yet; a run does so once a day'),
    ...table(
      'Open discards',
      status.openDiscards.map(
        ({ code, name, reason, count, oldest }) => `${count} of code ${code} ${name}, ${reason}; the oldest of ${oldest}`,
      ),
      'none',
    ),
    ...table('Last runs', status.lastRuns.map(runText), 'none'),
    ...(status.wentBack === null ? [] : table('Restored', [wentBackText(status.wentBack)], '')),
    ...(status.timesAhead.length === 0 ? [] : table('Times ahead', status.timesAhead.map(toTimeAheadText), '')),
    ...(status.additions.length === 0 ? [] : table('Altered', status.additions.map(toAdditionText), '')),
    ...(status.checks === null ? [] : table('Data checks', toChecksLines(status.checks), 'none')),
  ];
  return lines.map(([title, text]) => `${title.padEnd(18)}${escapeControls(text)}\n`).join('');
}

const toAdditionText = ({ severity, found, next }: MartAddition): string => `${severity}: ${found}. ${next}`;

/** A title beside its first line only. */
const table = (title: string, lines: readonly string[], otherwise: string): [string, string][] =>
  (lines.length === 0 ? [otherwise] : lines).map((line, index) => [index === 0 ? title : '', line]);

/** How far something is behind that is complete until an instant; null: that instant has not come. */
const behindText = (lagSeconds: number | null): string =>
  lagSeconds === null ? 'which has not come: how far behind that is, nobody knows' : `${lagSeconds} s behind`;

function sourceText(source: SourceStatus): string {
  const complete =
    source.completeUntil === null
      ? 'the first window is not done'
      : `complete until ${source.completeUntil}, ${behindText(source.lagSeconds)}`;
  const place = [source.table, source.configured === false ? 'no longer configured' : null].filter((part) => part !== null).join(', ');
  const window = source.windowOpen ? '; a window is open: a run is at work, or the next one goes on with it' : '';
  return `${source.name}${place === '' ? '' : ` (${place})`}: ${complete}${window}`;
}

function aggregatesText({ aggregates: { completeUntil, lagSeconds } }: MartStatus): string {
  const tables =
    completeUntil === null
      ? 'nothing can be promised of AG2_CHAT_STATS_DAY to _YEAR yet'
      : `AG2_CHAT_STATS_DAY to _YEAR complete until ${completeUntil}, ${behindText(lagSeconds)}`;
  return `${tables}; _SUBHR and _HOUR read the facts themselves`;
}

function wentBackText({ noticedAt, knownUntil, isCertain }: WentBack): string {
  const until = knownUntil === null ? 'without a job history' : `with a job history until ${knownUntil}`;
  return (
    `the run of ${noticedAt} found the mart ${isCertain ? 'older than it had been' : 'elsewhere than it was'}, ${until}; ` +
    'what was erased after that, and what the IDB has purged since, is to be looked at (docs/runbook.md)'
  );
}

const MOST_KEYS = 8;

function ignoredKeysText({ name, ignoredKeys }: SourceStatus): string[] {
  if (ignoredKeys === null) return [];
  const { rows, keys, at } = ignoredKeys;
  const place = `in ${newestRows(rows)} of ${name} (${at})`;
  if (keys.length === 0) return [`none ${place}`];
  const shown = keys.slice(0, MOST_KEYS).map((key) => `${key.name} ${key.rows}`);
  const more = keys.length > MOST_KEYS ? `, and ${keys.length - MOST_KEYS} more` : '';
  return [`${shown.join(', ')}${more} ${place}`];
}

function runText({ command, jobs, status, startedAt, seconds, message }: RunStatus): string {
  const took = seconds === null ? '' : `, ${toDurationText(seconds)}`;
  return `${startedAt} ${command ?? jobs.join(', ')} ${status}${took}${message === null ? '' : `: ${message}`}`;
}
