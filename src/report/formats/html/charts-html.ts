import { counted } from '../../../model/text.js';
import { toShown } from '../printable-value.js';
import { toChartData, toDataTable, type ChartData } from '../../page/chart-data.js';
import type { ChartSection } from '../../page/report-page.js';
import { DASHES, drawChart, type DrawingOptions } from './chart-svg.js';
import { markup, type Markup } from './markup.js';
import { toTableHtml } from './table-html.js';

/** How wide a chart is beside another one, alone, and on a phone. */
const [HALF, WHOLE, PHONE] = [540, 1_080, 350];
const HEIGHT = 270;
/** More places than pixels cannot be seen apart. */
const MOST_PLACES = 2_000;

/** Charts that follow each other, two in a row where there is room. */
export function toChartsHtml(sections: readonly ChartSection[]): Markup {
  const drawn = sections.map((section) => ({ section, data: toChartData(section.chart, section.table) }));
  const rows: (typeof drawn)[] = [];
  for (const each of drawn) {
    const last = rows.at(-1);
    if (last?.length === 1 && isHalf(last[0]!) && isHalf(each)) last.push(each);
    else rows.push([each]);
  }
  return markup`${rows.map((row) =>
    row.length === 1
      ? toChartHtml(row[0]!.section, row[0]!.data, WHOLE)
      : markup`<div class="pair">${row.map(({ section, data }) => toChartHtml(section, data, HALF))}</div>`,
  )}`;
}

/** Whether a chart can stand beside another: heat maps and bars of several series take the whole width. */
const isHalf = ({ section: { chart }, data }: { section: ChartSection; data: ChartData | undefined }): boolean =>
  data !== undefined && chart.type !== 'heat-map' && !(chart.type === 'bars' && data.series.length > 1);

function toChartHtml(section: ChartSection, data: ChartData | undefined, width: number): Markup {
  const { title, caption } = section;
  const shown =
    data === undefined || data.places.length === 0 || data.places.length > MOST_PLACES
      ? notDrawn(section, data)
      : markup`${toDrawing(section, data, width)}${section.chart.type === 'heat-map' ? undefined : toDetails(section, data)}`;
  return markup`<section><figure><h2>${title}</h2>${caption === undefined ? undefined : markup`<figcaption>${caption}</figcaption>`}${shown}</figure></section>
`;
}

function toDrawing({ title, chart }: ChartSection, data: ChartData, width: number): Markup {
  const { type } = chart;
  if (type === 'heat-map') return toHeatMapHtml(data, title);
  const measure = chart.unit ?? data.measure ?? title;
  if (type === 'bars') return toBarsHtml(data, { type, measure, width, height: 0, label: title });
  const drawn = { ...data, series: withValues(data.series) };
  const options: DrawingOptions = { type, measure, width, height: HEIGHT, label: describe(title, drawn) };
  return markup`${toLegend(drawn, type === 'lines')}<div class="wide">${drawChart(drawn, options)}</div><div class="narrow">${drawChart(drawn, { ...options, width: PHONE, height: 230 })}</div>`;
}

/** The series that have something to draw, or all if none has. */
function withValues(series: ChartData['series']): ChartData['series'] {
  const found = series.filter(({ values }) => values.some((value) => value !== null && value !== 0));
  return found.length === 0 ? series : found;
}

/** Bars of one series as wide as there is room; those of several beside each other, on one scale. */
function toBarsHtml(data: ChartData, options: DrawingOptions): Markup {
  const most = data.series.flatMap(({ values }) => values).reduce<number>((largest, value) => Math.max(largest, value ?? 0), 0);
  const multiples = data.series.map((series) => {
    const places = data.places.filter((_, at) => series.values[at] !== null);
    const one = { ...data, places, series: [{ ...series, values: series.values.filter((value) => value !== null) }] };
    const draw = (width: number): Markup => drawChart(one, { ...options, most, width, label: describe(options.label, one) });
    return data.series.length === 1
      ? markup`<div><div class="wide">${draw(options.width)}</div><div class="narrow">${draw(PHONE)}</div></div>`
      : markup`<div><h3><bdi>${series.title}</bdi></h3>${draw(PHONE)}</div>`;
  });
  return markup`<div class="multiples">${multiples}</div>`;
}

/** Why there is no drawing, and the figures if the page has them nowhere else. */
function notDrawn({ title, table, isShownElsewhere }: ChartSection, data: ChartData | undefined): Markup {
  const reason =
    data === undefined
      ? 'It is not drawn: several rows fall on one place, and their figures do not add up.'
      : `It is not drawn: ${counted(data.places.length, 'place')} along an axis are too many to see.`;
  return markup`<p class="caption">${reason}</p>${isShownElsewhere === true ? undefined : toTableHtml(table, title)}`;
}

/** The names of the series; a single one is named by the axis. */
const toLegend = ({ series }: ChartData, isLine: boolean): Markup | undefined =>
  series.length === 1
    ? undefined
    : markup`<ul class="legend">${series.map(({ title }, index) => markup`<li>${isLine ? toLineKey(index) : markup`<i class="c${(index % 8) + 1}"></i>`}<bdi>${title}</bdi></li>`)}</ul>`;

const toLineKey = (index: number): Markup =>
  markup`<svg class="key" viewBox="0 0 26 4" aria-hidden="true"><path d="M0 2H26" stroke="var(--s${(index % 8) + 1})" stroke-width="2" stroke-dasharray="${DASHES[index % 8]}"/></svg>`;

/** What a chart shows, for who does not see it: its range, and where each series has its highest value. */
function describe(title: string, { along, places, series, kind }: ChartData): string {
  const peaks = series.map(({ title: name, values }) => {
    const most = values.reduce<number | null>(
      (largest, value) => (value !== null && (largest === null || value > largest) ? value : largest),
      null,
    );
    return most === null ? `${name}: no values` : `${name}: at most ${toShown(most, kind)} (${places[values.indexOf(most)]})`;
  });
  return `${title}. ${along}: ${places[0]} to ${places.at(-1)}. ${peaks.join('; ')}.`;
}

const toDetails = ({ title }: ChartSection, data: ChartData): Markup =>
  markup`<details class="data"><summary>Show the figures as a table</summary>${toTableHtml(toDataTable(data), `Figures of ${title}`)}</details>`;

/** The shades, from the least to the most. */
const SHADES = 8;

/** A heat map as a table with shaded cells, so that each value can be read; a second one, turned, is for phones. */
function toHeatMapHtml(data: ChartData, title: string): Markup {
  const values = data.series.flatMap((series) => series.values.filter((value) => value !== null));
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const turned: ChartData = {
    ...data,
    places: data.series.map((series) => series.title),
    series: data.places.map((place, at) => ({ title: place, values: data.series.map((series) => series.values[at] ?? null) })),
  };
  const steps = Array.from({ length: SHADES + 1 }, (_, shade) => markup`<i class="q${shade}"></i>`);
  return markup`<div class="wide scroll" tabindex="0" role="group" aria-label="${title}">${toShadedTable(data, title, most)}</div><div class="narrow scroll" tabindex="0" role="group" aria-label="${title}">${toShadedTable(turned, title, most)}</div><p class="scale" aria-hidden="true">0 <span>${steps}</span> ${toShown(most, data.kind)}</p>`;
}

const WEEKDAYS = /^((Sun|Mon|Tue|Wed|Thu|Fri|Sat)(day|sday|nesday|rsday|urday))$/;

/** Seven weekdays fit on a phone by their first letters. */
const toShortName = (text: string): Markup =>
  WEEKDAYS.test(text) ? markup`<abbr title="${text}">${text.slice(0, 3)}</abbr>` : markup`<bdi>${text}</bdi>`;

function toShadedTable({ places, series, kind }: ChartData, title: string, most: number): Markup {
  const heads = places.map((place) => markup`<th scope="col">${toShortName(place)}</th>`);
  const toCell = (value: number | null): Markup =>
    value === null
      ? markup`<td></td>`
      : markup`<td class="q${value <= 0 ? 0 : Math.max(1, Math.ceil((value / most) * SHADES))}" data-value="${value}">${toShown(value, kind)}</td>`;
  const lines = series.map(({ title: name, values }) => markup`<tr><th scope="row"><bdi>${name}</bdi></th>${values.map(toCell)}</tr>\n`);
  return markup`<table class="heat"><caption>${title}</caption><thead><tr><td></td>${heads}</tr></thead><tbody>${lines}</tbody></table>`;
}
