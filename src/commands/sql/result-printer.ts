import Table from 'cli-table3';
import type { ResultColumn, ResultPage } from '../../db/query-pages.js';
import { ConfigError } from '../../model/errors.js';
import { toInertCell, escapeControls, escapeControlsInJson, escapeControlsInLines, toJsonText, counted } from '../../model/text.js';
import { toCsvText } from '../../report/formats/printable-value.js';
import type { CommandContext } from '../../terminal/context.js';

export const RESULT_FORMATS = ['table', 'csv', 'json'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Prints a result whose rows come in pages. */
export interface ResultPrinter {
  /** Adds a page. Returns false once no more rows are wanted. */
  add(page: ResultPage): boolean;
  end(): void;
}

type Output = Pick<CommandContext, 'print' | 'log'>;

/** A table is meant for reading, and its widths are known only with all rows in memory. */
const MAX_TABLE_ROWS = 1_000;
const MAX_CELL_LENGTH = 1_000;

/** The printer of a format: csv and json print rows as they arrive, table prints at the end. */
export function createResultPrinter(format: ResultFormat, output: Output): ResultPrinter {
  switch (format) {
    case 'table':
      return createTablePrinter(output);
    case 'csv':
      return createCsvPrinter(output);
    case 'json':
      return createJsonPrinter(output);
  }
}

function createTablePrinter({ print, log }: Output): ResultPrinter {
  let columns: readonly ResultColumn[] = [];
  const rows: (readonly string[])[] = [];
  let isCut = false;
  const toCell = (value: string | null): string => {
    if (value === null || value.length <= MAX_CELL_LENGTH) return value ?? '';
    isCut = true;
    // A copy: a slice would keep the whole text in memory.
    return Buffer.from(`${value.slice(0, MAX_CELL_LENGTH).replace(/[\ud800-\udbff]$/, '')}…`).toString();
  };
  return {
    add(page) {
      columns = page.columns;
      for (const row of page.rows) rows.push(row.map(toCell));
      return rows.length <= MAX_TABLE_ROWS;
    },
    end() {
      if (columns.length === 0) return;
      const table = new Table({
        head: columns.map(({ name }) => escapeControls(name)),
        colAligns: columns.map(({ kind }) => (kind === 'number' ? 'right' : 'left')),
        style: { head: [], border: [] },
      });
      table.push(...rows.slice(0, MAX_TABLE_ROWS).map((row) => row.map(escapeControlsInLines)));
      print(`${table.toString()}\n`);
      if (rows.length > MAX_TABLE_ROWS) log(`Only the first ${MAX_TABLE_ROWS} rows are shown; --format csv prints all`);
      else log(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`);
      if (isCut) log(`Values longer than ${MAX_CELL_LENGTH} characters are truncated; --format csv prints all`);
    },
  };
}

function createCsvPrinter({ print }: Output): ResultPrinter {
  let isFirst = true;
  return {
    add({ columns, rows }) {
      if (isFirst && columns.length > 0) print(toCsvText([columns.map(({ name }) => toInertCell(name))]));
      isFirst = false;
      const toCell = (value: string | null, index: number): string | null =>
        columns[index]!.kind === 'text' && value !== null ? toInertCell(value) : value;
      if (rows.length > 0) print(toCsvText(rows.map((row) => row.map(toCell))));
      return true;
    },
    end: () => undefined,
  };
}

function createJsonPrinter({ print }: Output): ResultPrinter {
  let separator = '[\n';
  return {
    add({ columns, rows }) {
      requireUniqueNames(columns);
      const names = columns.map(({ name }) => toJsonText(name));
      for (const row of rows) {
        // Not through an object: that would put names like "1" first and drop digits of numbers.
        const members = columns.map(({ kind }, index) => `${names[index]!}:${toJsonMember(kind, row[index] ?? null)}`);
        print(`${separator}  {${members.join(',')}}`);
        separator = ',\n';
      }
      return true;
    },
    end: () => print(separator === '[\n' ? '[]\n' : '\n]\n'),
  };
}

/** An object holds one value per name; JSON parsers silently keep the last of several. */
function requireUniqueNames(columns: readonly ResultColumn[]): void {
  const names = columns.map(({ name }) => name);
  const repeated = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (repeated.length === 0) return;
  const told = repeated.map(
    (name) => `${counted(names.filter((other) => other === name).length, 'column')} are called ${JSON.stringify(name)}`,
  );
  throw new ConfigError('duplicate-columns', `A JSON object cannot have a name twice, but ${told.join(' and ')}`, {
    state: 'nothing-done',
    next: 'Give each column its own name (select a.id as first_id, b.id as second_id), or use --format csv, which keeps both.',
  });
}

/** A value as JSON that keeps all digits: numbers that a JSON parser would round, infinities and NaN become strings. */
function toJsonMember(kind: ResultColumn['kind'], text: string | null): string {
  if (text === null) return 'null';
  switch (kind) {
    case 'number':
      return isExactNumber(text) ? text : toJsonText(text);
    case 'boolean':
      return text === 't' ? 'true' : 'false';
    case 'json':
      // Unchanged, including numbers of any length. Only white space between its tokens can break the line.
      return escapeControlsInJson(text.replace(/[\r\n\t]/g, ' '));
    case 'text':
      return toJsonText(text);
  }
}

/** Whether a JSON parser that uses double precision prints the number with the same digits. */
function isExactNumber(text: string): boolean {
  if (!/^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return false;
  const read = Number(text);
  return Number.isFinite(read) && toPlainDecimal(String(read)) === toPlainDecimal(text);
}

/** Sign, digits without surrounding zeros, and the power of ten of the first digit: equal for equal numbers, however written. */
function toPlainDecimal(text: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text)!;
  const digits = `${whole!}${fraction}`;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  return `${sign!}${digits.slice(first).replace(/0+$/, '')}e${whole!.length - first + Number(exponent)}`;
}
