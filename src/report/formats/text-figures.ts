import { displayWidth, escapeControls } from '../../model/text.js';
import type { FigureComparison, PageFigure } from '../page/report-page.js';
import type { ColumnKind } from '../report-table.js';
import { toPrintable } from './printable-value.js';

const BETWEEN = '  ';
/** Titles of comparisons are wrapped into lines of about this many characters. */
const TITLE_WIDTH = 22;

/** Figures beside what they are compared with: a line each or, where that is wider than `width`, a line for each comparison. */
export function toFigureLines(figures: readonly PageFigure[], width: number): string[] {
  const table = toLinesOfColumns(figures);
  return table.every((line) => displayWidth(line) <= width) ? table : figures.flatMap(toList);
}

function toLinesOfColumns(figures: readonly PageFigure[]): string[] {
  const compared = figures[0]?.comparisons ?? [];
  const columns = [
    { head: [''], cells: figures.map(({ title }) => escapeControls(title)), pad: padEnd },
    { head: [''], cells: figures.map(({ value, valueKind }) => toPrintable(value, valueKind)), pad: padStart },
    ...compared.map(({ title }, index) => ({
      head: wrapText(escapeControls(title), TITLE_WIDTH),
      cells: toComparisonCells(figures.map(({ comparisons, valueKind }) => ({ ...comparisons[index]!, kind: valueKind }))),
      pad: padEnd,
    })),
  ].map((column) => ({ ...column, width: Math.max(...[...column.head, ...column.cells].map(displayWidth)) }));
  const heads = compared.length === 0 ? 0 : Math.max(...columns.map(({ head }) => head.length));
  const line = (cellOf: (column: (typeof columns)[number]) => string): string =>
    columns
      .map((column) => column.pad(cellOf(column), column.width))
      .join(BETWEEN)
      .trimEnd();
  return [
    ...Array.from({ length: heads }, (_, at) => line(({ head }) => head[at - heads + head.length] ?? '')),
    ...figures.map((_, at) => line(({ cells }) => cells[at]!)),
  ];
}

/** Values of an earlier period below each other, and how the figure has changed since. */
function toComparisonCells(comparisons: readonly (FigureComparison & { readonly kind: ColumnKind })[]): string[] {
  const values = comparisons.map(({ value, kind }) => toPrintable(value, kind));
  const width = Math.max(...values.map(displayWidth));
  return values.map((value, index) => `${padStart(value, width)} ${toChangeText(comparisons[index]!, comparisons[index]!.kind)}`.trimEnd());
}

/** `▲ 12% worse`; of shares the difference in percentage points: `▼ 0.6pp better`. Empty if it is unknown. */
export function toChangeText({ change, risesAre }: Pick<FigureComparison, 'change' | 'risesAre'>, kind: ColumnKind): string {
  if (change === null) return '';
  const per = Math.abs(change) * 100;
  const amount = `${per < 9.95 ? per.toFixed(1) : Math.round(per).toLocaleString('en')}${kind === 'share' ? 'pp' : '%'}`;
  if (per < 0.05) return '= 0';
  const better = Math.sign(change) * risesAre;
  return `${change > 0 ? '▲' : '▼'} ${amount}${better === 0 ? '' : better > 0 ? ' better' : ' worse'}`;
}

const toList = ({ title, value, valueKind, comparisons }: PageFigure): string[] => [
  `${escapeControls(title)}: ${toPrintable(value, valueKind)}`,
  ...comparisons.map((each) =>
    `  ${escapeControls(each.title)}: ${toPrintable(each.value, valueKind)} ${toChangeText(each, valueKind)}`.trimEnd(),
  ),
];

/** Breaks a text between words into lines of at most `width` characters, where the words allow that. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(last) + 1 + displayWidth(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const padEnd = (text: string, width: number): string => text + ' '.repeat(width - displayWidth(text));
const padStart = (text: string, width: number): string => ' '.repeat(width - displayWidth(text)) + text;
