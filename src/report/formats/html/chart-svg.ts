import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { displayWidth, escapeControls } from '../../../model/text.js';
import { toShown } from '../printable-value.js';
import type { ChartData } from '../../page/chart-data.js';
import type { Chart } from '../../page/chart.js';
import { choosePlaces, toPlaceTexts, toUnitText, toValueAxis } from './axis.js';
import { trusted, type Markup } from './markup.js';

export interface DrawingOptions {
  readonly type: Exclude<Chart['type'], 'heat-map'>;
  /** In pixels, at which its texts have their natural size. */
  readonly width: number;
  readonly height: number;
  /** The text alternative. */
  readonly label: string;
  /** What is measured. */
  readonly measure: string;
  /** The largest value of all drawings beside each other, which have one scale. */
  readonly most?: number | undefined;
}

/** A value to draw. */
interface Point {
  readonly place: number;
  readonly series: number;
  readonly value: number;
  readonly title: string;
}

/** More points than this merge into their line. */
const MOST_DOTS = 62;
/** More columns than this are too thin to see. */
const MOST_COLUMNS = 200;
/** Roughly how wide a text of 12 pixels is. */
const widthOf = (text: string): number => 6.9 * displayWidth(text) + 2 * (text.match(/[A-Z_%]/g)?.length ?? 0);

/** The pixels between two bars, and the longest label before one. */
const [BAR, LONGEST_LABEL] = [24, 22];
/** Dashes tell lines apart without colours. */
export const DASHES = ['none', '7 4', '2 3', '10 3 2 3', '4 2', '12 4', '1 4', '6 2 1 2'];

/** A chart as SVG that takes its colours and fonts from the page. */
export function drawChart(data: ChartData, options: DrawingOptions): Markup {
  const { document } = parseHTML('<html></html>') as { readonly document: unknown };
  const points = toPoints(data);
  const shown = options.type === 'bars' ? toBars(data, points, options) : toColumns(data, points, options);
  const svg = Plot.plot({
    ...{ document, className: 'plot', width: options.width, ariaLabel: escapeControls(options.label) },
    color: {
      type: 'ordinal',
      domain: data.series.map((_, index) => index),
      range: data.series.map((_, index) => `var(--s${(index % 8) + 1})`),
    },
    ...shown,
  } as unknown as Plot.PlotOptions) as unknown as DrawnElement;
  svg.querySelector('style')?.remove();
  // What it shows is in one label; those of the parts name the library's own words.
  for (const part of svg.querySelectorAll('[aria-label], [aria-hidden]'))
    for (const name of ['aria-label', 'aria-hidden']) part.removeAttribute(name);
  svg.setAttribute('role', 'img');
  // The page's style decides how large it is shown.
  for (const name of ['width', 'height']) svg.removeAttribute(name);
  return trusted(svg.outerHTML);
}

/** What is used of an element; the library's own types need those of a browser. */
interface DrawnElement {
  readonly outerHTML: string;
  readonly querySelectorAll: (names: string) => Iterable<{ readonly removeAttribute: (name: string) => void }>;
  readonly querySelector: (name: string) => { readonly remove: () => void } | null;
  readonly setAttribute: (name: string, value: string) => void;
  readonly removeAttribute: (name: string) => void;
}

const toPoints = ({ places, series, kind }: ChartData): Point[] =>
  series.flatMap(({ title, values }, index) =>
    places.flatMap((place, at) => {
      const value = values[at] ?? null;
      const name = series.length === 1 ? place : `${place}, ${title}`;
      return value === null ? [] : [{ place: at, series: index, value, title: escapeControls(`${name}: ${toShown(value, kind)}`) }];
    }),
  );

function toColumns(data: ChartData, points: readonly Point[], { type, width, height, measure }: DrawingOptions): object {
  const { places, series, kind } = data;
  const isLine = type === 'lines' || places.length > MOST_COLUMNS;
  const isStacked = type === 'stacked-columns' && !isLine;
  const isGrouped = type === 'columns' && !isLine && series.length > 1;
  const axis = toValueAxis(kind === 'share' ? 1 : mostOf(points, isStacked), kind);
  const marginLeft = Math.max(...axis.ticks.map((tick) => widthOf(axis.toText(tick)))) + 16;
  const texts = toPlaceTexts(places, 16).map(escapeControls);
  const ticks = choosePlaces(texts, width - marginLeft - 12);
  const alongAxis = {
    ...{ domain: places.map((_, index) => index), label: null, ticks, tickSize: 0, tickPadding: 8 },
    tickFormat: (at: number) => texts[at] ?? '',
  };
  const value = { x: 'place', y: 'value', title: 'title' };
  return {
    ...{ height, marginLeft, marginRight: 12, marginTop: 34, marginBottom: 30 },
    y: { domain: [0, axis.top], label: `${measure}${toUnitText(kind)}`, labelArrow: 'none', labelOffset: marginLeft, axis: null },
    ...(isGrouped
      ? { fx: { ...alongAxis, padding: 0.25 }, x: { axis: null, domain: series.map((_, index) => index), padding: 0.05 } }
      : { x: { ...alongAxis, type: isLine ? 'point' : 'band', padding: isLine ? 0.3 : places.length > 60 ? 0.1 : 0.25 } }),
    marks: [
      Plot.gridY([...axis.ticks], { stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.axisY([...axis.ticks], {
        ...{ tickSize: 0, tickPadding: 8, tickFormat: axis.toText, label: `${measure}${toUnitText(kind)}`, labelArrow: 'none' },
        labelOffset: marginLeft - 2,
      }),
      ...(isLine
        ? series.flatMap((_, index) => drawLine(data, points, index))
        : isGrouped
          ? [Plot.barY(points, { ...value, fx: 'place', x: 'series', fill: 'series' })]
          : [
              Plot.barY(
                points,
                isStacked ? Plot.stackY({ order: 'series' }, { ...value, fill: 'series', ...GAP }) : { ...value, fill: 'series' },
              ),
            ]),
      Plot.ruleY([0], { stroke: 'var(--axis)' }),
    ],
  };
}

/** A hair between the parts of a column, so that they are apart without colours. */
const GAP = { insetTop: 0.6 };

function drawLine({ places }: ChartData, points: readonly Point[], series: number): Plot.Markish[] {
  const known = new Map(points.filter((point) => point.series === series).map((point) => [point.place, point]));
  // A place without a value interrupts the line.
  const all = places.map((_, place) => known.get(place) ?? { place, series, value: NaN, title: '' });
  const colour = `var(--s${(series % 8) + 1})`;
  const place = { x: 'place', y: 'value' };
  return [
    Plot.lineY(all, { ...place, stroke: colour, strokeWidth: 2, strokeDasharray: DASHES[series % 8]!, strokeLinejoin: 'round' }),
    ...(places.length > MOST_DOTS ? [] : [Plot.dot([...known.values()], { ...place, fill: colour, r: 2.5, title: 'title' })]),
  ];
}

function toBars(
  { places, kind }: ChartData,
  points: readonly Point[],
  { width, measure, most = mostOf(points, false) }: DrawingOptions,
): object {
  const axis = toValueAxis(most, kind);
  const texts = toPlaceTexts(places, LONGEST_LABEL).map(escapeControls);
  const marginLeft = texts.reduce((most, text) => Math.max(most, widthOf(text)), 0) + 12;
  const ofValue = (point: Point): string => toShown(point.value, kind);
  const marginRight = points.reduce((most, point) => Math.max(most, widthOf(ofValue(point))), 0) + 12;
  return {
    ...{ height: places.length * BAR + 24, marginLeft, marginRight: Math.min(marginRight, width / 3), marginTop: 20, marginBottom: 4 },
    x: { domain: [0, axis.top], axis: null },
    y: {
      domain: places.map((_, index) => index),
      label: null,
      tickSize: 0,
      tickPadding: 8,
      tickFormat: (at: number) => texts[at] ?? '',
      padding: 0.3,
    },
    marks: [
      Plot.barX(points, { x: 'value', y: 'place', fill: 'var(--s1)', title: 'title', rx2: 2 }),
      Plot.text(points, { x: 'value', y: 'place', text: ofValue, textAnchor: 'start', dx: 5 }),
      Plot.text([`${measure}${toUnitText(kind)}`], { frameAnchor: 'top-left', dy: -16, dx: 2 - marginLeft }),
    ],
  };
}

function mostOf(points: readonly Point[], isStacked: boolean): number {
  const heights = new Map<number, number>();
  for (const { place, value } of points)
    heights.set(place, isStacked ? (heights.get(place) ?? 0) + value : Math.max(heights.get(place) ?? 0, value));
  return [...heights.values()].reduce((most, height) => Math.max(most, height), 0);
}
