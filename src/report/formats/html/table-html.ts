import { cutToWidth, displayWidth } from '../../../model/text.js';
import { toShown } from '../printable-value.js';
import { attributesWidth, hasTotal, splitColumns } from '../text-table.js';
import type { ReportColumn, ReportRow, Table } from '../../report-table.js';
import { markup, type Markup } from './markup.js';

/** Characters beside each other on A4. */
const PAPER_WIDTHS = { portrait: 112, landscape: 165 };

export type Orientation = keyof typeof PAPER_WIDTHS;

/** Landscape, if a table would be split because its names alone take more than half of a portrait line. */
export const orientationFor = (tables: readonly Table[]): Orientation =>
  tables.some((table) => attributesWidth(table) > PAPER_WIDTHS.portrait / 2 && splitColumns(table, PAPER_WIDTHS.portrait).length > 1)
    ? 'landscape'
    : 'portrait';

/** A longer name is cut, and opens; one up to the second length stays on one line. */
const [LONGEST_NAME, LONGEST_LINE] = [60, 24];
/** Of a table in several parts, all but the first are closed if each has more rows than this. Paper shows all. */
const MOST_OPEN_ROWS = 14;

/** A table, or, where it is wider than paper, several that each repeat the attributes. `caption` names it for who does not see it. */
export function toTableHtml(table: Table, caption: string, orientation: Orientation = 'portrait'): Markup {
  const panels = splitColumns(table, PAPER_WIDTHS[orientation]);
  return markup`${panels.map((columns, index) => {
    const about = toGroupText(columns);
    const title = panels.length === 1 ? caption : `${caption}: ${about}`;
    const panel = markup`<div class="scroll" tabindex="0" role="group" aria-label="${title}">${toPanelHtml({ ...table, columns }, title)}</div>`;
    if (index === 0) return panel;
    const isOpen = table.rows.length <= MOST_OPEN_ROWS;
    return markup`<details class="panel"${isOpen ? markup` open` : undefined}><summary>${about}</summary>${panel}</details>`;
  })}`;
}

/** What the figures of a panel are about. */
function toGroupText(columns: readonly ReportColumn[]): string {
  const figures = columns.filter(({ kind }) => kind !== 'attribute');
  const groups = [...new Set(figures.map(({ group, title }) => group ?? title))];
  const text = groups.length <= 3 ? groups.join(', ') : `${groups[0]} to ${groups.at(-1)}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function toPanelHtml(table: Table, title: string): Markup {
  const { columns, rows, totals, subtotals = [] } = table;
  const after = new Map(subtotals.map(({ after: at, row }) => [at, toSubtotal(row, columns)]));
  const heads = columns.map(
    ({ name, title: text, kind, sentence }) =>
      markup`<th scope="col" data-column="${name}"${kind === 'attribute' ? undefined : markup` class="n"`}${sentence === undefined ? undefined : markup` title="${sentence}"`}>${text}</th>`,
  );
  const lines = rows.map((row, at) => markup`<tr>${columns.map((column) => toCell(row, column))}</tr>\n${after.get(at)}`);
  return markup`<table class="sortable"><caption>${title}</caption><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody>${
    hasTotal(table) ? markup`<tfoot><tr>${columns.map((column, at) => toTotal(totals!, column, at))}</tr></tfoot>` : undefined
  }</table>`;
}

function toCell(row: ReportRow, { name, kind }: ReportColumn): Markup {
  const value = row[name] ?? null;
  if (kind === 'attribute') return markup`<th scope="row">${toNameHtml(toShown(value, kind))}</th>`;
  return markup`<td class="n"${typeof value === 'number' ? markup` data-value="${value}"` : undefined}>${toShown(value, kind)}</td>`;
}

const toSubtotal = (row: ReportRow, columns: readonly ReportColumn[]): Markup =>
  markup`<tr class="subtotal">${columns.map((column, at) =>
    column.kind !== 'attribute'
      ? toCell(row, column)
      : at === 0
        ? markup`<th scope="row">${toNameHtml(toShown(row[column.name] ?? null, column.kind))}: total</th>`
        : markup`<td></td>`,
  )}</tr>\n`;

function toTotal(totals: ReportRow, column: ReportColumn, at: number): Markup {
  if (column.kind !== 'attribute') return toCell(totals, column);
  return at === 0 ? markup`<th scope="row">Total</th>` : markup`<td></td>`;
}

/** A name from outside: its direction does not reach its surroundings, and its length does not stretch the table. */
export function toNameHtml(text: string): Markup {
  const width = displayWidth(text);
  if (width <= LONGEST_LINE) return markup`<bdi class="short">${text}</bdi>`;
  if (width <= LONGEST_NAME) return markup`<bdi>${text}</bdi>`;
  return markup`<details class="name"><summary><bdi>${cutToWidth(text, LONGEST_NAME)}</bdi></summary><bdi>${text}</bdi></details>`;
}

/** Sorts a table by the column whose head is pressed; rows without a value stay last. Without it, heads are plain text. */
export const SCRIPT = `
'use strict';
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const isNumber = head.classList.contains('n');
      const was = head.getAttribute('aria-sort');
      const isDown = was === null ? isNumber : was === 'ascending';
      for (const each of heads) each.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
      const valueOf = (row) => {
        const cell = row.cells[at];
        if (isNumber) return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
        const name = cell.querySelector('details > bdi') ?? cell;
        return name.textContent === '-' ? null : name.textContent;
      };
      const compare = (a, b) => (isNumber ? a - b : a.localeCompare(b, 'en', { numeric: true }));
      // Subtotals belong to the first order only.
      for (const row of body.querySelectorAll('.subtotal')) row.remove();
      const rows = [...body.rows].map((row) => ({ row, value: valueOf(row) }));
      rows.sort((a, b) => {
        if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
        return (isDown ? -1 : 1) * compare(a.value, b.value);
      });
      body.append(...rows.map(({ row }) => row));
    });
  });
}
`;
