import type { Log } from '../../model/log.js';
import { explainByVersion, noteOtherVersion } from '../../mart/schema/mart-access.js';
import { readFactsKeptFrom } from '../../mart/retention.js';
import { withMartSession } from '../../mart/mart-session.js';
import { levelOf, runReport, type ReportOptions } from '../../report/run-report.js';
import type { ReportTable } from '../../report/report-table.js';
import { requireUnaltered } from '../../mart/schema/explain-mart-error.js';

export interface MartReportOptions extends ReportOptions {
  readonly martUrl: string;
  readonly martSchema: string;
  readonly log?: Log;
}

/** Runs a report on a mart, and logs if it asks for hours whose facts are purged: these are computed from facts alone. */
export async function reportOnMart({ martUrl, martSchema, log = () => undefined, ...options }: MartReportOptions): Promise<ReportTable> {
  return withMartSession(
    { url: martUrl, applicationName: 'chatmart report', schema: martSchema, keepsRoleLimits: true, showsOwnRows: true },
    async (connection) => {
      const mismatch = await noteOtherVersion(connection, log);
      await requireUnaltered(connection);
      const keptFrom = await readFactsKeptFrom(connection);
      const isByHour = ['hour', 'subhr'].includes(levelOf(options));
      if (keptFrom !== null && isByHour && (options.from === undefined || options.from < keptFrom))
        log(
          `hours before ${keptFrom.toISOString()} are missing because facts of sessions that began earlier are purged; ` +
            'days and longer periods are complete',
          { level: 'warning' },
        );
      return runReport(connection, options).catch((error: unknown) => {
        throw explainByVersion(error, mismatch);
      });
    },
  );
}
