import { ConfigError } from '../model/errors.js';
import { chatMessageStatistics } from './chat-message-statistics.js';
import { chatTermination } from './chat-termination.js';
import type { ReportDefinition } from './report-definition.js';

/** All reports, in the order of --help. */
export const REPORTS: readonly ReportDefinition[] = [chatMessageStatistics, chatTermination];

/** Finds a report by name. Throws `ConfigError` for an unknown one. */
export function findReport(name: string): ReportDefinition {
  const report = REPORTS.find((known) => known.name === name);
  if (report !== undefined) return report;
  throw new ConfigError('unknown-report', `There is no report ${JSON.stringify(name)}`, {
    state: 'nothing-done',
    next: `Use one of: ${REPORTS.map((known) => known.name).join(', ')}.`,
  });
}
