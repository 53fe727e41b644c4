import { toShown } from '../formats/printable-value.js';
import { isPeriod, REPORT_ATTRIBUTES, toColumnName } from '../report-attribute.js';
import type { ColumnKind, ReportColumn, ReportRow, ReportValue, Table } from '../report-table.js';
import type { Chart } from './chart.js';

/** What a chart draws: a value for each place along its axis and each series. */
export interface ChartData {
  /** Title of what is along the axis. */
  readonly along: string;
  readonly places: readonly string[];
  readonly series: readonly ChartSeries[];
  readonly kind: ColumnKind;
  /** What is measured, if it is one column. */
  readonly measure?: string | undefined;
}

export interface ChartSeries {
  readonly title: string;
  /** One for each place; null: there is none, which is not 0. */
  readonly values: readonly (number | null)[];
}

/** More series than this are hard to tell apart; the smallest ones become one. */
const MOST_SERIES = 8;

/** The values that a chart draws; undefined if several rows fall on one place and their values do not add up. */
export function toChartData(chart: Chart, table: Table): ChartData | undefined {
  const along = columnOf(table, chart.along);
  const across = chart.across === undefined ? undefined : columnOf(table, chart.across);
  const figures = chart.figures.map((name) => columnOf(table, name));
  const [first] = figures;
  if (first === undefined) return undefined;
  const places = completePlaces(along.name, textsOf(table.rows, along));
  const series =
    across === undefined
      ? figures.map((figure) => ({ title: figure.title, values: valuesAt(places, { table, along, figure }) }))
      : completePlaces(across.name, textsOf(table.rows, across)).map((title) => ({
          title,
          values: valuesAt(places, { table, along, figure: first, only: (row) => textOf(row, across) === title }),
        }));
  if (!series.every(hasValues)) return undefined;
  const isJoined = across !== undefined && chart.type !== 'heat-map' && chart.type !== 'bars';
  // What has an order of its own keeps it; names are read from the largest on.
  const isNamed = across === undefined && chart.type === 'bars' && !ORDERED.includes(along.name);
  return {
    ...{ along: along.title, kind: first.kind },
    ...(isNamed ? sortPlaces(places, series) : { places, series: isJoined ? joinSmallest(series) : series }),
    measure: across === undefined && figures.length > 1 ? undefined : first.title,
  };
}

function columnOf({ columns }: Table, name: string): ReportColumn {
  const column = columns.find((each) => each.name === name);
  if (column === undefined) throw new Error(`A chart names the column ${name}, which its table does not have`);
  return column;
}

const textOf = (row: ReportRow, { name, kind }: ReportColumn): string => toShown(row[name] ?? null, kind);

const textsOf = (rows: readonly ReportRow[], column: ReportColumn): string[] => [...new Set(rows.map((row) => textOf(row, column)))];

const hasValues = (series: {
  title: string;
  values: (number | null)[] | undefined;
}): series is { title: string; values: (number | null)[] } => series.values !== undefined;

interface Wanted {
  readonly table: Table;
  readonly along: ReportColumn;
  readonly figure: ReportColumn;
  readonly only?: (row: ReportRow) => boolean;
}

function valuesAt(places: readonly string[], { table, along, figure, only = () => true }: Wanted): (number | null)[] | undefined {
  const found = new Map<string, number | null>();
  for (const row of table.rows.filter(only)) {
    const [place, value] = [textOf(row, along), toNumber(row[figure.name])];
    if (!found.has(place)) found.set(place, value);
    else if (!addsUp(table, figure)) return undefined;
    else if (value !== null) found.set(place, (found.get(place) ?? 0) + value);
  }
  return places.map((place) => found.get(place) ?? null);
}

/** Whether the total is the sum of the rows: maxima, averages and shares are none. */
const addsUp = ({ rows, totals }: Table, { name, kind }: ReportColumn): boolean =>
  (kind === 'count' || kind === 'characters') && totals?.[name] === rows.reduce((sum, row) => sum + (toNumber(row[name]) ?? 0), 0);

const toNumber = (value: ReportValue | undefined): number | null => (typeof value === 'number' ? value : null);

/** Adds the days between the first and the last one, and the hours of a day, so that distances along an axis are true. */
function completePlaces(column: string, places: readonly string[]): readonly string[] {
  if (column === 'hour_of_day') {
    const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, '0'));
    return [...hours, ...places.filter((place) => !hours.includes(place))];
  }
  if (column !== 'day' || !places.every((place) => DAY.test(place))) return places;
  const known = new Map(places.map((place) => [place.slice(0, 10), place]));
  const ordered = [...known.keys()].sort();
  const [from, to] = [ordered[0], ordered.at(-1)].map((day) => Date.parse(`${day}T00:00:00Z`));
  const count = Math.round((to! - from!) / DAY_MS) + 1;
  // Years of days would be a thin line anyway, and one row far away must not make millions of places.
  if (!(count <= 1_000)) return places;
  const days = Array.from({ length: count }, (_, index) => new Date(from! + index * DAY_MS).toISOString().slice(0, 10));
  return days.map((day) => known.get(day) ?? day);
}

/** A day's label, with the mark of one that is not over. */
const DAY = /^\d{4}-\d\d-\d\d( \*)?$/;
const DAY_MS = 86_400_000;

/** Columns whose values have an order of their own. */
const ORDERED = [...REPORT_ATTRIBUTES.filter(isPeriod).map(toColumnName), 'weekday', 'hour_of_day', 'range', 'duration'];

function sortPlaces(places: readonly string[], series: readonly ChartSeries[]): Pick<ChartData, 'places' | 'series'> {
  // What is left of the smallest ones stays last, however much it is together.
  const valueAt = (at: number): number => (/^\(\d+ others?\)$/.test(places[at]!) ? -Infinity : (series[0]?.values[at] ?? -Infinity));
  const order = places.map((_, at) => at).sort((a, b) => valueAt(b) - valueAt(a));
  return {
    places: order.map((at) => places[at]!),
    series: series.map(({ title, values }) => ({ title, values: order.map((at) => values[at] ?? null) })),
  };
}

/** The largest series, largest first, and the sum of the others. */
function joinSmallest(series: readonly { title: string; values: (number | null)[] }[]): ChartSeries[] {
  const sumOf = ({ values }: ChartSeries): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const ordered = [...series].sort((a, b) => sumOf(b) - sumOf(a));
  if (ordered.length <= MOST_SERIES) return ordered;
  const [kept, rest] = [ordered.slice(0, MOST_SERIES - 1), ordered.slice(MOST_SERIES - 1)];
  const values = kept[0]!.values.map((_, place) =>
    rest.reduce<number | null>((sum, each) => (each.values[place] == null ? sum : (sum ?? 0) + each.values[place]), null),
  );
  return [...kept, { title: `${rest.length} others`, values }];
}

/** The data as a table: a row for each place, a column for each series. */
export function toDataTable({ along, places, series, kind }: ChartData): Table {
  return {
    columns: [
      { name: 'place', title: along, kind: 'attribute' },
      ...series.map(({ title }, index) => ({ name: `series_${index}`, title, kind })),
    ],
    rows: places.map((place, at) => ({
      place,
      ...Object.fromEntries(series.map(({ values }, index) => [`series_${index}`, values[at] ?? null])),
    })),
  };
}
