/** A chart as a report's definition asks for it. */
export interface ChartDefinition {
  readonly title: string;
  /** What it tells in one sentence; also the text alternative. */
  readonly caption?: string | undefined;
  readonly chart: Chart;
}

/** How a table is drawn, by the names of its columns. */
export interface Chart {
  readonly type: 'columns' | 'stacked-columns' | 'lines' | 'bars' | 'heat-map';
  /** The column whose values are along the axis: days, ranges, names. */
  readonly along: string;
  /** Of a heat map: the column whose values are its rows. */
  readonly across?: string | undefined;
  /** One series each, in one unit; a heat map has one. */
  readonly figures: readonly string[];
}
