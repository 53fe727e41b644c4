import type { Connection } from '../../db/connection.js';
import { readWhole } from '../../mart/cluster-commits.js';
import { readInstants, readOffsets, readWallTime, toLocalText } from '../../mart/calendar/time-zone.js';
import { readFactsKeptFrom } from '../../mart/retention.js';
import { systemClock } from '../../model/clock.js';
import { INTERVAL_SECONDS } from '../../model/date-time-key.js';
import { toBoundText, type SpanText, type TimeWindow } from '../../model/time-span.js';
import { readKnownUntil, readLocalWindow, toReportWindow } from '../completeness.js';
import { ownAttributes } from '../own-keys.js';
import type { NamedReport } from '../definition/report-definition.js';
import { requireReport, takenNames, withFigures } from '../definition/reports.js';
import { resolveFilters } from '../report-filter.js';
import type { ReportTable } from '../report-table.js';
import { filtersOf, readReport, type Request } from '../run-report.js';
import { DEFAULT_COMPARISONS, toEarlierWindows, type Comparison } from './compared-periods.js';
import { readCoverage, readTotals, toFigureValues, type Coverage, type Totals, type TotalsOptions } from './overview-figures.js';
import { readOverviewTables } from './overview-tables.js';
import { OVERVIEW, type ComparedPeriod, type Overview, type OverviewFigure } from './overview.js';

export interface OverviewOptions extends Omit<Request, 'by' | 'ranges' | 'sort' | 'top' | 'columns' | 'subtotals'> {
  /** A report whose rows are an overview. Default: chatmart's own. */
  readonly definition?: NamedReport | undefined;
  /** Default: the period before, and the same weekdays of the last four weeks. */
  readonly compare?: readonly Comparison[] | undefined;
}

/** These figures are about bots and stand together. */
const BOTS = [
  'with_bot',
  'closed_by_bot',
  'handed_over',
  'share_closed_by_bot',
  'share_handed_over',
  'left_with_bot',
  'messages_from_bots',
];

/** What figures are called where a person has ten seconds. */
const TITLES: Readonly<Record<string, string>> = {
  p50_until_first_agent_duration: 'Wait (median)',
  p90_until_first_agent_duration: 'Wait (90 %)',
  p50_until_first_reply_duration: 'First reply (median)',
  p90_until_first_reply_duration: 'First reply (90 %)',
  average_handle_duration: 'Time with an agent',
  with_bot: 'Met a bot',
  closed_by_bot: 'Solved by the bot',
  handed_over: 'Handed to an agent',
};

/** Reads an overview of a mart. The connection's search path must be the mart's schema. */
export function runOverview(connection: Connection, options: OverviewOptions): Promise<Overview> {
  // All figures come from one snapshot, so that they agree.
  return readWhole(connection, () => readOverview(connection, options));
}

async function readOverview(connection: Connection, asked: OverviewOptions): Promise<Overview> {
  const { definition = requireReport(OVERVIEW), from, to, map, timezone = 'UTC', clock = systemClock, sourceNames } = asked;
  const report = withFigures(definition, map);
  const request: Request = { ...asked, filters: filtersOf(report, asked) };
  const filters = await resolveFilters(connection, request.filters ?? {}, ownAttributes(map, takenNames(map)));
  const window = from === undefined || to === undefined ? undefined : { from, to };
  const until = await readKnownUntil(connection, clock(), sourceNames);
  const isCovered = await readCoverage(connection, timezone);
  const main = await readReport(connection, report, request);
  const { compared, cut } = await readCompared(connection, {
    ...{ totals: { report, request, filters }, window, until, isCovered, compare: asked.compare ?? DEFAULT_COMPARISONS },
  });
  // Without sessions, counts are 0 only if there could have been some.
  const isKnown = window !== undefined && window.from < until && isCovered(window.from, 'day');
  const values = (main.rows[0] as Values | undefined) ?? (isKnown ? toFigureValues(report, request, []) : {});
  const figures = toFigures(main, values, compared);
  return {
    ...{ name: main.name, title: main.title, window: main.window, localWindow: main.localWindow },
    ...{ timezone, weeks: main.weeks, filters: main.filters },
    comparedUntil: cut === undefined ? undefined : toLocalText((await readOffsets(connection, timezone, [cut]))[0]!),
    comparedWith: compared.map(({ period }) => period),
    figures: figures.filter(({ name }) => !BOTS.includes(name)),
    bots: figures.filter(({ name }) => BOTS.includes(name)),
    ...(await readOverviewTables(connection, { request, filters, window, until, isCovered })),
    ...{ unknown: main.unknown ?? [], legend: [...(main.legend ?? []), ...toPurgeNotes(window, await readFactsKeptFrom(connection))] },
    ...{ dataRange: main.dataRange, completeness: main.completeness },
  };
}

/** What of the window an overview cannot show, because it needs the facts. */
const toPurgeNotes = (window: TimeWindow | undefined, keptFrom: Date | null): string[] =>
  keptFrom === null || (window !== undefined && window.from >= keptFrom)
    ? []
    : [`hours, half hours and waits are those of sessions from ${toBoundText(keptFrom.toISOString())} on: earlier facts are purged`];

type Values = Readonly<Record<string, number | null>>;

interface ComparedRequest {
  readonly isCovered: Coverage;
  readonly totals: TotalsOptions;
  readonly window: TimeWindow | undefined;
  readonly until: Date;
  readonly compare: readonly Comparison[];
}

interface Compared {
  readonly period: ComparedPeriod;
  readonly values: Values | undefined;
}

/** Reads what a period is compared with; `cut`: until when it is, if it is not over. */
async function readCompared(
  connection: Connection,
  { totals, window, until, isCovered, compare }: ComparedRequest,
): Promise<{ readonly compared: readonly Compared[]; readonly cut: Date | undefined }> {
  const { timezone = 'UTC' } = totals.request;
  const none = (name: Comparison, title: string, missing: string): Compared => ({
    period: { name, title, windows: [], localWindows: [], missing },
    values: undefined,
  });
  if (window === undefined)
    return { compared: compare.map((name) => none(name, 'earlier sessions', 'all sessions are shown')), cut: undefined };
  const cut = window.to > until ? toNearestInterval(until) : undefined;
  const walls = {
    from: await readWallTime(connection, timezone, window.from),
    to: await readWallTime(connection, timezone, window.to),
  };
  const wallCut = cut && (await readWallTime(connection, timezone, cut));
  const read = createReader(connection, totals, isCovered);
  const compared: Compared[] = [];
  for (const name of compare) {
    const earlier = toEarlierWindows(name, walls, wallCut);
    if (cut !== undefined && cut <= window.from) {
      compared.push(none(name, earlier.title, 'nothing of this period is loaded yet'));
      continue;
    }
    const found: { readonly window: TimeWindow; readonly totals: Totals }[] = [];
    for (const wall of earlier.windows) {
      const [from, to] = await readInstants(connection, timezone, [{ wall: wall.from }, { wall: wall.to }]);
      const each = await read({ from: from!, to: to! });
      if (each !== undefined) found.push({ window: { from: from!, to: to! }, totals: each });
    }
    if (found.length === 0) {
      compared.push(none(name, earlier.title, 'the mart does not have the sessions of that time'));
      continue;
    }
    const windows = found.map((each) => each.window);
    const localWindows: SpanText[] = [];
    for (const each of windows) localWindows.push(await readLocalWindow(connection, timezone, each));
    const part = windows.length === earlier.windows.length ? '' : ` (${windows.length} of them are loaded)`;
    compared.push({
      period: {
        name,
        title: `${earlier.title}${part}`,
        windows: windows.map(toReportWindow),
        localWindows,
        missing: undefined,
      },
      values: toFigureValues(
        totals.report,
        totals.request,
        found.map((each) => each.totals),
      ),
    });
  }
  return { compared, cut };
}

/** Reads each window once: the period before a week is also the first of the last four weeks. */
function createReader(
  connection: Connection,
  totals: TotalsOptions,
  isCovered: Coverage,
): (window: TimeWindow) => Promise<Totals | undefined> {
  const known = new Map<string, Totals | undefined>();
  return async (window) => {
    const key = `${window.from.getTime()} ${window.to.getTime()}`;
    if (!known.has(key)) known.set(key, window.from < window.to ? await readTotals(connection, totals, window, isCovered) : undefined);
    return known.get(key);
  };
}

/** Windows begin and end with quarter hours. */
function toNearestInterval(at: Date): Date {
  const ms = INTERVAL_SECONDS * 1_000;
  return new Date(Math.round(at.getTime() / ms) * ms);
}

function toFigures({ columns }: ReportTable, values: Values, compared: readonly Compared[]): OverviewFigure[] {
  return columns.map(({ name, title, kind, unit, formula, sentence }) => {
    const value = values[name] ?? null;
    return {
      ...{ name, title: TITLES[name] ?? title, kind, unit, formula, sentence, value },
      comparisons: compared.map(({ period, values: earlier }) => {
        const other = earlier?.[name] ?? null;
        return { name: period.name, value: other, change: toChange(value, other, kind === 'share') };
      }),
    };
  });
}

/** Six decimals, as all figures have. */
function toChange(value: number | null, other: number | null, isShare: boolean): number | null {
  if (value === null || other === null) return null;
  const round = (change: number): number => Math.round(change * 1e6) / 1e6;
  if (isShare) return round(value - other);
  return other === 0 ? null : round((value - other) / other);
}
