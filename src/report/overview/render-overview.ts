import { ConfigError } from '../../model/errors.js';
import { toExactJsonText } from '../../model/text.js';
import { renderPage, type RenderOptions } from '../formats/render-report.js';
import type { ReportFormat } from '../formats/report-format.js';
import type { Overview, OverviewFigure, OverviewTable } from './overview.js';
import { toOverviewPage } from './to-overview-page.js';

/** Throws `ConfigError` for a format that has no place for an overview. */
export function requireOverviewFormat(format: ReportFormat): asserts format is Exclude<ReportFormat, 'csv'> {
  if (format !== 'csv') return;
  throw new ConfigError('overview-as-csv', 'An overview is several tables, and CSV holds one', {
    state: 'nothing-read',
    next: 'Use --format json, or the reports that it is made of: chat-session, chat-termination and bot-activity.',
  });
}

/** Renders an overview: text that ends with a newline, or the bytes of a workbook. Throws `ConfigError` for a format that has no place for it. */
export async function renderOverview(overview: Overview, format: ReportFormat, options: RenderOptions = {}): Promise<string | Uint8Array> {
  requireOverviewFormat(format);
  if (format === 'json') return toOverviewJson(overview);
  return renderPage(toOverviewPage(overview), format, options);
}

/** What `specs/schema/overview.schema.json` describes. */
function toOverviewJson(overview: Overview): string {
  const { window, localWindow, timezone, weeks, filters, comparedWith, comparedUntil, completeness, dataRange, unknown } = overview;
  return `${toExactJsonText({
    report: overview.name,
    title: overview.title,
    window: window ?? null,
    local_window: localWindow ?? null,
    timezone,
    weeks,
    filters: filters.map((filter) => ({ by: filter.by, values: filter.values, not: filter.not })),
    compared_until: comparedUntil ?? null,
    compared_with: comparedWith.map((period) => ({
      name: period.name,
      title: period.title,
      windows: period.windows,
      local_windows: period.localWindows,
      missing: period.missing ?? null,
    })),
    figures: overview.figures.map(toJsonFigure),
    bots: overview.bots.map(toJsonFigure),
    sessions_over_time: toJsonTable(overview.sessionsOverTime),
    sessions_by_hour: toJsonTable(overview.sessionsByHour),
    end_reasons: toJsonTable(overview.endReasons),
    open_async_sessions: toJsonTable(overview.openAsyncSessions),
    worst_half_hours: toJsonTable(overview.worstHalfHours),
    longest_waits: toJsonTable(overview.longestWaits),
    unknown,
    legend: overview.legend,
    data_range: dataRange ?? null,
    complete_until: completeness.completeUntil,
    open_sessions: completeness.openSessions,
  })}\n`;
}

const toJsonFigure = ({ name, title, kind, unit, formula, sentence, value, comparisons }: OverviewFigure): object => ({
  ...{ name, title, kind, unit: unit ?? null, formula: formula ?? null, sentence: sentence ?? null, value },
  comparisons: comparisons.map((comparison) => ({ name: comparison.name, value: comparison.value, change: comparison.change })),
});

const toJsonTable = ({ title, caption, columns, rows, totals }: OverviewTable): object => ({
  ...{ title, caption },
  columns: columns.map(({ name, title: heading, kind, unit, formula, sentence }) => ({
    ...{ name, title: heading, kind, unit: unit ?? null, formula: formula ?? null, sentence: sentence ?? null },
  })),
  rows,
  totals: totals ?? null,
});
