import type { SpanText } from '../../model/time-span.js';
import type { ColumnKind, ReportScope, Table } from '../report-table.js';
import type { Comparison } from './compared-periods.js';

/** The name of chatmart's own overview. */
export const OVERVIEW = 'chat-overview';

/** What a supervisor reads in ten seconds: the sessions of a period beside earlier ones. Texts are raw. */
export interface Overview extends ReportScope {
  /** Until when the period is compared, on the clocks of the zone, if it is not over or not completely loaded. */
  readonly comparedUntil: string | undefined;
  readonly comparedWith: readonly ComparedPeriod[];
  readonly figures: readonly OverviewFigure[];
  /** How many sessions met a bot, and what became of them. */
  readonly bots: readonly OverviewFigure[];
  readonly sessionsOverTime: OverviewTable;
  readonly sessionsByHour: OverviewTable;
  readonly endReasons: OverviewTable;
  readonly openAsyncSessions: OverviewTable;
  readonly worstHalfHours: OverviewTable;
  readonly longestWaits: OverviewTable;
  /** Figures that an older chatmart did not count, so that they are null. */
  readonly unknown: readonly string[];
  /** What words mean that can be mistaken. */
  readonly legend: readonly string[];
  /** For a period without sessions: the range in which the aggregates hold sessions, if any. */
  readonly dataRange: SpanText | undefined;
}

/** What a period is compared with: an earlier period, or the mean of several. */
export interface ComparedPeriod {
  readonly name: Comparison;
  readonly title: string;
  /** Those of which the mart has the sessions, the latest first. */
  readonly windows: readonly SpanText[];
  readonly localWindows: readonly SpanText[];
  /** Why there are none; undefined if there are some. */
  readonly missing: string | undefined;
}

export interface OverviewFigure {
  readonly name: string;
  readonly title: string;
  readonly kind: ColumnKind;
  /** As in the columns of reports. */
  readonly unit: string | undefined;
  readonly formula: string | undefined;
  readonly sentence: string | undefined;
  readonly value: number | null;
  /** In the order of `comparedWith`. */
  readonly comparisons: readonly OverviewComparison[];
}

export interface OverviewComparison {
  readonly name: Comparison;
  /** Null if it is unknown, or if there is nothing to compare with. */
  readonly value: number | null;
  /** Relative to that value: 0.1 is a tenth more; for shares the difference. */
  readonly change: number | null;
}

export interface OverviewTable extends Table {
  readonly title: string;
  /** What its rows are and how they were chosen, in a sentence or two. */
  readonly caption: string;
}
