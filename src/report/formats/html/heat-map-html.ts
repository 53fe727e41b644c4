import { toPrintable } from '../printable-value.js';
import type { ChartData } from '../../page/chart-data.js';
import { markup, type Markup } from './markup.js';

/** The shades, from the least to the most. */
export const SHADES = 8;

/** A heat map as a table with shaded cells, so that each value can be read; a second one, turned, is for phones. */
export function toHeatMapHtml(data: ChartData, title: string): Markup {
  const values = data.series.flatMap((series) => series.values.filter((value) => value !== null));
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const turned: ChartData = {
    ...data,
    places: data.series.map((series) => series.title),
    series: data.places.map((place, at) => ({ title: place, values: data.series.map((series) => series.values[at] ?? null) })),
  };
  const steps = Array.from({ length: SHADES + 1 }, (_, shade) => markup`<i class="q${shade}"></i>`);
  return markup`<div class="wide scroll" tabindex="0" role="group" aria-label="${title}">${toShadedTable(data, title, most)}</div><div class="narrow scroll" tabindex="0" role="group" aria-label="${title}">${toShadedTable(turned, title, most)}</div><p class="scale" aria-hidden="true">0 <span>${steps}</span> ${toPrintable(most, data.kind)}</p>`;
}

function toShadedTable({ places, series, kind }: ChartData, title: string, most: number): Markup {
  const heads = places.map((place) => markup`<th scope="col"><bdi>${place}</bdi></th>`);
  const toCell = (value: number | null): Markup =>
    value === null
      ? markup`<td></td>`
      : markup`<td class="q${value <= 0 ? 0 : Math.max(1, Math.ceil((value / most) * SHADES))}" data-value="${value}">${toPrintable(value, kind)}</td>`;
  const lines = series.map(({ title: name, values }) => markup`<tr><th scope="row"><bdi>${name}</bdi></th>${values.map(toCell)}</tr>\n`);
  return markup`<table class="heat"><caption>${title}</caption><thead><tr><td></td>${heads}</tr></thead><tbody>${lines}</tbody></table>`;
}
