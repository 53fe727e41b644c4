import { emptyReportNotice, toCompletenessText, toLocalBound, toWindowText, unknownNotice } from '../page/to-page.js';
import type { Chart } from '../page/chart.js';
import type { ChartSection, FigureSection, NoteSection, PageFigure, ReportPage, TableSection } from '../page/report-page.js';
import { toFilterText } from '../report-filter.js';
import type { ComparedPeriod, Overview, OverviewFigure, OverviewTable } from './overview.js';

/** Figures of which a rise is bad news; of service levels it is good news, of the others neither. */
const BAD = /^(abandoned|share_abandoned|p\d+_until_first_(agent|reply)_duration)$/;

/** An overview as people read it: what matters most comes first. */
export function toOverviewPage(overview: Overview): ReportPage {
  const { bots, figures, completeness, timezone } = overview;
  const hasSessions = overview.sessionsOverTime.rows.some((row) => Number(row['sessions']) > 0);
  const section = (title: string, of: readonly OverviewFigure[]): FigureSection => ({
    kind: 'figures',
    title,
    figures: of.map((figure) => toPageFigure(figure, overview.comparedWith)),
  });
  const unit = overview.sessionsOverTime.columns[0]!.name;
  const unknown = unknownNotice(overview);
  return {
    name: overview.name,
    title: overview.title,
    keys: [],
    subtitle: [
      toWindowText(overview),
      ...(overview.filters.length === 0 ? [] : [`Only ${toFilterText(overview.filters)}`]),
      ...toComparedText(overview),
    ],
    sections: [
      section('At a glance', figures),
      ...(hasSessions
        ? [
            toChart(overview.sessionsOverTime, { type: 'columns', along: unit, figures: ['sessions'] }),
            toChart(overview.sessionsByHour, { type: 'heat-map', along: 'hour_of_day', across: 'weekday', figures: ['sessions'] }),
            toChart(withEnding(overview.endReasons), { type: 'bars', along: 'ending', figures: ['sessions'] }),
            section('Bots', bots),
          ]
        : [toNote(emptyReportNotice({ rows: [], dataRange: overview.dataRange })!)]),
      ...toOpenAsync(overview.openAsyncSessions),
      ...(hasSessions
        ? [
            toTable(overview.worstHalfHours, 'The worst half hours: none; nobody gave up, and everybody was answered in time.'),
            toTable(withPlainTimes(overview.longestWaits, overview.timezone), 'The longest waits: none; nobody waited.'),
          ]
        : []),
    ],
    foot: [
      toCompletenessText({ completeness, timezone }),
      ...overview.legend,
      ...(unknown === undefined ? [] : [`${unknown[0]!.toUpperCase()}${unknown.slice(1)}`]),
    ],
  };
}

function toPageFigure(
  { name, title, kind, sentence, value, comparisons }: OverviewFigure,
  compared: readonly ComparedPeriod[],
): PageFigure {
  const risesAre = name.startsWith('service_level_') ? 1 : BAD.test(name) ? -1 : 0;
  return {
    ...{ name, title, sentence, value },
    valueKind: kind,
    comparisons: comparisons.flatMap(({ value: earlier, change }, index) => {
      const { title: period, missing } = compared[index]!;
      return missing === undefined ? [{ title: period, value: earlier, change, risesAre }] : [];
    }),
  };
}

/** With what the period is compared, and why not; a line each. */
function toComparedText({ comparedWith, comparedUntil, timezone }: Overview): string[] {
  const shown = comparedWith.filter(({ missing }) => missing === undefined);
  const titles = shown.map((period) => {
    const [first, ...others] = period.localWindows;
    if (others.length > 0) return `the mean of ${period.title}`;
    return `${period.title} (${[first!.from, first!.to].map((at) => toDayText(at, timezone)).join(' to ')})`;
  });
  const missing = comparedWith.flatMap((period) =>
    period.missing === undefined ? [] : [`Not compared with ${period.title}: ${period.missing}`],
  );
  return [
    ...(comparedUntil === undefined || shown.length === 0
      ? []
      : [`Not over, or not completely loaded: compared up to ${toLocalBound(comparedUntil, timezone)}`]),
    ...(titles.length === 0 ? [] : [`Compared with ${titles.join('; and with ')}`]),
    ...new Set(missing),
  ];
}

/** The day alone, if an instant is its midnight. */
const toDayText = (local: string, timezone: string): string =>
  local.includes('T00:00:00') ? local.slice(0, 10) : toLocalBound(local, timezone).replace(/[()]/g, '');

const toNote = (text: string): NoteSection => ({ kind: 'note', text });

const toChart = ({ title, caption, columns, rows, totals }: OverviewTable, chart: Chart): ChartSection => ({
  ...{ kind: 'chart', title, caption, chart },
  table: { columns, rows, totals },
});

const toTable = ({ title, caption, columns, rows, totals }: OverviewTable, none: string): TableSection | NoteSection =>
  rows.length === 0 ? toNote(none) : { ...{ kind: 'table', title, caption }, table: { columns, rows, totals } };

/** Who ended sessions and why in one column, along which bars are drawn. */
function withEnding(table: OverviewTable): OverviewTable {
  const [, , ...figures] = table.columns;
  return {
    ...table,
    columns: [{ name: 'ending', title: 'Ended by, reason', kind: 'attribute' }, ...figures],
    rows: table.rows.map(({ ended_by, ended_reason, ...row }) => ({
      ending: [ended_by, ended_reason].filter((name) => name !== null && name !== undefined).join(', '),
      ...row,
    })),
  };
}

/** Without any, one sentence says more than a chart of zeros. */
const toOpenAsync = (table: OverviewTable): (ChartSection | NoteSection)[] =>
  table.totals?.['sessions'] === 0
    ? [toNote('No async session is open.')]
    : [toChart(table, { type: 'bars', along: 'age', figures: ['sessions'] })];

const withPlainTimes = (table: OverviewTable, timezone: string): OverviewTable => ({
  ...table,
  rows: table.rows.map((row) => ({ ...row, started: toLocalBound(String(row['started']), timezone).replace(/Z$/, '').replace('T', ' ') })),
});
