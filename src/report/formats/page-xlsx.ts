import { displayWidth, escapeControls, toInertCell } from '../../model/text.js';
import type { FigureSection, PageSection, ReportPage } from '../page/report-page.js';
import type { ColumnKind, ReportColumn, ReportRow, ReportValue, Table } from '../report-table.js';
import { toPrintable } from './printable-value.js';
import writeExcelFile, { type Cell, type CellObject, type Sheet } from 'write-excel-file/node';

/** A page as an Excel workbook: a sheet for each table and each section of figures, and a last one that says what they are about. */
export async function toPageXlsx(page: ReportPage): Promise<Uint8Array> {
  const taken = new Set<string>();
  const sheets = page.sections.flatMap((section) => {
    const content = toSheet(section);
    return content === undefined ? [] : [{ ...content, sheet: toSheetName(titleOf(section) ?? page.title, taken) }];
  });
  return writeExcelFile([...sheets, { ...toAbout(page), sheet: toSheetName('About', taken) }]).toBuffer();
}

type SheetContent = Omit<Sheet<never>, 'sheet'>;

const titleOf = (section: PageSection): string | undefined => (section.kind === 'note' ? undefined : section.title);

function toSheet(section: PageSection): SheetContent | undefined {
  switch (section.kind) {
    case 'note':
      return undefined;
    case 'chart':
      return section.isShownElsewhere === true ? undefined : toTableSheet(section.table);
    case 'table':
      return toTableSheet(section.table);
    case 'figures':
      return toFigureSheet(section);
  }
}

/** Widths in characters: of columns of small numbers, and of those with long names, which show more when they are widened. */
const [LEAST_WIDTH, MOST_WIDTH] = [8, 48];

function toTableSheet({ columns, rows, totals }: Table): SheetContent {
  const attributes = columns.filter(({ kind }) => kind === 'attribute');
  const isDate = new Set(columns.filter((column) => isDates(column, rows)));
  // The total of a single row is the row itself.
  const shownTotals = rows.length > 1 ? totals : undefined;
  const toTotal = (column: ReportColumn): Cell =>
    column.kind === 'attribute'
      ? { ...(column === attributes[0] ? { value: 'Total' } : {}), fontWeight: 'bold', topBorderStyle: 'thin' }
      : { ...toCell(shownTotals![column.name] ?? null, column.kind), fontWeight: 'bold', topBorderStyle: 'thin' };
  return {
    data: [
      columns.map(toHead),
      ...rows.map((row) => columns.map((column) => toCell(row[column.name] ?? null, column.kind, isDate.has(column)))),
      ...(shownTotals === undefined ? [] : [columns.map(toTotal)]),
    ],
    columns: columns.map((column) => ({ width: widthOf(column, shownTotals === undefined ? rows : [...rows, shownTotals]) })),
    stickyRowsCount: 1,
    ...(attributes.length === 0 || attributes.length === columns.length ? {} : { stickyColumnsCount: attributes.length }),
  };
}

const toHead = ({ title, kind }: Pick<ReportColumn, 'title' | 'kind'>): CellObject => ({
  ...toTextCell(title),
  ...{ fontWeight: 'bold', wrap: true, alignVertical: 'bottom', align: kind === 'attribute' ? 'left' : 'right', bottomBorderStyle: 'thin' },
});

function widthOf({ name, title, kind }: ReportColumn, rows: readonly ReportRow[]): number {
  const longestWord = title.split(' ').reduce((most, word) => Math.max(most, displayWidth(word)), 0);
  const widest = rows.reduce((most, row) => Math.max(most, displayWidth(toPrintable(row[name] ?? null, kind).slice(0, 256))), longestWord);
  return Math.min(Math.max(widest + 2, LEAST_WIDTH), MOST_WIDTH);
}

const FORMATS: Readonly<Record<Exclude<ColumnKind, 'attribute'>, string>> = {
  count: '#,##0',
  characters: '#,##0',
  average: '#,##0.00',
  seconds: '[h]:mm:ss',
  'average-seconds': '[h]:mm:ss',
  share: '0.0%',
};

const DAY_SECONDS = 86_400;

/** A value of its own type: a duration is a part of a day, as everywhere in Excel; what is unknown stays empty. */
function toCell(value: ReportValue, kind: ColumnKind, isDate = false): CellObject {
  if (value === null) return {};
  if (typeof value === 'string') return isDate ? toDateCell(value) : toTextCell(value);
  if (kind === 'attribute') return { value, type: Number };
  const isDuration = kind === 'seconds' || kind === 'average-seconds';
  return { value: isDuration ? value / DAY_SECONDS : value, type: Number, format: FORMATS[kind] };
}

/** Excel's own limit. */
const MOST_CELL_CHARACTERS = 32_767;

/** Names of the prototype: the library looks texts up in a plain object. It drops the character that is appended, which XML cannot have. */
const toOwnText = (text: string): string => (text in {} ? `${text}\0` : text);

/**
 * A text that is never run or read as a number. Excel reads _x0041_ as A. A cell that begins like a formula is of the format Text, so that it
 * stays a text when somebody edits it.
 */
function toTextCell(text: string): CellObject {
  const shown = escapeControls(text).slice(0, MOST_CELL_CHARACTERS);
  const value = toOwnText(shown.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_'));
  return { value, type: String, ...(toInertCell(text) === text ? {} : { format: '@' }) };
}

/** A day, or a time of the report's clocks; periods that are not over have a mark. */
const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:Z|[+-]\d\d:\d\d)?)?( \*)?$/;

/** Whether a column holds days or times alone, so that Excel can sort and group them as such. */
function isDates({ name, kind }: ReportColumn, rows: readonly ReportRow[]): boolean {
  const values = rows.flatMap((row) => row[name] ?? []);
  return kind === 'attribute' && values.length > 0 && values.every((value) => typeof value === 'string' && toDate(value) !== undefined);
}

/** Excel counts a 29 February 1900 that there was not: earlier days would be another day there. */
const FIRST_DATE = Date.UTC(1900, 2, 1);

function toDate(text: string): { readonly at: Date; readonly format: string } | undefined {
  const [, day, minute = '', second = '', mark = ''] = DATE.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = new Date(`${day}T${minute === '' ? '00:00' : minute}${second}Z`);
  // Date.parse rolls 30 February over.
  if (!(at.getTime() >= FIRST_DATE) || !at.toISOString().startsWith(day)) return undefined;
  return { at, format: `yyyy-mm-dd${minute === '' ? '' : ' hh:mm'}${second === '' ? '' : ':ss'}${mark === '' ? '' : '" *"'}` };
}

function toDateCell(text: string): CellObject {
  const { at, format } = toDate(text)!;
  return { value: at, type: Date, format, align: 'left' };
}

/** A figure in each row, beside those of the periods that it is compared with. */
function toFigureSheet({ figures }: FigureSection): SheetContent {
  const periods = [...new Set(figures.flatMap(({ comparisons }) => comparisons.map(({ title }) => title)))];
  const heads: readonly (readonly [title: string, kind: ColumnKind, width: number])[] = [
    ['Figure', 'attribute', 32],
    ['Value', 'count', 14],
    ...periods.flatMap((title) => [[title, 'count', 18] as const, [`change against ${title}`, 'share', 18] as const]),
    ['Meaning', 'attribute', 80],
  ];
  return {
    data: [
      heads.map(([title, kind]) => toHead({ title, kind })),
      ...figures.map(({ title, value, valueKind, sentence, comparisons }) => [
        toTextCell(title),
        toCell(value, valueKind),
        ...periods.flatMap((period) => {
          const other = comparisons.find((comparison) => comparison.title === period);
          return [toCell(other?.value ?? null, valueKind), toCell(other?.change ?? null, 'share')];
        }),
        toTextCell(sentence ?? ''),
      ]),
    ],
    columns: heads.map(([, , width]) => ({ width })),
    ...{ stickyRowsCount: 1, stickyColumnsCount: 1 },
  };
}

/** What the sheets are about: all texts of the page. */
function toAbout({ title, keys, subtitle, sections, foot }: ReportPage): SheetContent {
  const ofSections = sections.flatMap((section) => {
    switch (section.kind) {
      case 'note':
        return [section.text];
      case 'figures':
        return [];
      default:
        return section.caption === undefined
          ? []
          : [section.title === undefined ? section.caption : `${section.title}: ${section.caption}`];
    }
  });
  return {
    data: [
      [{ ...toTextCell(title), fontWeight: 'bold' }],
      ...[...keys, ...subtitle, ...ofSections, ...foot].map((line) => [toTextCell(line)]),
    ],
    columns: [{ width: 120 }],
  };
}

const LONGEST_SHEET_NAME = 31;

/** A name that Excel takes: at most 31 characters without []:*?/\, no apostrophe at an end, not `History`, and unlike all others but for case. */
function toSheetName(title: string, taken: Set<string>): string {
  const legal = title.replace(/[\s[\]:*?/\\\p{Cc}\p{Cf}]+/gu, ' ').replace(/^[\s']+|[\s']+$/g, '');
  const base = legal === '' || /^history$/i.test(legal) ? `Sheet ${legal}`.trim() : legal;
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : ` (${number})`;
    const name = `${cutUnits(base, LONGEST_SHEET_NAME - suffix.length).replace(/[\s']+$/, '')}${suffix}`;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}

/** Never half of a character. */
const cutUnits = (text: string, units: number): string => text.slice(0, units).replace(/[\ud800-\udbff]$/, '');
