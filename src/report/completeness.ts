import { queryRow, queryRows, type Connection } from '../db/connection.js';
import { readOffsets, toLocalText } from '../mart/calendar/time-zone.js';
import { selectSources } from '../mart/status.sql.js';
import { isPeriod, toColumnName, toEndColumn, type ReportAttribute } from './report-attribute.js';
import { selectDataRange, selectOpenSessions, type SelectionOptions } from './report.sql.js';
import type { SpanText, TimeWindow } from '../model/time-span.js';
import type { Completeness, OpenPeriod, ReportValue } from './report-table.js';

export interface CompletenessOptions {
  readonly selection: SelectionOptions;
  readonly attributes: readonly ReportAttribute[];
  /** The rows that were found, with the ends of their periods. */
  readonly found: readonly Readonly<Record<string, ReportValue>>[];
  readonly now: Date;
  /** Names of the sources of the mart; undefined: all that were ever read. */
  readonly sourceNames: readonly string[] | undefined;
}

/** Reads how far the figures of a report are final, in the snapshot of its rows. */
export async function readCompleteness(connection: Connection, options: CompletenessOptions): Promise<Completeness> {
  const { selection, attributes, found, now, sourceNames } = options;
  const completeUntil = await readCompleteUntil(connection, selection, sourceNames);
  const { sessions: openSessions } = await queryRow<{ sessions: number }>(connection, selectOpenSessions(selection));
  const [local] = completeUntil === null ? [] : await readOffsets(connection, selection.timezone, [completeUntil]);
  const until = toKnown(completeUntil, now);
  return {
    completeUntil: local === undefined ? null : toLocalText(local),
    openSessions,
    openPeriods: attributes.filter(isPeriod).flatMap((attribute) => toOpenPeriods(attribute, found, until)),
  };
}

/** The instant until which it is known which sessions were open. */
export async function readKnownUntil(connection: Connection, now: Date, sourceNames: readonly string[] | undefined): Promise<Date> {
  return toKnown(await readCompleteUntil(connection, { level: 'session' }, sourceNames), now);
}

/** An instant in the future says nothing, whichever clock is wrong. */
const toKnown = (completeUntil: Date | null, now: Date): Date => (completeUntil === null || completeUntil > now ? now : completeUntil);

/** What `chatmart status` says of facts or, for a level of the aggregates, of those: of the source that is furthest behind. */
export async function readCompleteUntil(
  connection: Connection,
  { level }: Pick<SelectionOptions, 'level'>,
  sourceNames: readonly string[] | undefined,
): Promise<Date | null> {
  const rows = await queryRows<{ source_name: string; complete_until: Date | null; aggregated_until: Date | null }>(
    connection,
    selectSources(),
  );
  const names = sourceNames ?? rows.map((row) => row.source_name);
  const instants = names.map((name) => {
    const source = rows.find((row) => row.source_name === name);
    return (level === 'session' ? source?.complete_until : source?.aggregated_until) ?? null;
  });
  const known = instants.filter((at) => at !== null);
  return known.length < instants.length || known.length === 0 ? null : new Date(Math.min(...known.map((at) => at.getTime())));
}

function toOpenPeriods(attribute: ReportAttribute, found: CompletenessOptions['found'], until: Date): OpenPeriod[] {
  const column = toColumnName(attribute);
  const open = found.filter((row) => Number(row[toEndColumn(attribute)]) * 1_000 > until.getTime());
  return [...new Set(open.map((row) => row[column] as string))].map((label) => ({ column, label }));
}

/** From the first to the last day with sessions in the aggregates; undefined without any. */
export async function readDataRange(connection: Connection): Promise<TimeWindow | undefined> {
  const { from_key, to_key } = await queryRow<{ from_key: number | null; to_key: number | null }>(connection, selectDataRange());
  return from_key === null || to_key === null ? undefined : { from: new Date(from_key * 1000), to: new Date(to_key * 1000) };
}

/** The bounds of a window as the clocks of a zone show them. */
export async function readLocalWindow(connection: Connection, timezone: string, { from, to }: TimeWindow): Promise<SpanText> {
  const [first, end] = await readOffsets(connection, timezone, [from, to]);
  return { from: toLocalText(first!), to: toLocalText(end!) };
}

/** The bounds of a window as instants. */
export function toReportWindow({ from, to }: TimeWindow): SpanText {
  const toIso = (at: Date): string => at.toISOString().replace('.000Z', 'Z');
  return { from: toIso(from), to: toIso(to) };
}
