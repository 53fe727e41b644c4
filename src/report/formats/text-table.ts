import { cutToWidth, displayWidth } from '../../model/text.js';
import { toPrintable } from './printable-value.js';
import type { ReportColumn, ReportRow, Table } from '../report-table.js';

/** Maximum widths of attribute texts: the first with which a row fits. Texts with the same beginning stay whole; CSV and JSON never cut. */
const ATTRIBUTE_WIDTHS = [32, 24, 16, 12, 10, 8];
/** Titles are wrapped between words into lines of about this many characters. */
const TITLE_WIDTH = 12;
const BETWEEN = ' │ ';

interface TextColumn {
  readonly column: ReportColumn;
  readonly group: string | undefined;
  readonly alignRight: boolean;
  readonly title: readonly string[];
  readonly cells: readonly string[];
  /** By the index of the row before it. */
  readonly subtotals: ReadonlyMap<number, string>;
  readonly total: string;
  readonly width: number;
}

/** Rows for people: one table, or, if wider than `width`, several that each repeat the attributes. */
export function toTextTable(table: Table, width: number): string {
  const { attributes, figures } = toTextColumns(table, width);
  return toPanels(attributes, figures, width)
    .map((panel) => drawPanel(panel, table.rows.length, hasTotal(table)))
    .join('\n');
}

function toTextColumns(table: Table, width: number): { attributes: TextColumn[]; figures: TextColumn[] } {
  const figures = table.columns.filter((column) => column.kind !== 'attribute').map((column) => toTextColumn(column, table));
  const attributes = toAttributes(
    table,
    figures.reduce((rest, figure) => Math.min(rest, width - figure.width - BETWEEN.length), width),
  );
  return { attributes, figures };
}

/** How many characters the attributes of a table take. */
export const attributesWidth = (table: Table): number => widthOf(toAttributes(table, Infinity));

/** The columns of a table, as several tables that each repeat the attributes if it is wider than `width` characters. */
export function splitColumns(table: Table, width: number): ReportColumn[][] {
  const { attributes, figures } = toTextColumns(table, width);
  return toPanels(attributes, figures, width).map((panel) => panel.map(({ column }) => column));
}

/** The total of a single row is the row itself. */
export const hasTotal = ({ rows, totals }: Table): boolean => totals !== undefined && rows.length > 1;

/** The attribute columns, in `room` characters if possible, else with as little excess as possible. */
function toAttributes(table: Table, room: number): TextColumn[] {
  const columns = table.columns.filter((column) => column.kind === 'attribute');
  const ways = ATTRIBUTE_WIDTHS.map((most) => columns.map((column) => toTextColumn(column, table, most)));
  const narrowest = ways.reduce((least, way) => (widthOf(way) < widthOf(least) ? way : least));
  return ways.find((way) => widthOf(way) <= room) ?? narrowest;
}

const widthOf = (columns: readonly TextColumn[]): number =>
  columns.reduce((sum, column) => sum + column.width + BETWEEN.length, -BETWEEN.length);

function toTextColumn(
  column: ReportColumn,
  { columns, rows, totals, subtotals: all = [] }: Table,
  most = ATTRIBUTE_WIDTHS[0]!,
): TextColumn {
  const isAttribute = column.kind === 'attribute';
  const title = breakTitle(column.title, isAttribute ? Math.min(most, TITLE_WIDTH) : TITLE_WIDTH);
  const toCell = (row: ReportRow): string => toPrintable(row[column.name] ?? null, column.kind);
  const cells = isAttribute ? cutApart(rows.map(toCell), most) : rows.map(toCell);
  const total = totals === undefined ? '' : isAttribute ? (column === columns[0] ? 'Total' : '') : toCell(totals);
  const subtotals = new Map(all.map(({ after, row }) => [after, isAttribute ? toSubtotalName(column, columns, toCell(row)) : toCell(row)]));
  // Not Math.max with spread: a long column would overflow the stack.
  const width = [...title, ...cells, ...subtotals.values(), total].reduce((widest, text) => Math.max(widest, displayWidth(text)), 0);
  return { column, group: column.group, alignRight: !isAttribute, title, cells, subtotals, total, width };
}

/** A subtotal is of the rows with its first attribute, whatever the others are. */
const toSubtotalName = (column: ReportColumn, columns: readonly ReportColumn[], value: string): string =>
  column === columns[0] ? `${cutToWidth(value, ATTRIBUTE_WIDTHS[2]!)}: total` : '';

/** Cuts texts to a width, unless only their ends distinguish them. */
function cutApart(texts: readonly string[], most: number): string[] {
  const wholes = new Map<string, string>();
  const shared = new Set<string>();
  for (const text of texts) {
    const cut = cutToWidth(text, most);
    if ((wholes.get(cut) ?? text) !== text) shared.add(cut);
    wholes.set(cut, text);
  }
  return texts.map((text) => {
    const cut = cutToWidth(text, most);
    return shared.has(cut) ? text : cut;
  });
}

/** Fills panels from left to right. A group of columns is split only if it is too wide for a panel of its own. */
function toPanels(attributes: readonly TextColumn[], figures: readonly TextColumn[], width: number): TextColumn[][] {
  const groups: TextColumn[][] = [];
  for (const column of figures) {
    const group = groups.at(-1);
    if (group !== undefined && column.group === group[0]!.group) group.push(column);
    else groups.push([column]);
  }
  const panels: TextColumn[][] = [];
  const pieces = groups.flatMap((group) => (widthOf([...attributes, ...group]) <= width ? [group] : group.map((column) => [column])));
  for (const group of pieces) {
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
    ...range(rowCount).flatMap((at) => [
      line((column) => column.cells[at]!),
      ...(columns[0]?.subtotals.has(at) === true ? [line((column) => column.subtotals.get(at)!)] : []),
      ...(columns[0]?.subtotals.has(at) === true && at + 1 < rowCount ? [rule] : []),
    ]),
    ...(withTotal ? [rule, line((column) => column.total)] : []),
  ];
  return lines.map((text) => `${text}\n`).join('');
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Isolates right-to-left text (Hebrew, Arabic) so that it does not reorder its surroundings. The isolates have no width. */
export const isolate = (text: string): string => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

function pad(text: string, { width, alignRight }: TextColumn): string {
  const blanks = ' '.repeat(width - displayWidth(text));
  return alignRight ? blanks + isolate(text) : isolate(text) + blanks;
}

function breakTitle(title: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of title.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
