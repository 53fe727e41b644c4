import type { JobStatus, MartStatus, SourceStatus } from '../jobs/status.js';
import { escapeControls } from '../model/printable-text.js';
import { toIdbLines } from './status-idb-text.js';

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
      status.pendingIntervals === 0 ? 'none' : `${status.pendingIntervals} wait for chatmart aggregate or the next run`,
    ],
    ...table('Source', status.sources.map(sourceText), 'none yet: chatmart run'),
    ...table('IDB', status.idbs.flatMap(toIdbLines), ''),
    ...table(
      'Open discards',
      status.openDiscards.map(({ code, reason, count, oldest }) => `${count} of code ${code}, ${reason}; the oldest of ${oldest}`),
      'none',
    ),
    ...table('Last jobs', status.lastJobs.map(jobText), 'none'),
  ];
  return lines.map(([title, text]) => `${title.padEnd(18)}${escapeControls(text)}\n`).join('');
}

/** A title beside its first line only. */
const table = (title: string, lines: readonly string[], otherwise: string): [string, string][] =>
  (lines.length === 0 ? [otherwise] : lines).map((line, index) => [index === 0 ? title : '', line]);

function sourceText(source: SourceStatus): string {
  const complete =
    source.completeUntil === null
      ? 'the first window is not done'
      : `complete until ${source.completeUntil}, ${source.lagSeconds} s behind`;
  const window = source.windowOpen ? '; a window is open: a run is at work, or the next one goes on with it' : '';
  return `${source.name}${source.table === null ? '' : ` (${source.table})`}: ${complete}${window}`;
}

function jobText(job: JobStatus): string {
  const took = job.seconds === null ? '' : `, ${job.seconds} s`;
  const rows = job.rows === null ? '' : `, ${job.rows} rows`;
  return `${job.startedAt} ${job.job} ${job.status}${took}${rows}${job.message ? `: ${job.message}` : ''}`;
}
