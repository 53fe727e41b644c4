import type { DiscardList, ListedDiscard } from './list.js';
import type { RetrySummary } from './retry.js';
import { cutToWidth, displayWidth, escapeControls, counted, toCountText } from '../../model/text.js';

/** Longest raw value shown; --json has all that is kept of it. */
const VALUE_WIDTH = 60;

/** Discards for people: how many of which reason, then one a line. */
export function toDiscardListText({ totals, discards }: DiscardList): string {
  if (totals.length === 0) return 'no discards\n';
  const count = totals.reduce((sum, { open, resolved }) => sum + open + resolved, 0);
  const withResolved = totals.some(({ resolved }) => resolved > 0);
  const summary = toColumns(
    ['reason', 'open', ...(withResolved ? ['resolved'] : []), 'what it means'],
    totals.map(({ name, open, resolved, reason }) => [name, toCountText(open), ...(withResolved ? [toCountText(resolved)] : []), reason]),
  );
  if (discards.length === 0) return summary;
  const list = toColumns(
    ['since', ...(withResolved ? ['resolved'] : []), 'reason', 'interaction', 'key', 'value'],
    discards.map((discard) => toCells(discard, withResolved)),
  );
  const rest =
    count > discards.length
      ? `\nthe newest ${toCountText(discards.length)} of ${toCountText(count)} are listed; use --limit to list more\n`
      : '';
  return `${summary}\n${list}${rest}`;
}

const toCells = ({ since, resolvedAt, name, guid, key, rawValue }: ListedDiscard, withResolved: boolean): string[] => [
  since,
  ...(withResolved ? [resolvedAt ?? '-'] : []),
  name,
  toCell(guid),
  toCell(key),
  cutToWidth(toCell(rawValue), VALUE_WIDTH),
];

/** Customers' texts must not steer the terminal. */
const toCell = (text: string | null): string => (text === null ? '-' : text === '' ? "''" : escapeControls(text));

/** Lines of columns, each as wide as its widest cell, numbers to the right. The last text is not filled up: it may run right to left. */
function toColumns(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = titles.map((title, at) => {
    const cells = [title, ...rows.map((row) => row[at]!)];
    return { width: cells.reduce((widest, cell) => Math.max(widest, displayWidth(cell)), 0), isNumber: cells.slice(1).every(isNumber) };
  });
  const toLine = (row: readonly string[]): string =>
    row
      .map((cell, at) => {
        const { width, isNumber } = columns[at]!;
        const blanks = ' '.repeat(width - displayWidth(cell));
        return isNumber ? blanks + cell : at === row.length - 1 ? cell : cell + blanks;
      })
      .join('  ');
  return [titles, ...rows].map((row) => `${toLine(row)}\n`).join('');
}

const isNumber = (cell: string): boolean => /^[\d,]+$/.test(cell);

/** What reading again came to, for people. */
export function toRetryText(summary: RetrySummary): string {
  const { interactions, gone, codes, sessions, intervals, seconds } = summary;
  if (interactions === 0) return 'no open discards to retry; those of BAD_CALLID do not identify an interaction\n';
  const lines = [
    `read      ${counted(interactions - gone, 'interaction')} with open discards${gone === 0 ? '' : `; ${toCountText(gone)} of them have no rows in the IDB any more and stay as they are`}`,
    `sessions  ${toCountText(sessions.inserted)} inserted, ${toCountText(sessions.updated)} updated, ${toCountText(sessions.unchanged)} unchanged, ` +
      `${toCountText(sessions.deleted)} deleted, ${toCountText(sessions.discarded)} still discarded`,
    `changed   ${counted(intervals, 'interval')} of 15 minutes`,
    `done in   ${seconds.toFixed(2)} s`,
    '',
  ];
  const withGone = codes.some((code) => code.gone > 0);
  const withAdded = codes.some((code) => code.added > 0);
  const table = toColumns(
    ['reason', 'repaired', 'still open', ...(withGone ? ['rows gone'] : []), ...(withAdded ? ['new'] : [])],
    codes.map(({ name, repaired, stay, gone: without, added }) => [
      name,
      toCountText(repaired),
      toCountText(stay),
      ...(withGone ? [toCountText(without)] : []),
      ...(withAdded ? [toCountText(added)] : []),
    ]),
  );
  return `${lines.join('\n')}\n${table}`;
}
