/** Facts of one month that go. */
export interface PurgedMonth {
  /** Such as 2025-01. */
  readonly month: string;
  readonly facts: number;
}

/** Rows that go by age, by table. */
export interface PurgedHistory {
  readonly discards: number;
  readonly jobs: number;
  readonly extracts: number;
  readonly transforms: number;
  readonly purges: number;
  readonly auditRows: number;
}

/** What `maintain` did, or with --dry-run would do; printed by `--json`, its shape is specs/schema/maintain-summary.schema.json. */
export interface MaintainSummary {
  readonly dryRun: boolean;
  /** JOB_ID of the audit and history rows; null: nothing was done. */
  readonly jobId: string | null;
  /** First and last year of DATE_TIME, and the intervals added to it now. */
  readonly calendarYears: readonly [number, number];
  readonly calendarIntervals: number;
  /** Facts of sessions that began before it go (ISO 8601); null: no retention is set, all are kept. */
  readonly factsKeptFrom: string | null;
  readonly months: readonly PurgedMonth[];
  /** Discards and job history before it go (ISO 8601). */
  readonly historyKeptFrom: string;
  readonly history: PurgedHistory;
  readonly seconds: number;
}

export const NO_HISTORY: PurgedHistory = { discards: 0, jobs: 0, extracts: 0, transforms: 0, purges: 0, auditRows: 0 };

/** Whether anything goes. */
export const deletesAnything = (summary: Pick<MaintainSummary, 'months' | 'history'>): boolean => toPurgedRows(summary) > 0;

/** How many rows go. */
export const toPurgedRows = ({ months, history }: Pick<MaintainSummary, 'months' | 'history'>): number =>
  months.reduce((sum, { facts }) => sum + facts, 0) + Object.values(history).reduce<number>((sum, rows) => sum + Number(rows), 0);
