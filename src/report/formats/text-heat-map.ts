import { displayWidth, escapeControls } from '../../model/text.js';
import type { Chart } from '../page/chart.js';
import type { ReportColumn, ReportValue, Table } from '../report-table.js';
import { toPrintable } from './printable-value.js';

/** From the lowest quarter of the largest value to the highest one. */
const SHADES = ['░', '▒', '▓', '█'] as const;
const ZERO = '·';
const WIDEST_CELL = 4;

/** A heat map in shades with its legend, at most `width` characters wide; undefined if it has no room, or nothing to shade. */
export function toHeatMapLines({ along, across, figures: [figure] }: Chart, { columns, rows }: Table, width: number): string[] | undefined {
  const column = columns.find(({ name }) => name === figure);
  if (column === undefined || across === undefined) return undefined;
  const [lines, places] = [across, along].map((name) => [...new Set(rows.map((row) => row[name] ?? null))]);
  const values = new Map(rows.map((row) => [toKey(row[across], row[along]), row[column.name] ?? null]));
  const most = rows.reduce((largest, row) => Math.max(largest, Number(row[column.name] ?? 0)), 0);
  const names = lines!.map((name) => toPrintable(name, 'attribute'));
  const nameWidth = Math.max(...names.map(displayWidth));
  const cell = Math.min(WIDEST_CELL, Math.floor((width - nameWidth - 1) / places!.length));
  if (most === 0 || cell < 1) return undefined;
  const shade = (value: ReportValue): string => {
    // A gap between cells, if there is room for one.
    const filled = cell > 2 ? cell - 1 : cell;
    return (value === null ? ' ' : Number(value) === 0 ? ZERO : SHADES[Math.ceil((4 * Number(value)) / most) - 1]!)
      .repeat(value === 0 ? 1 : filled)
      .padEnd(cell);
  };
  return [
    `${' '.repeat(nameWidth + 1)}${toHead(
      places!.map((value) => escapeControls(String(value))),
      cell,
    )}`,
    ...lines!.map((value, index) => {
      const name = names[index]!;
      const cells = places!.map((at) => shade(values.get(toKey(value, at)) ?? null));
      return `${name}${' '.repeat(nameWidth - displayWidth(name))} ${cells.join('')}`;
    }),
    toLegend(column, most),
  ].map((line) => line.trimEnd());
}

const toKey = (across: ReportValue | undefined, along: ReportValue | undefined): string => JSON.stringify([across ?? null, along ?? null]);

/** Labels above their cells; where they are wider, only some of them. */
function toHead(labels: readonly string[], cell: number): string {
  const widest = Math.max(...labels.map(displayWidth));
  const every = Math.ceil((widest + 1) / cell);
  return labels
    .map((label, index) => (index % every === 0 && index + every <= labels.length ? label : ''))
    .reduce((line, label, index) => (label === '' ? line : line.padEnd(index * cell) + label), '');
}

/** `Sessions: · 0, ░ up to 9, ▒ up to 18, …` */
function toLegend({ title, kind }: ReportColumn, most: number): string {
  const isWhole = kind === 'count' || kind === 'characters' || kind === 'seconds';
  const bounds = SHADES.map((_, index) => ((index + 1) * most) / 4).map((bound) => (isWhole ? Math.floor(bound) : bound));
  const parts = SHADES.flatMap((shade, index) =>
    bounds[index]! > (bounds[index - 1] ?? 0) ? [`${shade} up to ${toPrintable(bounds[index]!, kind)}`] : [],
  );
  return `${title}: ${[`${ZERO} ${toPrintable(0, kind)}`, ...parts].join('  ')}`;
}
