import { cutToWidth, displayWidth } from './display-width.js';
import { toPrintable } from './printable-value.js';
import type { ReportColumn, ReportRow, Table } from './report-table.js';

/** Longest text shown of an attribute, unless two begin alike; CSV and JSON have it whole. */
const ATTRIBUTE_WIDTH = 32;
/** Titles are broken between words into lines of about this many characters. */
const TITLE_WIDTH = 12;
const BETWEEN = ' │ ';

interface TextColumn {
  readonly group: string | undefined;
  readonly alignRight: boolean;
  readonly title: readonly string[];
  readonly cells: readonly string[];
  readonly total: string;
  readonly width: number;
}

/** Rows for people: as one table, or where that is wider than `width`, as several with the attributes repeated in each. */
export function toTextTable(table: Table, width: number): string {
  const attributes = table.columns.filter((column) => column.kind === 'attribute').map((column) => toTextColumn(column, table));
  const figures = table.columns.filter((column) => column.kind !== 'attribute').map((column) => toTextColumn(column, table));
  // Of one row, the total is that row.
  const withTotal = table.totals !== undefined && table.rows.length > 1;
  return toPanels(attributes, figures, width)
    .map((panel) => drawPanel(panel, table.rows.length, withTotal))
    .join('\n');
}

function toTextColumn(column: ReportColumn, { columns, rows, totals }: Table): TextColumn {
  const isAttribute = column.kind === 'attribute';
  const title = breakTitle(column.title);
  const toCell = (row: ReportRow): string => toPrintable(row[column.name] ?? null, column.kind);
  const cells = isAttribute ? cutApart(rows.map(toCell)) : rows.map(toCell);
  const total = totals === undefined ? '' : isAttribute ? (column === columns[0] ? 'Total' : '') : toCell(totals);
  // A loop, because spreading a long column over the arguments of Math.max would overflow the stack.
  const width = [...title, ...cells, total].reduce((widest, text) => Math.max(widest, displayWidth(text)), 0);
  return { group: column.group, alignRight: !isAttribute, title, cells, total, width };
}

/** Texts cut to the width of an attribute, but whole where only their ends tell them apart. */
function cutApart(texts: readonly string[]): string[] {
  const wholes = new Map<string, string>();
  const shared = new Set<string>();
  for (const text of texts) {
    const cut = cutToWidth(text, ATTRIBUTE_WIDTH);
    if ((wholes.get(cut) ?? text) !== text) shared.add(cut);
    wholes.set(cut, text);
  }
  return texts.map((text) => {
    const cut = cutToWidth(text, ATTRIBUTE_WIDTH);
    return shared.has(cut) ? text : cut;
  });
}

/** Fills panels from left to right; a group of columns is not torn apart. */
function toPanels(attributes: readonly TextColumn[], figures: readonly TextColumn[], width: number): TextColumn[][] {
  const widthOf = (columns: readonly TextColumn[]): number =>
    columns.reduce((sum, column) => sum + column.width + BETWEEN.length, -BETWEEN.length);
  const groups: TextColumn[][] = [];
  for (const column of figures) {
    const group = groups.at(-1);
    if (group !== undefined && column.group === group[0]!.group) group.push(column);
    else groups.push([column]);
  }
  const panels: TextColumn[][] = [];
  for (const group of groups) {
    const panel = panels.at(-1);
    if (panel !== undefined && widthOf([...panel, ...group]) <= width) panel.push(...group);
    else panels.push([...attributes, ...group]);
  }
  return panels.length === 0 ? [[...attributes]] : panels;
}

function drawPanel(columns: readonly TextColumn[], rowCount: number, withTotal: boolean): string {
  const titleLines = Math.max(...columns.map((column) => column.title.length));
  const line = (cellOf: (column: TextColumn) => string): string =>
    columns
      .map((column) => pad(cellOf(column), column))
      .join(BETWEEN)
      .trimEnd();
  const rule = columns.map((column) => '─'.repeat(column.width)).join('─┼─');
  const lines = [
    ...range(titleLines).map((at) => line((column) => column.title[at - titleLines + column.title.length] ?? '')),
    rule,
    ...range(rowCount).map((at) => line((column) => column.cells[at]!)),
    ...(withTotal ? [rule, line((column) => column.total)] : []),
  ];
  return lines.map((text) => `${text}\n`).join('');
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

function pad(text: string, { width, alignRight }: TextColumn): string {
  const blanks = ' '.repeat(width - displayWidth(text));
  // Isolated, so that Hebrew or Arabic does not pull the neighbouring cells to its side. The isolates take no room.
  const isolated = RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
  return alignRight ? blanks + isolated : isolated + blanks;
}

function breakTitle(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= TITLE_WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
