import { withConnection } from '../db/connection.js';
import { runReport, type ReportOptions } from '../report/run-report.js';
import type { ReportTable } from '../report/report-table.js';
import { requireMigrated } from './migrate.js';

export interface MartReportOptions extends ReportOptions {
  readonly martUrl: string;
  readonly martSchema: string;
}

/** Runs a report on a mart. */
export async function reportOnMart({ martUrl, martSchema, ...options }: MartReportOptions): Promise<ReportTable> {
  return withConnection(
    { url: martUrl, applicationName: 'chatmart report', schema: martSchema, keepsRoleLimits: true },
    async (connection) => {
      await requireMigrated(connection);
      return runReport(connection, options);
    },
  );
}
