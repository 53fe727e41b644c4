import type { Connection } from '../../db/connection.js';
import type { Log } from '../../model/log.js';
import { explainByVersion, noteOtherVersion } from '../../mart/schema/mart-access.js';
import { findTimeZone, readInstants, readWallTime } from '../../mart/calendar/time-zone.js';
import { readMartMap } from '../../mart/schema/mart-map.js';
import { readDurationsKeptFrom, readFactsKeptFrom } from '../../mart/retention.js';
import { withMartSession } from '../../mart/mart-session.js';
import { systemClock } from '../../model/clock.js';
import { resolvePreset } from '../../model/time-preset.js';
import type { TimeWindow } from '../../model/time-span.js';
import { requireWindow, type Bound } from '../../model/utc-time.js';
import { OVERVIEW, type Overview } from '../../report/overview/overview.js';
import { runOverview, type OverviewOptions } from '../../report/overview/run-overview.js';
import { findSource, namedReport, runReport, type ReportOptions, type Request } from '../../report/run-report.js';
import { requireReport } from '../../report/definition/reports.js';
import { isOfDurations, type NamedReport } from '../../report/definition/report-definition.js';
import type { ReportTable } from '../../report/report-table.js';
import { requireUnaltered } from '../../mart/schema/explain-mart-error.js';

/** A window on the clocks of a zone: a preset, or two bounds. */
export type WindowRequest = { readonly preset: string } | { readonly from: Bound; readonly to: Bound };

/** Where a mart is, and which of its sessions are meant. */
interface OnMart {
  readonly martUrl: string;
  readonly martSchema: string;
  /** Instead of `from` and `to`. */
  readonly window?: WindowRequest | undefined;
  readonly log?: Log;
}

export interface MartReportOptions extends Omit<ReportOptions, 'map'>, OnMart {}

/** Runs a report on a mart, and logs if it asks for sessions whose facts are purged and that the aggregates do not tell either. */
export const reportOnMart = (options: MartReportOptions): Promise<ReportTable> =>
  readOnMart(options, async (connection, resolved) => {
    await warnOfPurgedFacts(connection, namedReport(options), { ...options, ...resolved }, options.log);
    return runReport(connection, { ...options, ...resolved });
  });

export interface MartOverviewOptions extends Omit<OverviewOptions, 'map'>, OnMart {}

/** Reads an overview of a mart, and logs the same. */
export const overviewOnMart = (options: MartOverviewOptions): Promise<Overview> =>
  readOnMart(options, async (connection, resolved) => {
    // Its worst half hours need the facts, as a report by half hour does.
    const { definition = requireReport(OVERVIEW) } = options;
    await warnOfPurgedFacts(connection, definition, { ...options, ...resolved, by: ['half-hour'] }, options.log);
    return runOverview(connection, { ...options, ...resolved });
  });

/** What a mart and the server's own zone data say of a request. */
type Resolved = Pick<ReportOptions, 'from' | 'to' | 'map'> & { readonly timezone: string };

function readOnMart<T>(
  options: OnMart & Pick<ReportOptions, 'from' | 'to' | 'timezone' | 'weeks' | 'clock'>,
  read: (connection: Connection, resolved: Resolved) => Promise<T>,
): Promise<T> {
  const { martUrl, martSchema, log = () => undefined } = options;
  return withMartSession(
    { url: martUrl, applicationName: 'chatmart report', schema: martSchema, keepsRoleLimits: true, showsOwnRows: true },
    async (connection) => {
      const mismatch = await noteOtherVersion(connection, log);
      await requireUnaltered(connection);
      const resolved = { ...(await resolveTimes(connection, options)), map: await readMartMap(connection) };
      return read(connection, resolved).catch((error: unknown) => {
        throw explainByVersion(error, mismatch);
      });
    },
  );
}

/** The instants of the window, by the server's own zone data. */
async function resolveTimes(
  connection: Connection,
  { window, from: givenFrom, to: givenTo, ...options }: Omit<Parameters<typeof readOnMart>[0], 'martUrl' | 'martSchema' | 'log'>,
): Promise<Omit<Resolved, 'map'>> {
  const timezone = await findTimeZone(connection, options.timezone ?? 'UTC');
  const bounds =
    window !== undefined && 'preset' in window ? await toPresetBounds(connection, window.preset, { ...options, timezone }) : window;
  if (bounds === undefined) return { from: givenFrom, to: givenTo, timezone };
  const [from, to] = await readInstants(connection, timezone, [bounds.from, bounds.to]);
  return { timezone, ...requireWindow({ from: from!, to: to! }) };
}

async function toPresetBounds(
  connection: Connection,
  preset: string,
  { timezone, weeks, clock = systemClock }: Pick<ReportOptions, 'weeks' | 'clock'> & { readonly timezone: string },
): Promise<{ readonly from: Bound; readonly to: Bound } | undefined> {
  const days: TimeWindow | undefined = resolvePreset(preset, await readWallTime(connection, timezone, clock()), weeks);
  return days && { from: { wall: days.from }, to: { wall: days.to } };
}

async function warnOfPurgedFacts(connection: Connection, report: NamedReport, options: Request, log: Log = () => undefined): Promise<void> {
  const keptFrom = await (isOfDurations(report) ? readDurationsKeptFrom : readFactsKeptFrom)(connection);
  if (keptFrom === null || (options.from !== undefined && options.from >= keptFrom)) return;
  if ((await findSource(connection, report, options)).level !== 'session') return;
  log(
    `sessions that began before ${keptFrom.toISOString()} are missing because their facts are purged; ` +
      'only reports by day or longer periods in UTC, or in the zone of a calendar of that time, without outcome, has-bot and own keys, still have them',
    { level: 'warning' },
  );
}
