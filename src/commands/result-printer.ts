import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import type { ResultColumn, ResultPage } from '../db/query-pages.js';
import { toInertCell } from '../model/inert-cell.js';
import { escapeControls, escapeControlsInLines, toJsonText } from '../model/printable-text.js';
import type { CommandContext } from './command-context.js';

export const RESULT_FORMATS = ['table', 'csv', 'json'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Prints a result whose rows come in pages. */
export interface ResultPrinter {
  /** Takes a page; false: no more rows are wanted. */
  add(page: ResultPage): boolean;
  end(): void;
}

type Output = Pick<CommandContext, 'print' | 'log'>;

/** A table is for reading, and must be in memory to find its widths. */
const MAX_TABLE_ROWS = 1_000;

/** The printer of a format: csv and json as the rows come, a table at the end. */
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
  const rows: (readonly (string | null)[])[] = [];
  return {
    add(page) {
      columns = page.columns;
      rows.push(...page.rows);
      return rows.length <= MAX_TABLE_ROWS;
    },
    end() {
      if (columns.length === 0) return;
      const table = new Table({
        head: columns.map(({ name }) => escapeControls(name)),
        colAligns: columns.map(({ kind }) => (kind === 'number' ? 'right' : 'left')),
        style: { head: [], border: [] },
      });
      table.push(...rows.slice(0, MAX_TABLE_ROWS).map((row) => row.map((value) => escapeControlsInLines(value ?? ''))));
      print(`${table.toString()}\n`);
      if (rows.length > MAX_TABLE_ROWS) log(`The first ${MAX_TABLE_ROWS} rows are shown; --format csv prints all`);
      else log(`${rows.length} ${rows.length === 1 ? 'row' : 'rows'}`);
    },
  };
}

function createCsvPrinter({ print }: Output): ResultPrinter {
  let isFirst = true;
  return {
    add({ columns, rows }) {
      if (isFirst && columns.length > 0) print(stringify([columns.map(({ name }) => toInertCell(name))]));
      isFirst = false;
      if (rows.length > 0)
        print(
          stringify(
            rows.map((row) => row.map((value, index) => (columns[index]!.kind === 'text' && value !== null ? toInertCell(value) : value))),
          ),
        );
      return true;
    },
    end: () => undefined,
  };
}

function createJsonPrinter({ print }: Output): ResultPrinter {
  let separator = '[\n';
  return {
    add({ columns, rows }) {
      for (const row of rows) {
        const entries = columns.map(({ name, kind }, index) => [name, toJsonValue(kind, row[index] ?? null)] as const);
        print(`${separator}  ${toJsonText(Object.fromEntries(entries), 0)}`);
        separator = ',\n';
      }
      return true;
    },
    end: () => print(separator === '[\n' ? '[]\n' : '\n]\n'),
  };
}

/** Numbers that JSON readers would round, infinities and NaN stay texts. */
function toJsonValue(kind: ResultColumn['kind'], text: string | null): unknown {
  if (text === null) return null;
  switch (kind) {
    case 'number':
      return isExactNumber(text) ? Number(text) : text;
    case 'boolean':
      return text === 't';
    case 'json':
      return JSON.parse(text) as unknown;
    case 'text':
      return text;
  }
}

const isExactNumber = (text: string): boolean =>
  Number.isFinite(Number(text)) && (!Number.isInteger(Number(text)) || Number.isSafeInteger(Number(text)));
