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
  /** The column whose values are along the axis: days, ranges, names. `period`: the first period that the report is grouped by. */
  readonly along: string;
  /** The column whose values are the rows of a heat map, the series of another chart, or bars of their own. */
  readonly across?: string | undefined;
  /** In one unit: one series each, or one figure beside `across`. `{seconds}` stands for each number of seconds of the service levels. */
  readonly figures: readonly string[];
  /** What they measure, at the axis: `Sessions`. Default: the title of a single figure, or of the chart. */
  readonly unit?: string | undefined;
}
